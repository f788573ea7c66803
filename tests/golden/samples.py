"""Statements and overviews made by hand; every amount stands here as worked out on paper."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from flows.compute.finance import finance
from schemas.documents import (
    DOCUMENTS,
    RECEIVED,
    DocumentKind,
    Overview,
    ReturnState,
    Statement,
)
from schemas.findings import Finding, finding, findings_frame
from schemas.guarantee import BALANCES, Neutrality, of_municipalities
from schemas.programme.programme import Programme
from schemas.programme.terms import Allowance
from schemas.results import CASES, CORRECTIONS, LINES, empty, frame_schema
from tests.golden.books import BOOKS

FREIBERG, DOEBELN, FLOEHA = "14522180", "14522080", "14522140"
DUEREN = "05358008"
HASH, OTHER_HASH = "ab12" * 16, "cd34" * 16
HOSTILE = ('=HYPERLINK("http://x","y")', "+1", "-2", "@SUM(A1)", "<r><t>x</t></r>")
_OLD = "§ 5 Abs. 2 AsylbLG i.d.F. Integrationsgesetz v. 31.07.2016 BGBl. I S. 1939"
_ACCOUNT = {
    "county_iban": "DE89370400440532013000",
    "county_address": {
        "street": "Frauensteiner Straße 43",
        "postcode": "09599",
        "city": "Freiberg",
        "contact": "Kreiskasse, Frau Sommer",
        "phone": "03731 799-0",
        "email": "kreiskasse@mittelsachsen.example",
    },
}


def _town(ags: str, name: str, city: str, leitweg: str, iban: str | None = None) -> dict[str, Any]:
    return {
        "ags": ags, "name": name, "street": "Obermarkt 24", "postcode": "09599", "city": city, "buyer_reference": leitweg,
        "debtor": f"PK {ags[-4:]}", "email": "kaemmerei@stadt.example", "iban": iban,
    }  # fmt: skip


ALLOWANCES = Programme.model_validate(
    {
        "programme": {
            "key": "mittelsachsen",
            "title": "Arbeitsgelegenheiten für Asylbewerberinnen und Asylbewerber",
            "county": "Landkreis Mittelsachsen",
            "start": date(2024, 12, 1),
        },
        "allowance": {
            "payer": {"Gemeinschaftseinrichtung": "county", "Kommune": "municipality", "Verein": "municipality"},
            "disbursed_by": {"Gemeinschaftseinrichtung": "county", "Kommune": "county", "Verein": "county"},
        },
        "accounting": {"number_prefix": "AGH"} | _ACCOUNT,
        "municipality": (
            _town(FREIBERG, "Freiberg, Stadt", "Freiberg", "14522180-A1-25"),
            _town(DOEBELN, "Döbeln, Stadt", "Döbeln", "14522080-A1-04", "DE02120300000000202051"),
            _town(FLOEHA, "Flöha, Stadt", "Flöha", "14522140-A1-36"),
        ),
    }
)

PREMIUMS = Programme.model_validate(
    {
        "programme": {
            "key": "dueren",
            "title": "Arbeitsmarktvermittlung für Asylbewerber und Geflüchtete",
            "county": "Kreis Düren",
            "start": date(2015, 11, 1),
            "target_group": ("Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis"),
        },
        "carrier": {"name": "low-tec gGmbH", "iban": "DE02120300000000202051"},
        "savings": {"health": ({"from": date(2015, 11, 1), "eur_per_month": "140.00"},)},
        "premium": ({"from": date(2015, 11, 1), "share": "0.80", "cap_eur": "2500.00"},),
        "start_up": {"eur_per_municipality": "1500.00", "service_month": "2015-11"},
        "accounting": _ACCOUNT,
        "municipality": (_town(DUEREN, "Düren, Stadt", "Düren", "05358008-A1-25"),),
    }
)

_LINE: dict[str, Any] = {
    "settled_in": "2025-03", "service_month": "2025-03", "ags": FREIBERG, "case_id": "FG-101", "kind": "allowance",
    "reference": "AGH-7 2025-03-01", "provider_kind": "Kommune", "quantity": Decimal("1.00"), "unit": "hour",
    "rate_cents": Decimal("80"), "cost_cents": 0, "computed_cents": 0, "posted_before_cents": 0, "delta_cents": 0,
    "reason": [], "legal_basis": _OLD, "file_sha256": HASH, "sheet": "Arbeitsgelegenheiten", "row": 5,
}  # fmt: skip


def line(**changes: Any) -> dict[str, Any]:
    """A settled line; what is not named is as in an ordinary AGH line."""
    return _LINE | changes


def lines_frame(lines: list[dict[str, Any]]) -> pl.DataFrame:
    return LINES.validate(pl.DataFrame(lines, schema=frame_schema(LINES)).select(list(LINES.columns)))


def hours(number: str, cents: int, *, owed: bool = True, posted: int = 0, **changes: Any) -> dict[str, Any]:
    """Hours at 0.80 EUR with their cents worked out by hand; not owed where the county bears the cost."""
    computed = cents if owed else 0
    amounts = {
        "cost_cents": cents,
        "computed_cents": computed,
        "posted_before_cents": posted,
        "delta_cents": computed - posted,
    }
    return line(quantity=Decimal(number), **amounts, **changes)


def expense(cents: int, **changes: Any) -> dict[str, Any]:
    amounts = {"cost_cents": cents, "computed_cents": cents, "delta_cents": cents}
    return line(kind="expense", quantity=Decimal("1.00"), unit="piece", rate_cents=Decimal(cents), **amounts, **changes)


# 20.00 h → 16.00, 12.50 h → 10.00, 60.00 h → 48.00, 7.25 h → 5.80, 33.75 h → 27.00; together 106.80, four times 427.20
_HOURS = (("20.00", 1600), ("12.50", 1000), ("60.00", 4800), ("7.25", 580), ("33.75", 2700)) * 4
INVOICE_LINES = [
    *(hours(number, cents, case_id=f"FG-1{index:02d}", reference=f"AGH-{index % 4 + 1} 2025-03-03", row=index + 5) for index, (number, cents) in enumerate(_HOURS)),
    # six times 40.00 h → 32.00, borne and paid out by the county: shown, not charged
    *(hours("40.00", 3200, owed=False, case_id=f"FG-2{index:02d}", reference=f"AGH-9 2025-03-{index + 1:02d}", provider_kind="Gemeinschaftseinrichtung", row=index + 30) for index in range(6)),
    # proven expenses 15.40 + 9.90 = 25.30
    expense(1540, case_id="FG-100", reference="AGH-1 2025-03-03"),
    expense(990, case_id="FG-101", reference="AGH-2 2025-03-03"),
    # February: 25.00 h → 20.00, posted 16.00: 4.00 more; January: withdrawn, posted 24.00: 24.00 back
    hours("25.00", 2000, posted=1600, service_month="2025-02", reference="AGH-2 2025-02-03", file_sha256=OTHER_HASH, row=9),
    hours("0.00", 0, posted=2400, service_month="2025-01", reference="AGH-3 2025-01-07", reason=["withdrawn"], file_sha256=OTHER_HASH),
]  # fmt: skip
INVOICE_CENTS = 432_50  # 427.20 + 25.30 + 4.00 − 24.00


def statement(lines: list[dict[str, Any]], kind: DocumentKind, total_cents: int, **changes: Any) -> Statement:
    member = ALLOWANCES.members[FREIBERG]
    fields: dict[str, Any] = {
        "programme": ALLOWANCES, "municipality": member, "month": "2025-03", "draft": False, "kind": kind,
        "number": "AGH-2025-0007", "total_cents": total_cents, "document_date": date(2025, 4, 14), "due_date": None,
        "lines": lines_frame(lines), "corrections": empty(CORRECTIONS), "cases": pl.DataFrame(schema=frame_schema(CASES)), "return_state": ReturnState.ACCEPTED,
        "files": {HASH: "Meldung Freiberg März 2025.xlsx", OTHER_HASH: "Korrektur Freiberg.xlsx"},
        "letters": {HASH: {"opportunities": {"hours_hundredths": "G", "expense_cents": "H"}}, OTHER_HASH: {}},
    }  # fmt: skip
    fields |= changes
    return Statement(**({"neutrality": neutrality_of(fields["cases"])} | fields))


def neutrality_of(cases: pl.DataFrame, *start_up: tuple[str, int]) -> Neutrality:
    """The books in which every case month is posted with its own premium, and start-up contributions (month, cents)."""
    of_months = cases.filter("eligible").select(
        "ags", "service_month", "saved_cents", "premium_cents", start_up_cents=pl.lit(0, pl.Int64)
    )
    contributions = pl.DataFrame(
        [(DUEREN, month, 0, 0, cents) for month, cents in start_up], schema=of_months.schema, orient="row"
    )
    sums = pl.concat([of_months, contributions]).group_by("ags", "service_month").agg(pl.col("^.*_cents$").sum())
    balances = BALANCES.validate(
        sums.with_columns(neutrality_cents=pl.lit(0, pl.Int64))
        .sort("ags", "service_month")
        .select(frame_schema(BALANCES).keys())
    )
    return Neutrality(balances, of_municipalities(balances, ""), "")


def invoice(**changes: Any) -> Statement:
    return statement(INVOICE_LINES, DocumentKind.INVOICE, INVOICE_CENTS, **({"due_date": date(2025, 5, 14)} | changes))


_CORRECTION = {"kind": "allowance", "ags": FREIBERG, "accepted_reason": None}
CORRECTED_CAUSES = [
    # January: withdrawn; February: a rate corrected from 0.64 to 0.80 EUR (20.00 h: 12.80 → 16.00), then five hours more → 20.00
    _CORRECTION | {"service_month": "2025-01", "case_id": "FG-101", "reference": "AGH-3 2025-01-07", "old_cents": 2400, "new_cents": 0, "cause": "correction"},
    _CORRECTION | {"service_month": "2025-02", "case_id": "FG-101", "reference": "AGH-2 2025-02-03", "old_cents": 1600, "new_cents": 2000, "cause": "correction"},
    _CORRECTION | {"service_month": "2025-02", "case_id": "FG-101", "reference": "AGH-2 2025-02-03", "old_cents": 1280, "new_cents": 1600, "cause": "law", "accepted_reason": "Satz für Februar nachgetragen, Vermerk 12/2025"},
    _CORRECTION | {"service_month": "2025-02", "case_id": "FG-107", "reference": "AGH-2 2025-02-03", "old_cents": 0, "new_cents": 800, "cause": "late_return"},
]  # fmt: skip


def corrections_frame(causes: list[dict[str, Any]]) -> pl.DataFrame:
    found = pl.DataFrame(causes, schema=frame_schema(CORRECTIONS))
    found = found.with_columns(difference_cents=pl.col("new_cents") - pl.col("old_cents"))
    return CORRECTIONS.validate(found.select(list(CORRECTIONS.columns)))


def corrected(**changes: Any) -> Statement:
    """Nothing new, three lines of earlier months, one of them for two reasons: −24.00 + 7.20 + 8.00 = −8.80."""
    lines = [
        INVOICE_LINES[-1],
        hours("25.00", 2000, posted=1280, service_month="2025-02", reference="AGH-2 2025-02-03", file_sha256=OTHER_HASH, row=9),
        hours("10.00", 800, service_month="2025-02", case_id="FG-107", reference="AGH-2 2025-02-03", file_sha256=OTHER_HASH, row=10),
    ]  # fmt: skip
    causes = {"corrections": corrections_frame(CORRECTED_CAUSES), "due_date": date(2025, 5, 14)}
    return statement(lines, DocumentKind.CREDIT_NOTE, -8_80, **(causes | changes))


def draft() -> Statement:
    return invoice(draft=True, number=None, document_date=None, due_date=None)


def credit_note(**changes: Any) -> Statement:
    """Only corrections, to the municipality's favour; the month's own return is held back. 4.00 − 24.00 = −20.00."""
    state = {"municipality": ALLOWANCES.members[DOEBELN], "return_state": ReturnState.HELD_BACK}
    lines = [row | {"ags": DOEBELN} for row in INVOICE_LINES[-2:]]
    return statement(lines, DocumentKind.CREDIT_NOTE, -20_00, **(state | changes))


def zero() -> Statement:
    """Only facility lines: a numbered statement without an amount."""
    return statement(INVOICE_LINES[20:26], DocumentKind.STATEMENT, 0)


def refund() -> Statement:
    """The county bears what the municipality laid out: 20.00 h → 16.00 to the municipality's favour."""
    sides = dict.fromkeys(("Gemeinschaftseinrichtung", "Kommune", "Verein"), "municipality")
    allowance = Allowance.model_validate(
        {"payer": sides | {"Gemeinschaftseinrichtung": "county"}, "disbursed_by": sides}
    )
    lines = [
        hours("20.00", 1600, provider_kind="Gemeinschaftseinrichtung")
        | {"computed_cents": -1600, "delta_cents": -1600},
        hours("10.00", 800, owed=False, case_id="FG-102"),  # borne and laid out by the municipality itself
    ]
    programme = ALLOWANCES.model_copy(update={"allowance": allowance})
    return statement(lines, DocumentKind.CREDIT_NOTE, -16_00, programme=programme)


