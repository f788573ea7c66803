"""Lines of premiums and of the start-up contribution (RULES sections 5 and 6)."""

import polars as pl

from flows.compute.law import Law
from schemas.law import ANALOGOUS_RATES, BASIC_RATES
from schemas.month_columns import first_days
from schemas.months import Month
from schemas.programme.programme import Programme
from schemas.results import COMPUTED_LINES, QUANTITY, RATE, LineKind, Unit, empty, frame_schema
from schemas.returns import ANALOGOUS_BENEFIT, BASIC_BENEFIT

# What a need rests on, and what income counts against it.
_LAW_BASIC, _LAW_ANALOGOUS = "§§ 3, 7 AsylbLG", "§ 2 AsylbLG, §§ 28, 82 SGB XII"


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
    first = first_days("service_month")
    return (
        rows.select("service_month", "benefit_kind")
        .unique()
        .join(in_force, on="benefit_kind")
        .filter(pl.col("valid_from") <= first.dt.month_end(), pl.col("valid_to") >= first)
        .sort("valid_from")
        .group_by("service_month", "benefit_kind", maintain_order=True)
        .agg(rates_from=pl.col("valid_from").dt.to_string("%d.%m.%Y").unique(maintain_order=True).str.join(" und "))
    )


def start_up_lines(programme: Programme, month: Month) -> pl.DataFrame:
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
