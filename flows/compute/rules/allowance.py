"""Work opportunities: what each filled position costs, and which part of it the settlement owes (RULES section 2)."""

import polars as pl

from flows.compute.law import Law
from schemas.law import AGH_ALLOWANCE, AGH_SCHEME
from schemas.money import rounded
from schemas.programme.programme import Programme
from schemas.programme.terms import Allowance
from schemas.programme.values import Side
from schemas.references import agh_references
from schemas.results import COMPUTED_LINES, QUANTITY, RATE, LineKind, Unit, empty, frame_schema

# (payer, disbursed by) → what the municipality owes of the cost; on the same side nothing moves.
_OWED: dict[tuple[Side, Side], int] = {("municipality", "county"): 1, ("county", "municipality"): -1}


def allowance_lines(opportunities: pl.DataFrame, programme: Programme, law: Law) -> pl.DataFrame:
    """Lines of every filled row of Arbeitsgelegenheiten: allowance = rounded(hours × hourly rate on Von), and expense.

    `opportunities`: accepted rows of all municipalities and months (returns.OPPORTUNITIES), one return per
    municipality and month. Result: results.COMPUTED_LINES, kinds `allowance` and `expense` (only if > 0), cents.
    Refusal if the law table does not cover a date. § 5 Abs. 2 AsylbLG.

    12.5 hours at 1.05 EUR, 1–5 August 2016: 13.13 EUR (RULES worked figure 4).
    """
    filled = opportunities.filter(pl.col("case_id").is_not_null())
    if programme.allowance is None or filled.is_empty():
        return empty(COMPUTED_LINES)
    dated = law.in_force(
        AGH_ALLOWANCE, filled.with_columns(scheme=pl.lit(AGH_SCHEME)), day="from_date", key="scheme"
    ).with_columns(owed=pl.col("provider_kind").replace_strict(owed(programme.allowance), return_dtype=pl.Int64))
    cost = rounded(pl.col("hours_hundredths") * pl.col("rate_cents"), 100)
    allowance = _lines(
        dated,
        kind=LineKind.ALLOWANCE,
        unit=Unit.HOUR,
        quantity=pl.col("hours_hundredths").cast(QUANTITY) / 100,
        rate=pl.col("rate_cents"),
        cost=cost,
    )
    expense = _lines(
        dated.filter(pl.col("expense_cents") > 0),
        kind=LineKind.EXPENSE,
        unit=Unit.PIECE,
        quantity=pl.lit(1).cast(QUANTITY),
        rate=pl.col("expense_cents"),
        cost=pl.col("expense_cents"),
    )
    return COMPUTED_LINES.validate(pl.concat([allowance, expense]))


def owed(allowance: Allowance) -> dict[str, int]:
    """Kind of provider → +1, −1 or 0, by payer and disburser in the programme file."""
    payer, disburser = allowance.payer.by_provider_kind(), allowance.disbursed_by.by_provider_kind()
    return {kind: _OWED.get((payer[kind], disburser[kind]), 0) for kind in payer}


def _lines(
    rows: pl.DataFrame, *, kind: LineKind, unit: Unit, quantity: pl.Expr, rate: pl.Expr, cost: pl.Expr
) -> pl.DataFrame:
    columns = {
        "service_month": pl.col("month"),
        "kind": pl.lit(str(kind)),
        "reference": agh_references("position_id", "from_date"),
        "quantity": quantity.cast(QUANTITY),
        "unit": pl.lit(str(unit)),
        "rate_cents": rate.cast(RATE),
        "cost_cents": cost,
        "computed_cents": cost * pl.col("owed"),
        "reason": pl.lit([], dtype=pl.List(pl.String)),
    }
    return rows.select([columns.get(name, pl.col(name)).alias(name) for name in frame_schema(COMPUTED_LINES)])
