"""Saving of a case in a month: what the municipality would have borne, and what it did not (RULES section 3)."""

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.eligibility import CASE
from schemas.law import ANALOGOUS_RATES, ANALOGOUS_REGIME, BASIC_RATES, BASIC_REGIME, INCOME_ALLOWANCE
from schemas.money import rounded
from schemas.programme.programme import Programme
from schemas.programme.terms import MonthlyAmount
from schemas.refusal import Refusal
from schemas.returns import ANALOGOUS_BENEFIT, BASIC_BENEFIT

_FROM_BENEFITS = (
    "status",
    "benefit_kind",
    "need_stage",
    "accommodation_cents",
    "paid_cents",
    "entitled_from",
    "entitled_to",
    "cut_cents",
    "state_grant",
)


def monthly_savings(months: pl.DataFrame, benefits: pl.DataFrame, programme: Programme, law: Law) -> pl.DataFrame:
    """saved(m) = saved_benefit + saved_health − lost_grant, and every figure that leads to it.

    `months`: spells.employed_months; `benefits`: accepted rows (returns.BENEFITS). Result: `months` with
    need_cents, paid_cents, relief_cents (null when it rests on net wages and one is missing),
    saved_benefit_reported_cents, saved_benefit_statutory_cents (null when a net wage is missing), saved_health_cents, lost_grant_cents, saved_cents: whole cents, each rounded once, half
    away from zero. A month without eligible days has the benefit figures alone, the rest is 0. A month whose own
    Status is outside `target_group` shows its figures, but saved_cents is 0: `in_target_group` tells. Beside them stands
    what they were made from: see with_need, with_relief; the monthly amounts health_cents and grant_cents with the days
    they hold from (health_from, grant_from; null before the first grant).

    Refusal if the law does not cover a day of a need or the first day of a month, or if the programme's basis is
    the statutory saving and an eligible month has no net wage. §§ 3, 3a, 2, 7 AsylbLG; § 82 SGB XII.
    """
    savings = programme.savings
    assert savings is not None
    rows = months.join(
        benefits.select(*CASE, "month", *_FROM_BENEFITS), on=[*CASE, "month"], how="left", validate="1:1"
    )
    rows = with_relief(with_need(rows, law), savings.income_base == "net", law)
    need, paid = pl.col("need_cents"), pl.col("paid_cents")
    income_counted = (pl.col("net_cents") - pl.col("relief_cents")).clip(lower_bound=0)
    rows = rows.with_columns(
        income_counted_cents=income_counted,
        saved_benefit_reported_cents=(need - paid).clip(lower_bound=0),
        saved_benefit_statutory_cents=pl.when(income_counted.is_not_null()).then(
            pl.min_horizontal(need, income_counted)
        ),
    )
    days_of_month = pl.col("first_of_month").dt.days_in_month().cast(pl.Int64)
    employed = pl.col("eligible_days") > 0
    grant_lost = employed & pl.col("state_grant") & (paid == 0)
    first = savings.health[0]  # also holds from the first day of the month in which a programme starts
    rows = _with_amount(rows, savings.health, "health").with_columns(
        pl.col("health_cents").fill_null(first.amount_cents), pl.col("health_from").fill_null(first.start)
    )
    rows = _with_amount(rows, savings.lost_state_grant, "grant").with_columns(
        saved_health_cents=rounded(pl.col("health_cents") * pl.col("entitled_days"), days_of_month),
        lost_grant_cents=pl.when(grant_lost).then(pl.col("grant_cents")).fill_null(0),
    )
    saved = pl.col(f"saved_benefit_{savings.basis}_cents") + pl.col("saved_health_cents") - pl.col("lost_grant_cents")
    rows = rows.with_columns(in_target_group=pl.col("status").is_in(programme.programme.target_group))
    return _complete(
        rows.with_columns(saved_cents=pl.when(employed & pl.col("in_target_group")).then(saved).otherwise(0))
    )


