"""Sheet `Übersicht`: one row per municipality, with its document, its total and the sum of its lines."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from flows.emit.cash.open_items import MOVEMENTS, OPEN_ITEMS
from flows.emit.overview.layout import (
    BOOKINGS,
    CHANGES,
    CHECKS,
    DEVIATION,
    FINDINGS,
    OK,
    RECEIVED,
    REVERSALS,
    SUMMARY,
    passed_on,
    subtitle,
)
from flows.emit.overview.lists import LINE_TABLE
from flows.emit.overview.reversals import TABLE as REVERSAL_TABLE
from flows.emit.wording.lines import Line
from flows.emit.wording.offsets import WAITS, credits_used
from flows.emit.wording.words import DRAFT, NONE_EXPLAINED, seal_in_groups
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, day_number, month_number
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
from schemas.identifiers import Ags
from schemas.offsets import OwnOffsets, sum_of
from schemas.payments import Payment, Way

TABLE = Table(
    SUMMARY,
    Column("ags", "AGS", 10),
    Column("municipality", "Kommune", 29),
    Column("debtor", "Personenkonto", 14),
    Column("state", "Meldung", 14),
    Column("kind", "Dokument", 24),
    Column("number", "Dokumentnummer", 16),
    Column("current", "Laufender Monat", 14, True),
    Column("earlier", "Frühere Monate", 14, True),
    Column("total", "Betrag", 14, True),
    Column("sum", "Summe der Positionen", 14, True),
    Column("verdict", "Ergebnis", 14),
    Column("due", "Fällig am", 11),
)
# Where the run sets credits against invoices.
OFFSET_TABLE = Table(
    SUMMARY,
    *TABLE.columns,
    Column("offset", "Verrechnet,\nvorgemerkt oder\nausgezahlt", 14, True),
    Column("payable", "Zahlbetrag", 14, True),
    Column("with", "Verrechnung", 42),
)
_NAMED = 50  # so many missing municipalities are named below the table


class _Sums(NamedTuple):
    """Sums of lines: of the run's own month, and of earlier ones."""

    current: int
    earlier: int

    @property
    def total(self) -> int:
        return self.current + self.earlier


def write_summary(book: Book, overview: Overview, lines: list[Line], payments: Sequence[Payment]) -> None:
    """Per municipality: return, document, number, amounts, sum of lines, due date; totals and missing returns below."""
    sheet = book.table(OFFSET_TABLE if overview.offsets.own else TABLE, "Finanzübersicht", subtitle(overview))
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
        if overview.offsets.own:
            _write_offset(sheet, row, document, overview.offsets.of(document["ags"]))
        row += 1
    last = max(row - 1, first)
    total, beneath = sum(overview.documents["total_cents"]), row
    everything = _Sums(sum(own.current for own in sums.values()), sum(own.earlier for own in sums.values()))
    row = _write_totals(sheet, row, (first, last), overview, total, everything)
    if overview.offsets.own:
        _write_offset_totals(sheet, beneath, (first, last), overview)
    row = sheet.prose(row + 1, _next_step(overview, states, payments), "prose")
    row = sheet.prose(row, _missing_sentence(overview, states), "prose")
    if overview.money is not None:
        told = f"{overview.money.sentence} Mehr auf den Blättern „{OPEN_ITEMS}“ und „{MOVEMENTS}“."
        row = sheet.prose(row, told, "prose")
    row = sheet.prose(
        row,
        f"„Ergebnis“ vergleicht Betrag und Summe der Positionen. Alle Kontrollsummen stehen auf dem Blatt „{CHECKS}“.",
        "small_prose",
    )
    row = sheet.prose(
        row,
        f"{NONE_EXPLAINED} Ein Minus bedeutet: zugunsten der Kommune. „Fällig am“: bis dahin zahlt bei einer Rechnung die Kommune, "
        f"bei einer Gutschrift{', die ausgezahlt wird,' if overview.credits_wait else ''} der Kreis.",
        "small_prose",
    )
    for sentence in passed_on(overview):
        row = sheet.prose(row, sentence, "small_prose")
    if overview.offsets.own:
        row = sheet.prose(
            row,
            "„Zahlbetrag“ ist, was überwiesen wird: Betrag und „Verrechnet, vorgemerkt oder ausgezahlt“ zusammen. Verrechnet wird eine frühere Gutschrift mit "
            "der Rechnung; eine neue Gutschrift ist für die nächste Rechnung vorgemerkt. Folgt keine Rechnung mehr, wird ausgezahlt, "
            "was von früheren Gutschriften offen ist, und ebenso die neue.",
            "small_prose",
        )
    if overview.seal is not None:
        sheet.prose(
            row,
            f"Prüfsiegel des Monats: {seal_in_groups(overview.seal)}. Bitte außerhalb des Programms aufbewahren: Der Vergleich damit "
            "(verify --seal) zeigt, ob das Buch als Ganzes ausgetauscht wurde.",
            "small_prose",
        )


