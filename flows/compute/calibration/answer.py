"""The answer of a calibration: limits, what would close a gap, other circumstances."""

from dataclasses import replace

import polars as pl

from flows.compute.calibration.population import Population, by_municipality, totals, variants
from schemas.calibration import MUNICIPALITIES, Basis, Calibration, Gap, Limits, Scenario
from schemas.money import SHARE_UNITS, share_units
from schemas.programme.programme import Programme
from schemas.programme.terms import Premium

_SHARE_STEP = 100  # whole percents
_AMOUNT_STEP_CENTS = 50_00
_FACTORS = ((1, 2), (3, 4), (5, 4), (3, 2), (2, 1))  # placements
_RETENTION = (3, 6, 9)  # months


def calibrate(population: Population, programme: Programme, basis: Basis) -> Calibration:
    """Coverage and neutrality over share or amount, cap, placements and retention (RULES section 9).

    Shares run from 0 to 100 % in whole percents, amounts from 0 to twice the agreed one in steps of 50 euros. Coverage
    never falls and the municipalities' net never rises with the value, so one limit each divides the grid.
    """
    (terms,) = population.programme.premium
    values, agreed = _values(terms)
    caps = _caps(terms)
    found = _answered(population, programme, basis, values, caps, agreed)
    return replace(found, scenarios=_scenarios(population, found.grid, caps, values, terms))


def tried(population: Population, programme: Programme, basis: Basis, *, value: int) -> Calibration:
    """The same under the population's own terms with another share or amount in place of the agreed one: no other caps, no scenarios."""
    (terms,) = population.programme.premium
    values, _ = _values(terms)
    return _answered(population, programme, basis, sorted({*values, value}), [terms.cap_cents], value)


def agreed_value(population: Population) -> int:
    """The agreed share in ten-thousandths, or amount in cents."""
    return _values(population.programme.premium[0])[1]


def _answered(
    population: Population,
    programme: Programme,
    basis: Basis,
    values: list[int],
    caps: list[int | None],
    agreed: int,
) -> Calibration:
    (terms,) = population.programme.premium
    of_share = terms.amount_cents is None
    grid = variants(of_share, values, caps)
    of_members = by_municipality(population, grid)
    sums = totals(population, grid, of_members)
    name = "share_units" if of_share else "amount_cents"
    own = sums.filter(pl.col("cap_cents").eq_missing(pl.lit(terms.cap_cents, pl.Int64)))
    limits = limits_of(own, name)
    chosen = _chosen(limits)

    def members_at(value: int) -> pl.DataFrame:
        at = grid.row(
            by_predicate=(pl.col(name) == value) & pl.col("cap_cents").eq_missing(pl.lit(terms.cap_cents, pl.Int64))
        )[0]
        return MUNICIPALITIES.validate(of_members.filter(pl.col("variant") == at).drop("variant"))

    return Calibration(
        programme=programme,
        source=basis.source,
        basis=basis.facts,
        calculated_on=basis.calculated_on,
        milestones=not of_share,
        cap_cents=terms.cap_cents,
        agreed=agreed,
        chosen=chosen,
        cost_cents=population.cost_cents,
        placements_units=population.placements_units,
        grid=sums,
        limits=limits,
        scenarios=(),
        gap=None
        if limits.both
        else _gap(population, own.row(by_predicate=pl.col(name) == chosen, named=True), members_at(chosen)),
        at_agreed=members_at(agreed),
        at_chosen=members_at(chosen),
    )


def limits_of(rows: pl.DataFrame, name: str) -> Limits:
    """The lowest value that covers the cost, and the highest that leaves no municipality worse off.

    `rows`: calibration.GRID of one cap; `name`: the column of the value.
    """
    covering = rows.filter(pl.col("coverage_units").fill_null(SHARE_UNITS) >= SHARE_UNITS)[name].to_list()
    neutral = rows.filter(pl.col("worse_off") == 0)[name].to_list()
    return Limits(min(covering, default=None), max(neutral, default=None))


def _values(terms: Premium) -> tuple[list[int], int]:
    """The values of the grid, the agreed one among them, and the agreed one."""
    if terms.share is not None:
        agreed = share_units(terms.share)
        return sorted({*range(0, SHARE_UNITS + 1, _SHARE_STEP), agreed}), agreed
    assert terms.amount_cents is not None
    steps = range(0, 2 * terms.amount_cents + 1, _AMOUNT_STEP_CENTS)
    return sorted({*steps, terms.amount_cents}), terms.amount_cents


def _caps(terms: Premium) -> list[int | None]:
    """The agreed cap, half, one and a half times and twice of it, and none."""
    cap = terms.cap_cents
    return [None] if cap is None else [*sorted({cap // 2, cap, cap * 3 // 2, cap * 2}), None]


def _chosen(limits: Limits) -> int:
    """The lowest value that covers, if it is neutral; else the highest neutral one; else none at all."""
    if limits.both:
        assert limits.covering is not None
        return limits.covering
    return limits.neutral or 0


def _gap(population: Population, at: dict[str, int], members: pl.DataFrame) -> Gap:
    """What is missing, and how many more placements or months would bring it: as saving where municipalities lack it
    even without a premium, else as premium.

    One municipality's saving closes no other's shortfall: there the placements (months) are rounded up for each.
    """
    missing = max(0, population.cost_cents - at["income_cents"])
    shortfalls = [-net for net in members["net_cents"] if net < 0]
    weighted = population.employed.join(population.weights.select("case", "units"), on="case")
    units = (population.placements_units, int(weighted["units"].sum()))
    wanted, brings = (shortfalls, at["saved_cents"]) if shortfalls else ([missing], at["premium_cents"])
    if not brings:
        return Gap(missing, sum(shortfalls), None, None)
    # ⌈wanted / average⌉, the average being what a placement (a month of employment) brings.
    placements, months = (sum(-(-cents * own // (brings * SHARE_UNITS)) for cents in wanted) for own in units)
    return Gap(missing, sum(shortfalls), placements, months)


def _scenarios(
    population: Population, sums: pl.DataFrame, caps: list[int | None], values: list[int], terms: Premium
) -> tuple[Scenario, ...]:
    """The limits with other caps, with more or fewer placements, and with shorter employment."""
    of_share = terms.amount_cents is None
    name = "share_units" if of_share else "amount_cents"
    found = [
        Scenario(
            "anderer Höchstbetrag" if cap != terms.cap_cents else "wie vereinbart",
            cap,
            population.placements_units,
            limits_of(sums.filter(pl.col("cap_cents").eq_missing(pl.lit(cap, pl.Int64))), name),
        )
        for cap in sorted(caps, key=lambda cap: (cap != terms.cap_cents, cap is None, cap or 0))
    ]
    grid = variants(of_share, values, [terms.cap_cents])
    others = [(f"{100 * up // down} % der Vermittlungen", population.times(up, down)) for up, down in _FACTORS]
    others += [(f"keine Beschäftigung länger als {months} Monate", population.at_most(months)) for months in _RETENTION]
    for label, other in others:
        limits = limits_of(totals(other, grid, by_municipality(other, grid)), name)
        found.append(Scenario(label, terms.cap_cents, other.placements_units, limits))
    return tuple(found)
