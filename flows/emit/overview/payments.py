"""Sheet `Auszahlungen`: what the county pays out for the run, to whom, for what, when, and whether the bank's file has it."""

from collections.abc import Sequence

from flows.emit.overview.layout import PAYMENTS, subtitle
from flows.emit.wording.reversals import came_in
from flows.emit.wording.words import DRAFT, iban_in_groups
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, day_number
from schemas.documents import NONE, Overview
from schemas.money import in_euros
from schemas.months import Month
from schemas.payments import Came, Payment, Way

TABLE = Table(
    PAYMENTS,
    Column("payee", "Empfänger", 28),
    Column("number", "Dokument", 16),
    Column("holder", "Kontoinhaber,\nwie die Bank ihn liest", 30),
    Column("iban", "IBAN", 27),
    Column("purpose", "Verwendungszweck", 30),
    Column("amount", "Betrag", 14, True),
    Column("day", "Auszuführen am", 15),
    Column("way", "Überweisung", 42),
)


_HEADING_UNKNOWN = "Nur, wenn das stornierte Dokument schon bezahlt ist (in keiner Summe, in keiner Datei):"
_HEADING_KNOWN = (
    "Stornos: was auf das stornierte Dokument eingegangen ist, geht zurück (in keiner Summe, in keiner Datei):"
)


def certain(payments: Sequence[Payment]) -> list[Payment]:
    """Those that are owed whatever was paid before: all but reversals."""
    return [payment for payment in payments if payment.cancelled is None]


def write_payments_sheet(book: Book, overview: Overview, payments: Sequence[Payment]) -> None:
    """A row per payment, those that depend on an earlier one below the sum; no sheet without any."""
    if not payments:
        return
    sheet = book.table(TABLE, "Auszahlungen", subtitle(overview))
    owed, depending = certain(payments), [payment for payment in payments if payment.cancelled is not None]
    row = first = FIRST_TABLE_ROW
    for payment in owed:
        _write(sheet, row, payment, overview)
        row += 1
    if owed:
        sheet.filter(row - 1)
        sheet.result(row, "Summe der Auszahlungen")
        sheet.total(row, "amount", first, in_euros(sum(payment.amount_cents for payment in owed)))
        sheet.name("Summe_Auszahlungen", row, "amount")
        row += 2
    if depending:
        row = sheet.prose(row, _HEADING_KNOWN if depending[0].came else _HEADING_UNKNOWN)
        for payment in depending:
            _write(sheet, row, payment, overview)
            row += 1
        row += 1
    in_file = any(payment.way is Way.FILE for payment in payments)
    sheet.prose(row, _explained(overview.month, in_file=in_file), "small_prose")


def _write(sheet: Sheet, row: int, payment: Payment, overview: Overview) -> None:
    sheet.text(row, "payee", payment.payee)
    sheet.text(row, "number", payment.document or (NONE if payment.ags is None else DRAFT))
    sheet.text(row, "holder", payment.holder)
    sheet.text(row, "iban", iban_in_groups(payment.iban) if payment.iban else "nicht bekannt")
    sheet.text(row, "purpose", payment.purpose)
    sheet.money(row, "amount", payment.amount_cents)
    if payment.day is None:
        sheet.text(row, "day", NONE, "body_centre")
    else:
        sheet.number(row, "day", day_number(payment.day), "body_date")
    sheet.text(row, "way", _way(payment, overview), "body" if payment.way is Way.FILE else "body_bold")


def _way(payment: Payment, overview: Overview) -> str:
    """Whether the bank's file has it, and what is to be done where it has not."""
    if payment.way is Way.FILE:
        file = f"Zahlungen-{overview.month}.xml"
        return f"mit der Freigabe in {file}" if overview.draft else f"in {file}"
    if payment.came is not None:
        return _known(payment, payment.came)
    if payment.way is Way.IF_PAID:
        return f"von Hand, wenn {payment.cancelled} bezahlt ist; sonst mit dem offenen Betrag verrechnen"
    asked = "Bankverbindung der Kommune erfragen und als iban in die Programmdatei eintragen"
    if overview.draft:
        return f"nicht in der Datei: {asked}, dann den Monat neu entwerfen"
    return f"nicht in der Datei: {asked}; diesen Betrag von Hand überweisen"


def _known(payment: Payment, came: Came) -> str:
    """What is known of the reversed document's payment, and what follows."""
    told = came_in(came, str(payment.cancelled), " (letzter eingelesener Umsatz)")
    if not came.came_cents:
        return f"nichts zu überweisen: {told}; beides wird verrechnet"
    return f"von Hand zurückzahlen: {told}"


def _explained(month: Month, *, in_file: bool) -> str:
    together = (
        f"Was in der Spalte „Überweisung“ so bezeichnet ist, steht in einer Datei für das Bankprogramm (Zahlungen-{month}.xml), für jeden "
        "Ausführungstag ein Sammelauftrag; jede Auszahlung wird einzeln gebucht."
        if in_file
        else "Eine Datei für das Bankprogramm gibt es in diesem Monat nicht: Es ist nichts auszuzahlen, was darin stehen könnte."
    )
    return (
        f"{together} Namen und Verwendungszwecke stehen so da, wie sie an "
        "die Bank gehen: Umlaute als zwei Buchstaben, „&“ als „+“. Die Bank vergleicht den Kontoinhaber mit dem Namen, unter "
        "dem das Konto geführt wird; weicht er ab, gehört der richtige als account_holder in die Programmdatei. "
        f"„{NONE}“ steht, wo eine Angabe entfällt oder erst mit der Freigabe entsteht."
    )
