"""Premium of a case month by month, its lines, and the start-up contribution (RULES sections 5 and 6)."""

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.eligibility import judged_placements, premium_blocks, with_reasons
from flows.compute.rules.savings import monthly_savings
from flows.compute.rules.spells import employed_months, in_spells, spells
from schemas.law import ANALOGOUS_RATES, BASIC_RATES
from schemas.money import SHARE_UNITS, rounded, share_units
from schemas.programme.programme import Programme
from schemas.results import CASES, COMPUTED_LINES, QUANTITY, RATE, LineKind, Unit, empty, frame_schema
from schemas.returns import ANALOGOUS_BENEFIT, BASIC_BENEFIT

# What a need rests on, and what income counts against it.
_LAW_BASIC, _LAW_ANALOGOUS = "§§ 3, 7 AsylbLG", "§ 2 AsylbLG, §§ 28, 82 SGB XII"
TERMS = ("max_months", "cap_cents", "waiting_days", "share_units")
_NO_DAYS = ("saved_to_date_cents", "target_cents", "premium_to_date_cents", "premium_cents")


def case_months(
    benefits: pl.DataFrame, placements: pl.DataFrame, programme: Programme, law: Law
) -> pl.DataFrame:  # fmt: skip
    """At the end of every month a municipality has been charged for a case at most what the case has saved it.

    `benefits`, `placements`: accepted rows (returns.BENEFITS, PLACEMENTS) of all municipalities and of all months up
    to the run's, exactly one return per municipality and month. Result: results.CASES, one row per case and month
    with a placement, sorted by ags, case_id, service_month; money in whole cents, each figure rounded once, half
    away from zero; a month's `reasons` are those of all its placements that are not eligible.

    Refusal if the law does not cover a date, or a net wage is missing that the programme's basis needs.
    RULES sections 3 to 5.

    RULES worked figure 1: saved 694.00 a month from April 2016, share 0.80, waiting 42 days, cap 2,500.00: premium
    0.00 in April (30 days), 1,110.40 in May, 555.20 in June and July, 279.20 in August (the cap), then 0.00.
    """
    if not programme.premium:
        return empty(CASES)
    return CASES.validate(
        with_reasons(months_in_full(benefits, placements, programme, law))
        .sort("case", "month")
        .with_columns(service_month=pl.col("month"), eligible=pl.col("eligible_days") > 0)
        .select(CASES.columns.keys())
    )


def months_in_full(
    benefits: pl.DataFrame, placements: pl.DataFrame, programme: Programme, law: Law
) -> pl.DataFrame:  # fmt: skip
    """The case months of `case_months` with every intermediate figure that they were made from."""
    months, employed, spells_of_cases = employment(benefits, placements, programme, law)
    without_days = months.filter(pl.col("eligible_days") == 0)
    terms = premium_blocks(programme).select("terms_from", *TERMS)
    in_terms = employed.join(terms, on="terms_from", how="left", maintain_order="left")
    charged = premiums(in_terms, milestones_due(spells_of_cases, programme))
    return pl.concat([charged, without_days], how="diagonal").with_columns(pl.col(_NO_DAYS).fill_null(0))


