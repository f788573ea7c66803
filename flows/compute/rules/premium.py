"""Premium of a case month by month (RULES section 5)."""

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.eligibility import judged_placements, premium_blocks, with_reasons
from flows.compute.rules.savings import monthly_savings
from flows.compute.rules.spells import employed_months, in_spells, spells
from flows.compute.rules.standing import with_what_stands
from schemas.money import SHARE_UNITS, rounded, share_units
from schemas.programme.programme import Programme
from schemas.results import CASES, empty
from schemas.standing import NOTHING_STANDS, Standing

TERMS = ("max_months", "cap_cents", "waiting_days", "share_units", "amount_cents")
_NO_DAYS = ("saved_to_date_cents", "target_cents", "premium_to_date_cents", "premium_cents")


def case_months(
    benefits: pl.DataFrame, placements: pl.DataFrame, programme: Programme, law: Law, stands: Standing = NOTHING_STANDS
) -> pl.DataFrame:
    """At the end of every month a municipality has been charged for a case at most what the case has saved it.

    `benefits`, `placements`: accepted rows (returns.BENEFITS, PLACEMENTS) of all municipalities and of all months up
    to the run's, exactly one return per municipality and month. Result: results.CASES, one row per case and month
    with a placement, sorted by ags, case_id, service_month; money in whole cents, each figure rounded once, half
    away from zero; a month's `reasons` are those of all its placements that are not eligible. `stands`: what was taken
    over and what is posted in closed months; such a month's premium_cents is what is posted.

    Refusal if the law does not cover a date, or a net wage is missing that the programme's basis needs.
    RULES sections 3 to 5.

    RULES worked figure 1: saved 694.00 a month from April 2016, share 0.80, waiting 42 days, cap 2,500.00: premium
    0.00 in April (30 days), 1,110.40 in May, 555.20 in June and July, 279.20 in August (the cap), then 0.00.
    """
    if not programme.premium:
        return empty(CASES)
    return CASES.validate(
        with_reasons(months_in_full(benefits, placements, programme, law, stands))
        .sort("case", "month")
        .with_columns(service_month=pl.col("month"), eligible=pl.col("eligible_days") > 0)
        .select(CASES.columns.keys())
    )


def months_in_full(
    benefits: pl.DataFrame, placements: pl.DataFrame, programme: Programme, law: Law, stands: Standing = NOTHING_STANDS
) -> pl.DataFrame:
    """The case months of `case_months` with every intermediate figure that they were made from."""
    months, employed, spells_of_cases = employment(benefits, placements, programme, law, stands)
    without_days = months.filter(pl.col("eligible_days") == 0)
    terms = premium_blocks(programme).select("terms_from", *TERMS)
    in_terms = employed.join(terms, on="terms_from", how="left", maintain_order="left")
    charged = premiums(with_what_stands(in_terms, stands), milestones_due(spells_of_cases, programme))
    return pl.concat([charged, without_days], how="diagonal").with_columns(pl.col(_NO_DAYS).fill_null(0))