def nil(**changes: Any) -> Statement:
    """No lines, the return is missing."""
    state = {"municipality": ALLOWANCES.members[FLOEHA], "number": None, "return_state": ReturnState.MISSING}
    return statement([], DocumentKind.NIL, 0, **(state | changes))


def hostile() -> Statement:
    """Texts from a municipality that look like formulas or markup."""
    texts = zip(("FG-1", "FG-2", "FG-3", "FG-4", "FG-5"), HOSTILE, strict=True)
    lines = [
        hours("20.00", 1600, case_id=case, reference=f"{text} 2025-03-01", sheet=text, legal_basis=text)
        for case, text in texts
    ]
    adjustment = line(
        kind="adjustment", case_id="", reference=HOSTILE[0], provider_kind=None, unit="piece", rate_cents=None, cost_cents=500, computed_cents=500,
        delta_cents=500, reason=[HOSTILE[3]], file_sha256=None, sheet=None, row=None,
    )  # fmt: skip
    return statement([*lines, adjustment], DocumentKind.INVOICE, 85_00, files={HASH: HOSTILE[0]})


_CASE: dict[str, Any] = {
    "ags": DUEREN, "eligible": True, "reasons": [], "spell_begin": date(2016, 4, 1), "relief_cents": 177_00, "lost_grant_cents": 0,
    "paid_cents": 0, "saved_health_cents": 140_00,
}  # fmt: skip


