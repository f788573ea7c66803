"""Erasing case data: the documents in the outputs that show cases."""

import re
from pathlib import Path

from schemas.months import month_in

_NO_CASES = re.compile(r"(?:.+-\d{4}-\d+\.(?:xml|pdf)|Buchungen-.+\.csv|Zahlungen-.+\.xml)")
_OF_MONTH = re.compile(r"(\d{4}-\d{2})(?:-Formulare|-Bescheinigungen|-Versand)?")
MONTH = len("2016-10")  # a month's own folder; those beside it hold forms, certificates and letters
_FORMS, _CHECK = re.compile(r"\d{4}-\d{2}-Formulare"), "check"
_ARCHIVED = re.compile(r"[0-9a-f]{64}(?:\.\w+)?")
_FORM = re.compile(r"Meldung-\d{8}-.*\.xlsx")
_CHECKED = re.compile(r"findings\.csv|(?:\d{8}|unbekannt)-.+\.xlsx")


def case_documents(folder: Path, year: int) -> list[Path]:
    """Files below a programme's outputs that show cases of months before a year; e-invoices, bookings and payments show none."""
    months = [path for path in folder.glob("[0-9]*") if path.is_dir() and _before(path.name, year)]
    return [
        path
        for month in sorted(months)
        for path in sorted(month.rglob("*"))
        if path.is_file() and shows_cases(month.name, path.name)
    ]


def shows_cases(folder: str, name: str) -> bool:
    """Whether a file shows cases, by its name and that of the month's folder it lies below."""
    return not (len(folder) == MONTH and _NO_CASES.fullmatch(name))


def written_again(folder: Path, year: int) -> tuple[list[Path], list[Path]]:
    """Forms and what the last check found: they may show cases of any month, and their commands write them again.

    Left out are those of months before the year (case_documents). The second list is what else lies in their folders:
    whoever put it there has to look at it.
    """
    ours, others = list[Path](), list[Path]()
    for below in sorted(path for path in folder.glob("*") if path.is_dir()):
        own = _CHECKED if below.name == _CHECK else _FORM if _FORMS.fullmatch(below.name) else None
        if own is None or _before(below.name, year):
            continue
        for path in sorted(path for path in below.rglob("*") if path.is_file()):
            (ours if own.fullmatch(path.name) else others).append(path)
    return ours, others


def is_archived(name: str) -> bool:
    """Whether the archive would call a file so."""
    return _ARCHIVED.fullmatch(name) is not None


def archived(folder: Path, checksums: set[str]) -> list[Path]:
    """The archived files with these checksums."""
    return sorted(path for path in folder.glob("*") if path.stem in checksums) if checksums else []


def remove(files: list[Path]) -> None:
    """Remove files, and folders that are empty then."""
    for path in files:
        path.unlink()
    for folder in {path.parent for path in files}:
        while folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _before(name: str, year: int) -> bool:
    found = _OF_MONTH.fullmatch(name)
    return found is not None and found[1] < month_in(year, 1)
