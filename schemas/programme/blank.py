"""A programme file to begin with: what a county says in five answers, the usual terms, and gaps where only the county knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.months import Month, first_day
from schemas.programme.written import UNFILLED
from schemas.returns import ASSOCIATION, FACILITY, MUNICIPAL_PROVIDER


@dataclass(frozen=True)
class Answers:
    """What is known of a county before its programme file is filled in."""

    county: str
    key: str
    allowance: bool  # settles work opportunities
    premium: bool  # settles placement premiums
    first_month: Month
    members: Sequence[tuple[str, str]] = ()  # AGS and name


def blank(answers: Answers) -> dict[str, Any]:
    """The content of the file. What is agreed on is never guessed: amounts, shares and accounts are gaps.

    Periods and switches have the defaults of the rules, written out so that they are seen.
    """
    start = first_day(answers.first_month)
    content: dict[str, Any] = {
        "programme": {
            "key": answers.key,
            "title": _title(answers),
            "county": answers.county,
            "agreement": {"date": UNFILLED, "file_number": UNFILLED},
            "start": start,
        }
    }
    if answers.premium:
        content["programme"]["target_group"] = ["Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis"]
        content |= {
            "carrier": {"name": UNFILLED, "iban": UNFILLED, "cost": [{"from": start, "eur_per_year": UNFILLED}]},
            "savings": {
                "basis": "reported",
                "health": [{"from": start, "eur_per_month": UNFILLED}],
                "lost_state_grant": [],
                "guarantee": "municipality",
                "tolerance_eur": "50.00",
                "income_base": "gross",
            },
            "premium": [
                {
                    "from": start,
                    "schedule": "as_saved",
                    "share": UNFILLED,
                    "cap_eur": UNFILLED,
                    "max_months": 12,
                    "waiting_days": 42,
                    "bridge_days": 14,
                    "employer_change": "continues",
                    "min_weekly_hours": "0",
                    "status_at": "month",
                    "require_work_permit": False,
                }
            ],
        }
    if answers.allowance:
        sides = {FACILITY: "county", MUNICIPAL_PROVIDER: "municipality", ASSOCIATION: "municipality"}
        content["allowance"] = {
            "max_hours_per_month": "100",
            "max_hours_per_week": "30",
            "hours_over_cap": "error",
            "payer": sides,
            "disbursed_by": sides,
        }
    return content | {
        "returns": {"due_day": 10},
        "accounting": {
            "number_prefix": "VP" if answers.premium else "AGH",
            "payment_days": 30,
            "four_eyes": True,
            "county_iban": UNFILLED,
            "county_address": dict.fromkeys(("street", "postcode", "city", "contact", "phone", "email"), UNFILLED),
        },
        "bookings": {
            "separator": ";",
            "decimal_separator": ",",
            "encoding": "utf-8-sig",
            "date_format": "TT.MM.JJJJ",
            "fiscal_year": "service_month",
        },
        "disclosure": {"minimum_count": 3},
        "municipality": [_member(*member) for member in answers.members or [(UNFILLED, UNFILLED)]],
    }


def _title(answers: Answers) -> str:
    parts = ["Arbeitsgelegenheiten nach § 5 AsylbLG"] if answers.allowance else []
    parts += ["Vermittlung von Geflüchteten in Arbeit"] if answers.premium else []
    return " und ".join(parts)


def _member(ags: str, name: str) -> dict[str, str]:
    rest = ("street", "postcode", "city", "buyer_reference", "debtor", "email")
    return {"ags": ags, "name": name, **dict.fromkeys(rest, UNFILLED)}