def _month(case_id: str, month: str, number: int, **figures: Any) -> dict[str, Any]:
    return _CASE | {"case_id": case_id, "service_month": month, "counted_month": number} | figures


def _first_case() -> list[dict[str, Any]]:
    """RULES worked figure 1: 694.00 saved a month; 0.00, 1,110.40, 555.20, 555.20, 279.20."""
    need = {
        "need_cents": 554_00,
        "saved_benefit_reported_cents": 554_00,
        "saved_benefit_statutory_cents": 554_00,
        "saved_cents": 694_00,
    }
    columns = (
        "eligible_days",
        "spell_days",
        "saved_to_date_cents",
        "target_cents",
        "premium_to_date_cents",
        "premium_cents",
    )
    rows = (
        (30, 30, 694_00, 0, 0, 0),
        (31, 61, 1388_00, 1110_40, 1110_40, 1110_40),
        (30, 91, 2082_00, 1665_60, 1665_60, 555_20),
        (31, 122, 2776_00, 2220_80, 2220_80, 555_20),
        (31, 153, 3470_00, 2776_00, 2500_00, 279_20),
    )
    return [
        _month("DN-2016-0001", f"2016-{number + 3:02d}", number, **need, **dict(zip(columns, row, strict=True)))
        for number, row in enumerate(rows, 1)
    ]


