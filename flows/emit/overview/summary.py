"""Sheet `Übersicht`: one row per municipality, with its document, its total and the sum of its lines."""

from collections import defaultdict
from typing import NamedTuple

import polars as pl

from flows.emit.overview.layout import (
    BOOKINGS,
    CHANGES,
    CHECKS,
    DEVIATION,
    FINDINGS,
    LINES,
    OK,
    RECEIVED,
    REVERSALS,
    SUMMARY,
    rows_of,
    subtitle,
)
from flows.emit.overview.lists import LINE_FIRST
from flows.emit.overview.reversals import AMOUNT as REVERSED
from flows.emit.wording.lines import DELTA, MONTH, Line
from flows.emit.wording.words import DRAFT, NONE_EXPLAINED
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell, day_number, month_number, span
from schemas.documents import (
    CORRECTION_FOLDER,
    GERMAN_DOCUMENT_KIND,
    GERMAN_RETURN_STATE,
    NONE,
    DocumentKind,
    Overview,
    ReturnState,
    return_states,
)

_COLUMNS = (
    Column("AGS", 10),
    Column("Kommune", 29),
    Column("Personenkonto", 14),
    Column("Meldung", 14),
    Column("Dokument", 24),
    Column("Dokumentnummer", 16),
    Column("Laufender Monat", 14, True),
    Column("Frühere Monate", 14, True),
    Column("Betrag", 14, True),
    Column("Summe der Positionen", 14, True),
    Column("Ergebnis", 14),
    Column("Fällig am", 11),
)
AGS, STATE, KIND, CURRENT, EARLIER, TOTAL, SUM, _VERDICT, _DUE = 0, 3, 4, 6, 7, 8, 9, 10, 11
_NAMED = 50  # so many missing municipalities are named below the table


class _Sums(NamedTuple):
    """Sums of lines: of the run's own month, and of earlier ones."""

    current: int
    earlier: int

    @property
    def total(self) -> int:
        return self.current + self.earlier


def write_summary(book: Book, overview: Overview, lines: list[Line]) -> None:
    """Per municipality: return, document, number, amounts, sum of lines, due date; totals and missing returns below."""
    sheet = book.table(SUMMARY, "Finanzübersicht", subtitle(overview), _COLUMNS)
    left = overview.programme.left(overview.month)
    states = return_states(overview.received, overview.month, overview.documents["ags"], left)
    sums: dict[str, _Sums] = defaultdict(lambda: _Sums(0, 0))
    for line in lines:
        current, earlier = sums[line.ags]
        own = line.service_month == overview.month
        sums[line.ags] = _Sums(current + line.delta_cents * own, earlier + line.delta_cents * (not own))
    row = first = FIRST_TABLE_ROW
    for document in overview.documents.iter_rows(named=True):
        _write_document(sheet, row, overview, document, states[document["ags"]], sums[document["ags"]], len(lines))
        row += 1
    last = max(row - 1, first)
    total = sum(overview.documents["total_cents"])
    everything = _Sums(sum(own.current for own in sums.values()), sum(own.earlier for own in sums.values()))
    row = _write_totals(book, sheet, row, (first, last), overview, total, everything)
    row = sheet.prose(row + 1, _next_step(overview, states), "prose")
    row = sheet.prose(row, _missing_sentence(overview, states), "prose")
    row = sheet.prose(
        row,
        f"„Ergebnis“ vergleicht Betrag und Summe der Positionen. Alle Kontrollsummen stehen auf dem Blatt „{CHECKS}“.",
        "small_prose",
    )
    sheet.prose(
        row,
        f"{NONE_EXPLAINED} Ein Minus bedeutet: zugunsten der Kommune. „Fällig am“: bis dahin zahlt bei einer Rechnung die Kommune, bei einer Gutschrift der Kreis.",
        "small_prose",
    )


def _write_document(
    sheet: Sheet,
    row: int,
    overview: Overview,
    document: dict[str, object],
    state: ReturnState,
    sums: _Sums,
    lines: int,
) -> None:
    ags, total = str(document["ags"]), int(str(document["total_cents"]))
    kind = DocumentKind(str(document["kind"]))
    member = overview.programme.members.get(ags)
    sheet.text(row, AGS, ags)
    sheet.text(row, 1, member.name if member else NONE)
    recipient = overview.programme.recipient(member, overview.month) if member else None
    sheet.text(row, 2, recipient.debtor if recipient else NONE)
    sheet.text(row, STATE, GERMAN_RETURN_STATE[state], "body_bold" if state is not ReturnState.ACCEPTED else "body")
    sheet.text(row, KIND, GERMAN_DOCUMENT_KIND[kind])
    number = document["number"]
    sheet.text(row, 5, str(number) if number else DRAFT if overview.draft and kind is not DocumentKind.NIL else NONE)
    sheet.money(row, TOTAL, total)
    owners, amounts = rows_of(LINES, 0, lines), rows_of(LINES, LINE_FIRST + DELTA, lines)
    of, month = rows_of(LINES, LINE_FIRST + MONTH, lines), month_number(overview.month)
    for column, relation, amount in ((CURRENT, "=", sums.current), (EARLIER, "<", sums.earlier)):
        formula = f'=SUMIFS({amounts},{owners},{cell(row, AGS)},{of},"{relation}{month}")'
        sheet.live_money(row, column, formula, amount)
    sheet.live_money(row, SUM, f"=SUMIF({owners},{cell(row, AGS)},{amounts})", sums.total)
    _write_verdict(sheet, row, total == sums.total, "body_after")
    due = document["due_date"]
    if due is None:
        sheet.text(row, _DUE, NONE, "body_centre")
    else:
        sheet.number(row, _DUE, day_number(due), "body_date")  # type: ignore[arg-type]


