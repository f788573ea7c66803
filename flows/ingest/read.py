"""Reading one received file into typed rows; the unit of work that fans out over threads or processes."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from flows.ingest.apart import MOST_MEMORY, MOST_SECONDS, Ended, apart
from flows.ingest.form.cover import Cover, read_cover
from flows.ingest.form.layout import check_tellable, filled, matching_sheets
from flows.ingest.form.table import ReadTable, read_table
from flows.ingest.spreadsheet.anomalies import Extraordinary, Unreadable
from flows.ingest.spreadsheet.workbook import Sheet, Workbook, check_size, open_workbook
from schemas.findings import Finding, finding
from schemas.identifiers import Ags
from schemas.months import Month, is_month
from schemas.passed_over import PassedOver, Why
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.returns import CONTROL_TOTALS, COVER_SHEET, ReturnKind, Table
from schemas.spelling import enumerated, folded, mended_name

SET_ASIDE = "Herausgenommen"  # the folder, in a month's, of what is not to be settled
LOCKS = ("~$", ".~lock")  # begin the name of what a program leaves beside a file that it has open
IGNORED_PREFIXES = (*LOCKS, "._")
IGNORED_NAMES = (".ds_store", "thumbs.db", "desktop.ini", ".gitkeep")


@dataclass
class ReadReturn:
    """One received file: what it is, what its cells say, what is wrong with them."""

    file: str
    path: str
    sha256: str
    cover: Cover = field(default_factory=Cover)
    tables: dict[str, ReadTable] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def identity(self) -> tuple[Ags | None, Month | None]:
        """Municipality and month, as far as the cover tells them."""
        return self.cover.values.get("ags"), self.cover.values.get("month")

    @property
    def is_correction(self) -> bool:
        """Whether the return is marked as Korrektur."""
        return self.cover.values.get("return_kind") == ReturnKind.CORRECTION


def received_files(folder: Path) -> list[Path]:
    """The files of a month's folder and of the folders in it, in the order of their paths.

    Without lock and system files, without links, and without what was taken out (`SET_ASIDE`).
    """
    if not folder.is_dir():
        raise Refusal("returns-missing", folder=folder)
    own = (path for path in _below(folder) if path.is_file() and not path.is_symlink())
    return sorted(path for path in own if not is_system_file(path.name))


def received_name(folder: Path, path: Path) -> str:
    """What a received file is called: its path below the month's folder, as text that every document can hold."""
    return mended_name(path.relative_to(folder).as_posix())


def check_unlinked(folder: Path) -> None:
    """Refusal that names the symbolic links among the files of a month's folder: what they lead to is no one's return."""
    linked = sorted(received_name(folder, path) for path in _below(folder) if path.is_symlink())
    if linked:
        raise Refusal("returns-linked", folder=folder, names=", ".join(linked))


def received_contents(folder: Path) -> dict[str, str]:
    """The files of a month's folder as they are now: name → SHA-256; empty where the folder is gone.

    What somebody takes out meanwhile is not there.
    """
    contents = {}
    for path in received_files(folder) if folder.is_dir() else ():
        try:
            with path.open("rb") as file:
                contents[received_name(folder, path)] = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            continue
    return contents


def not_read(folder: Path) -> tuple[PassedOver, ...]:
    """What is not read although somebody may think so, beside the folder of a month and in it; system files aside."""
    return (*not_read_beside(folder), *not_read_in(folder))


def not_read_beside(folder: Path) -> tuple[PassedOver, ...]:
    """What lies among the folders of months and is not read: the same beside each of them."""
    return tuple(
        PassedOver(mended_name(path.name), Why.NO_MONTH if path.is_dir() else Why.NO_FOLDER)
        for path in sorted(folder.parent.glob("*"))
        if not is_month(path.name) and not path.name.startswith(".") and not is_system_file(path.name)
        if not path.is_dir() or any(each.is_file() for each in _below(path))  # what is empty, nobody misses
    )


def not_read_in(folder: Path) -> tuple[PassedOver, ...]:
    """What lies in the folder of a month and is not read."""
    found = []
    for path in sorted(_below(folder)) if folder.is_dir() else ():
        if path.name.startswith(LOCKS):
            found.append(PassedOver(received_name(folder, path), Why.OPEN))
        elif not path.is_symlink() and not path.is_file() and not path.is_dir():
            found.append(PassedOver(received_name(folder, path), Why.SPECIAL))
    return tuple(found)


def _below(folder: Path) -> Iterator[Path]:
    """Everything in a month's folder and the folders in it; no link is followed."""
    for path in folder.iterdir():
        if path.name == SET_ASIDE:
            continue
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)


