"""What indicators count, as dated events of families, and the amounts they add up: one way to write both."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import polars as pl

from schemas.month_columns import last_days

EVENTS = {"leaf": pl.String, "day": pl.Date, "count": pl.Int64}
# An amount is the sum of `amount` (cents, or hundredths of an hour); `person` is empty where no person stands behind it.
AMOUNTS = {"purse": pl.String, "leaf": pl.String, "day": pl.Date, "amount": pl.Int64, "person": pl.String}

PERSON = pl.format("{} {}", "ags", "case_id")


class Group(StrEnum):
    """Of which persons events are; disclosure control knows no relation between two groups."""

    STOCK = "stock"
    STEP = "step"
    PLACEMENTS = "placements"
    AFTER = "after"
    AGH = "agh"
    CERTIFICATES = "certificates"
    OUTCOMES = "outcomes"
    AGH_AFTER = "agh_after"
    CONTACTS = "contacts"


class Family(NamedTuple):
    """Events that divide the persons of a group by one mark; a count adds up those whose day lies in its period.

    `of` says which persons of the group (those who took a step, those looked at after a time), and so does `period` (who
    took part in it; none: in the programme year of the day). Families alike in all but the mark divide the same persons.
    """

    group: Group
    mark: str
    of: str = ""
    period: tuple[date, date] | None = None

    @property
    def persons(self) -> "Family":
        """Whom it divides, by whatever mark."""
        return self._replace(mark="")


class Purse(StrEnum):
    """What an amount is."""

    SAVINGS = "savings"
    PREMIUMS = "premiums"
    TAKEN_OVER = "taken_over"  # premiums that were charged before this software
    START_UP = "start_up"
    AGH_HOURS = "agh_hours"
    AGH_COST = "agh_cost"


Events = dict[Family, pl.DataFrame]  # EVENTS


def events(frame: pl.DataFrame, day: str, leaf: pl.Expr | None = None) -> pl.DataFrame:
    """One event for each row with a day."""
    return frame.filter(pl.col(day).is_not_null()).select(
        leaf=pl.lit("") if leaf is None else leaf, day=pl.col(day), count=pl.lit(1, pl.Int64)
    )


def amounts(
    purse: Purse, frame: pl.DataFrame, amount: str, leaf: pl.Expr | None = None, of_persons: bool = True
) -> pl.DataFrame:
    """An amount of the last day of `service_month` for each row."""
    return frame.select(
        purse=pl.lit(str(purse)),
        leaf=pl.lit("") if leaf is None else leaf,
        day=last_days("service_month"),
        amount=pl.col(amount),
        person=PERSON if of_persons else pl.lit(""),
    )


def together(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Events of several frames; none where there are no frames."""
    return pl.concat([pl.DataFrame(schema=EVENTS), *frames])