def _write_verdict(sheet: Sheet, row: int, agreed: bool, style: str) -> None:
    """Whether the document's total is the sum of its lines."""
    verdict = f'=IF(ROUND({cell(row, TOTAL)}-{cell(row, SUM)},2)=0,"{OK}","{DEVIATION}")'
    sheet.live(row, _VERDICT, verdict, OK if agreed else DEVIATION, style)
    sheet.warn_unless(row, _VERDICT, OK)


def _write_totals(
    book: Book, sheet: Sheet, row: int, rows: tuple[int, int], overview: Overview, total: int, sums: _Sums
) -> int:
    """Total, and how much of it is invoiced and credited; the next row."""
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Gesamtbetrag", "total_left")
    for column, amount in ((CURRENT, sums.current), (EARLIER, sums.earlier), (TOTAL, total), (SUM, sums.total)):
        sheet.live_money(row, column, f"=SUM({cell(rows[0], column)}:{cell(rows[1], column)})", amount, "total_money")
    _write_verdict(sheet, row, total == sums.total, "total_after")
    book.name("Gesamtbetrag", SUMMARY, row, TOTAL)
    for offset, (kind, title) in enumerate(
        ((DocumentKind.INVOICE, "davon Rechnungen"), (DocumentKind.CREDIT_NOTE, "davon Gutschriften")), 1
    ):
        amount = sum(overview.documents.filter(pl.col("kind") == str(kind))["total_cents"])
        kinds, amounts = (span(*rows, column) for column in (KIND, TOTAL))
        sheet.blank(row + offset, range(len(_COLUMNS)), "body")
        sheet.text(row + offset, 0, title, "body_left")
        formula = f'=SUMIF({kinds},"{GERMAN_DOCUMENT_KIND[kind]}",{amounts})'
        sheet.live_money(row + offset, TOTAL, formula, amount)
    return _write_booked(book, sheet, row, overview, total)


def _write_booked(book: Book, sheet: Sheet, row: int, overview: Overview, total: int) -> int:
    """With reversals the run books another sum than the documents charge: both stand here; the next row."""
    reversals = overview.finance.reversals
    if reversals.is_empty():
        return row + 3
    taken_back = sum(reversals["amount_cents"])
    for offset, title, formula, amount, style in (
        (3, f"Stornos (Blatt „{REVERSALS}“)", f"=SUM({rows_of(REVERSALS, REVERSED, reversals.height)})", taken_back, "body"),
        (4, f"Zu buchen (Blatt „{BOOKINGS}“)", f"={cell(row, TOTAL)}+{cell(row + 3, TOTAL)}", total + taken_back, "total"),
    ):  # fmt: skip
        sheet.blank(row + offset, range(len(_COLUMNS)), style)
        sheet.text(row + offset, 0, title, f"{style}_left")
        sheet.live_money(row + offset, TOTAL, formula, amount, f"{style}_money")
    book.name("Zu_buchen", SUMMARY, row + 4, TOTAL)
    return row + 5


def _next_step(overview: Overview, states: dict[str, ReturnState]) -> str:
    back = (
        [f"Korrekturmappen (Ordner „{CORRECTION_FOLDER}“) zurücksenden"]
        if ReturnState.HELD_BACK in states.values()
        else []
    )
    if not overview.draft:
        steps = [
            "Abrechnungen und E-Rechnungen (Ordner „Kommunen“) versenden",
            f"Buchungen-{overview.month}.csv der Kasse geben",
        ]
        return f"Nächster Schritt: {'; '.join([*steps, *back])}."
    looked_at = f"Blätter „{CHECKS}“, „{CHANGES}“ und „{FINDINGS}“ ansehen"
    approval = "dann gibt eine zweite Person frei" if overview.programme.accounting.four_eyes else "dann freigeben"
    return f"Nächster Schritt: {'; '.join([looked_at, *back])}; {approval}. Bis dahin ist nichts gebucht."


def _missing_sentence(overview: Overview, states: dict[str, ReturnState]) -> str:
    members = overview.programme.members
    missing = [ags for ags, state in states.items() if state is ReturnState.MISSING]
    if not missing:
        return "Fehlende Meldungen: keine."
    named = [f"{members[ags].name} ({ags})" if ags in members else ags for ags in missing[:_NAMED]]
    more = f" und {len(missing) - _NAMED} weitere (Blatt „{RECEIVED}“)" if len(missing) > _NAMED else ""
    return f"Fehlende Meldungen ({len(missing)}): {'; '.join(named)}{more}."