def is_system_file(name: str) -> bool:
    """Whether a file of this name is a program's or the system's own and holds nothing of anybody's."""
    return name.startswith(IGNORED_PREFIXES) or name.lower() in IGNORED_NAMES


def read_returns(paths: list[Path], programme: Programme) -> list[ReadReturn]:
    """A batch of received files, read one after the other; those that may take long, where they can be stopped."""
    return [_read_here_or_apart(path, programme) for path in paths]


def _read_here_or_apart(path: Path, programme: Programme) -> ReadReturn:
    try:
        return read_return(path, programme)
    except Extraordinary:
        pass
    try:
        return apart(read_return, path, programme, True)
    except Ended:
        result = ReadReturn(mended_name(path.name), str(path), hashlib.sha256(path.read_bytes()).hexdigest())
        seconds, memory = f"{MOST_SECONDS} Sekunden", f"{MOST_MEMORY // 2**30} GiB"
        result.findings.append(finding("F03/effort", file=result.file, seconds=seconds, memory=memory))
        return result


def read_as_named(reads: list[ReadReturn], folder: Path) -> list[ReadReturn]:
    """Returns of a month's folder, those from folders in it under their paths: two senders may call their files alike."""
    return [replace(entry, file=received_name(folder, Path(entry.path))) for entry in reads]


def told_apart(reads: list[ReadReturn]) -> list[ReadReturn]:
    """Returns from several folders; those of the same name under their paths, lest one's findings reach another's sender."""
    names = Counter(entry.file for entry in reads)
    return [replace(entry, file=mended_name(entry.path)) if names[entry.file] > 1 else entry for entry in reads]


def read_return(path: Path, programme: Programme, is_apart: bool = False) -> ReadReturn:
    """One received file; whatever it holds, the answer is typed rows and findings.

    The one exception is Extraordinary, for a file that is to be read where that can be stopped (`is_apart`).
    """
    try:
        with path.open("rb") as file:
            result = ReadReturn(mended_name(path.name), str(path), hashlib.file_digest(file, "sha256").hexdigest())
            check_size(file.tell(), programme.limits)
            file.seek(0)
            book = open_workbook(file.read(), programme.limits, is_apart)
        _read_book(book, programme, result)
    except OSError as error:
        raise Refusal("return-unreadable", path=path, reason=os.strerror(error.errno or 0)) from error
    except Unreadable as error:
        result.tables.clear()
        result.findings.append(finding(error.variant, file=result.file, **error.words))
    return result


def _read_book(book: Workbook, programme: Programme, result: ReadReturn) -> None:
    file, findings = result.file, result.findings
    if book.has_macros:
        findings.append(finding("F11/macro", file=file))
    covers = matching_sheets(book, COVER_SHEET)
    if len(covers) == 1:
        needed = frozenset(name for name, (table, _) in CONTROL_TOTALS.items() if table in programme.required_tables)
        result.cover, problems = read_cover(covers[0], needed, file=file, programme=programme.programme.key)
        findings.extend(problems)
    else:
        findings.append(_sheet_finding(COVER_SHEET, covers, book, programme, file))
    for name, table in programme.tables.items():
        sheets, is_required = matching_sheets(book, table.sheet), name in programme.required_tables
        if name not in programme.used_tables:
            findings.extend(
                finding("F11/sheet", file=file, sheet=sheet.name) for sheet in sheets if _has_rows(sheet, table)
            )
        elif len(sheets) > 1 or (is_required and not sheets):
            findings.append(_sheet_finding(table.sheet, sheets, book, programme, file))
        elif sheets and (is_required or not _is_empty(sheets[0])):
            read, problems = read_table(sheets[0], table, file)
            findings.extend(problems)
            check_tellable(len(findings))
            if read is not None:
                result.tables[name] = read


def _sheet_finding(name: str, found: list[Sheet], book: Workbook, programme: Programme, file: str) -> Finding:
    if found:
        return finding("F05/sheets", file=file, sheet=name, found=enumerated([f"„{sheet.name}“" for sheet in found]))
    known = {folded(sheet) for sheet in (COVER_SHEET, *(table.sheet for table in programme.tables.values()))}
    others = {folded(sheet.name): sheet.name for sheet in book.sheets if folded(sheet.name) not in known}
    meant = get_close_matches(folded(name), others, n=1)
    if meant:
        return finding("F04/meant", file=file, sheet=name, meant=others[meant[0]])
    return finding("F04", file=file, sheet=name)


def _has_rows(sheet: Sheet, table: Table) -> bool:
    read, _ = read_table(sheet, table, "")
    return read is not None and bool(read.rows)


def _is_empty(sheet: Sheet) -> bool:
    return not any(filled(value) for row in sheet.rows for value in row)
