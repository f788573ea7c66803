"""How each indicator comes about: what it is broken down by, for which periods, and what it adds up.

What an indicator is called, counts in and means stands in schemas/indicators. A new one is an entry there, and an entry
here; figures that stand for no person are made in `plain`, shares follow from what they are shares of.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flows.compute.indicators.agh import (
    BY_KIND,
    BY_WILL,
    CERTIFICATES,
    EMPLOYED,
    ENDED,
    LEFT,
    participants,
)
from flows.compute.indicators.cells import Count, Key, Source, Summand
from flows.compute.indicators.events import Purse
from flows.compute.indicators.keys import Of, Spans
from flows.compute.indicators.placements import (
    AFTER,
    ELIGIBLE,
    IN_PROCEDURE,
    JUDGED,
    RETAINED,
    STEPS,
    followed_up,
    step,
    stock_by,
)
from flows.compute.indicators.returns import WOMEN, contacts_by
from flows.compute.rules.eligibility import REASONS
from schemas.indicators import WORKING_AGE, Dimension
from schemas.programme.programme import Programme
from schemas.programme.years import programme_year
from schemas.returns import AGE_GROUPS, NO, OUTCOMES, PROVIDER_KINDS, STATUSES, YES

_T = TypeVar("_T")
Counting = Callable[[Key, Programme], _T]
Categories = Callable[[Programme], Sequence[str]]


@dataclass(frozen=True)
class Entry(Generic[_T]):
    """Figures of one indicator by one dimension: for which periods, and what each of them adds up."""

    indicator: str
    counting: Counting[_T]
    of: tuple[Of, ...]
    by: Dimension = Dimension.TOTAL
    categories: Categories = lambda _: ("",)

    def keys(self, of: Spans, programme: Programme) -> Iterator[Key]:
        """All of them in a report, period by period."""
        for period in dict.fromkeys(period for which in self.of for period in of.periods_of(which)):
            for category in self.categories(programme):
                yield Key(self.indicator, str(self.by), category, *period)


def _all(values: Sequence[str]) -> Categories:
    return lambda _: values


def _from(source: Source) -> Counting[Count]:
    return lambda _key, _programme: Count(source)


def _by(source: Callable[[str], Source]) -> Counting[Count]:
    """What is counted follows from the category."""
    return lambda key, _programme: Count(source(key.category))


def _participants(key: Key, programme: Programme) -> Count:
    """Those of a programme year to date are counted on their first day in it, others in their period.

    By provider kind, places, hours and cost are published whatever they count.
    """
    in_year = programme_year(programme, key.first).first == key.first
    by_will = key.dimension == Dimension.VOLUNTARY
    family = participants(BY_WILL if by_will else BY_KIND, None if in_year else (key.first, key.last))
    return Count(Source(family, (key.category,) if key.dimension else None), present=not by_will)


def _contacts(mark: Dimension) -> Entry[Count]:
    def listed(programme: Programme) -> Sequence[str]:
        return programme.tables["counselling"].column(str(mark)).values

    counting = _by(lambda category: Source(contacts_by(str(mark)), (category,)))
    return Entry("counselling_contacts", counting, (Of.PERIODS,), mark, listed)


def _after(after: str) -> tuple[Entry[Count], Entry[Count]]:
    observed = _by(lambda category: Source(followed_up(category)))
    retained = _by(lambda category: Source(followed_up(category), (RETAINED,)))
    return (
        Entry("placements_observed", observed, (Of.SINCE_START,), Dimension.AFTER, _all([after])),
        Entry("placements_retained", retained, (Of.SINCE_START,), Dimension.AFTER, _all([after])),
    )


_AGES = _all(sorted(AGE_GROUPS, key=lambda group: group != WORKING_AGE))
_ELIGIBLE = _from(Source(JUDGED, (ELIGIBLE,)))

# All counts of persons; the earlier, the more important that it can be published.
COUNTS: tuple[Entry[Count], ...] = (
    Entry("placements_year_to_date", _ELIGIBLE, (Of.TO_DATE,)),
    Entry("placements_eligible", _ELIGIBLE, (Of.PERIODS,)),
    Entry("placements_rejected", _from(Source(JUDGED, (ELIGIBLE,), rejected=True)), (Of.PERIODS,)),
    Entry("placements_started", _from(Source(JUDGED)), (Of.PERIODS,)),
    Entry("agh_participants", _participants, (Of.PERIODS,)),
    *(entry for after in AFTER for entry in _after(after)),
    Entry("participants", _by(lambda name: Source(step(name))), (Of.PERIODS,), Dimension.STEP, _all(STEPS)),
    Entry("potential", _from(Source(stock_by("status"), IN_PROCEDURE)), (Of.STOCK,)),
    Entry(
        "potential", _by(lambda group: Source(stock_by("age_group"), (group,))), (Of.STOCK,), Dimension.AGE_GROUP, _AGES
    ),
    Entry(
        "potential",
        _by(lambda status: Source(stock_by("status"), (status,))),
        (Of.STOCK,),
        Dimension.STATUS,
        _all(STATUSES),
    ),
    Entry("agh_certificates", _from(Source(CERTIFICATES)), (Of.PERIODS,)),
    Entry("agh_ended", _from(Source(ENDED)), (Of.PERIODS,)),
    Entry("counselling_contacts", _from(Source(contacts_by("service"))), (Of.PERIODS,)),
    Entry("counselling_women", _from(Source(contacts_by("sex"), (WOMEN,))), (Of.PERIODS,)),
    Entry("agh_observed", _from(Source(LEFT)), (Of.SINCE_START,)),
    Entry("agh_to_employment", _from(Source(LEFT, (EMPLOYED,))), (Of.SINCE_START,)),
    Entry("agh_participants", _participants, (Of.PERIODS,), Dimension.PROVIDER_KIND, _all(PROVIDER_KINDS)),
    Entry("agh_participants", _participants, (Of.PERIODS,), Dimension.VOLUNTARY, _all((YES, NO))),
    Entry(
        "agh_ended", _by(lambda outcome: Source(ENDED, (outcome,))), (Of.PERIODS,), Dimension.OUTCOME, _all(OUTCOMES)
    ),
    Entry(
        "placements_rejected",
        _by(lambda reason: Source(JUDGED, (reason,))),
        (Of.PERIODS,),
        Dimension.REASON,
        _all([str(reason) for reason in REASONS]),
    ),
    *(_contacts(mark) for mark in (Dimension.SERVICE, Dimension.TARGET_GROUP, Dimension.PARTNER)),
    Entry("placements_year_to_date", _ELIGIBLE, (Of.ENDS,)),
)


def _sum(*summands: Summand) -> Counting[Sequence[Summand]]:
    return lambda _key, _programme: summands


def _of_kind(purse: Purse) -> Counting[Sequence[Summand]]:
    return lambda key, _programme: (Summand(purse, (key.category,)),)


def _of_payer(key: Key, programme: Programme) -> Sequence[Summand]:
    """Cost at the providers whose cost this side bears."""
    payers = programme.allowance.payer.by_provider_kind() if programme.allowance else {}
    return (Summand(Purse.AGH_COST, tuple(kind for kind, payer in payers.items() if payer == key.category)),)


_PREMIUMS, _START_UP = Summand(Purse.PREMIUMS), Summand(Purse.START_UP)
_SAVINGS = Summand(Purse.SAVINGS)
_MONEY = {
    "savings": _sum(_SAVINGS),
    "premiums": _sum(_PREMIUMS),
    "start_up": _sum(_START_UP),
    "net_effect": _sum(_SAVINGS, _PREMIUMS._replace(sign=-1), _START_UP._replace(sign=-1)),
}
_AGH = {"agh_cost": Purse.AGH_COST, "agh_hours": Purse.AGH_HOURS}

# All amounts that persons stand behind; the earlier, the more important that it can be published.
SUMS: tuple[Entry[Sequence[Summand]], ...] = (
    *(Entry(name, counting, (Of.TO_DATE,)) for name, counting in _MONEY.items()),
    Entry("coverage", _sum(_PREMIUMS, Summand(Purse.TAKEN_OVER), _START_UP), (Of.TO_DATE,)),
    *(Entry(name, counting, (Of.PERIODS, Of.PIECES)) for name, counting in _MONEY.items()),
    *(Entry(name, _sum(Summand(purse)), (Of.PERIODS,)) for name, purse in _AGH.items()),
    *(
        Entry(name, _of_kind(purse), (Of.PERIODS,), Dimension.PROVIDER_KIND, _all(PROVIDER_KINDS))
        for name, purse in _AGH.items()
    ),
    Entry("agh_cost", _of_payer, (Of.PERIODS,), Dimension.PAYER, _all(("county", "municipality"))),
)


def keys(entries: Sequence[Entry[_T]], of: Spans, programme: Programme) -> list[Key]:
    """All figures of the entries in a report, each once, in order."""
    return list(dict.fromkeys(key for entry in entries for key in entry.keys(of, programme)))


def countings(entries: Sequence[Entry[_T]]) -> dict[tuple[str, str], Counting[_T]]:
    """Indicator and dimension → what its figures add up; entries of the same are alike in that."""
    return {(entry.indicator, str(entry.by)): entry.counting for entry in entries}
