"""Which figures a report shows: every indicator by its dimensions and periods, the important ones first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.compute.indicators.agh import OBLIGATORY, VOLUNTARY
from flows.compute.indicators.cells import Key
from flows.compute.indicators.placements import AFTER, STEPS
from flows.compute.rules.eligibility import REASONS
from schemas.months import last_day
from schemas.programme.programme import Programme
from schemas.programme.years import ProgrammeYear, programme_year
from schemas.report import Book, Period
from schemas.returns import AGE_GROUPS, OUTCOMES, PROVIDER_KINDS, STATUSES

Span = tuple[date, date]
PAYERS = ("county", "municipality")
WORKING_AGE = AGE_GROUPS[1]


@dataclass(frozen=True)
class Spans:
    """The periods of a report."""

    year: ProgrammeYear
    to_date: Span  # the programme year up to the period's last day
    since_start: Span
    periods: tuple[Span, ...]  # the year to date, and the quarter unless it is the same
    pieces: tuple[Span, ...]  # the year to date, quarter by quarter
    stock: Span | None  # the month of the newest Bestand

    @property
    def last(self) -> date:
        """The period's last day."""
        return self.to_date[1]


def spans(period: Period, book: Book, programme: Programme) -> Spans:
    """The periods of a report on a quarter or a key date."""
    year = programme_year(programme, period.last)
    to_date = (year.first, period.last)
    own = () if period.key_date else ((max(period.first, programme.programme.start), period.last),)
    periods = tuple(dict.fromkeys((to_date, *own)))
    return Spans(
        year, to_date, (programme.programme.start, period.last), periods, _pieces(*to_date), _stock(book, period.last)
    )  # fmt: skip


def _pieces(first: date, last: date) -> tuple[Span, ...]:
    found = []
    while first <= last:
        quarter_end = last_day(f"{first.year:04d}-{(first.month + 2) // 3 * 3:02d}")
        found.append((first, min(quarter_end, last)))
        first = quarter_end + timedelta(days=1)
    return tuple(found)


def _stock(book: Book, day: date) -> Span | None:
    months = [month for month in book.rows["stock"]["month"].unique().sort() if last_day(month) <= day]
    return (date.fromisoformat(f"{months[-1]}-01"), last_day(months[-1])) if months else None


def count_keys(of: Spans, programme: Programme) -> list[Key]:
    """All counts of persons; the earlier, the more important that it can be published."""
    ends = [(of.year.first, last) for _, last in of.pieces]
    found = _keys("placements_year_to_date", [of.to_date])
    for name in ("placements_eligible", "placements_rejected", "placements_started", "agh_participants"):
        found += _keys(name, of.periods)
    for after in AFTER:
        found += _keys("placements_observed", [of.since_start], "after", [after])
        found += _keys("placements_retained", [of.since_start], "after", [after])
    found += _keys("participants", of.periods, "step", STEPS)
    # Without a Bestand there are no persons to count: the period's own key then gives 0.
    stock = [of.stock or of.to_date]
    found += _keys("potential", stock)
    found += _keys("potential", stock, "age_group", sorted(AGE_GROUPS, key=lambda group: group != WORKING_AGE))
    found += _keys("potential", stock, "status", STATUSES)
    for name in ("agh_certificates", "agh_ended", "counselling_contacts", "counselling_women"):
        found += _keys(name, of.periods)
    found += _keys("agh_observed", [of.since_start]) + _keys("agh_to_employment", [of.since_start])
    found += _keys("agh_participants", of.periods, "provider_kind", PROVIDER_KINDS)
    found += _keys("agh_participants", of.periods, "voluntary", (VOLUNTARY, OBLIGATORY))
    found += _keys("agh_ended", of.periods, "outcome", OUTCOMES)
    found += _keys("placements_rejected", of.periods, "reason", [str(reason) for reason in REASONS])
    counselling = programme.tables["counselling"]
    for mark in ("service", "target_group", "partner"):
        found += _keys("counselling_contacts", of.periods, mark, counselling.column(mark).values)
    return list(dict.fromkeys([*found, *_keys("placements_year_to_date", ends)]))


def amount_keys(of: Spans) -> list[Key]:
    """All amounts that persons stand behind; the earlier, the more important that it can be published."""
    periods = dict.fromkeys((*of.periods, *of.pieces))
    found = [key for name in ("savings", "premiums", "start_up", "net_effect") for key in _keys(name, [of.to_date])]
    found += _keys("coverage", [of.to_date])
    found += [key for name in ("savings", "premiums", "start_up", "net_effect") for key in _keys(name, list(periods))]
    found += _keys("agh_cost", of.periods) + _keys("agh_hours", of.periods)
    for name in ("agh_cost", "agh_hours"):
        found += _keys(name, of.periods, "provider_kind", PROVIDER_KINDS)
    found += _keys("agh_cost", of.periods, "payer", PAYERS)
    return list(dict.fromkeys(found))


def _keys(indicator: str, periods: Sequence[Span], dimension: str = "", categories: Sequence[str] = ("",)) -> list[Key]:
    return [Key(indicator, dimension, category, *period) for period in periods for category in categories]
