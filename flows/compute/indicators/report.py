"""The indicators of a board report, with disclosure control over it and all earlier reports."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

import polars as pl

from flows.compute.indicators.agh import agh_amounts, agh_events, agh_period_events
from flows.compute.indicators.cells import Count, Key, independent, relations, summed
from flows.compute.indicators.disclosure import Amount, publishable, publishable_amounts
from flows.compute.indicators.events import Events, Family
from flows.compute.indicators.keys import Spans, spans
from flows.compute.indicators.placements import money_amounts, placement_events
from flows.compute.indicators.plain import Figure, plain_figures, shares
from flows.compute.indicators.registry import COUNTS, SUMS, Entry, countings, keys
from flows.compute.indicators.returns import counselling_events
from flows.compute.law import Law
from flows.compute.rules.coverage import contracted_cost, coverage
from schemas.indicators import FIGURES, INDICATORS, KEY, Dimension, Measure
from schemas.programme.programme import Programme
from schemas.programme.years import programme_year
from schemas.report import BOARD, COUNTY, Period, ReportBooks
from schemas.results import frame_schema

T = TypeVar("T")


def indicators(
    books: ReportBooks, programme: Programme, law: Law, period: Period, audience: str, earlier: pl.DataFrame
) -> pl.DataFrame:
    """All indicators of a report (indicators.FIGURES), suppressed ones without value.

    `books`: what the ledger knows; `earlier`: the rows of every report published before (INDICATOR_ROWS; may repeat a
    row). Amounts in EUR and hours are exact hundredths, shares exact fractions. Counts, shares and amounts are the same for every audience; the county sees
    each municipality's money too, a municipality its own (dimension `municipality`).
    """
    of = spans(period, books, programme)
    figures, hidden = _protected(books, programme, law, of, earlier)
    figures |= plain_figures(books, programme, law, of)
    hidden |= _add_shares(figures, hidden)
    figures |= _municipal(books, programme, of, audience)
    order = {name: number for number, name in enumerate(INDICATORS)}
    records = [
        {
            **dict(zip(KEY, (key.indicator, key.dimension, key.category, key.first, key.last), strict=True)),
            **_exact(None if key in hidden else value),
            "unit": str(INDICATORS[key.indicator].measure),
            "suppressed": key in hidden,
        }
        for key, value in sorted(
            figures.items(), key=lambda entry: (order[entry[0].indicator], entry[0].last, entry[0].first)
        )
    ]
    return FIGURES.validate(pl.DataFrame(records, schema=frame_schema(FIGURES)))


def _exact(value: Figure) -> dict[str, int | None]:
    numerator, denominator = (None, None) if value is None else value.as_integer_ratio()
    return {"numerator": numerator, "denominator": denominator}


Before = dict[Key, list[bool]]  # whether a figure was suppressed in earlier reports


def _protected(
    books: ReportBooks, programme: Programme, law: Law, of: Spans, earlier: pl.DataFrame
) -> tuple[dict[Key, Figure], set[Key]]:
    """Counts of persons and amounts behind which persons stand, and which of them are suppressed."""
    before: Before = defaultdict(list)
    told = earlier.filter(pl.col("dimension") != str(Dimension.MUNICIPALITY))
    for *key, suppressed in told.select(*KEY, "suppressed").unique(maintain_order=True).iter_rows():
        before[Key(*key)].append(suppressed)
    counts, hidden = _counts(books, programme, law, keys(COUNTS, of, programme), before)
    amounts, hidden_amounts = _amounts(books, programme, of, before)
    return counts | amounts, hidden | hidden_amounts


def _earlier(before: Before, keys: Iterable[Key]) -> tuple[list[Key], list[Key]]:
    """Figures that earlier reports published, and those they only ever suppressed.

    One that a later return has corrected since counts as published like the others: who reads both reports may take
    it for still true.
    """
    known = [key for key in keys if key in before]
    published = [key for key in known if not all(before[key])]
    return published, [key for key in known if key not in set(published)]


def _counts(
    books: ReportBooks, programme: Programme, law: Law, wanted: list[Key], before: Before
) -> tuple[dict[Key, Figure], set[Key]]:
    counts = _counted(COUNTS, wanted, before, programme)
    events = _events(books, programme, law, counts.values())
    groups: dict[Family, dict[Key, Count]] = defaultdict(dict)
    for key, count in counts.items():
        groups[independent(count.source.family)][key] = count
    figures: dict[Key, Figure] = {}
    hidden: set[Key] = set()
    for tied in groups.values():
        own = [key for key in wanted if key in tied]
        over, cells = relations(tied, events, programme)
        published, suppressed = _earlier(before, cells)
        shown = publishable(
            over,
            list(dict.fromkeys(cells[key] for key in own)),
            [cells[key] for key in published],
            [cells[key] for key in suppressed],
            programme.disclosure.minimum_count,
        )
        for key in own:
            figures[key] = Fraction(over.value(cells[key]))
            if cells[key] not in shown:
                hidden.add(key)
    return figures, hidden


def _counted(
    entries: Sequence[Entry[T]], wanted: list[Key], before: Iterable[Key], programme: Programme
) -> dict[Key, T]:
    """What the figures of this report add up, the wanted ones first, and those of earlier ones."""
    known = countings(entries)
    everything = dict.fromkeys((*wanted, *(key for key in before if (key.indicator, key.dimension) in known)))
    return {key: known[key.indicator, key.dimension](key, programme) for key in everything}


def _events(books: ReportBooks, programme: Programme, law: Law, counts: Iterable[Count]) -> Events:
    periods = {count.source.family.period for count in counts} - {None}
    found = placement_events(books, programme, law) | agh_events(books, programme) | counselling_events(books)
    for first, last in filter(None, periods):
        found |= agh_period_events(books, first, last)
    return found


def _amounts(books: ReportBooks, programme: Programme, of: Spans, before: Before) -> tuple[dict[Key, Figure], set[Key]]:
    wanted = keys(SUMS, of, programme)
    sums = summed(_counted(SUMS, wanted, before, programme), pl.concat([money_amounts(books), agh_amounts(books)]))
    values = {key: _value(key, whole, programme) for key, (_, whole) in sums.items()}
    published, suppressed = _earlier(before, values)
    shown: set[Amount] = publishable_amounts(
        [sums[key][0] for key in wanted],
        [sums[key][0] for key in published],
        [sums[key][0] for key in suppressed],
        programme.disclosure.minimum_count,
    )
    return {key: values[key] for key in wanted}, {key for key in wanted if sums[key][0] not in shown}


def _value(key: Key, hundredths: int, programme: Programme) -> Figure:
    """EUR or hours; of the coverage the share of the contracted cost of its programme year."""
    if key.indicator != "coverage":
        return Fraction(hundredths, 100)
    return coverage(hundredths, contracted_cost(programme, programme_year(programme, key.first)))


def _add_shares(figures: dict[Key, Figure], hidden: set[Key]) -> set[Key]:
    """Add the shares; suppressed are those of a suppressed figure, so that no share tells what a count does not."""
    found: set[Key] = set()
    for share, (part, whole) in shares(figures).items():
        numerator, denominator = figures[part], figures[whole]
        assert numerator is not None and denominator is not None
        figures[share] = numerator / denominator if denominator else None
        if part in hidden or whole in hidden:
            found.add(share)
    return found


def _municipal(books: ReportBooks, programme: Programme, of: Spans, audience: str) -> dict[Key, Figure]:
    """Each municipality's money for the county, its own for a municipality, none for the board."""
    if audience == BOARD:
        return {}
    totals = [
        key
        for key in keys(SUMS, of, programme)
        if not key.dimension and INDICATORS[key.indicator].measure != Measure.SHARE
    ]
    found: dict[Key, Figure] = {}
    for ags in programme.members if audience == COUNTY else [audience]:
        cases = books.cases.filter(pl.col("ags") == ags)
        lines = books.lines.filter(pl.col("ags") == ags)
        own = replace(books, cases=cases, lines=lines, opening=books.opening.filter(pl.col("ags") == ags))
        sums = _counted(SUMS, totals, (), programme)
        for key, (_, whole) in summed(sums, pl.concat([money_amounts(own), agh_amounts(own)])).items():
            found[key._replace(dimension=str(Dimension.MUNICIPALITY), category=ags)] = Fraction(whole, 100)
    return found
