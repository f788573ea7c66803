"""Mittelsachsen's account in the sample: what a bank's statements tell of it, made up to show every way in which money comes.

The amounts are those of the sample's documents (tests/golden/test_demo.py works out what follows). Two towns pay in a way
that leaves something open or over, one does not pay at all, one is to be asked.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.bank import Booked, Version, camt
from tests.sample.towns import Town, made_up_iban

FOLDER = "umsaetze"
_OPENING = "25000.00"


def _booked(day: date, town: Town, amount: str, text: str, *, end_to_end: str = "", returned: bool = False) -> Booked:
    return Booked(day, amount, text, town.name, made_up_iban(town.ags), "", end_to_end, returned)


def _february(town: dict[str, Town]) -> Iterator[Booked]:
    yield _booked(date(2025, 2, 10), town["Brand-Erbisdorf"], "82.30", "AGH-2025-0001 7522050")
    yield _booked(date(2025, 2, 12), town["Frankenberg"], "30.00", "AGH Dezember, Personenkonto 7522150")
    yield _booked(date(2025, 2, 13), town["Freiberg"], "53.00", "Abrechnung Dezember 2024")
    yield _booked(date(2025, 2, 14), town["Rosswein"], "44.80", "AGH-2025-0011")
    yield Booked(date(2025, 2, 14), "350.00", "Pacht Kantine Februar", "Kantinenbetrieb Beispiel GmbH")


def _march(town: dict[str, Town]) -> Iterator[Booked]:
    yield _booked(date(2025, 3, 6), town["Frankenberg"], "61.20", "AGH-2025-0015")
    yield _booked(date(2025, 3, 10), town["Freiberg"], "85.40", "AGH 2025 0016")
    yield _booked(date(2025, 3, 12), town["Rosswein"], "59.80", "agh20250021")
    yield _booked(date(2025, 3, 13), town["Waldheim"], "31.80", "AGH-2025-0022")
    yield _booked(date(2025, 3, 14), town["Waldheim"], "-31.80", "RUECKUEBERWEISUNG AGH-2025-0022", returned=True)
    yield _booked(date(2025, 3, 14), town["Mittweida"], "42.60", "AGH-2025-0018")


def _april(town: dict[str, Town]) -> Iterator[Booked]:
    yield _booked(date(2025, 4, 1), town["Waldheim"], "31.80", "AGH-2025-0022 noch einmal")
    yield _booked(date(2025, 4, 8), town["Brand-Erbisdorf"], "156.10", "AGH-2025-0023")
    yield _booked(date(2025, 4, 9), town["Doebeln"], "40.00", "AGH-2025-0025 Teilbetrag")
    yield _booked(date(2025, 4, 10), town["Floeha"], "48.40", "AGH-2025-0026")
    yield _booked(date(2025, 4, 11), town["Frankenberg"], "87.00", "AGH-2025-0027")
    yield _booked(date(2025, 4, 11), town["Freiberg"], "85.40", "AGH-2025-0028")
    yield _booked(date(2025, 4, 14), town["Rosswein"], "45.80", "AGH-2025-0033")
    yield _booked(date(2025, 4, 14), town["Waldheim"], "56.80", "AGH-2025-0034")


def _may(town: dict[str, Town]) -> Iterator[Booked]:
    yield _booked(date(2025, 5, 7), town["Brand-Erbisdorf"], "48.60", "AGH-2025-0035")
    yield _booked(date(2025, 5, 7), town["Burgstaedt"], "45.00", "AGH-2025-0036")
    yield _booked(date(2025, 5, 8), town["Doebeln"], "51.20", "AGH-2025-0037")
    yield _booked(date(2025, 5, 8), town["Floeha"], "89.60", "AGH-2025-0038")
    yield _booked(date(2025, 5, 9), town["Frankenberg"], "98.60", "AGH-2025-0039")
    yield _booked(date(2025, 5, 9), town["Freiberg"], "85.00", "AGH-2025-0040")
    yield _booked(date(2025, 5, 12), town["Hainichen"], "27.20", "AGH-2025-0041")
    yield _booked(date(2025, 5, 12), town["Mittweida"], "156.20", "AGH-2025-0030, AGH-2025-0042")
    yield _booked(date(2025, 5, 13), town["Oederan"], "30.40", "AGH-2025-0043")
    yield _booked(date(2025, 5, 14), town["Waldheim"], "50.00", "Abschlag")


def _june(town: dict[str, Town]) -> Iterator[Booked]:
    yield _booked(date(2025, 6, 11), town["Brand-Erbisdorf"], "65.40", "AGH-2025-0047 abzgl. AGH-2025-0046")
    yield _booked(date(2025, 6, 11), town["Burgstaedt"], "44.00", "AGH-2025-0048")
    yield _booked(date(2025, 6, 12), town["Doebeln"], "52.40", "AGH-2025-0049")
    yield _booked(date(2025, 6, 12), town["Floeha"], "81.20", "AGH-2025-0050")
    yield _booked(date(2025, 6, 12), town["Frankenberg"], "110.40", "AGH-2025-0051")
    yield _booked(date(2025, 6, 13), town["Hainichen"], "37.00", "AGH-2025-0053")
    yield _booked(date(2025, 6, 13), town["Mittweida"], "68.80", "AGH-2025-0054")
    yield _booked(date(2025, 6, 13), town["Oederan"], "76.20", "AGH-2025-0055")
    yield _booked(date(2025, 6, 13), town["Penig"], "59.00", "AGH-2025-0056")
    yield _booked(date(2025, 6, 13), town["Waldheim"], "51.40", "AGH-2025-0058")
    number = "AGH-2025-0052"
    yield _booked(date(2025, 6, 16), town["Freiberg"], "-77.00", f"{number} 7522180", end_to_end=number)


_STATEMENTS: tuple[tuple[str, Version, Callable[[dict[str, Town]], Iterator[Booked]]], ...] = (
    ("2025-02-14", "02", _february), ("2025-03-14", "02", _march), ("2025-04-14", "08", _april),
    ("2025-05-14", "08", _may), ("2025-06-16", "08", _june),
)  # fmt: skip


def write_statements(folder: Path, towns: Iterable[Town]) -> list[Path]:
    """The statements, each going on where the one before ended, in `folder` (inputs/<programme>/); gives their paths."""
    written, balance, by_name = [], Decimal(_OPENING), {town.short: town for town in towns}
    for day, version, entries in _STATEMENTS:
        booked = [
            replace(each, reference=f"{day.replace('-', '')}{number:06d}")
            for number, each in enumerate(entries(by_name), start=1)
        ]
        path = folder / FOLDER / f"Auszug-{day}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(camt(booked, version, opening=f"{balance:.2f}"))
        balance += sum(Decimal(each.amount) for each in booked)
        written.append(path)
    return written
