"""Erasing case data: the documents in the outputs that show cases."""

import re
from pathlib import Path

from schemas.months import month_in

_NO_CASES = re.compile(r"(?:.+-\d{4}-\d+\.(?:xml|pdf)|Buchungen-.+\.csv|Zahlungen-.+\.xml)")
_OF_MONTH = re.compile(r"(\d{4}-\d{2})(?:-Formulare|-Bescheinigungen|-Versand)?")
MONTH = len("2016-10")  # a month's own folder; those beside it hold forms, certificates and letters


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
