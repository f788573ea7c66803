"""Sheets `Herleitung` and `Nicht berechtigt` of a statement: from need over saving to the premium, month by month."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import polars as pl

from flows.emit.statement.positions import subtitle
from flows.emit.wording.terms import terms_at
from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.formula import (
    Term,
    added,
    amount,
    at_least_zero,
    in_brackets,
    number,
    reached,
    smallest,
    to_cents,
    where,
)
from flows.emit.xlsx.workbook import (
    FIRST_TABLE_ROW,
    Book,
    Column,
    Sheet,
    cell,
    day_number,
    month_number,
    span,
)
from schemas.documents import NONE, Statement
from schemas.money import in_euros
from schemas.programme.terms import Premium
from schemas.results import reasons_in_words, within_saving
from schemas.returns import BENEFITS, PLACEMENTS

DERIVATION, NOT_ELIGIBLE = "Herleitung", "Nicht berechtigt"


class CaseMonth(NamedTuple):
    """A row of results.CASES, in the order of its columns."""

    ags: str
    case_id: str
    service_month: str
    eligible: bool
    reasons: list[str]
    eligible_days: int
    spell_begin: date | None
    spell_days: int | None
    counted_month: int | None
    need_cents: int
    paid_cents: int
    relief_cents: int | None
    saved_benefit_reported_cents: int
    saved_benefit_statutory_cents: int | None
    saved_health_cents: int
    lost_grant_cents: int
    saved_cents: int
    saved_to_date_cents: int
    target_cents: int
    premium_to_date_cents: int
    premium_cents: int

    @property
    def counted_cents(self) -> int:
        """What of the saving counts: all of it or nothing."""
        return 0 if self.counted_month is None else self.saved_cents

    @property
    def held(self) -> bool:
        """Whether the case was charged at most what it saved by then."""
        return within_saving(self.premium_to_date_cents, self.saved_to_date_cents)


_COLUMNS = (
    Column("Fallnummer", 13.5),
    Column("Leistungs-\nmonat", 9),
    Column("Berech-\ntigte Tage", 9, True),
    Column("Beschäftigt\nseit", 10.5),
    Column("Dauer in Tagen", 7.5, True),
    Column("Zählt als Monat", 8, True),
    Column("Bedarf", 10, True),
    Column("Gezahlte Leistung", 9.5, True),
    Column("Freibetrag", 9.5, True),
    Column("Ersparte Leistung (gemeldet)", 10.5, True),
    Column("Ersparte Leistung (gesetzlich)", 10.5, True),
    Column("Ersparte Gesundheits-\nkosten", 10.5, True),
    Column("Entgangene Pauschale", 10.5, True),
    Column("Ersparnis\nim Monat", 10, True),
    Column("Ersparnis\nbis heute", 10.5, True),
    Column("Prämienziel", 10.5, True),
    Column("Prämie\nbis heute", 10, True),
    Column("Prämie\nim Monat", 10, True),
    Column("Prämie ≤\nErsparnis", 10),
)
MONTH, DAYS, COUNTED, NEED, PAID, RELIEF, REPORTED, STATUTORY, HEALTH, GRANT = 1, 4, 5, 6, 7, 8, 9, 10, 11, 12
SAVED, SAVED_TO_DATE, TARGET, PREMIUM_TO_DATE, PREMIUM, GUARANTEE = 13, 14, 15, 16, 17, 18
HELD, BROKEN = "erfüllt", "verletzt"

_INELIGIBLE_COLUMNS = (
    Column("Fallnummer", 18),
    Column("Leistungs-\nmonat", 10),
    Column("Berechtigte Tage", 11, True),
    Column("Bedarf", 13, True),
    Column("Gezahlte Leistung", 13, True),
    Column("Warum eine Beschäftigung in diesem Monat nicht berechtigt ist", 90),
)


def read_cases(frame: pl.DataFrame) -> list[CaseMonth]:
    """The rows of a results.CASES frame, by case and month."""
    if tuple(frame.columns) != CaseMonth._fields:
        raise ValueError(f"not a frame of case months: {frame.columns}")
    return sorted(
        (CaseMonth(*row) for row in frame.iter_rows()), key=lambda month: (month.case_id, month.service_month)
    )


def premium_cells(months: list[CaseMonth]) -> dict[tuple[str, str], Term]:
    """Case and month → the cell of sheet `Herleitung` that holds the premium."""
    rows = enumerate((month for month in months if month.eligible), FIRST_TABLE_ROW)
    return {
        (month.case_id, month.service_month): amount(f"{DERIVATION}!{cell(row, PREMIUM)}", month.premium_cents)
        for row, month in rows
    }


def write_derivation(book: Book, statement: Statement, months: list[CaseMonth]) -> None:
    """Need → saving → premium of every case, one row per month with eligible days, with live formulas."""
    sheet = book.table(DERIVATION, "Herleitung der Prämien", subtitle(statement), _COLUMNS)
    first = row = FIRST_TABLE_ROW
    eligible = [month for month in months if month.eligible]
    for _, block in groupby(eligible, key=lambda month: month.case_id):
        history: list[CaseMonth] = []
        for month in block:
            history.append(month)
            _write_month(sheet, row, statement, history)
            row += 1
    if eligible:
        sheet.blank(row, range(len(_COLUMNS)), "total")
        sheet.text(row, 0, "Summe (Ersparnis: nur Monate, die zählen)", "total_left")
        saved = sum(month.counted_cents for month in eligible)
        counted, amounts, premiums = (span(first, row - 1, column) for column in (COUNTED, SAVED, PREMIUM))
        sheet.live_money(row, SAVED, f'=SUMIF({counted},">0",{amounts})', saved, "total_money")
        premium = sum(month.premium_cents for month in eligible)
        sheet.live_money(row, PREMIUM, f"=SUM({premiums})", premium, "total_money")
    else:
        sheet.text(row, 0, "Bis zu diesem Monat gibt es keine berechtigte Beschäftigung.", "plain")
    row += 2
    for sentence in _legend(statement):
        row = sheet.prose(row, sentence, "small_prose")


def _write_month(sheet: Sheet, row: int, statement: Statement, history: list[CaseMonth]) -> None:
    """A month of a case, the last of `history`; the months before stand in the rows above."""
    month, before = history[-1], history[-2] if len(history) > 1 else None
    sheet.text(row, 0, month.case_id)
    sheet.number(row, MONTH, month_number(month.service_month), "body_month")
    sheet.number(row, 2, month.eligible_days)
    if month.spell_begin is None:
        sheet.text(row, 3, NONE, "body_centre")
    else:
        sheet.number(row, 3, day_number(month.spell_begin), "body_date")
    for column, count in ((DAYS, month.spell_days), (COUNTED, month.counted_month)):
        if count is None:
            sheet.text(row, column, NONE, "body_count")
        else:
            sheet.number(row, column, count)
    sheet.money(row, NEED, month.need_cents)
    sheet.money(row, PAID, month.paid_cents)
    for column, known in ((RELIEF, month.relief_cents), (STATUTORY, month.saved_benefit_statutory_cents)):
        if known is None:
            sheet.text(row, column, NONE, "body_money")
        else:
            sheet.money(row, column, known)
    sheet.money(row, HEALTH, month.saved_health_cents)
    sheet.money(row, GRANT, month.lost_grant_cents)
    for column, amount_cents, formula in _steps(row, statement, history, before):
        sheet.derived(row, column, amount_cents, *(() if formula is None else (formula,)))
    guarantee = f'=IF({cell(row, PREMIUM_TO_DATE)}<=MAX(0,{cell(row, SAVED_TO_DATE)}),"{HELD}","{BROKEN}")'
    sheet.live(row, GUARANTEE, guarantee, HELD if month.held else BROKEN, "body_after")
    sheet.warn_unless(row, GUARANTEE, HELD)


def _steps(
    row: int, statement: Statement, history: list[CaseMonth], before: CaseMonth | None
) -> Iterator[tuple[int, int, Term | None]]:
    """The calculated columns: column, the month's cents, and the formula that leads to them, if there is one.

    A formula may give something else (a month outside the target group saves nothing; terms of another cohort): then
    the amount stands alone.
    """
    month = history[-1]

    def at(column: int, amount_cents: int) -> Term:
        return amount(cell(row, column), amount_cents)

    reported = at(REPORTED, month.saved_benefit_reported_cents)
    need, paid = at(NEED, month.need_cents), at(PAID, month.paid_cents)
    yield REPORTED, month.saved_benefit_reported_cents, at_least_zero(to_cents(need - paid))

    savings = statement.programme.savings
    benefit: Term | None = reported
    if savings is not None and savings.basis == "statutory":
        known = month.saved_benefit_statutory_cents
        benefit = None if known is None else at(STATUTORY, known)
    health, grant = at(HEALTH, month.saved_health_cents), at(GRANT, month.lost_grant_cents)
    yield SAVED, month.saved_cents, None if benefit is None else to_cents(benefit + health - grant)

    counts = Term(f"ISNUMBER({cell(row, COUNTED)})", Decimal(month.counted_month is not None))
    earlier = amount(cell(row - 1, SAVED_TO_DATE), before.saved_to_date_cents) if before else number(0)
    to_date = to_cents(earlier + where(counts, at(SAVED, month.saved_cents)))
    yield SAVED_TO_DATE, month.saved_to_date_cents, to_date

    begin = history[0].spell_begin
    terms = terms_at(statement.programme, begin) if begin else None
    if terms is None:
        target = limit = None
    else:
        schedule = _milestone_target if terms.schedule == "milestones" else _saved_target
        target = schedule(row, history, terms)
        cap = () if terms.cap_cents is None else (number(in_euros(terms.cap_cents)),)
        saved = at(SAVED_TO_DATE, month.saved_to_date_cents)
        limit = at_least_zero(smallest(at(TARGET, month.target_cents), *cap, saved))
    yield TARGET, month.target_cents, target
    yield PREMIUM_TO_DATE, month.premium_to_date_cents, limit

    earlier = amount(cell(row - 1, PREMIUM_TO_DATE), before.premium_to_date_cents) if before else number(0)
    yield PREMIUM, month.premium_cents, to_cents(at(PREMIUM_TO_DATE, month.premium_to_date_cents) - earlier)


def _saved_target(row: int, history: list[CaseMonth], terms: Premium) -> Term:
    """Share × counted savings of the spells that have lasted the waiting period (RULES section 5, as_saved)."""
    assert terms.share is not None
    first = row - len(history) + 1
    pieces: list[Term] = []
    before: Term | None = None  # saved up to the spell before
    for _, block in groupby(enumerate(history, first), key=lambda entry: entry[1].spell_begin):
        place, month = list(block)[-1]
        saved = amount(cell(place, SAVED_TO_DATE), month.saved_to_date_cents)
        waited = reached(Term(cell(place, DAYS), Decimal(month.spell_days or 0)), terms.waiting_days)
        pieces.append(where(waited, saved if before is None else saved - before))
        before = saved
    due = pieces[0] if len(pieces) == 1 else in_brackets(added(pieces))
    return to_cents(number(terms.share) * due)


def _milestone_target(row: int, history: list[CaseMonth], terms: Premium) -> Term:
    """Amount × shares of the milestones that the longest spell has reached (RULES section 5, milestones)."""
    assert terms.amount_cents is not None
    days = f"MAX({cell(row - len(history) + 1, DAYS)}:{cell(row, DAYS)})"
    longest = Term(days, Decimal(max(month.spell_days or 0 for month in history)))
    shares = [number(one.share) * in_brackets(reached(longest, one.after_days)) for one in terms.milestones]
    return to_cents(number(in_euros(terms.amount_cents)) * in_brackets(added(shares)))


def _legend(statement: Statement) -> Iterator[str]:
    savings = statement.programme.savings
    basis = "gesetzlich" if savings is not None and savings.basis == "statutory" else "gemeldet"
    yield (
        f"Ersparnis im Monat = ersparte Leistung ({basis}) + ersparte Gesundheitskosten − entgangene Pauschale. „Gemeldet“ ist Bedarf minus gezahlte "
        "Leistung, „gesetzlich“ der Bedarf, den der Nettolohn nach Abzug des Freibetrags deckt. Die Ersparnis kann negativ sein."
    )
    yield "In die Summe „Ersparnis bis heute“ gehen nur Monate ein, die zählen. Liegt der Status eines Monats außerhalb der Zielgruppe, ist die Ersparnis 0,00 €."
    yield (
        "Das Prämienziel folgt aus den Bedingungen (Blatt „Hinweise“). Prämie bis heute = der kleinste Wert aus Prämienziel, Höchstbetrag und Ersparnis "
        "bis heute, mindestens 0,00 €. Prämie im Monat = ihr Zuwachs; er kann negativ sein."
    )
    loss = (
        " Hat ein Fall bis dahin mehr gekostet als erspart (entgangene Pauschale), zählt seine Ersparnis hierfür als 0,00 €."
        if savings is not None and savings.lost_state_grant
        else ""
    )
    yield f"„Prämie ≤ Ersparnis“ prüft die Zusage des Kreises je Fall und Monat: Prämie bis heute ist höchstens Ersparnis bis heute.{loss}"
    yield (
        "Was gemeldet ist, steht in der Meldung des Leistungsmonats in der Zeile des Falls: Leistungsart, Bedarfsstufe, Unterkunftskosten, gezahlte "
        f"Leistung und Status auf dem Blatt „{BENEFITS.sheet}“, Beginn, Ende und Löhne auf dem Blatt „{PLACEMENTS.sheet}“."
    )
    yield f"Monate ohne berechtigte Beschäftigung stehen auf dem Blatt „{NOT_ELIGIBLE}“, wenn es solche gibt. {NONE_EXPLAINED}"


def write_not_eligible(book: Book, statement: Statement, months: list[CaseMonth]) -> None:
    """Case months in which a placement is not eligible, with the reasons in words."""
    sheet = book.table(NOT_ELIGIBLE, "Nicht berechtigte Beschäftigungen", subtitle(statement), _INELIGIBLE_COLUMNS)
    row = FIRST_TABLE_ROW
    for month in months:
        sheet.text(row, 0, month.case_id)
        sheet.number(row, 1, month_number(month.service_month), "body_month")
        sheet.number(row, 2, month.eligible_days)
        sheet.money(row, 3, month.need_cents)
        sheet.money(row, 4, month.paid_cents)
        reasons = reasons_in_words(month.reasons) or "In diesem Monat liegt kein berechtigter Beschäftigungstag."
        sheet.text(row, 5, reasons, "body_after")
        row += 1
    sheet.prose(
        row + 1,
        "Hat ein Fall in einem Monat berechtigte Tage und steht dennoch hier, so war daneben eine weitere Beschäftigung nicht berechtigt. "
        "Stimmt eine Angabe nicht, senden Sie bitte eine Korrektur der Meldung; die nächste Abrechnung gleicht den Monat aus.",
        "small_prose",
    )
