"""Eligible employment: which placement counts in which month, and by which terms (RULES section 4)."""

import polars as pl

from flows.compute.law import OPEN_END, Law
from schemas.employers import compared_employers
from schemas.law import MARGINAL_THRESHOLD
from schemas.money import share_units
from schemas.month_columns import first_days
from schemas.programme.programme import Programme
from schemas.results import Reason

# Why a placement is not eligible, in the order of the rule: reason i is bit i of a column `failed`.
REASONS = (
    Reason.NOT_INSURED,
    Reason.MARGINAL,
    Reason.HOURS,
    Reason.STATUS,
    Reason.NO_CONSENT,
    Reason.LATE_CONSENT,
    Reason.NO_WORK_PERMIT,
    Reason.OUTSIDE_PROGRAMME,
)
CASE = ("ags", "case_id")
_OF_BENEFITS = ("status", "benefit_kind", "entitled_from", "entitled_to")


def premium_blocks(programme: Programme) -> pl.DataFrame:
    """The [[premium]] blocks, one row each in the order of `terms_from`; a case's terms are found by that date.

    `share_units`: ten-thousandths (null for milestones, `amount_cents` otherwise); hours in hundredths, money in cents.
    """
    schema: dict[str, type[pl.DataType]] = {
        "terms_from": pl.Date,
        "min_hours_hundredths": pl.Int64,
        "status_at_start": pl.Boolean,
        "permit_required": pl.Boolean,
        "bridge_days": pl.Int64,
        "employer_breaks": pl.Boolean,
        "max_months": pl.Int64,
        "cap_cents": pl.Int64,
        "waiting_days": pl.Int64,
        "share_units": pl.Int64,
        "amount_cents": pl.Int64,
    }
    rows = [
        (
            terms.start,
            terms.min_weekly_hours_hundredths,
            terms.status_at == "start",
            terms.require_work_permit,
            terms.bridge_days,
            terms.employer_change == "breaks",
            terms.max_months,
            terms.cap_cents,
            terms.waiting_days,
            None if terms.share is None else share_units(terms.share),
            terms.amount_cents,
        )
        for terms in programme.premium
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def judged_placements(benefits: pl.DataFrame, placements: pl.DataFrame, programme: Programme, law: Law) -> pl.DataFrame:
    """A placement is eligible in month m when all conditions hold; otherwise the reasons are kept.

    `benefits`, `placements`: accepted rows (returns.BENEFITS, PLACEMENTS), one return per municipality and month.
    Result: the placement rows, sorted by case, Beginn and month, with the month's `status`, `benefit_kind`
    and entitlement, and

    - `case`, `placement`: running numbers of the cases (ags, case_id) and of the placements (case and Beginn)
    - `employer`, `end`: of the latest month that mentions the placement, the employer trimmed and case-folded for
      comparison; without an Ende the last day of that month, up to which the placement is known
    - `first_of_month`; `first_day` … `last_day`: the employment days in the month, inclusive
    - `terms_from`: the [[premium]] block that it is judged by; `terms_begin`: the Beginn that gives the case its terms
    - `failed`: the conditions that do not hold, as bits over REASONS; `eligible`: all hold

    The terms of a case are those of the block in force on the earliest Beginn among its placements that are
    eligible in at least one month by the block of their own Beginn; then these terms judge all its placements.
    A case without such a placement has no terms: each placement keeps the judgement of its own block. A Beginn
    before the first block lies outside the programme in any case and is judged by the first block.

    Refusal if the marginal-employment threshold of a first employment day in a month is missing.
    RULES sections 4.1, 4.2 and 4.5; § 8 SGB IV.
    """
    known = _known(benefits, placements)
    thresholds = law.in_force(MARGINAL_THRESHOLD, known.select("first_day").unique(), day="first_day")
    blocks = premium_blocks(programme)
    begins = known.select("begin").unique().sort("begin")
    first_block = pl.lit(blocks["terms_from"].min(), pl.Date)
    own = begins.join_asof(blocks.select("terms_from"), left_on="begin", right_on="terms_from").with_columns(
        terms_from=pl.coalesce("terms_from", first_block)
    )
    rows = known.join(thresholds.select("first_day", "threshold_cents"), on="first_day").join(own, on="begin")
    by_own_block = _judged(rows, blocks, programme)
    # Blocks follow one another by date: the earliest block of the eligible placements is that of the earliest Beginn.
    of_case = (
        by_own_block.filter("eligible")
        .group_by("case")
        .agg(case_terms_from=pl.col("terms_from").min(), terms_begin=pl.col("begin").min())
    )
    of_case_or_own = (
        by_own_block.join(of_case, on="case", how="left")
        .with_columns(terms_from=pl.coalesce("case_terms_from", "terms_from"))
        .drop("case_terms_from")
    )
    return (
        _judged(of_case_or_own, blocks, programme).drop("status_at_first", "threshold_cents").sort("placement", "month")
    )


def with_reasons(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the list column `reasons` in place of the bits of `failed`, in the order of the rule."""
    bits = frame["failed"].unique().to_list()
    named = [[str(reason) for place, reason in enumerate(REASONS) if failed >> place & 1] for failed in bits]
    lists = pl.DataFrame({"failed": bits, "reasons": named}, schema={"failed": pl.Int64, "reasons": pl.List(pl.String)})
    return frame.join(lists, on="failed", how="left", maintain_order="left").drop("failed")


def _known(benefits: pl.DataFrame, placements: pl.DataFrame) -> pl.DataFrame:
    """What is known of each placement in each of its months, whatever the order of receipt."""
    first_of_month = first_days("month")
    rows = (
        placements.drop("remark")
        .join(benefits.select(*CASE, "month", *_OF_BENEFITS), on=[*CASE, "month"], how="left", validate="m:1")
        .sort(*CASE, "begin", "month")
        .with_columns(
            case=pl.struct(CASE).rle_id(),
            placement=pl.struct(*CASE, "begin").rle_id(),
            employer=pl.col("employer").map_batches(compared_employers, return_dtype=pl.String),
            first_of_month=first_of_month,
            end=pl.coalesce("end", first_of_month.dt.month_end()),
        )
    )
    return rows.with_columns(
        pl.col("employer", "end").last().over("placement"), status_at_first=pl.col("status").first().over("placement")
    ).with_columns(
        first_day=pl.max_horizontal("begin", "first_of_month"),
        last_day=pl.min_horizontal("end", pl.col("first_of_month").dt.month_end()),
    )


def _judged(rows: pl.DataFrame, blocks: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    """`rows` with `failed` and `eligible`, judged by the block `terms_from`."""
    conditions_set = blocks.select("terms_from", "min_hours_hundredths", "status_at_start", "permit_required")
    term, begin = programme.programme, pl.col("begin")
    status = pl.when("status_at_start").then("status_at_first").otherwise("status")
    conditions = {
        Reason.NOT_INSURED: ~pl.col("insured"),
        Reason.MARGINAL: pl.col("gross_cents") <= pl.col("threshold_cents"),
        Reason.HOURS: pl.col("weekly_hours_hundredths") < pl.col("min_hours_hundredths"),
        Reason.STATUS: ~status.is_in(term.target_group),
        Reason.NO_CONSENT: pl.col("consent_on").is_null(),
        Reason.LATE_CONSENT: (pl.col("consent_on") > begin).fill_null(False),
        Reason.NO_WORK_PERMIT: pl.col("permit_required") & (pl.col("work_permit_on") > begin).fill_null(True),
        Reason.OUTSIDE_PROGRAMME: ~begin.is_between(term.start, term.end or OPEN_END),
    }
    bits = [conditions[reason].cast(pl.Int64) * (1 << place) for place, reason in enumerate(REASONS)]
    return (
        rows.join(conditions_set, on="terms_from", how="left")
        .with_columns(failed=pl.sum_horizontal(bits, ignore_nulls=False))
        .with_columns(eligible=(pl.col("failed") == 0) & (pl.col("first_day") <= pl.col("last_day")))
        .drop(conditions_set.columns[1:])
    )