def _write_document(
    sheet: Sheet,
    row: int,
    overview: Overview,
    document: dict[str, Any],
    state: ReturnState,
    sums: _Sums,
    lines: int,
) -> None:
    ags, total = document["ags"], document["total_cents"]
    kind = DocumentKind(str(document["kind"]))
    member = overview.programme.members.get(ags)
    sheet.text(row, "ags", ags)
    sheet.text(row, "municipality", member.name if member else NONE)
    recipient = overview.programme.recipient(member, overview.month) if member else None
    sheet.text(row, "debtor", recipient.debtor if recipient else NONE)
    sheet.text(row, "state", GERMAN_RETURN_STATE[state], "body_bold" if state is not ReturnState.ACCEPTED else "body")
    sheet.text(row, "kind", GERMAN_DOCUMENT_KIND[kind])
    number = document["number"]
    sheet.text(
        row, "number", str(number) if number else DRAFT if overview.draft and kind is not DocumentKind.NIL else NONE
    )
    sheet.money(row, "total", total)
    owners, amounts, of = (LINE_TABLE.rows(lines, column) for column in ("ags", "delta", "service_month"))
    own, month = sheet.cell(row, "ags"), month_number(overview.month)
    for column, relation, amount in (("current", "=", sums.current), ("earlier", "<", sums.earlier)):
        formula = f'=SUMIFS({amounts},{owners},{own},{of},"{relation}{month}")'
        sheet.live_money(row, column, formula, amount)
    sheet.live_money(row, "sum", f"=SUMIF({owners},{own},{amounts})", sums.total)
    _write_verdict(sheet, row, total == sums.total, "body_after")
    due = document["due_date"]
    if due is None:
        sheet.text(row, "due", NONE, "body_centre")
    else:
        sheet.number(row, "due", day_number(due), "body_date")


def _write_offset(sheet: Sheet, row: int, document: dict[str, Any], own: OwnOffsets) -> None:
    """What of a document is set off or waits, what of earlier credits is paid out, and what is transferred in all."""
    payable = _transferred(own, document["total_cents"])
    sheet.money(row, "offset", payable - document["total_cents"])
    sheet.live_money(row, "payable", f"={sheet.cell(row, 'total')}+{sheet.cell(row, 'offset')}", payable)
    told = [credits_used(own.used)] if own.used else []
    told += [WAITS] if own.waiting_cents else []
    told += [f"ausgezahlt: {credits_used(own.paid_out)}"] if own.paid_out else []
    sheet.text(row, "with", "; ".join(told) or NONE, "body_after")


def _transferred(own: OwnOffsets, total_cents: int) -> int:
    """What is transferred to or from a municipality: for its document, and of earlier credits; not for Stornos."""
    return own.payable(total_cents) - sum_of(own.paid_out)


def _write_offset_totals(sheet: Sheet, row: int, rows: tuple[int, int], overview: Overview) -> None:
    documents = overview.documents.select("ags", "total_cents").iter_rows()
    payable = sum(_transferred(overview.offsets.of(ags), total) for ags, total in documents)
    total = sum(overview.documents["total_cents"])
    for column, amount in (("offset", payable - total), ("payable", payable)):
        span = f"{sheet.cell(rows[0], column)}:{sheet.cell(rows[1], column)}"
        sheet.live_money(row, column, f"=SUM({span})", amount, "total_money")
    sheet.name("Summe_Zahlbetrag", row, "payable")


