"""Which premium is right? Coverage and neutrality over the terms (RULES section 9), by the premium engine itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.coverage import cost_of_months, coverage
from flows.compute.rules.eligibility import premium_blocks
from flows.compute.rules.neutrality import relief
from flows.compute.rules.premium import TERMS, employment, milestones_due, premiums
from flows.compute.rules.spells import in_spells
from flows.compute.rules.standing import NOTHING_BEFORE
from schemas.calibration import GRID, MUNICIPALITIES
from schemas.identifiers import Ags
from schemas.intake import Known
from schemas.money import SHARE_UNITS, rounded, share_units
from schemas.month_columns import first_days
from schemas.months import Month, first_day, last_day, later, month_of, months_from
from schemas.programme.assumptions import Assumptions
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.results import frame_schema

_EMPLOYED = ("case", "month", "first_of_month", "saved_cents", "spell_begin", "spell_end")
_VARIANT = ("variant", "share_units", "amount_cents", "cap_cents")


@dataclass(frozen=True)
class Population:
    """The cases that a calibration runs over.

    `employed` and `spells` are those of premium.employment, `case` being a running number; `weights` has `case`, `ags`
    and `units`: how many placements the case stands for, in ten-thousandths. `start_up`: AGS → cents, all members.
    """

    programme: Programme  # with the newest terms for all cases
    employed: pl.DataFrame
    spells: pl.DataFrame
    weights: pl.DataFrame
    start_up: dict[Ags, int]
    cost_cents: int

    @property
    def placements_units(self) -> int:
        """Placements, in ten-thousandths."""
        return int(self.weights["units"].sum())

    def times(self, numerator: int, denominator: int) -> "Population":
        """So many more placements of the same kind."""
        return replace(self, weights=self.weights.with_columns(units=rounded(pl.col("units") * numerator, denominator)))

    def under(self, cap_cents: int | None, cost_cents: int) -> "Population":
        """The same cases under another cap, against another cost of the carrier."""
        (terms,) = self.programme.premium
        moved = self.programme.model_copy(update={"premium": (terms.model_copy(update={"cap_cents": cap_cents}),)})
        return replace(self, programme=moved, cost_cents=cost_cents)

    def at_most(self, months: int) -> "Population":
        """As if no case had been employed for more than so many months."""
        kept = self.employed.filter(pl.int_range(pl.len()).over("case") < months)
        last = kept.group_by("case").agg(last_day=pl.col("first_of_month").max().dt.month_end())
        cut = pl.min_horizontal("spell_end", "last_day")
        spells = self.spells.join(last, on="case", maintain_order="left").with_columns(spell_end=cut).drop("last_day")
        employed = kept.join(last, on="case", maintain_order="left").with_columns(spell_end=cut).drop("last_day")
        return replace(self, employed=employed, spells=spells.filter(pl.col("spell_begin") <= pl.col("spell_end")))


def newest_terms(programme: Programme) -> Programme:
    """The programme as if the terms of its newest [[premium]] block had held from the start."""
    newest = programme.premium[-1].model_copy(update={"start": programme.programme.start})
    return programme.model_copy(update={"premium": (newest,)})


def settled_cases(
    rows: dict[str, pl.DataFrame], programme: Programme, law: Law, months: tuple[Month, Month]
) -> Population:
    """The cases of the accepted returns, each standing for one placement; `months`: the first and the last one settled.

    The cost is the contracted one of these months; start-up contributions are those due by the last one.
    """
    first_month, last_month = months
    uniform = newest_terms(programme)
    _, employed, spells = employment(rows["benefits"], rows["placements"], uniform, law)
    numbers = employed.select("case", "ags").unique().sort("case").with_columns(units=pl.lit(SHARE_UNITS, pl.Int64))
    due = programme.start_up is not None and programme.start_up.service_month <= last_month
    cost = cost_of_months(programme, months_from(first_month, last_month))
    start_up = programme.start_up_cents if due else dict.fromkeys(programme.members, 0)
    return Population(uniform, employed, spells, numbers, start_up, cost)


def check_premium(programme: Programme) -> None:
    """Refusal where the programme has no premium."""
    if not programme.premium:
        raise Refusal("no-premium", programme=programme.programme.key)


def check_settled(known: Known) -> tuple[Month, Month]:
    """The first month that a return was accepted for and the last one approved; Refusal where there is nothing to calibrate from.

    What was before, opening balances tell, if anything: no placement of it is known.
    """
    if known.last_approved is None or known.rows["placements"].is_empty():
        raise Refusal("no-placement-settled")
    return min(known.returns["month"]), known.last_approved


def assumed_cases(assumptions: Assumptions, programme: Programme) -> Population:
    """One year's placements, followed until their employment ends, against one year's cost.

    A case stands for all placements of a municipality with the same course. Each begins on the first of a month and
    saves the same in every month; the start-up contributions count as if they fell into this year.
    """
    uniform = newest_terms(programme)
    start = month_of(programme.programme.start)
    cells = [
        (ags, count, course)
        for ags, count in sorted(assumptions.placements.items())
        for course in assumptions.employment
        if count
    ]
    months = [
        (number, ags, later(start, place), assumptions.saved_cents_per_month)
        for number, (ags, _, course) in enumerate(cells, 1)
        for place in range(course.months)
    ]
    month_types = {"case": pl.Int64, "ags": pl.String, "month": pl.String, "saved_cents": pl.Int64}
    first = uniform.premium[0].start
    spell_types = {
        "case": pl.Int64,
        "spell": pl.Int64,
        "terms_from": pl.Date,
        "spell_begin": pl.Date,
        "spell_end": pl.Date,
        "taken_days": pl.Int64,
    }
    spells = [
        (number, 1, first, first_day(start), last_day(later(start, course.months - 1)), None)
        for number, (_, _, course) in enumerate(cells, 1)
    ]
    weights = [(number, ags, count * share_units(course.share)) for number, (ags, count, course) in enumerate(cells, 1)]
    spells_of_cases = pl.DataFrame(spells, schema=spell_types, orient="row")
    first_of_month = first_days("month")
    employed = pl.DataFrame(months, schema=month_types, orient="row").with_columns(
        first_of_month=first_of_month, first_eligible_day=first_of_month, terms_from=pl.lit(first)
    )
    contracted = cost_of_months(programme, [later(start, number) for number in range(12)])
    cost = contracted if assumptions.cost_cents is None else assumptions.cost_cents
    return Population(
        uniform,
        in_spells(employed, spells_of_cases),
        spells_of_cases,
        pl.DataFrame(weights, schema={"case": pl.Int64, "ags": pl.String, "units": pl.Int64}, orient="row"),
        programme.start_up_cents,
        cost,
    )


def variants(of_share: bool, values: Iterable[int], caps: Sequence[int | None]) -> pl.DataFrame:
    """Every value (share in ten-thousandths, or amount in cents) with every cap, numbered from 1."""
    values = list(values)
    rows = [
        (number, value if of_share else None, None if of_share else value, cap)
        for number, (cap, value) in enumerate(((cap, value) for cap in caps for value in values), 1)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(_VARIANT, pl.Int64), orient="row")


def by_municipality(population: Population, grid: pl.DataFrame) -> pl.DataFrame:
    """Saving, premium, start-up contribution and what is left, of every municipality under every variant.

    `grid`: variants. Result: `variant`, `ags`, `saved_cents`, `premium_cents`, `start_up_cents`, `net_cents`, all
    members, sorted. The premiums are the engine's own (premium.premiums); a case's are multiplied by the placements it
    stands for and each municipality's sum is rounded once. Where the guarantee is the municipality's, they stand with
    what is made good of them by the end: no municipality pays more than it saved (RULES section 5.2).
    """
    terms = premium_blocks(population.programme).select(set(TERMS) - set(_VARIANT))
    step = 1 + max(population.weights["case"].to_list(), default=0)
    own_case = pl.col("variant") * step + pl.col("case")
    employed = (
        grid.join(terms, how="cross")
        .join(population.employed.select(_EMPLOYED), how="cross")
        .with_columns(plain_case=pl.col("case"), case=own_case)
        .sort("case", "first_of_month")
    )
    milestones = (
        _of_one_cent(population)
        .join(grid.filter(pl.col("amount_cents").is_not_null()), how="cross")
        .with_columns(case=own_case, due=pl.col("due") * pl.col("amount_cents"))
        .select("case", "milestone", "due_on", "due")
    )
    units = pl.col("units")
    charged = (
        premiums(employed.with_columns(**NOTHING_BEFORE), milestones)
        .group_by("variant", "plain_case")
        .agg(pl.col("saved_cents", "premium_cents").sum())
        .join(population.weights.rename({"case": "plain_case"}), on="plain_case")
        .group_by("variant", "ags")
        .agg(
            rounded((pl.col(name) * units).sum(), SHARE_UNITS).alias(name) for name in ("saved_cents", "premium_cents")
        )
    )
    members = pl.DataFrame(
        {"ags": population.start_up.keys(), "start_up_cents": population.start_up.values()},
        schema={"ags": pl.String, "start_up_cents": pl.Int64},
    )
    net = pl.col("saved_cents") - pl.col("premium_cents") - pl.col("start_up_cents")
    if population.programme.made_good:
        premium = pl.col("premium_cents")
        charged = charged.with_columns(premium_cents=premium - relief(premium, pl.col("saved_cents")))
    return (
        grid.select("variant")
        .join(members, how="cross")
        .join(charged, on=["variant", "ags"], how="left")
        .with_columns(pl.col("saved_cents", "premium_cents").fill_null(0))
        .with_columns(net_cents=net)
        .select("variant", *frame_schema(MUNICIPALITIES))
        .sort("variant", "ags")
    )


def totals(population: Population, grid: pl.DataFrame, of_members: pl.DataFrame) -> pl.DataFrame:
    """All municipalities together under every variant (calibration.GRID, in the order of `grid`).

    Coverage = (premiums + start-up contributions) / cost, cut off after the ten-thousandth, so that 100 % is reached
    only where the cost is covered; none where there is no cost.
    """
    net, income = pl.col("net_cents"), pl.col("premium_cents") + pl.col("start_up_cents")
    sums = of_members.group_by("variant").agg(
        pl.col("saved_cents", "premium_cents", "start_up_cents").sum(),
        net_cents=net.sum(),
        worse_off=(net < 0).sum().cast(pl.Int64),
        lowest_net_cents=net.min(),
    )
    rows = grid.join(sums, on="variant", maintain_order="left").with_columns(income_cents=income)
    covered = (coverage(cents, population.cost_cents) for cents in rows["income_cents"])
    units = [None if share is None else floor(share * SHARE_UNITS) for share in covered]
    return GRID.validate(
        rows.with_columns(coverage_units=pl.Series(units, dtype=pl.Int64)).select(frame_schema(GRID).keys())
    )


def _of_one_cent(population: Population) -> pl.DataFrame:
    """The milestones and their due dates for an amount of one cent; none where the premium is a share."""
    (terms,) = population.programme.premium
    if terms.amount_cents is None:
        return milestones_due(population.spells, population.programme)
    one_cent = terms.model_copy(update={"amount_cents": 1})
    return milestones_due(population.spells, population.programme.model_copy(update={"premium": (one_cent,)}))