def _second_case() -> list[dict[str, Any]]:
    """Twenty days in June, again from 10 July: only the second spell lasts 42 days; 0.80 × (353.35 + 440.00) = 634.68."""
    june = {
        "eligible_days": 20,
        "spell_begin": date(2016, 6, 1),
        "spell_days": 20,
        "paid_cents": 0,
        "saved_health_cents": 93_33,
    }
    july = {
        "eligible_days": 22,
        "spell_begin": date(2016, 7, 10),
        "spell_days": 22,
        "paid_cents": 100_00,
        "saved_health_cents": 99_35,
    }
    august = {"eligible_days": 31, "spell_begin": date(2016, 7, 10), "spell_days": 53, "paid_cents": 54_00}
    results = (
        (june, 354_00, None, 447_33, 447_33, 0, 0, 0),
        (july, 254_00, 354_00, 353_35, 800_68, 0, 0, 0),
        (august, 300_00, 354_00, 440_00, 1240_68, 634_68, 634_68, 634_68),
    )
    columns = (
        "saved_benefit_reported_cents", "saved_benefit_statutory_cents", "saved_cents", "saved_to_date_cents",
        "target_cents", "premium_to_date_cents", "premium_cents",
    )  # fmt: skip
    return [
        _month(
            "DN-2016-0002",
            f"2016-{number + 5:02d}",
            number,
            need_cents=354_00,
            **facts,
            **dict(zip(columns, row, strict=True)),
        )
        for number, (facts, *row) in enumerate(results, 1)
    ]


