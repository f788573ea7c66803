"""The sentences of an e-invoice, the same in the XRechnung and in its reading copy."""

from collections.abc import Iterator

from flows.emit.wording.offsets import WAITS, credits_used, owed_before, undone
from flows.emit.wording.reversals import came_in, full_sentence, reversed_document
from flows.emit.wording.words import GUARANTEE_OF_CASES, agreement_of, iban_in_groups, succession
from schemas.documents import REVERSAL
from schemas.invoices import Invoice, Position
from schemas.money import euros
from schemas.months import german_date, german_month
from schemas.programme.parties import Municipality
from schemas.results import GERMAN_LINE_KIND_IN_FULL, Cause

NOT_TAXABLE = (
    "Nicht steuerbar: Kostenausgleich zwischen juristischen Personen des öffentlichen Rechts im Rahmen der "
    "öffentlichen Gewalt (§ 2b UStG)"
)
_DIFFERENCE: dict[Cause | None, str] = {
    Cause.LATE_RETURN: "Nachmeldung",
    Cause.CANCELLATION: f"neu nach {REVERSAL}",
    Cause.ADJUSTMENT: "",
}
LEGAL_BASIS = "Asylbewerberleistungsgesetz und die Vereinbarung zum Programm"


def title(invoice: Invoice) -> str:
    """What kind of document it is."""
    if invoice.reversal_reason is not None:
        return REVERSAL
    return "Gutschrift" if invoice.is_credit else "Rechnung"


def subject(invoice: Invoice) -> str:
    """Kind, number and what is settled."""
    if invoice.reversal_reason is not None:
        return f"{title(invoice)} {invoice.number} zu {invoice.corrects[0].number}"
    return f"{title(invoice)} {invoice.number} für {german_month(invoice.month)}"


def position_text(position: Position) -> str:
    """One position: what is charged, and for which service month."""
    return f"{GERMAN_LINE_KIND_IN_FULL[position.kind]}, {german_month(position.service_month)}"


def row_text(invoice: Invoice, position: Position) -> str:
    """A position with whose it is where a successor receives the document, and what it is where it belongs to an earlier month."""
    mark = difference(invoice, position)
    whose = f", {invoice.municipality.name}" if invoice.passed_on else ""
    return f"{position_text(position)}{whose}{f' ({mark})' if mark else ''}"


def quantity_text(position: Position) -> str:
    """How many hours a position charges; empty where it counts none, or corrects what was charged before.

    >>> from decimal import Decimal
    >>> from schemas.results import LineKind
    >>> quantity_text(Position(LineKind.ALLOWANCE, "2024-12", 53_00, hours=Decimal("66.25")))
    '66,25 Stunden'
    """
    return f"{position.hours:.2f} Stunden".replace(".", ",") if position.hours is not None else ""


def difference(invoice: Invoice, position: Position) -> str:
    """What a position of an earlier month is; empty for one of the document's own month or of a Storno."""
    if invoice.reversal_reason is not None or position.service_month == invoice.month:
        return ""
    return _DIFFERENCE.get(position.cause, "Berichtigung")


def notes(invoice: Invoice) -> Iterator[str]:
    """What the document is about, what it corrects, and what it rests on."""
    programme = invoice.programme.programme
    if invoice.passed_on:
        yield succession(invoice.municipality, invoice.recipient.name, "Dieses Dokument")
    named = ", ".join(f"{each.number} vom {german_date(each.document_date)}" for each in invoice.corrects)
    if invoice.reversal_reason is not None:
        yield f"Dieses Dokument nimmt {named} in voller Höhe zurück. Grund: {full_sentence(invoice.reversal_reason)}"
        yield f"Was davon weiterhin gilt, rechnet die Abrechnung für {german_month(invoice.month)} neu ab."
    else:
        yield f"Abrechnung des Monats {german_month(invoice.month)}, Programm „{programme.title}“."
        if named:
            yield f"Berichtigt werden Positionen aus: {named}. Die Mappe „Abrechnung“ erläutert jede Änderung mit ihrem Grund."
        for each in invoice.replaces:
            yield f"Neu abgerechnet werden Positionen der {reversed_document(each)} vom {german_date(each.cancelled_on)}, die mit dem {REVERSAL} {each.number} zurückgenommen ist."
        if invoice.vouchers:
            yield f"Manuelle Buchungen: Beleg {', '.join(invoice.vouchers)}. Die Mappe „Abrechnung“ nennt den Grund."
    if invoice.programme.premium and not invoice.programme.made_good:
        yield GUARANTEE_OF_CASES
    agreement = f"{LEGAL_BASIS} „{programme.title}“{agreement_of(invoice.programme)}"
    yield f"Grundlage: {agreement}. Einzelheiten zu Fällen stehen nur in der Mappe „Abrechnung“."