def employment(
    benefits: pl.DataFrame, placements: pl.DataFrame, programme: Programme, law: Law
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """All months with their savings, those with eligible days with their spells, and the spells: no premium yet.

    The second is sorted by case and month (spells.in_spells), the third is spells.spells.
    """
    judged = judged_placements(benefits, placements, programme, law)
    months = monthly_savings(employed_months(judged), benefits, programme, law)
    spells_of_cases = spells(judged, programme)
    return months, in_spells(months.filter(pl.col("eligible_days") > 0), spells_of_cases), spells_of_cases


def premiums(employed: pl.DataFrame, milestones: pl.DataFrame) -> pl.DataFrame:
    """The premium of every month with eligible days, by the terms that stand beside it (RULES section 5.1).

    `employed`: months of `employment`, sorted by case and month, with the columns TERMS; `milestones`: milestones_due
    of the same cases. Result: the same rows with counted_month, counted_cents, saved_to_date_cents, target_cents,
    premium_to_date_cents and premium_cents.
    """
    return _premiums(_counted(employed), milestones)


def _counted(employed: pl.DataFrame) -> pl.DataFrame:
    """A month counts if its saving is not 0 and fewer than `max_months` months of the case counted before.

    Result: the same rows with counted_month (null if it does not count), counted_cents (then 0), saved_to_date_cents.
    """
    not_zero = pl.col("saved_cents") != 0
    number = not_zero.cast(pl.Int64).cum_sum().over("case")
    return (
        employed.with_columns(counted_month=pl.when(not_zero & (number <= pl.col("max_months"))).then(number))
        .with_columns(counted_cents=pl.when(pl.col("counted_month").is_not_null()).then("saved_cents").otherwise(0))
        .with_columns(saved_to_date_cents=pl.col("counted_cents").cum_sum().over("case"))
    )


def _premiums(counted: pl.DataFrame, milestones: pl.DataFrame) -> pl.DataFrame:
    """premium_to_date(m) = max(0, min(target(m), cap if any, saved_to_date(m))); premium(m) is what it grew by.

    A target is made of pieces that fall due once a spell has reached a length. A spell never gets shorter, so what
    was due stays due: target(m) adds up the pieces due on or before the last day of m, rounded once.
    """
    due = (
        pl.concat([savings_due(counted), milestones], how="diagonal")
        .group_by("case", "due_on")
        .agg(pl.col("due").sum())
        .sort("case", "due_on")
        .with_columns(due_to_date=pl.col("due").cum_sum().over("case"))
    )
    to_date = pl.min_horizontal("target_cents", "cap_cents", "saved_to_date_cents").clip(lower_bound=0)
    before = pl.col("premium_to_date_cents").shift(1).over("case").fill_null(0)
    return (
        counted.with_columns(month_end=pl.col("first_of_month").dt.month_end())
        .join_asof(due, left_on="month_end", right_on="due_on", by="case", check_sortedness=False)
        .with_columns(target_cents=rounded(pl.col("due_to_date").fill_null(0), SHARE_UNITS))
        .with_columns(premium_to_date_cents=to_date)
        .with_columns(premium_cents=pl.col("premium_to_date_cents") - before)
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
        .filter(reached <= pl.col("spell_end"))
        .group_by("case", "milestone")
        .agg(pl.col("share_units", "due").first(), due_on=reached.min())
    )


def premium_lines(cases: pl.DataFrame, judged: pl.DataFrame, law: Law) -> pl.DataFrame:
    """One line for every month with eligible days, also with amount 0.

    `cases`: case_months; `judged`: eligibility.judged_placements of the same returns. Result:
    results.COMPUTED_LINES of kind `premium`, in whole cents. `reason` names why other placements of the month are
    not eligible; file, sheet and row are those of the month's eligible placement with the earliest Beginn. The legal
    basis names the law of need and income, since when the month's rates have been in force, and the terms.
    """
    month = ["ags", "case_id", "service_month"]
    evidence = (
        judged.filter("eligible")
        .rename({"month": "service_month"})
        .sort(*month, "begin")
        .unique(month, keep="first", maintain_order=True)
        .select(*month, "benefit_kind", "terms_from", "file_sha256", "sheet", "row")
    )
    basis = pl.when(benefit_kind=ANALOGOUS_BENEFIT).then(pl.lit(_LAW_ANALOGOUS)).otherwise(pl.lit(_LAW_BASIC))
    terms_from = pl.col("terms_from").dt.to_string("%d.%m.%Y")
    columns = {
        "kind": pl.lit(str(LineKind.PREMIUM)),
        "reference": pl.lit(""),
        "provider_kind": pl.lit(None, pl.String),
        "quantity": pl.lit(1).cast(QUANTITY),
        "unit": pl.lit(str(Unit.MONTH)),
        "rate_cents": pl.lit(None, RATE),
        "cost_cents": pl.col("premium_cents"),
        "computed_cents": pl.col("premium_cents"),
        "reason": pl.col("reasons"),
        "legal_basis": pl.format("{}, Sätze ab {}; Prämienbedingungen ab {}", basis, "rates_from", terms_from),
    }
    rows = cases.filter("eligible").join(evidence, on=month, how="left", maintain_order="left")
    rows = rows.join(_rates_from(rows, law), on=["service_month", "benefit_kind"], how="left", maintain_order="left")
    return COMPUTED_LINES.validate(
        rows.select(columns.get(name, pl.col(name)).alias(name) for name in frame_schema(COMPUTED_LINES))
    )


def _rates_from(rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every service month and benefit kind of `rows`, with `rates_from`: the first days of the rates in force in it."""
    in_force = pl.concat(
        law.frames[table.name].select("valid_from", "valid_to", benefit_kind=pl.lit(kind)).unique()
        for kind, table in ((BASIC_BENEFIT, BASIC_RATES), (ANALOGOUS_BENEFIT, ANALOGOUS_RATES))
    )
    first = (pl.col("service_month") + "-01").str.to_date("%Y-%m-%d")
    return (
        rows.select("service_month", "benefit_kind").unique()
        .join(in_force, on="benefit_kind")
        .filter(pl.col("valid_from") <= first.dt.month_end(), pl.col("valid_to") >= first)
        .sort("valid_from").group_by("service_month", "benefit_kind", maintain_order=True)
        .agg(rates_from=pl.col("valid_from").dt.to_string("%d.%m.%Y").unique(maintain_order=True).str.join(" und "))
    )  # fmt: skip


def start_up_lines(programme: Programme, month: str) -> pl.DataFrame:
    """One line per municipality that is a member then, with the programme's service month, from the run for that month on.

    `month`: the run's month. Result: results.COMPUTED_LINES of kind `start_up` in the order of the AGS; the amount
    is the municipality's own, if it has one, else the programme's. RULES section 6.
    """
    start_up = programme.start_up
    if start_up is None or month < start_up.service_month:
        return empty(COMPUTED_LINES)
    amounts = [(ags, programme.start_up_cents[ags]) for ags in programme.present(start_up.service_month)]
    rows = pl.DataFrame(amounts, schema={"ags": pl.String, "amount": pl.Int64}, orient="row")
    nothing = {name: pl.lit(None, dtype) for name, dtype in frame_schema(COMPUTED_LINES).items()}
    columns = nothing | {
        "service_month": pl.lit(start_up.service_month),
        "ags": pl.col("ags"),
        "case_id": pl.lit(""),
        "kind": pl.lit(str(LineKind.START_UP)),
        "reference": pl.lit(""),
        "quantity": pl.lit(1).cast(QUANTITY),
        "unit": pl.lit(str(Unit.PIECE)),
        "cost_cents": pl.col("amount"),
        "computed_cents": pl.col("amount"),
        "reason": pl.lit([], pl.List(pl.String)),
        "legal_basis": pl.lit(f"Anschubfinanzierung nach der Vereinbarung zum Programm „{programme.programme.title}“"),
    }
    return COMPUTED_LINES.validate(rows.select(column.alias(name) for name, column in columns.items()))