def _third_case() -> list[dict[str, Any]]:
    nothing = dict.fromkeys(
        (
            "eligible_days", "saved_health_cents", "saved_cents", "saved_to_date_cents",
            "target_cents", "premium_to_date_cents", "premium_cents",
        ),
        0,
    )  # fmt: skip
    facts = {
        "eligible": False,
        "reasons": ["marginal", "late_consent"],
        "spell_begin": None,
        "spell_days": None,
        "counted_month": None,
    }
    amounts = {
        "need_cents": 354_00,
        "paid_cents": 200_00,
        "saved_benefit_reported_cents": 154_00,
        "saved_benefit_statutory_cents": None,
    }
    return [_month("DN-2016-0003", "2016-08", 0, **(nothing | facts | amounts))]


def premium_statement(**changes: Any) -> Statement:
    """August 2016: 279.20 + 634.68, and 55.20 more for July, of which 500.00 was posted; together 969.08."""
    charge = {
        "settled_in": "2016-08", "ags": DUEREN, "kind": "premium", "reference": "", "provider_kind": None, "unit": "month",
        "rate_cents": None, "sheet": "Vermittlungen", "legal_basis": "§§ 3, 7 AsylbLG, Sätze ab 17.03.2016; Prämienbedingungen ab 01.11.2015",
    }  # fmt: skip
    lines = [
        line(**charge, service_month=month, case_id=case, cost_cents=cents, computed_cents=cents, posted_before_cents=posted, delta_cents=cents - posted)
        for month, case, cents, posted in (
            ("2016-08", "DN-2016-0001", 279_20, 0),
            ("2016-08", "DN-2016-0002", 634_68, 0),
            ("2016-07", "DN-2016-0001", 555_20, 500_00),
        )
    ]  # fmt: skip
    cases = pl.DataFrame([*_first_case(), *_second_case(), *_third_case()], schema=frame_schema(CASES))
    fields = {
        "programme": PREMIUMS, "municipality": PREMIUMS.members[DUEREN], "month": "2016-08", "number": "VP-2016-0031",
        "document_date": date(2016, 9, 12), "due_date": date(2016, 10, 12), "cases": CASES.validate(cases.select(list(CASES.columns))),
        "files": {HASH: "Düren_2016-08.xlsx"},
    }  # fmt: skip
    fields["neutrality"] = neutrality_of(cases, ("2015-11", 1500_00))
    return statement(lines, DocumentKind.INVOICE, 969_08, **(fields | changes))


def statutory() -> Statement:
    """The same where the saving is the statutory one; the first case's is 694.00 a month on either basis (RULES worked figure 1)."""
    assert PREMIUMS.savings is not None
    savings = PREMIUMS.savings.model_copy(update={"basis": "statutory"})
    return premium_statement(programme=PREMIUMS.model_copy(update={"savings": savings}))


