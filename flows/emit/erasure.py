"""Erasing case data: what to tell of it, and the documents in the outputs that show cases."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from schemas.returns import TABLES

_NO_CASES = re.compile(r"(?:.+-\d{4}-\d+\.(?:xml|pdf)|Buchungen-.+\.csv|Zahlungen-.+\.xml)")
_OF_MONTH = re.compile(r"(\d{4}-\d{2})(?:-Formulare|-Bescheinigungen)?")
MONTH = len("2016-10")  # a month's own folder; those beside it hold forms and certificates
_WORDS = {
    "case_months": ("Fallmonat", "Fallmonate"),
    "lines": ("Position wird anonymisiert", "Positionen werden anonymisiert"),
    "findings": ("Befund", "Befunde"),
    "files": ("archivierte Datei", "archivierte Dateien"),
}  # fmt: skip


def case_documents(folder: Path, year: int) -> list[Path]:
    """Files below a programme's outputs that show cases of months before a year; e-invoices, bookings and payments show none."""
    months = [path for path in folder.glob("[0-9]*") if path.is_dir() and _before(path.name, year)]
    return [
        path for month in sorted(months) for path in sorted(month.rglob("*"))
        if path.is_file() and not (len(month.name) == MONTH and _NO_CASES.fullmatch(path.name))
    ]  # fmt: skip


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


def listing(counts: Mapping[str, Mapping[str, int]], documents: int, staying: int, year: int) -> Iterator[str]:
    """What goes, per year, and what stays."""
    for of_year, found in sorted(counts.items()):
        cases = found.get("cases", 0)
        rows = [f"{TABLES[name].sheet} {found[name]}" for name in TABLES if name in found]
        others = [f"{found[what]} {words[found[what] != 1]}" for what, words in _WORDS.items() if what in found]
        told = [
            f"{cases} {'Fall' if cases == 1 else 'Fälle'}",
            *([f"Zeilen: {', '.join(rows)}"] if rows else []),
            *others,
        ]
        yield f"  {of_year}: {' · '.join(told)}"
    if documents:
        yield f"  Unterlagen dieser Jahre, die Fälle zeigen: {documents} {'Datei' if documents == 1 else 'Dateien'}"
    yield "  Es bleiben: Beträge je Position, Monat und Kommune, Belege mit Nummern, E-Rechnungen, Buchungslisten, Zahlungen, Prüfsummen."
    if staying:
        yield f"  Es bleiben außerdem: {staying} {'Fall, der' if staying == 1 else 'Fälle, die'} ab {year} noch {'vorkommt' if staying == 1 else 'vorkommen'}, mit allen Monaten."


def _before(name: str, year: int) -> bool:
    found = _OF_MONTH.fullmatch(name)
    return found is not None and found[1] < f"{year:04d}-01"
