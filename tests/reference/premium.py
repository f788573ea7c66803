"""Premium of a case month by month and the start-up contribution (RULES sections 5 and 6)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.eligibility import Placement, days_in, placement_of, reasons_against
from tests.reference.rounding import cents, rounded
from tests.reference.savings import lost_grant_cents, saved_benefit, saved_health_cents
from tests.reference.spells import Span, Spell, go_on_from, spells_of
from tests.reference.standing import NO_BOOKS, Books, TakenOver
from tests.reference.terms import Terms, terms_on

# The order of the table in RULES section 4.1, in which reasons are printed.
REASONS = (
    "not_insured", "marginal", "hours", "status", "no_consent", "late_consent", "no_work_permit", "outside_programme",
)  # fmt: skip

NOTHING = {
    "eligible": False,
    "eligible_days": 0,
    "spell_begin": None,
    "spell_days": None,
    "counted_month": None,
    "saved_health_cents": 0,
    "lost_grant_cents": 0,
    "saved_cents": 0,
    "saved_to_date_cents": 0,
    "target_cents": 0,
    "premium_to_date_cents": 0,
    "premium_cents": 0,
}

Row = dict[str, Any]


def case_months(
    benefits: list[Row], placements: list[Row], programme: dict[str, Any], books: Books = NO_BOOKS
) -> list[Row]:
    """One row per case and month with a placement: the columns of cases.parquet.

    `books` says what stands of opening balances and closed months; in a closed month `premium_cents` is what the
    month would be charged today, which no line is made of.
    """
    result = []
    for ags, case_id in sorted({(row["ags"], row["case_id"]) for row in placements}):
        own_benefits = {row["month"]: row for row in benefits if (row["ags"], row["case_id"]) == (ags, case_id)}
        own_placements = [row for row in placements if (row["ags"], row["case_id"]) == (ags, case_id)]
        result += _case(ags, case_id, own_benefits, own_placements, programme, books)
    return result


def _case(
    ags: str, case_id: str, benefits: dict[str, Row], rows: list[Row], programme: dict[str, Any], books: Books
) -> list[Row]:
    rows_of_placement = defaultdict(list)
    rows_of_month = defaultdict(list)
    for row in rows:
        rows_of_placement[row["begin"]].append(row)
        rows_of_month[row["month"]].append(row)
    placements = [placement_of(group) for _, group in sorted(rows_of_placement.items())]
    statuses = {month: benefit["status"] for month, benefit in benefits.items()}
    savings = programme["savings"]

    terms = case_terms(placements, statuses, programme)
    reasons_of_month: dict[str, set[str]] = defaultdict(set)
    eligible_days: dict[str, set[date]] = defaultdict(set)  # the union over the placements eligible in the month
    spans = []
    for placement in placements:
        judged_by = terms or terms_on(programme, placement.begin)
        days_of_placement = []
        for month in placement.rows:
            against = reasons_against(placement, month, statuses, judged_by, programme)
            reasons_of_month[month].update(against)
            if not against:
                eligible_days[month].update(days_in(placement, month))
                days_of_placement += days_in(placement, month)
        if days_of_placement:
            first, last = min(days_of_placement), max(days_of_placement)
            spans.append(Span(first, last, placement.employer, placement.begin))
    spells = spells_of(spans, terms.bridge_days, terms.employer_change) if terms else []
    taken_over = books.taken_over(ags, case_id)
    if terms and taken_over.employed_since and taken_over.until:
        go_on_from(spells, taken_over.employed_since, taken_over.until, terms.bridge_days)

    result = []
    spell_of_month = {}
    for month in sorted(rows_of_month):
        line = {"ags": ags, "case_id": case_id, "service_month": month} | NOTHING
        line |= saved_benefit(benefits[month], rows_of_month[month], savings.get("income_base", "gross"))
        line["reasons"] = [reason for reason in REASONS if reason in reasons_of_month[month]]
        days = eligible_days[month]
        if days:
            spell = next(spell for spell in spells if spell.begin <= min(days) <= spell.end)
            spell_of_month[month] = spell
            line["eligible"] = True
            line["eligible_days"] = len(days)
            line["spell_begin"] = spell.begin
            line["spell_days"] = spell.length_at_end_of(month)
            line["saved_health_cents"] = saved_health_cents(savings, benefits[month], days)
            line["lost_grant_cents"] = lost_grant_cents(savings, benefits[month])
            in_target_group = statuses[month] in programme["programme"].get("target_group", ())
            line["saved_cents"] = _saved(line, savings.get("basis", "reported")) if in_target_group else 0
        result.append(line)
    if terms:
        charged_until_closing = books.charged_in_closed_months(ags, case_id)
        eligible = [line for line in result if line["eligible"]]
        _charge(eligible, spells, spell_of_month, terms, taken_over, books.closed_until, charged_until_closing)
    return result


def case_terms(placements: list[Placement], statuses: dict[str, str], programme: dict[str, Any]) -> Terms | None:
    """RULES section 4.5: the block in force on the first eligible Beginn, each placement judged by its own block."""
    for placement in placements:  # in the order of their Beginn
        own = terms_on(programme, placement.begin)
        for month in placement.rows:
            if not reasons_against(placement, month, statuses, own, programme):
                return own
    return None


def _saved(line: Row, basis: str) -> int:
    """RULES section 3, saved(m)."""
    saved: int = line[f"saved_benefit_{basis}_cents"] + line["saved_health_cents"] - line["lost_grant_cents"]
    return saved


def _charge(
    lines: list[Row],
    spells: list[Spell],
    spell_of_month: Mapping[str, Spell],
    terms: Terms,
    taken_over: TakenOver,
    closed_until: str,
    charged_in_closed_months: int,
) -> None:
    """RULES section 5.1: fills counted_month, the sums to date, target and premium of the case's eligible months."""
    counted: list[Row] = []
    charged_before = taken_over.charged_cents
    in_closed_months = closed_until != ""
    for line in lines:
        month = line["service_month"]
        if in_closed_months and month > closed_until:  # the first open month
            charged_before = taken_over.charged_cents + charged_in_closed_months
            in_closed_months = False
        if line["saved_cents"] != 0 and taken_over.counted_months + len(counted) < terms.max_months:
            counted.append(line)
            line["counted_month"] = taken_over.counted_months + len(counted)
        line["saved_to_date_cents"] = taken_over.saved_cents + sum(earlier["saved_cents"] for earlier in counted)
        line["target_cents"] = taken_over.charged_cents + _target(
            month, counted, spells, spell_of_month, terms, taken_over
        )
        if terms.schedule == "milestones":  # the agreed amount holds over what was taken over
            line["target_cents"] = min(line["target_cents"], max(terms.amount_cents, taken_over.charged_cents))
        limits = [line["target_cents"], line["saved_to_date_cents"]]
        if terms.cap_cents is not None:
            limits.append(terms.cap_cents)
        line["premium_to_date_cents"] = max(0, min(limits))
        line["premium_cents"] = line["premium_to_date_cents"] - charged_before
        charged_before = line["premium_to_date_cents"]