def half_cents() -> Statement:
    """Every half cent at 1.05 EUR an hour below 100 hours: 0.10 h, 0.30 h, … 99.90 h, half away from zero."""
    lines = [
        line(
            case_id=f"FG-{hundredths}", quantity=Decimal(hundredths) / 100, rate_cents=Decimal(105), cost_cents=(hundredths * 105 + 50) // 100,
            computed_cents=(hundredths * 105 + 50) // 100, delta_cents=(hundredths * 105 + 50) // 100,
        )
        for hundredths in range(10, 100_00, 20)
    ]  # fmt: skip
    # 500 lines, 25,000.00 hours on the whole at 1.05 EUR: 26,250.00 EUR, and half a cent for every line: 2.50 EUR
    return statement(lines, DocumentKind.INVOICE, 26_252_50)


def _other_terms(premium: dict[str, Any]) -> Programme:
    sections = {
        "programme": PREMIUMS.programme.model_dump(),
        "carrier": {"name": "low-tec gGmbH", "iban": "DE02120300000000202051"},
        "savings": {"health": ({"from": date(2015, 11, 1), "eur_per_month": "140.00"},)},
        "premium": ({"from": date(2015, 11, 1)} | premium,),
        "accounting": _ACCOUNT,
        "municipality": (_town(DUEREN, "Düren, Stadt", "Düren", "05358008-A1-25"),),
    }
    return Programme.model_validate(sections)


def _derivation(programme: Programme, month: str, rows: list[dict[str, Any]], last_premium_cents: int) -> Statement:
    """A statement that charges the last month's premium and shows how all months came about."""
    charge = line(
        settled_in=month, service_month=month, ags=DUEREN, case_id=rows[-1]["case_id"], kind="premium", reference="", provider_kind=None, unit="month",
        rate_cents=None, cost_cents=last_premium_cents, computed_cents=last_premium_cents, delta_cents=last_premium_cents,
    )  # fmt: skip
    cases = CASES.validate(pl.DataFrame(rows, schema=frame_schema(CASES)).select(list(CASES.columns)))
    kind = DocumentKind.INVOICE if last_premium_cents else DocumentKind.STATEMENT
    return statement(
        [charge],
        kind,
        last_premium_cents,
        programme=programme,
        municipality=programme.members[DUEREN],
        month=month,
        cases=cases,
    )


def milestones() -> Statement:
    """RULES worked figure 8: 1,250.00 in May and in September, nothing in between."""
    terms = {
        "schedule": "milestones",
        "amount_eur": "2500.00",
        "milestones": ({"after_days": 42, "share": "0.5"}, {"after_days": 182, "share": "0.5"}),
    }
    need = {
        "need_cents": 554_00,
        "saved_benefit_reported_cents": 554_00,
        "saved_benefit_statutory_cents": 554_00,
        "saved_cents": 694_00,
    }
    columns = (
        "eligible_days",
        "spell_days",
        "saved_to_date_cents",
        "target_cents",
        "premium_to_date_cents",
        "premium_cents",
    )
    figures = (
        (30, 30, 694_00, 0, 0, 0),
        (31, 61, 1388_00, 1250_00, 1250_00, 1250_00),
        (30, 91, 2082_00, 1250_00, 1250_00, 0),
        (31, 122, 2776_00, 1250_00, 1250_00, 0),
        (31, 153, 3470_00, 1250_00, 1250_00, 0),
        (30, 183, 4164_00, 2500_00, 2500_00, 1250_00),
    )
    rows = [
        _month("DN-2016-0008", f"2016-{number + 3:02d}", number, **need, **dict(zip(columns, row, strict=True)))
        for number, row in enumerate(figures, 1)
    ]
    return _derivation(_other_terms(terms), "2016-09", rows, 1250_00)


