"""The correction workbooks of a run or a check: which there are, what they are called, writing them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath

import polars as pl

from flows.emit.wording.words import reply_sentences
from schemas.documents import Correction, ReturnState, Run
from schemas.intake import Intake
from schemas.months import Month
from schemas.programme.programme import Programme

UNKNOWN = "unbekannt"
_DOUBTFUL_MONTH = "F08"
LONGEST = 80  # characters of the original name that are kept; the whole stays short enough for every file system
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')

Origin = tuple[str | None, str, str | None]  # AGS, name of the received file, month; None where not known


def corrections_of_run(run: Run, archive: Path, programme: Programme) -> list[Correction]:
    """One for each return that the run held back; the files lie in the archive."""
    held_back = run.received.filter(pl.col("state") == str(ReturnState.HELD_BACK))
    received = held_back.select("ags", "file", "month", "file_sha256").rows()
    names = correction_names([(ags, file, month) for ags, file, month, _ in received])
    return [
        _correction(
            name=name,
            file=file,
            path=archive / f"{sha256}{Path(file).suffix.lower()}",
            month=month,
            findings=run.findings,
            programme=programme,
        )
        for name, (_, file, month, sha256) in zip(names, received, strict=True)
    ]


def corrections_of_check(intake: Intake, programme: Programme) -> list[Correction]:
    """One for each checked file with an error; the files lie where they were."""
    held_back = [entry for entry in intake.submissions if entry.state == ReturnState.HELD_BACK]
    names = correction_names([(entry.ags, entry.file, entry.month) for entry in held_back])
    return [
        _correction(
            name=name,
            file=entry.file,
            path=Path(entry.path),
            month=entry.month,
            findings=intake.findings,
            programme=programme,
        )
        for name, entry in zip(names, held_back, strict=True)
    ]


def _correction(
    *, name: str, file: str, path: Path, month: Month | None, findings: pl.DataFrame, programme: Programme
) -> Correction:
    own = findings.filter(pl.col("file") == file)
    is_doubtful = _DOUBTFUL_MONTH in own["code"]
    return Correction(name, file, path, own, reply_sentences(programme, None if is_doubtful else month))


def write_corrections(batch: list[Correction], folder: Path) -> list[Path]:
    """Write a batch of correction workbooks into a folder; their paths.

    Where a received file is no longer there (`verify` tells), its sender gets the Prüfprotokoll alone.
    """
    from flows.emit.correction.workbook import write_correction  # takes long to load, and most months need none

    paths = [folder / correction.name for correction in batch]
    for path, correction in zip(paths, batch, strict=True):
        source = correction.path.read_bytes() if correction.path.is_file() else b""
        write_correction(path, source, correction)
    return paths


def correction_names(origins: Sequence[Origin]) -> list[str]:
    """One file name for each received file, no two alike, whatever system they lie on.

    The same AGS and name get the month appended, and what is still the same a number.

    >>> correction_names([("05358008", "Düren.xlsx", "2016-03"), (None, "a?.ods", None)])
    ['05358008-Düren.xlsx', 'unbekannt-a_.xlsx']
    """
    stems = [f"{ags or UNKNOWN}-{_plain(file)}" for ags, file, _ in origins]
    shared = _shared(stems)
    stems = [
        f"{stem}-{month}" if stem.casefold() in shared and month else stem
        for stem, (_, _, month) in zip(stems, origins, strict=True)
    ]
    taken: set[str] = set()
    names = []
    for stem in stems:
        numbered, number = stem, 1
        while numbered.casefold() in taken:
            number += 1
            numbered = f"{stem}-{number}"
        taken.add(numbered.casefold())
        names.append(f"{numbered}.xlsx")
    return names


def _shared(stems: list[str]) -> set[str]:
    return {stem for stem, count in Counter(stem.casefold() for stem in stems).items() if count > 1}


def _plain(file: str) -> str:
    """The original name without its extension, such that every file system takes it."""
    stem = PurePath(file).stem.encode("utf-8", "replace").decode()
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", stem))
    return plain[:LONGEST].strip(" .") or "Meldung"
