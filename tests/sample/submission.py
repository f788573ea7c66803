"""A sample return as data, before it becomes a workbook, and the folder it is sent to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

from schemas.months import first_day, german_month, last_day
from schemas.returns import ReturnKind, Table
from tests.sample.workbook import Row, write_return

Rows = dict[str, list[Row]]
_T = TypeVar("_T")


@dataclass(frozen=True)
class SampleReturn:
    """One return: where it lies, what it is about, and its rows by table."""

    folder: str  # the month's folder in which it lies; a late or corrected return lies in a later one
    month: str  # service month, YYYY-MM
    ags: str
    kind: ReturnKind
    file_name: str
    title: str
    sheets: tuple[str, ...]
    cover: dict[str, object] = field(repr=False)
    rows: Rows = field(repr=False)

    def write(self, returns_folder: Path) -> Path:
        """The workbook under `returns_folder`/<folder>/; gives its path."""
        path = returns_folder / self.folder / self.file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_return(path, self.cover, self.rows, sheets=self.sheets, title=self.title)
        return path


def write_programme(folder: Path, programme_text: str, returns: Iterable[SampleReturn]) -> list[Path]:
    """`programme.toml` and the returns of one programme, in `folder` (inputs/<programme>/); gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    programme_file = folder / "programme.toml"
    programme_file.write_text(programme_text, encoding="utf-8", newline="\n")
    return [programme_file, *(sample.write(folder / "returns") for sample in returns)]


def holding_rows(returns: Iterable[SampleReturn], table: Table) -> list[dict[str, Any]]:
    """The table's rows, as intake gives them, of the return that holds for each municipality and month.

    That is the one that came last: within one folder a Korrektur comes after the Erstmeldung.
    """
    order = sorted(returns, key=lambda sample: (sample.folder, sample.kind == ReturnKind.CORRECTION))
    holding = {(sample.ags, sample.month): sample for sample in order}
    empty = {column.name: column.empty for column in table.columns}
    return [
        {**empty, **{name: value for name, value in row.items() if value is not None}, "ags": sample.ags, "month": sample.month}
        for sample in holding.values()
        for row in sample.rows.get(table.name, ())
    ]  # fmt: skip


def cover(
    programme: str, ags: str, municipality: str, email: str, month: str, kind: ReturnKind, reported_on: date
) -> dict[str, object]:
    """The cover sheet of a return, without the control totals. No person is named, not even a made-up one."""
    return {
        "programme": programme,
        "ags": ags,
        "municipality": municipality,
        "month": _as_written(month, ags),
        "return_kind": str(kind),
        "contact": "Sachgebiet Asyl",
        "email": email,
        "reported_on": reported_on,
        "confirmed_by": "Leitung Sachgebiet Asyl",
    }


def reporting_date(ags: str, month: str) -> date:
    """A day on which an ordinary return is sent: the 2nd to the 9th of the following month, so on time."""
    return last_day(month) + timedelta(days=2 + variant(ags, month, choices=8))


def variant(*key: object, choices: int) -> int:
    """A number from 0 to choices - 1 that looks random and is the same for the same key on every machine."""
    return crc32("|".join(map(str, key)).encode()) % choices


def pick(values: Sequence[_T], *key: object) -> _T:
    """One of the values, chosen like `variant`."""
    return values[variant(*key, choices=len(values))]


def _as_written(month: str, ags: str) -> object:
    """The month as this municipality writes it: each of the four accepted ways occurs."""
    forms = (month, f"{month[5:]}/{month[:4]}", german_month(month), first_day(month))
    return pick(forms, ags)
