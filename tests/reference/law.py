"""Law by date (RULES section 1): the CSV files read plainly, one row looked up for one day."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

from tests.reference.rounding import cents

LAW_FOLDER = Path(__file__).parents[2] / "inputs" / "law"


class LawGapError(LookupError):
    """No row covers the date: names table, date and key (RULES section 1)."""


_folder = LAW_FOLDER


@contextmanager
def law_of(folder: Path) -> Iterator[None]:
    """Everything inside is computed with the tables of that folder, as they lie there now."""
    global _folder  # the reference has one law at a time, and its functions stay as plain as the rules
    try:
        _folder = folder
        _forget()
        yield
    finally:
        _folder = LAW_FOLDER
        _forget()


def _forget() -> None:
    _rows.cache_clear()
    in_force.cache_clear()


@cache
def _rows(table: str) -> list[dict[str, str]]:
    with (_folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def in_force(table: str, day: date, column: str = "", key: str = "") -> dict[str, str]:
    """The row of the table (with that key in that column) that applies on the day."""
    for row in _rows(table):
        begun = date.fromisoformat(row["valid_from"]) <= day
        not_over = row["valid_to"] == "" or day <= date.fromisoformat(row["valid_to"])
        if begun and not_over and (column == "" or row[column] == key):
            return row
    raise LawGapError(f"{table}: {day} {key}")


def monthly_rate(benefit_kind: str, stage: int, day: date) -> int:
    """RULES section 3, `rate`: Grundleistung total, or Regelbedarf for Analogleistung, of the stage, in cents."""
    if benefit_kind == "Grundleistung":
        return cents(in_force("asylblg_grundleistungen", day, "bedarfsstufe", str(stage))["gesamt_eur"])
    return cents(in_force("sgbxii_regelbedarf", day, "regelbedarfsstufe", str(stage))["monthly_eur"])


def marginal_threshold(day: date) -> int:
    """RULES section 4: the Geringfügigkeitsgrenze of the day, in cents."""
    return cents(in_force("minijob_threshold", day)["monthly_eur"])


def hourly_allowance(day: date) -> int:
    """RULES section 2: the hourly rate of scheme AGH_5 on the day, in cents."""
    return cents(in_force("agh_allowance", day, "scheme", "AGH_5")["hourly_allowance_eur"])


def income_allowance(benefit_kind: str, day: date) -> tuple[int, int]:
    """RULES section 3: percentage of the earned income and percentage of the rate that caps it."""
    regime = "GRUND_3" if benefit_kind == "Grundleistung" else "ANALOG_2"
    row = in_force("income_allowance", day, "regime", regime)
    return int(row["pct_of_earned_income"]), int(row["cap_pct"])
