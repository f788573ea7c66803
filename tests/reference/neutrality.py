"""„Ausgleich zur Kostenneutralität“: the guarantee of a municipality (RULES section 5.2)."""

from typing import Any

from tests.reference.calendar import next_month
from tests.reference.standing import NO_BOOKS, Books

Row = dict[str, Any]


def neutrality_lines(
    cases: list[Row], premiums: list[Row], programme: dict[str, Any], month: str, books: Books = NO_BOOKS
) -> list[Row]:
    """RULES section 5.2: for every municipality and open month up to `month` the line, where it is not 0.

    `premiums` are the lines of open months; those of closed months are asked of the books, and what was posted in
    closed months is settled with the first open one.
    """
    if programme["savings"].get("guarantee", "municipality") == "case":
        return []
    lines = []
    for municipality in programme["municipality"]:
        ags = municipality["ags"]
        relieved_before = -books.neutrality_of_closed_months(ags)
        for service_month in _months(_first_open_month(programme, books), month):
            relief = max(
                0, _charged(ags, service_month, premiums, books) - max(0, saved_together(ags, service_month, cases))
            )
            if relief != relieved_before:
                lines.append(_line(service_month, ags, relieved_before - relief))
            relieved_before = relief
    return lines


def saved_together(ags: str, month: str, cases: list[Row]) -> int:
    """RULES section 5.2: what all cases of the municipality saved up to the month, counted or not, signed."""
    return sum(
        case["saved_cents"]
        for case in cases
        if case["ags"] == ags and case["service_month"] <= month and case["eligible_days"] > 0
    )


def _charged(ags: str, month: str, premiums: list[Row], books: Books) -> int:
    """RULES section 5.2: all premiums of the municipality's cases up to the month."""
    closed = sum(row["delta_cents"] for row in books.premiums_of_closed_months(ags))
    return closed + sum(
        line["computed_cents"] for line in premiums if line["ags"] == ags and line["service_month"] <= month
    )


def _first_open_month(programme: dict[str, Any], books: Books) -> str:
    start: str = programme["programme"]["start"].isoformat()[:7]
    return next_month(books.closed_until) if books.closed_until >= start else start


def _months(first: str, last: str) -> list[str]:
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def _line(month: str, ags: str, cents: int) -> Row:
    return {
        "service_month": month,
        "ags": ags,
        "case_id": "",
        "kind": "neutrality",
        "reference": "",
        "computed_cents": cents,
    }