def with_need(rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """need(m) = max(0, rounded(Σ of the daily rates inside Anspruch von … bis) − cut) + accommodation cost.

    `rows`: months with the columns of their benefits. Result: `rows` with need_cents; benefit_cents, the rounded sum
    alone; and deducted_cents, the cut as far as there is something to cut. The daily rate is the monthly one of the
    day divided by the days of the month; the sum is divided and rounded once.
    """
    month_end = pl.col("first_of_month").dt.month_end()
    periods = rows.with_columns(
        need_from=pl.max_horizontal("entitled_from", "first_of_month"),
        need_to=pl.min_horizontal("entitled_to", month_end),
    )
    period = {"key": "need_stage", "first": "need_from", "last": "need_to"}
    sums = [
        law.rate_days(table, periods.filter(benefit_kind=kind), **period).with_columns(benefit_kind=pl.lit(kind))
        for kind, table in ((BASIC_BENEFIT, BASIC_RATES), (ANALOGOUS_BENEFIT, ANALOGOUS_RATES))
    ]
    need = pl.col("benefit_cents") - pl.col("deducted_cents") + pl.col("accommodation_cents")
    return (
        periods.join(pl.concat(sums), on=["benefit_kind", *period.values()], how="left")
        .with_columns(benefit_cents=rounded(pl.col("rate_days"), month_end.dt.day().cast(pl.Int64)))
        .with_columns(deducted_cents=pl.min_horizontal("benefit_cents", "cut_cents"))
        .with_columns(need_cents=need)
    )


def with_relief(rows: pl.DataFrame, of_net: bool, law: Law) -> pl.DataFrame:
    """Relief: the smaller of a percentage of the wage and of the cap's rate, rounded once.

    `rows`: months with their wages and benefits. Result: `rows` with relief_cents, and both amounts that it is the
    smaller of (relief_of_wage_cents, relief_cap_cents, each rounded) with what they are a percentage of: the wage
    (wage_cents), and the rate_cents of `cap_stage`; `regime` is the law row's. Percentages and rates are those in force on the first day of the month; the cap's rate is the own stage's (Grundleistung) or that of
    Regelbedarfsstufe 1 (Analogleistung). With `of_net` the percentage applies to the net wages; where one
    is missing, relief is null: never an amount from partial wages.

    Analogleistung 2026, gross 1,200.00: 30 % are 360.00, the cap is 50 % of 563.00 = 281.50 (RULES worked figure 5).
    """
    situation = ["first_of_month", "benefit_kind", "need_stage"]
    situations = rows.select(situation).unique()
    found = [
        law.in_force(
            table,
            law.in_force(
                INCOME_ALLOWANCE,
                situations.filter(benefit_kind=kind).with_columns(regime=pl.lit(regime), cap_stage=cap_stage),
                day="first_of_month",
                key="regime",
            ),
            day="first_of_month",
            key="cap_stage",
        ).select(*situation, "regime", "cap_stage", "percent", "cap_percent", "rate_cents")
        for kind, regime, table, cap_stage in (
            (BASIC_BENEFIT, BASIC_REGIME, BASIC_RATES, pl.col("need_stage")),
            (ANALOGOUS_BENEFIT, ANALOGOUS_REGIME, ANALOGOUS_RATES, pl.lit(1, pl.Int64)),
        )
    ]
    return (
        rows.join(pl.concat(found), on=situation, how="left")
        .with_columns(wage_cents=pl.col("net_cents" if of_net else "gross_cents"))
        .with_columns(
            relief_of_wage_cents=rounded(pl.col("percent") * pl.col("wage_cents"), 100),
            relief_cap_cents=rounded(pl.col("cap_percent") * pl.col("rate_cents"), 100),
        )
        .with_columns(
            relief_cents=pl.when(pl.col("wage_cents").is_not_null()).then(
                pl.min_horizontal("relief_of_wage_cents", "relief_cap_cents")
            )
        )
    )


def _with_amount(rows: pl.DataFrame, amounts: tuple[MonthlyAmount, ...], name: str) -> pl.DataFrame:
    """`rows` with the programme's monthly amount in force on the first day of the month, and since when it is.

    Columns `<name>_cents` and `<name>_from`, both null before the first amount.
    """
    since = f"{name}_from"
    dated = pl.DataFrame(
        [(entry.start, entry.amount_cents) for entry in amounts],
        schema={since: pl.Date, f"{name}_cents": pl.Int64},
        orient="row",
    )
    months = rows.select("first_of_month").unique().sort("first_of_month")
    in_force = months.join_asof(dated, left_on="first_of_month", right_on=since, coalesce=False)
    return rows.join(in_force, on="first_of_month", how="left")


def _complete(rows: pl.DataFrame) -> pl.DataFrame:
    missing = rows.filter(pl.col("saved_cents").is_null() & pl.col("net_cents").is_null()).sort(*CASE, "month")
    if missing.height:
        ags, case_id, month = missing.select(*CASE, "month").row(0)
        raise Refusal("net-wage-missing", case_id=case_id, ags=ags, month=month)
    return rows
