"""The reading copy of an e-invoice: a PDF with the same figures and sentences as the XRechnung."""

from collections.abc import Iterator

from flows.emit.invoice.words import (
    NOT_TAXABLE,
    notes,
    payment_reference,
    payment_terms,
    quantity_text,
    row_text,
    subject,
)
from flows.emit.pdf.typesetting import typeset
from flows.emit.wording.offsets import credit_named
from flows.emit.wording.words import SETTLED_FOR, of_member
from schemas.invoices import Invoice, Position
from schemas.money import euros
from schemas.months import german_date, german_month


def reading_copy(invoice: Invoice) -> bytes:
    """The PDF, marked as Lesefassung; the same document gives the same bytes."""
    return typeset("invoice", _content(invoice), invoice.document_date)


def _content(invoice: Invoice) -> dict[str, object]:
    county, address, member = (
        invoice.programme.programme.county,
        invoice.programme.accounting.county_address,
        invoice.recipient,
    )
    return {
        "county": county,
        "sender": f"{address.street} · {address.postcode} {address.city}",
        "recipient": [member.name, member.street, f"{member.postcode} {member.city}"],
        "facts": list(_facts(invoice)),
        "subject": subject(invoice),
        "programme": invoice.programme.programme.title,
        "mark": f"Lesefassung – maßgeblich ist die XRechnung {invoice.number}.xml",
        "foot": f"{subject(invoice)} · {county} · Lesefassung",
        "rows": [
            [str(number), _row_text(invoice, each), euros(each.amount_cents * invoice.sign)]
            for number, each in enumerate(invoice.positions, start=1)
        ],
        "totals": list(_totals(invoice)),
        "payment": payment_terms(invoice),
        "reference": payment_reference(invoice) if invoice.transfers else None,
        "tax": f"Umsatzsteuer: 0,00 €. {NOT_TAXABLE}.",
        "notes": list(notes(invoice)),
    }


def _totals(invoice: Invoice) -> Iterator[list[str]]:
    """The total; where it is not all transferred, what is not, and the Zahlbetrag."""
    total = euros(abs(invoice.total_cents))
    before = invoice.settled_before_cents
    if not before:
        yield ["", "Guthaben" if invoice.is_credit else "Zu zahlen", total]
        return
    yield ["", "Guthaben" if invoice.is_credit else "Rechnungsbetrag", total]
    if invoice.back.settled_cents is None:
        for each in invoice.credits:
            named = credit_named(each)
            if invoice.is_credit:
                named = f"{'Wieder offen' if each in invoice.back.opened else 'Ebenfalls storniert'}: {named}"
            yield ["", named, euros(-each.amount_cents)]
    else:
        yield ["", f"Noch nicht verrechnet: {invoice.corrects[0].number}", euros(-before)]
    yield ["", "Zahlbetrag", euros(invoice.payable_cents)]


def _row_text(invoice: Invoice, position: Position) -> str:
    quantity = quantity_text(position)
    return f"{row_text(invoice, position)}, {quantity}" if quantity else row_text(invoice, position)


def _facts(invoice: Invoice) -> Iterator[list[str]]:
    address, member = invoice.programme.accounting.county_address, invoice.recipient
    months = [position.service_month for position in invoice.positions]
    first, last = german_month(min(months)), german_month(max(months))
    yield ["Nummer", invoice.number]
    yield ["Datum", german_date(invoice.document_date)]
    if invoice.due_date is not None:
        yield ["Auszahlung bis" if invoice.is_credit else "Fällig am", german_date(invoice.due_date)]
    yield ["Leistungszeit", first if first == last else f"{first} bis {last}"]
    yield ["Personenkonto", member.debtor]
    yield ["AGS", member.ags]
    if invoice.passed_on:
        yield [SETTLED_FOR, of_member(invoice.municipality)]
    yield ["Leitweg-ID", member.buyer_reference]
    yield ["Auskunft", address.contact]
    yield ["Telefon", address.phone]
    yield ["E-Mail", address.email]