def employment(
    benefits: pl.DataFrame, placements: pl.DataFrame, programme: Programme, law: Law, stands: Standing = NOTHING_STANDS
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """All months with their savings, those with eligible days with their spells, and the spells: no premium yet.

    The second is sorted by case and month (spells.in_spells), the third is spells.spells.
    """
    judged = judged_placements(benefits, placements, programme, law)
    months = monthly_savings(employed_months(judged), benefits, programme, law)
    spells_of_cases = spells(judged, programme, stands)
    return months, in_spells(months.filter(pl.col("eligible_days") > 0), spells_of_cases), spells_of_cases


def premiums(employed: pl.DataFrame, milestones: pl.DataFrame) -> pl.DataFrame:
    """The premium of every month with eligible days, by the terms that stand beside it (RULES section 5.1).

    `employed`: months of `employment`, sorted by case and month, with the columns TERMS and those of
    standing.NOTHING_BEFORE; `milestones`: milestones_due of the same cases. Result: the same rows with counted_month,
    counted_cents, saved_to_date_cents, target_cents, premium_to_date_cents, charged_before_cents and premium_cents.
    """
    return _premiums(_counted(employed), milestones)


def _counted(employed: pl.DataFrame) -> pl.DataFrame:
    """A month counts if its saving is not 0 and fewer than `max_months` months of the case counted before.

    What was taken over comes before the first month: so many months, saved so much.

    Result: the same rows with counted_month (null if it does not count), counted_cents (then 0), saved_to_date_cents.
    """
    not_zero = pl.col("saved_cents") != 0
    number = pl.col("taken_months") + not_zero.cast(pl.Int64).cum_sum().over("case")
    return (
        employed.with_columns(counted_month=pl.when(not_zero & (number <= pl.col("max_months"))).then(number))
        .with_columns(counted_cents=pl.when(pl.col("counted_month").is_not_null()).then("saved_cents").otherwise(0))
        .with_columns(saved_to_date_cents=pl.col("taken_saved_cents") + pl.col("counted_cents").cum_sum().over("case"))
    )


def _premiums(counted: pl.DataFrame, milestones: pl.DataFrame) -> pl.DataFrame:
    """premium_to_date(m) = max(0, min(target(m), cap if any, saved_to_date(m))); premium(m) is what it grew by.

    The first open month settles all that was charged before, whatever closed months would come to today: what was
    taken over, and what is posted. Of a closed month stands what is posted (RULES sections 5.3 and 5.4).

    A target is made of pieces that fall due once a spell has reached a length. A spell never gets shorter, so what
    was due stays due: target(m) adds up the pieces due on or before the last day of m, rounded once, to what was taken
    over. Milestones and what was taken over together come to the agreed amount at most.
    """
    due = (
        pl.concat([savings_due(counted), milestones], how="diagonal")
        .group_by("case", "due_on")
        .agg(pl.col("due").sum())
        .sort("case", "due_on")
        .with_columns(due_to_date=pl.col("due").cum_sum().over("case"))
    )
    to_date = pl.min_horizontal("target_cents", "cap_cents", "saved_to_date_cents").clip(lower_bound=0)
    before = pl.col("premium_to_date_cents").shift(1).over("case").fill_null(pl.col("taken_cents"))
    first_open = ~pl.col("closed") & pl.col("closed").shift(1).over("case").fill_null(value=True)
    grown = pl.col("premium_to_date_cents") - pl.col("charged_before_cents")
    limit = pl.when(pl.col("amount_cents").is_not_null()).then(pl.max_horizontal("amount_cents", "taken_cents"))
    return (
        counted.with_columns(month_end=pl.col("first_of_month").dt.month_end())
        .join_asof(due, left_on="month_end", right_on="due_on", by="case", check_sortedness=False)
        .with_columns(target_cents=pl.col("taken_cents") + rounded(pl.col("due_to_date").fill_null(0), SHARE_UNITS))
        .with_columns(target_cents=pl.min_horizontal("target_cents", limit))
        .with_columns(premium_to_date_cents=to_date)
        .with_columns(
            charged_before_cents=pl.when(first_open)
            .then(pl.col("taken_cents") + pl.col("closed_cents"))
            .otherwise(before)
        )
        .with_columns(premium_cents=pl.when("closed").then("posted_cents").otherwise(grown))
    )


def savings_due(counted: pl.DataFrame) -> pl.DataFrame:
    """as_saved: the share of each counted month falls due when its spell has lasted `waiting_days`, if it ever does.

    Result: `case`, `month`, `due_on`, `due` in ten-thousandths of a cent.
    """
    waited = pl.col("spell_begin") + pl.duration(days=pl.col("waiting_days") - 1)
    share_of_saving = pl.col("counted_cents") * pl.col("share_units")
    return counted.filter(pl.col("share_units").is_not_null() & (waited <= pl.col("spell_end"))).select(
        "case", "month", due_on=pl.max_horizontal("first_of_month", waited), due=share_of_saving
    )


def milestones_due(spells_of_cases: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    """milestones: each share of the amount falls due when the first spell of the case reaches `after_days`.

    One that the employment taken over had reached is part of what was charged then.

    Result: `case`, `milestone` (its place in the block, from 0), `due_on`, `share_units` (ten-thousandths), `due` in
    ten-thousandths of a cent.
    """
    milestones = pl.DataFrame(
        [
            {
                "terms_from": terms.start,
                "milestone": number,
                "after_days": milestone.after_days,
                "share_units": share_units(milestone.share),
                "due": terms.amount_cents * share_units(milestone.share),
            }
            for terms in programme.premium
            if terms.amount_cents is not None
            for number, milestone in enumerate(terms.milestones)
        ],
        schema={
            "terms_from": pl.Date,
            "milestone": pl.Int64,
            "after_days": pl.Int64,
            "share_units": pl.Int64,
            "due": pl.Int64,
        },
    )
    reached = pl.col("spell_begin") + pl.duration(days=pl.col("after_days") - 1)
    return (
        spells_of_cases.join(milestones, on="terms_from")
        .filter(reached <= pl.col("spell_end"), pl.col("after_days") > pl.col("taken_days").fill_null(-1))
        .group_by("case", "milestone")
        .agg(pl.col("share_units", "due").first(), due_on=reached.min())
    )