def payment_terms(invoice: Invoice) -> str:
    """Who pays what until when."""
    county, account = invoice.programme.programme.county, invoice.recipient.iban
    own = iban_in_groups(invoice.programme.accounting.county_iban)
    if invoice.reversal_reason is not None:
        return _terms_of_reversal(invoice, county=county, own=own)
    if invoice.waits:
        return f"Das Guthaben {WAITS} und nicht überwiesen; zu zahlen ist nichts."
    if invoice.credits:
        return _terms_of_rest(invoice, own=own)
    due = _by(invoice)
    if not invoice.is_credit:
        return f"Zahlbar ohne Abzug{due} an {invoice.programme.county_holder}, IBAN {own}."
    if account:
        return f"{county} überweist das Guthaben{due} auf das Konto {_account(invoice.recipient)}."
    return f"{county} überweist das Guthaben, sobald die Bankverbindung der Kommune bekannt ist; zu zahlen ist nichts."


def _by(invoice: Invoice) -> str:
    return f" bis zum {german_date(invoice.due_date)}" if invoice.due_date else ""


def _terms_of_rest(invoice: Invoice, *, own: str) -> str:
    """What is left to pay of an invoice that credits are set against."""
    used = credits_used(invoice.credits)
    if not invoice.payable_cents:
        return f"Verrechnet: {used}. Die Rechnung ist damit ausgeglichen; zu zahlen ist nichts."
    return f"Verrechnet: {used}. Zahlbetrag {euros(invoice.payable_cents)}, zahlbar ohne Abzug{_by(invoice)} an {invoice.programme.county_holder}, IBAN {own}."


def _account(recipient: Municipality) -> str:
    """The account of a municipality, with its holder where that is not the municipality by name."""
    assert recipient.iban is not None
    named = f" ({recipient.account_holder})" if recipient.account_holder else ""
    return f"{iban_in_groups(recipient.iban)}{named}"


def _terms_of_reversal(invoice: Invoice, *, county: str, own: str) -> str:
    """What is to be paid depends on whether the cancelled document was paid already; what is known to have come for it is told."""
    due, cancelled, account = _by(invoice), invoice.corrects[0].number, invoice.recipient.iban
    if invoice.back.settled_cents is not None:
        return _terms_of_reversed_credit(invoice, cancelled, own=own)
    if not invoice.is_credit:
        return f"Ist das Guthaben aus {cancelled} schon ausgezahlt, ist der Betrag ohne Abzug{due} an {invoice.programme.county_holder}, IBAN {own}, zurückzuzahlen; sonst wird er damit verrechnet und es ist nichts zu zahlen."
    # What came where nothing was asked for goes back by the same day.
    day = invoice.due_date or invoice.programme.accounting.due_date(invoice.document_date)
    transfer = f"bis zum {german_date(day)} auf das Konto {_account(invoice.recipient)}" if account else "sobald die Bankverbindung der Kommune bekannt ist"  # fmt: skip
    comma, came = "" if account else ",", invoice.came
    if came is not None and came.came_cents:
        paid = f"{came_in(came, cancelled)}; diesen Betrag, und was seither noch gezahlt ist, überweist {county}{comma} {transfer}. Zu zahlen ist nichts."
    elif not invoice.payable_cents:
        paid = f"Zu zahlen ist nichts. Ist auf {cancelled} trotzdem etwas gezahlt, überweist {county} es zurück{comma} {transfer}."
    else:
        paid = f"Ist {cancelled} schon bezahlt, überweist {county} das Guthaben{comma} {transfer}; ist {cancelled} noch offen, wird beides verrechnet und es ist nichts zu zahlen."
        paid = f"{came_in(came, cancelled)}. {paid}" if came else " ".join([paid, *owed_before(invoice.back)])
    if not invoice.credits:
        return paid
    settlement = f"der Abrechnung für {german_month(invoice.month)}"
    opened = f"Mit {cancelled} war verrechnet: {credits_used(invoice.credits)}. {undone(invoice.back, settlement)}"
    return (
        f"{opened} Zahlbetrag {euros(invoice.payable_cents)}: {paid}" if invoice.payable_cents else f"{opened} {paid}"
    )


def _terms_of_reversed_credit(invoice: Invoice, cancelled: str, *, own: str) -> str:
    """Of a credit that waited it is known what was set off; what was paid out, the bank has to have done."""
    if not invoice.payable_cents:
        return f"Das Guthaben aus {cancelled} ist noch nicht verrechnet und entfällt; zu zahlen ist nichts."
    rest = f" Der Rest von {euros(invoice.settled_before_cents)} entfällt." if invoice.settled_before_cents else ""
    paid_out = invoice.back.paid_out_cents
    set_off, paid = euros(invoice.payable_cents - paid_out), euros(paid_out)
    to = f"ohne Abzug{_by(invoice)} an {invoice.programme.county_holder}, IBAN {own}"
    if paid_out == invoice.payable_cents:
        return f"Sind vom Guthaben aus {cancelled} {paid} schon ausgezahlt, ist dieser Betrag {to}, zurückzuzahlen; sonst ist nichts zu zahlen.{rest}"
    also = f" Ebenso zurückzuzahlen sind die ausgezahlten {paid}, soweit sie angekommen sind." if paid_out else ""
    return f"Das Guthaben aus {cancelled} ist mit {set_off} schon verrechnet: Dieser Betrag ist {to}, zurückzuzahlen.{also}{rest}"


def payment_reference(invoice: Invoice) -> str:
    """What to name with the payment."""
    return f"{invoice.number} {invoice.recipient.debtor}"
