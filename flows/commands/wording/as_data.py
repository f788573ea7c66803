"""What a command found, as JSON for scripts and monitoring (OUTPUTS section 20); who ordered or did something is not in it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
import polars as pl

from flows.commands.printed import told
from schemas.documents import WaitingOrder
from schemas.finding_groups import Entry
from schemas.months import Month
from schemas.open_items import Money
from schemas.passed_over import PassedOver
from schemas.refusals.wording import Said
from schemas.status import MonthStatus

if TYPE_CHECKING:
    from flows.audit import Verified


def text(found: Mapping[str, Any]) -> str:
    """As it is printed: days as 2025-01-31, words as they are."""
    return json.dumps(found, ensure_ascii=False, indent=2, default=str)


def status_data(
    programme: str,
    months: Iterable[MonthStatus],
    passed_over: Iterable[PassedOver],
    orders: Iterable[WaitingOrder],
    money: Money | None,
) -> dict[str, Any]:
    """How far every month is, what is not read, which orders wait, how money stands."""
    return {
        "programme": programme,
        "months": [
            {
                "month": entry.month,
                "state": entry.state,
                "received": entry.received,
                "held_back": entry.held_back if entry.state else None,
                "missing": entry.missing if entry.state else None,
                "booked_cents": entry.booked_cents,
                "due_date": entry.due_date,
                "erased": entry.erased,
            }
            for entry in months
        ],
        "not_read": [{"name": each.name, "why": each.why, "message": each.sentence} for each in passed_over],
        "orders": [
            {
                "kind": "reversal" if order.reversal else "adjustment",
                "ags": order.ags,
                "reference": order.reference,
                "draft": order.draft,
            }
            for order in orders
        ],
        "money": money
        and {
            "on": money.on,
            "open_cents": money.open_cents,
            "overdue_cents": money.overdue_cents,
            "owed_cents": money.owed_cents,
            "unclear_cents": money.unclear_cents,
        },
    }


def check_data(files: Sequence[str], held_back: Sequence[str], findings: pl.DataFrame) -> dict[str, Any]:
    """Which files have errors, and every finding (findings.FINDINGS_MODEL)."""
    columns = ("file", *Entry._fields)
    return {
        "files": [{"file": file, "accepted": file not in held_back} for file in files],
        "findings": [dict(zip(columns, row, strict=True)) for row in findings.select(columns).iter_rows()],
    }


def verify_data(found: "Verified", seals: Mapping[Month, str], context: click.Context) -> dict[str, Any]:
    """Whether the ledger and its documents hold, and what does not."""

    def said(problems: Iterable[Said]) -> list[dict[str, str]]:
        return [{"code": each.code, "message": told(each, context)} for each in problems]

    return {
        "holds": not found.problems and not found.documents,
        "approved_months": found.approved_months,
        "problems": said(found.problems),
        "documents": said(found.documents),
        "notes": said(found.notes),
        "not_in_a_return": found.orphans,
        "documents_never_noted": found.unlooked,
        "months_compared_before": found.spared,
        "seals_compared": list(seals),
    }
