"""The payments of a month for the county's bank: `Zahlungen-<month>.xml`, SEPA pain.001.001.09."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree
from sepaxml import SepaTransfer

from flows.durable import replacing
from schemas.bank_text import bank_name
from schemas.months import Month
from schemas.payments import Payment
from schemas.programme.programme import Programme

SCHEMA = "pain.001.001.09"
_SPACE = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"


def write_payments(
    path: Path, programme: Programme, paid: Sequence[Payment], month: Month, document_date: date
) -> None:
    """One message from the county's account: a batch for each day of execution, every payment debited by itself.

    Identifiers and time come from the run, so that the same run gives the same bytes, and a bank that gets the file
    twice sees the same message. ValueError where there is nothing to pay, a payment lacks account or day, or the result
    breaks the official schema.
    """
    if not paid:
        raise ValueError(f"nothing to pay for {month}")
    transfer = SepaTransfer(
        {
            "name": bank_name(programme.county_holder),
            "IBAN": programme.accounting.county_iban,
            "batch": True,
            "currency": "EUR",
        },
        schema=SCHEMA,
        clean=False,  # it would cut what is too long without a word
    )
    for payment in sorted(paid, key=_day):
        transfer.add_payment(
            {
                "name": payment.holder,
                "IBAN": payment.iban,
                "amount": payment.amount_cents,
                "execution_date": _day(payment),
                "description": payment.purpose,
                "endtoend_id": payment.reference,
            }
        )
    document = etree.fromstring(transfer.export(validate=False))
    _settle_identity(document, _message(programme, month, paid), document_date)
    _schema().assertValid(document)
    with replacing(path) as part:
        part.write_bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8") + b"\n")


def _day(payment: Payment) -> date:
    if payment.day is None or payment.iban is None:
        raise ValueError("a payment without day or account")
    return payment.day


def _settle_identity(document: etree._Element, message: str, document_date: date) -> None:
    """The run's identifiers and day in place of random ones and the clock; a bank without BIC is said to have none."""
    (header,) = document.iter(f"{_SPACE}MsgId")
    header.text = message
    (created,) = document.iter(f"{_SPACE}CreDtTm")
    created.text = datetime.combine(document_date, time()).isoformat()
    for number, batch in enumerate(document.iter(f"{_SPACE}PmtInf"), 1):
        batch[0].text = f"{message}-{number}"
        (together,) = batch.iterfind(f"{_SPACE}BtchBookg")
        together.text = "false"  # a line of the account's statement for every payment, so that each can be found
        (bank,) = batch.iterfind(f"{_SPACE}DbtrAgt/{_SPACE}FinInstnId")
        other = etree.SubElement(bank, f"{_SPACE}Othr")
        etree.SubElement(other, f"{_SPACE}Id").text = "NOTPROVIDED"


def _message(programme: Programme, month: Month, paid: Sequence[Payment]) -> str:
    """A message's identifier: prefix, month and a digest of who pays how much to whom, at most 31 characters."""
    accounting = programme.accounting
    to_whom = [(payment.iban, payment.reference, payment.amount_cents) for payment in paid]
    content = (programme.programme.key, month, accounting.county_iban, to_whom)
    return f"{accounting.number_prefix}-{month}-{hashlib.sha256(repr(content).encode()).hexdigest()[:12]}"


@cache
def _schema() -> etree.XMLSchema:
    """The official schema, as the library ships it."""
    with (files("sepaxml") / "schemas" / f"{SCHEMA}.xsd").open("rb") as file:
        return etree.XMLSchema(etree.parse(file))
