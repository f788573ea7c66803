"""Figures that stand for no person (places, returns, targets, contracted cost), and the shares made of two figures."""

from datetime import date
from fractions import Fraction

import polars as pl

from flows.compute.indicators.agh import needs_in, positions_on
from flows.compute.indicators.cells import Key
from flows.compute.indicators.keys import Spans
from flows.compute.indicators.placements import break_even_month
from flows.compute.indicators.returns import finding_counts, return_counts
from flows.compute.law import Law
from flows.compute.rules.coverage import contracted_cost
from schemas.indicators import INDICATORS
from schemas.law import AGH_ALLOWANCE, AGH_SCHEME
from schemas.money import rounded
from schemas.months import month_of, months_since, newest_ended
from schemas.programme.programme import Programme
from schemas.programme.years import ProgrammeYear, year_numbered
from schemas.report import ReportBooks
from schemas.returns import FACILITY, PROVIDER_KINDS

Figure = Fraction | None  # exact; None: a share whose denominator is 0
Figures = dict[Key, Figure]


def plain_figures(books: ReportBooks, programme: Programme, law: Law, of: Spans) -> Figures:
    """Everything that disclosure control leaves alone."""
    return (
        _targets(programme, of)
        | _places(books, of)
        | _support(books, programme, law, of)
        | _quality(books, programme, of)
        | _break_even(books, programme, of)
    )


def line_to_date(target: int, year: ProgrammeYear, day: date) -> Fraction:
    """The straight line: a year's target by the days passed, at the end of the year the whole of it; whole placements."""
    passed, whole = (day - year.first).days + 1, (year.last - year.first).days + 1
    return Fraction(rounded(target * passed, whole))


def _targets(programme: Programme, of: Spans) -> Figures:
    target = of.year.target(programme) or 0
    found: Figures = {
        Key("placements_target", "", "", of.year.first, last): line_to_date(target, of.year, last)
        for _, last in of.pieces
    }
    for year in (of.year, year_numbered(programme, of.year.number + 1)):
        key = Key("placements_target_year", "programme_year", str(year.number), year.first, year.last)
        found[key] = Fraction(year.target(programme) or 0)
    found[Key("carrier_cost", "", "", of.year.first, of.year.last)] = Fraction(contracted_cost(programme, of.year), 100)
    return found


def _on(of: Spans, *, indicator: str, dimension: str = "", category: str = "") -> Key:
    return Key(indicator, dimension, category, of.last, of.last)


def _places(books: ReportBooks, of: Spans) -> Figures:
    filled = positions_on(books, of.last)
    by_kind = {kind: filled.filter(pl.col("provider_kind") == kind).height for kind in PROVIDER_KINDS}
    needs = needs_in(books, newest_ended(of.last))
    found: Figures = {_on(of, indicator="agh_positions"): Fraction(filled.height)}
    found |= {
        _on(of, indicator="agh_positions", dimension="provider_kind", category=kind): Fraction(count)
        for kind, count in by_kind.items()
    }
    found[_on(of, indicator="agh_positions_outside")] = Fraction(filled.height - by_kind[FACILITY])
    for indicator, column in (("agh_places_reported", "places_reported"), ("agh_places_filled", "places_filled")):
        found[_on(of, indicator=indicator)] = Fraction(needs[column].sum())
        for kind in PROVIDER_KINDS:
            own = needs.filter(pl.col("provider_kind") == kind)
            found[_on(of, indicator=indicator, dimension="provider_kind", category=kind)] = Fraction(own[column].sum())
    return found


def _support(books: ReportBooks, programme: Programme, law: Law, of: Spans) -> Figures:
    planned = {
        ags: member.agh_target
        for ags, member in programme.present(month_of(of.last)).items()
        if member.agh_target is not None
    }
    filled = positions_on(books, of.last)
    found: Figures = {}
    for ags, target in planned.items():
        found[_on(of, indicator="agh_target", dimension="municipality", category=ags)] = Fraction(target)
        own = filled.filter(pl.col("ags") == ags).height
        found[_on(of, indicator="agh_support_positions", dimension="municipality", category=ags)] = Fraction(own)
    found[_on(of, indicator="agh_target")] = Fraction(sum(planned.values()))
    found[_on(of, indicator="agh_support_positions")] = Fraction(
        filled.filter(pl.col("ags").is_in(list(planned))).height
    )
    if programme.allowance is not None:
        rate = law.row_on(AGH_ALLOWANCE, of.last, AGH_SCHEME)["rate_cents"]
        found[_on(of, indicator="agh_hourly_rate")] = Fraction(rate, 100)
    return found


def _quality(books: ReportBooks, programme: Programme, of: Spans) -> Figures:
    found: Figures = {}
    for first, last in of.periods:
        for indicator, count in return_counts(books, programme, first, last).items():
            found[Key(indicator, "", "", first, last)] = Fraction(count)
        codes = finding_counts(books, first, last)
        found[Key("findings", "", "", first, last)] = Fraction(sum(codes.values()))
        found |= {Key("findings", "code", code, first, last): Fraction(count) for code, count in codes.items()}
    return found


def _break_even(books: ReportBooks, programme: Programme, of: Spans) -> Figures:
    month = break_even_month(books, of.last)
    start = programme.programme.start
    number = 0 if month is None else months_since(month_of(start), month) + 1
    return {Key("break_even_month", "", month or "", *of.since_start): Fraction(number)}


def shares(figures: Figures) -> dict[Key, tuple[Key, Key]]:
    """Every share with the figure that it divides and the one that it is divided by, both of them in `figures`.

    A share that `figures` has already is left as it is.
    """
    known = {key.indicator for key in figures}
    found: dict[Key, tuple[Key, Key]] = {}
    for share in (entry for entry in INDICATORS.values() if entry.denominator and entry.name not in known):
        for key in figures:
            if key.indicator == share.numerator and share.part in (None, (key.dimension, key.category)):
                own = key if share.part is None else key._replace(dimension="", category="")
                found[own._replace(indicator=share.name)] = (key, own._replace(indicator=share.denominator))
    return found