def _write_verdict(sheet: Sheet, row: int, agreed: bool, style: str) -> None:
    """Whether the document's total is the sum of its lines."""
    verdict = f'=IF(ROUND({sheet.cell(row, "total")}-{sheet.cell(row, "sum")},2)=0,"{OK}","{DEVIATION}")'
    sheet.live(row, "verdict", verdict, OK if agreed else DEVIATION, style)
    sheet.warn_unless(row, "verdict", OK)


def _write_totals(sheet: Sheet, row: int, rows: tuple[int, int], overview: Overview, total: int, sums: _Sums) -> int:
    """Total, and how much of it is invoiced and credited; the next row."""
    sheet.result(row, "Gesamtbetrag")
    for column, amount in (("current", sums.current), ("earlier", sums.earlier), ("total", total), ("sum", sums.total)):
        span = f"{sheet.cell(rows[0], column)}:{sheet.cell(rows[1], column)}"
        sheet.live_money(row, column, f"=SUM({span})", amount, "total_money")
    _write_verdict(sheet, row, total == sums.total, "total_after")
    sheet.name("Gesamtbetrag", row, "total")
    for offset, (kind, title) in enumerate(
        ((DocumentKind.INVOICE, "davon Rechnungen"), (DocumentKind.CREDIT_NOTE, "davon Gutschriften")), 1
    ):
        amount = sum(overview.documents.filter(pl.col("kind") == str(kind))["total_cents"])
        kinds, amounts = (TABLE.span(*rows, column) for column in ("kind", "total"))
        sheet.result(row + offset, title, "body")
        formula = f'=SUMIF({kinds},"{GERMAN_DOCUMENT_KIND[kind]}",{amounts})'
        sheet.live_money(row + offset, "total", formula, amount)
    return _write_booked(sheet, row, overview, total)


def _write_booked(sheet: Sheet, row: int, overview: Overview, total: int) -> int:
    """With reversals the run books another sum than the documents charge: both stand here; the next row."""
    reversals = overview.finance.reversals
    if reversals.is_empty():
        return row + 3
    taken_back = sum(reversals["amount_cents"])
    reversed_amounts, charged, back = (
        REVERSAL_TABLE.rows(reversals.height, "amount"),
        sheet.cell(row, "total"),
        sheet.cell(row + 3, "total"),
    )
    for offset, title, formula, amount, style in (
        (3, f"Stornos (Blatt „{REVERSALS}“)", f"=SUM({reversed_amounts})", taken_back, "body"),
        (4, f"Zu buchen (Blatt „{BOOKINGS}“)", f"={charged}+{back}", total + taken_back, "total"),
    ):
        sheet.result(row + offset, title, style)
        sheet.live_money(row + offset, "total", formula, amount, f"{style}_money")
    sheet.name("Zu_buchen", row + 4, "total")
    return row + 5


def _next_step(overview: Overview, states: dict[Ags, ReturnState], payments: Sequence[Payment]) -> str:
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
        if any(payment.way is Way.FILE for payment in payments):
            steps.append(f"Zahlungen-{overview.month}.xml im Bankprogramm einlesen und dort freigeben")
        return f"Nächster Schritt: {'; '.join([*steps, *back])}."
    looked_at = f"Blätter „{CHECKS}“, „{CHANGES}“ und „{FINDINGS}“ ansehen"
    approval = "dann gibt eine zweite Person frei" if overview.programme.accounting.four_eyes else "dann freigeben"
    return f"Nächster Schritt: {'; '.join([looked_at, *back])}; {approval}. Bis dahin ist nichts gebucht."


def _missing_sentence(overview: Overview, states: dict[Ags, ReturnState]) -> str:
    members = overview.programme.members
    missing = [ags for ags, state in states.items() if state is ReturnState.MISSING]
    if not missing:
        return "Fehlende Meldungen: keine."
    named = [f"{members[ags].name} ({ags})" if ags in members else ags for ags in missing[:_NAMED]]
    more = f" und {len(missing) - _NAMED} weitere (Blatt „{RECEIVED}“)" if len(missing) > _NAMED else ""
    return f"Fehlende Meldungen ({len(missing)}): {'; '.join(named)}{more}."
