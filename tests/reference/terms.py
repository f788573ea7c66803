"""What the calculation needs of the programme file, with its defaults (PROGRAMME sections 2 to 7)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.reference.rounding import cents


def programme_as_written(folder: Path) -> dict[str, Any]:
    """The programme file as its TOML gives it, lists as tuples."""
    return dict(_tuples(tomllib.loads((folder / "programme.toml").read_text(encoding="utf-8"))))


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(entry) for key, entry in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


@dataclass(frozen=True)
class Terms:
    """One [[premium]] block."""

    begins: date
    schedule: str
    share: Fraction
    amount_cents: int
    milestones: tuple[tuple[int, Fraction], ...]  # (after_days, share)
    cap_cents: int | None
    max_months: int
    waiting_days: int
    bridge_days: int
    employer_change: str
    min_weekly_hours: Fraction
    status_at: str
    require_work_permit: bool


def read_terms(block: dict[str, Any]) -> Terms:
    """A [[premium]] block as the TOML gives it."""
    return Terms(
        begins=block["from"],
        schedule=block.get("schedule", "as_saved"),
        share=Fraction(block.get("share", "0")),
        amount_cents=cents(block.get("amount_eur", "0")),
        milestones=tuple((step["after_days"], Fraction(step["share"])) for step in block.get("milestones", ())),
        cap_cents=cents(block["cap_eur"]) if "cap_eur" in block else None,
        max_months=block.get("max_months", 12),
        waiting_days=block.get("waiting_days", 42),
        bridge_days=block.get("bridge_days", 14),
        employer_change=block.get("employer_change", "continues"),
        min_weekly_hours=Fraction(block.get("min_weekly_hours", "0")),
        status_at=block.get("status_at", "month"),
        require_work_permit=block.get("require_work_permit", False),
    )


def terms_on(programme: dict[str, Any], begin: date) -> Terms:
    """The block in force on a Beginn (RULES section 4.5).

    A Beginn before the first block lies before the programme, so it is never eligible; the first block then
    only says what else stands against it.
    """
    blocks = [read_terms(block) for block in programme["premium"]]
    in_force = [terms for terms in blocks if terms.begins <= begin]
    return in_force[-1] if in_force else blocks[0]


def health_average(savings: dict[str, Any], day: date) -> int:
    """RULES section 3: the health average in force on the day.

    The first row begins at the latest with the programme; in a programme that starts in mid-month it stands for
    the first days of that month too (RULES section 3).
    """
    rows = savings["health"]
    return _in_force(rows, day) if rows[0]["from"] <= day else cents(rows[0]["eur_per_month"])


def state_grant(savings: dict[str, Any], day: date) -> int:
    """RULES section 3: the Land's lump sum in force on the day; none before its first row."""
    return _in_force(savings.get("lost_state_grant", ()), day)


def _in_force(rows: tuple[dict[str, Any], ...], day: date) -> int:
    amounts = [row["eur_per_month"] for row in rows if row["from"] <= day]
    return cents(amounts[-1]) if amounts else 0
