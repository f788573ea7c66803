"""Work opportunities (RULES section 2), one row after the other."""

from fractions import Fraction
from typing import Any

from tests.reference.law import hourly_allowance
from tests.reference.rounding import rounded

_DEFAULT_SIDES = {"Gemeinschaftseinrichtung": "county", "Kommune": "municipality", "Verein": "municipality"}


def owed(cost_cents: int, payer: str, disbursed_by: str) -> int:
    """RULES section 2, the table of payer and disburser."""
    if payer == "municipality" and disbursed_by == "county":
        return cost_cents
    if payer == "county" and disbursed_by == "municipality":
        return -cost_cents
    return 0


def allowance_lines(opportunities: list[dict[str, Any]], programme: dict[str, Any]) -> list[dict[str, Any]]:
    """RULES section 2: the lines `allowance` and `expense` of every filled row."""
    section = programme.get("allowance", {})
    payers = section.get("payer", _DEFAULT_SIDES)
    disbursers = section.get("disbursed_by", _DEFAULT_SIDES)
    lines = []
    for row in opportunities:
        if row["case_id"] is None:  # a vacant position has no line
            continue
        sides = payers[row["provider_kind"]], disbursers[row["provider_kind"]]
        rate = hourly_allowance(row["from_date"])
        hours = Fraction(row["hours_hundredths"], 100)
        cost = rounded(hours * rate)
        lines.append(_line(row, "allowance", hours, "hour", rate, cost, owed(cost, *sides)))
        expense = row["expense_cents"]
        if expense > 0:
            lines.append(_line(row, "expense", Fraction(1), "piece", expense, expense, owed(expense, *sides)))
    return lines


def _line(
    row: dict[str, Any], kind: str, quantity: Fraction, unit: str, rate_cents: int, cost_cents: int, computed_cents: int
) -> dict[str, Any]:
    return {
        "service_month": row["month"],
        "ags": row["ags"],
        "case_id": row["case_id"],
        "kind": kind,
        "reference": f"{row['position_id']} {row['from_date'].isoformat()}",
        "provider_kind": row["provider_kind"],
        "quantity": quantity,
        "unit": unit,
        "rate_cents": rate_cents,
        "cost_cents": cost_cents,
        "computed_cents": computed_cents,
        "file_sha256": row["file_sha256"],
        "sheet": row["sheet"],
        "row": row["row"],
    }