def lost_grant() -> Statement:
    """RULES worked figure 7, and a month outside the target group: −213.00, 567.00 to date, premium 453.60, then nothing."""
    columns = (
        "need_cents", "paid_cents", "lost_grant_cents", "saved_benefit_reported_cents", "saved_cents",
        "saved_to_date_cents", "target_cents", "premium_to_date_cents", "premium_cents",
    )  # fmt: skip
    figures = (
        ("2024-04", 1, 800_00, 0, 1013_00, 800_00, -213_00, -213_00, -170_40, 0, 0),
        ("2024-05", 2, 800_00, 20_00, 0, 780_00, 780_00, 567_00, 453_60, 453_60, 453_60),
        ("2024-06", None, 800_00, 20_00, 0, 780_00, 0, 567_00, 453_60, 453_60, 0),
    )
    facts = {
        "eligible_days": 30,
        "spell_begin": date(2024, 4, 1),
        "spell_days": 91,
        "saved_health_cents": 0,
        "saved_benefit_statutory_cents": None,
    }
    rows = [
        _CASE
        | facts
        | {"case_id": "DN-2024-0007", "service_month": month, "counted_month": number}
        | dict(zip(columns, row, strict=True))
        for month, number, *row in figures
    ]
    return _derivation(_other_terms({"share": "0.80", "waiting_days": 0}), "2024-06", rows, 0)


def _findings() -> list[Finding]:
    alike = [
        finding("C04", file="Meldung Döbeln.xlsx", ags=DOEBELN, sheet="Arbeitsgelegenheiten", cell=f"I{row}", column="Freiwillig", value="jein", nearest="nein", allowed="ja, nein")
        for row in range(6, 18)
    ]  # fmt: skip
    hours_over = finding(
        "W07", file="Meldung Freiberg März 2025.xlsx", ags=FREIBERG, sheet="Arbeitsgelegenheiten", cell="G9", column="Stunden", value="60", case=HOSTILE[1], period="03.03.2025 bis 09.03.2025", hours="60,00", limit="30,00"
    )  # fmt: skip
    unreadable = finding("F01", file=HOSTILE[0], reason="keine ZIP-Datei")
    return [hours_over, *alike, unreadable]


def overview(**changes: Any) -> Overview:
    """Freiberg 432.50, Döbeln −20.00, Flöha nothing and no return: 412.50 in all; three files, one of them twice."""
    documents = [
        {"ags": DOEBELN, "kind": "credit_note", "number": "AGH-2025-0006", "total_cents": -20_00, "document_date": date(2025, 4, 14), "due_date": date(2025, 5, 14)},
        {"ags": FLOEHA, "kind": "nil", "number": None, "total_cents": 0, "document_date": date(2025, 4, 14), "due_date": None},
        {"ags": FREIBERG, "kind": "invoice", "number": "AGH-2025-0007", "total_cents": INVOICE_CENTS, "document_date": date(2025, 4, 14), "due_date": date(2025, 5, 14)},
    ]  # fmt: skip
    read = {
        "return_kind": "Erstmeldung",
        "file_sha256": HASH,
        "reported_on": date(2025, 4, 4),
        "confirmed_by": "H. Lorenz",
    }
    received = [
        {"ags": FREIBERG, "month": "2025-03", "state": "accepted", "file": "Meldung Freiberg März 2025.xlsx"} | read,
        {"ags": FREIBERG, "month": "2025-03", "state": "duplicate", "file": "Meldung Freiberg März 2025 (2).xlsx"}
        | read,
        {"ags": DOEBELN, "month": "2025-03", "state": "held_back", "file": "Meldung Döbeln.xlsx"} | read,
        {"ags": None, "month": None, "state": "held_back", "file": HOSTILE[0], "file_sha256": OTHER_HASH},
        {"ags": FLOEHA, "month": "2025-03", "state": "missing"},
    ]
    fields: dict[str, Any] = {
        "programme": ALLOWANCES, "month": "2025-03", "draft": False, "document_date": date(2025, 4, 14), "drafted_by": "M. Sommer", "approved_by": "K. Winter",
        "documents": DOCUMENTS.validate(pl.DataFrame(documents, schema=frame_schema(DOCUMENTS))),
        "corrections": empty(CORRECTIONS), "closed_differences": empty(CORRECTIONS),
        "lines": lines_frame(INVOICE_LINES + [row | {"ags": DOEBELN} for row in INVOICE_LINES[-2:]]),
        "received": RECEIVED.validate(pl.DataFrame(received, schema=frame_schema(RECEIVED))),
        "findings": findings_frame(_findings()), "files": {HASH: "Meldung Freiberg März 2025.xlsx"},
        "finance": finance(BOOKS, ALLOWANCES, date(2025, 4, 14)),
    }  # fmt: skip
    return Overview(**(fields | changes))
