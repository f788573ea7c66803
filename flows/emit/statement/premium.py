"""Sheet `Herleitung` of a statement: from need over saving to the premium, month by month."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import polars as pl

from flows.emit.statement.positions import subtitle
from flows.emit.wording.terms import terms_at
from flows.emit.wording.words import BROKEN, HELD, NONE_EXPLAINED
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
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, day_number, month_number
from schemas.documents import NONE, Statement
from schemas.guarantee import within_saving
from schemas.identifiers import Ags, CaseId
from schemas.money import euros, in_euros
from schemas.months import Month, german_month
from schemas.programme.terms import Premium
from schemas.returns import BENEFITS, PLACEMENTS

DERIVATION, NOT_ELIGIBLE = "Herleitung", "Nicht berechtigt"  # the second is a sheet of its own


class CaseMonth(NamedTuple):
    """A row of results.CASES, in the order of its columns."""

    ags: Ags
    case_id: CaseId
    service_month: Month
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


# The columns with an amount or a number of the case month carry its name in results.CASES.
TABLE = Table(
    DERIVATION,
    Column("case_id", "Fallnummer", 13.5),
    Column("service_month", "Leistungs-\nmonat", 9),
    Column("eligible_days", "Berech-\ntigte Tage", 9, True),
    Column("spell_begin", "Beschäftigt\nseit", 10.5),
    Column("spell_days", "Dauer in Tagen", 7.5, True),
    Column("counted_month", "Zählt als Monat", 8, True),
    Column("need_cents", "Bedarf", 10, True),
    Column("paid_cents", "Gezahlte Leistung", 9.5, True),
    Column("relief_cents", "Freibetrag", 9.5, True),
    Column("saved_benefit_reported_cents", "Ersparte Leistung (gemeldet)", 10.5, True),
    Column("saved_benefit_statutory_cents", "Ersparte Leistung (gesetzlich)", 10.5, True),
    Column("saved_health_cents", "Ersparte Gesundheits-\nkosten", 10.5, True),
    Column("lost_grant_cents", "Entgangene Pauschale", 10.5, True),
    Column("saved_cents", "Ersparnis\nim Monat", 10, True),
    Column("saved_to_date_cents", "Ersparnis\nbis heute", 10.5, True),
    Column("target_cents", "Prämienziel", 10.5, True),
    Column("premium_to_date_cents", "Prämie\nbis heute", 10, True),
    Column("premium_cents", "Prämie\nim Monat", 10, True),
    Column("held", "Prämie ≤\nErsparnis", 10),
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
        (month.case_id, month.service_month): amount(
            f"{DERIVATION}!{TABLE.cell(row, 'premium_cents')}", month.premium_cents
        )
        for row, month in rows
    }


def write_derivation(book: Book, statement: Statement, months: list[CaseMonth]) -> None:
    """Need → saving → premium of every case, one row per month with eligible days, with live formulas."""
    sheet = book.table(TABLE, "Herleitung der Prämien", subtitle(statement))
    first = row = FIRST_TABLE_ROW
    eligible = [month for month in months if month.eligible]
    for _, block in groupby(eligible, key=lambda month: month.case_id):
        history: list[CaseMonth] = []
        for month in block:
            history.append(month)
            _write_month(sheet, row, statement, history)
            row += 1
    if eligible:
        sheet.result(row, "Summe (Ersparnis: nur Monate, die zählen)")
        saved = sum(month.counted_cents for month in eligible)
        counted, amounts, premiums = (
            TABLE.span(first, row - 1, column) for column in ("counted_month", "saved_cents", "premium_cents")
        )
        sheet.live_money(row, "saved_cents", f'=SUMIF({counted},">0",{amounts})', saved, "total_money")
        premium = sum(month.premium_cents for month in eligible)
        sheet.live_money(row, "premium_cents", f"=SUM({premiums})", premium, "total_money")
    else:
        sheet.text(row, 0, "Bis zu diesem Monat gibt es keine berechtigte Beschäftigung.", "plain")
    row += 2
    for sentence in _legend(statement):
        row = sheet.prose(row, sentence, "small_prose")


def _write_month(sheet: Sheet, row: int, statement: Statement, history: list[CaseMonth]) -> None:
    """A month of a case, the last of `history`; the months before stand in the rows above."""
    month = history[-1]
    sheet.text(row, "case_id", month.case_id)
    sheet.number(row, "service_month", month_number(month.service_month), "body_month")
    sheet.number(row, "eligible_days", month.eligible_days)
    if month.spell_begin is None:
        sheet.text(row, "spell_begin", NONE, "body_centre")
    else:
        sheet.number(row, "spell_begin", day_number(month.spell_begin), "body_date")
    for column in ("spell_days", "counted_month"):
        count = getattr(month, column)
        if count is None:
            sheet.text(row, column, NONE, "body_count")
        else:
            sheet.number(row, column, count)
    for column in (
        "need_cents",
        "paid_cents",
        "relief_cents",
        "saved_benefit_statutory_cents",
        "saved_health_cents",
        "lost_grant_cents",
    ):
        known = getattr(month, column)
        if known is None:
            sheet.text(row, column, NONE, "body_money")
        else:
            sheet.money(row, column, known)
    for column, formula in _steps(row, statement, history):
        sheet.derived(row, column, getattr(month, column), *(() if formula is None else (formula,)))
    charged, saved = (TABLE.cell(row, column) for column in ("premium_to_date_cents", "saved_to_date_cents"))
    guarantee = f'=IF({charged}<=MAX(0,{saved}),"{HELD}","{BROKEN}")'
    sheet.live(row, "held", guarantee, HELD if month.held else BROKEN, "body_after")
    sheet.warn_unless(row, "held", HELD)


def _in(row: int, month: CaseMonth, column: str) -> Term:
    """The cell of a month in which one of its amounts stands."""
    return amount(TABLE.cell(row, column), getattr(month, column))


def _steps(row: int, statement: Statement, history: list[CaseMonth]) -> Iterator[tuple[str, Term | None]]:
    """The calculated columns, and the formula that leads to the month's amount, if there is one.

    A formula may give something else (a month outside the target group saves nothing; terms of another cohort): then
    the amount stands alone.
    """
    month, before = history[-1], history[-2] if len(history) > 1 else None

    def at(column: str) -> Term:
        return _in(row, month, column)

    def above(column: str) -> Term:
        return number(0) if before is None else _in(row - 1, before, column)

    yield "saved_benefit_reported_cents", at_least_zero(to_cents(at("need_cents") - at("paid_cents")))

    savings = statement.programme.savings
    benefit = f"saved_benefit_{'reported' if savings is None else savings.basis}_cents"
    known = getattr(month, benefit) is not None
    yield "saved_cents", to_cents(at(benefit) + at("saved_health_cents") - at("lost_grant_cents")) if known else None

    counts = Term(f"ISNUMBER({TABLE.cell(row, 'counted_month')})", Decimal(month.counted_month is not None))
    yield "saved_to_date_cents", to_cents(above("saved_to_date_cents") + where(counts, at("saved_cents")))

    begin = history[0].spell_begin
    terms = terms_at(statement.programme, begin) if begin else None
    if terms is None:
        target = limit = None
    else:
        schedule = _milestone_target if terms.schedule == "milestones" else _saved_target
        target = schedule(row, history, terms)
        cap = () if terms.cap_cents is None else (number(in_euros(terms.cap_cents)),)
        limit = at_least_zero(smallest(at("target_cents"), *cap, at("saved_to_date_cents")))
    yield "target_cents", target
    yield "premium_to_date_cents", limit
    yield "premium_cents", to_cents(at("premium_to_date_cents") - above("premium_to_date_cents"))


def _saved_target(row: int, history: list[CaseMonth], terms: Premium) -> Term:
    """Share × counted savings of the spells that have lasted the waiting period (RULES section 5, as_saved)."""
    assert terms.share is not None
    first = row - len(history) + 1
    pieces: list[Term] = []
    before: Term | None = None  # saved up to the spell before
    for _, block in groupby(enumerate(history, first), key=lambda entry: entry[1].spell_begin):
        place, month = list(block)[-1]
        saved = _in(place, month, "saved_to_date_cents")
        waited = reached(Term(TABLE.cell(place, "spell_days"), Decimal(month.spell_days or 0)), terms.waiting_days)
        pieces.append(where(waited, saved if before is None else saved - before))
        before = saved
    due = pieces[0] if len(pieces) == 1 else in_brackets(added(pieces))
    return to_cents(number(terms.share) * due)


def _milestone_target(row: int, history: list[CaseMonth], terms: Premium) -> Term:
    """Amount × shares of the milestones that the longest spell has reached (RULES section 5, milestones)."""
    assert terms.amount_cents is not None
    first, last = (TABLE.cell(place, "spell_days") for place in (row - len(history) + 1, row))
    longest = Term(f"MAX({first}:{last})", Decimal(max(month.spell_days or 0 for month in history)))
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
    if statement.neutrality.closed_until:
        yield (
            f"Abgeschlossen sind die Monate bis {german_month(statement.neutrality.closed_until)}: Dort steht als Prämie, was gebucht ist. Vom ersten offenen "
            "Monat eines Falls ist abgezogen, was bis dahin gebucht ist, was immer sich an den abgeschlossenen Monaten geändert hat."
        )
    taken_over = [
        taken_over_in_words(month)
        for month in _first_months(statement)
        if month.saved_to_date_cents != month.counted_cents
    ]
    if taken_over:
        yield (
            "Was vor Einführung dieses Verfahrens berechnet wurde (Eröffnungssalden), zählt als Ersparnis, Prämie und gezählte Monate seines Falls mit und "
            f"ist vom ersten Monat abgezogen: {'; '.join(taken_over)}."
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
    yield (
        "Bedarf, gezahlte Leistung, Freibetrag, gesetzlich ersparte Leistung, Gesundheitskosten und Pauschale folgen aus Meldung und Rechtstabellen und "
        "stehen als Zahl; die Spalten dahinter rechnen mit ihnen. Ihren Rechenweg nennt Ihnen der Kreis auf Anfrage (Befehl explain)."
    )
    yield f"Monate ohne berechtigte Beschäftigung stehen auf dem Blatt „{NOT_ELIGIBLE}“, wenn es solche gibt. {NONE_EXPLAINED}"


def taken_over_in_words(first: CaseMonth) -> str:
    """What the first month with eligible days of a case goes on from, in numbers (RULES section 5.3)."""
    saved = euros(first.saved_to_date_cents - first.counted_cents)
    charged = euros(first.premium_to_date_cents - first.premium_cents)
    counted = "" if first.counted_month is None else f", gezählte Monate {first.counted_month - 1}"
    return f"{first.case_id}: Ersparnis {saved}, Prämien {charged}{counted}"


def _first_months(statement: Statement) -> Iterator[CaseMonth]:
    """The first month with eligible days of every case."""
    eligible = (month for month in read_cases(statement.cases) if month.eligible)
    for _, months in groupby(eligible, key=lambda month: month.case_id):
        yield next(months)
