"""The sentences of an e-invoice, the same in the XRechnung and in its reading copy."""

from collections.abc import Iterator

from flows.emit.stationery.words import GERMAN_LINE_KIND_IN_FULL, REVERSAL, iban_in_groups
from schemas.invoices import Invoice, Position
from schemas.months import german_date, german_month

NOT_TAXABLE = (
    "Nicht steuerbar: Kostenausgleich zwischen juristischen Personen des öffentlichen Rechts im Rahmen der "
    "öffentlichen Gewalt (§ 2b UStG)"
)
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


def is_correction(invoice: Invoice, position: Position) -> bool:
    """Whether a position settles a difference of an earlier month."""
    return invoice.reversal_reason is None and position.service_month < invoice.month


def notes(invoice: Invoice) -> Iterator[str]:
    """What the document is about, what it corrects, and what it rests on."""
    programme = invoice.programme.programme
    named = ", ".join(f"{each.number} vom {german_date(each.document_date)}" for each in invoice.corrects)
    if invoice.reversal_reason is not None:
        yield f"Dieses Dokument nimmt {named} in voller Höhe zurück. Grund: {invoice.reversal_reason}"
    else:
        yield f"Abrechnung des Monats {german_month(invoice.month)}, Programm „{programme.title}“."
        if named:
            yield f"Berichtigt werden Positionen aus: {named}. Die Mappe „Abrechnung“ erläutert jede Änderung mit ihrem Grund."
    yield f"Grundlage: {LEGAL_BASIS} „{programme.title}“. Einzelheiten zu Fällen stehen nur in der Mappe „Abrechnung“."


def payment_terms(invoice: Invoice) -> str:
    """Who pays what until when."""
    due, county = german_date(invoice.due_date), invoice.programme.programme.county
    if not invoice.is_credit:
        return f"Zahlbar ohne Abzug bis zum {due} an {county}, IBAN {iban_in_groups(invoice.programme.accounting.county_iban)}."
    account = invoice.municipality.iban
    if account:
        return f"{county} überweist das Guthaben bis zum {due} auf das Konto {iban_in_groups(account)}."
    return f"{county} überweist das Guthaben, sobald die Bankverbindung der Kommune bekannt ist; zu zahlen ist nichts."


def payment_reference(invoice: Invoice) -> str:
    """What to name with the payment."""
    return f"{invoice.number} {invoice.municipality.debtor}"