def _target(
    month: str,
    counted: list[Row],
    spells: list[Spell],
    spell_of_month: Mapping[str, Spell],
    terms: Terms,
    taken_over: TakenOver,
) -> int:
    """RULES section 5.1, target(m), without what was taken over.

    A milestone that was reached when the case was taken over is part of what was charged before.
    """
    if terms.schedule == "milestones":
        longest = max(spell.length_at_end_of(month) for spell in spells)
        had_reached = taken_over.employed_days
        reached = Fraction(0)
        for after_days, share in terms.milestones:
            if after_days <= longest and (had_reached is None or after_days > had_reached):
                reached += share
        return rounded(terms.amount_cents * reached)
    ripe = 0
    for line in counted:
        if spell_of_month[line["service_month"]].length_at_end_of(month) >= terms.waiting_days:
            ripe += line["saved_cents"]
    return rounded(terms.share * ripe)


def premium_lines(cases: list[Row], books: Books = NO_BOOKS) -> list[Row]:
    """RULES sections 5.1 and 5.4: one line for every open month with eligible days, also with amount 0."""
    return [
        {
            "service_month": case["service_month"],
            "ags": case["ags"],
            "case_id": case["case_id"],
            "kind": "premium",
            "reference": "",
            "computed_cents": case["premium_cents"],
        }
        for case in cases
        if case["eligible_days"] > 0 and case["service_month"] > books.closed_until
    ]


def start_up_lines(programme: dict[str, Any], month: str) -> list[Row]:
    """RULES section 6: one line per municipality that is a member then, from the run for the service month on."""
    start_up = programme.get("start_up")
    if start_up is None or month < start_up["service_month"]:
        return []
    return [
        {
            "service_month": start_up["service_month"],
            "ags": municipality["ags"],
            "case_id": "",
            "kind": "start_up",
            "reference": "",
            "computed_cents": cents(municipality.get("start_up_eur", start_up["eur_per_municipality"])),
        }
        for municipality in programme["municipality"]
        if start_up["service_month"] <= municipality.get("until", start_up["service_month"])
    ]
