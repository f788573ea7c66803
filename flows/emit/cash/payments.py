"""The payment of the carrier for the county's bank: `Zahlungen-<month>.xml`, SEPA pain.001.001.09."""

import hashlib
import re
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree
from sepaxml import SepaTransfer

from flows.durable import replacing
from flows.emit.wording.words import plain
from schemas.finance import Finance
from schemas.months import Month, german_month
from schemas.programme.programme import Programme

SCHEMA = "pain.001.001.09"
_SPACE = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
_NO_BANK_CHARACTER = re.compile(r"[^A-Za-z0-9/?:().,'+ -]")  # all others a bank may refuse


def write_payments(path: Path, programme: Programme, finance: Finance, month: Month, document_date: date) -> None:
    """One transfer from the county's account to the carrier's, over the run's payment (`finance`), in euros.

    Identifiers and time come from the run, so that the same run gives the same bytes, and a bank that gets the file
    twice sees the same message. ValueError where there is nothing to pay or the result breaks the official schema.
    """
    carrier, amount_cents = programme.carrier, finance.payment_cents
    if carrier is None or amount_cents <= 0 or finance.payment_date is None:
        raise ValueError(f"nothing to pay for {month}")
    accounting = programme.accounting
    transfer = SepaTransfer(
        {
            "name": _bank_text(programme.programme.county),
            "IBAN": accounting.county_iban,
            "batch": False,
            "currency": "EUR",
        },
        schema=SCHEMA,
    )
    purpose = f"{accounting.number_prefix} Abrechnung {german_month(month)}, {programme.programme.title}"
    transfer.add_payment(
        {
            "name": _bank_text(carrier.name),
            "IBAN": carrier.iban,
            "amount": amount_cents,
            "execution_date": finance.payment_date,
            "description": _bank_text(purpose),
            "endtoend_id": f"{accounting.number_prefix}-{month}",
        }
    )
    document = etree.fromstring(transfer.export(validate=False))
    _settle_identity(document, _message(programme, month, amount_cents), document_date)
    _schema().assertValid(document)
    with replacing(path) as part:
        part.write_bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8") + b"\n")


def _settle_identity(document: etree._Element, message: str, document_date: date) -> None:
    """The run's identifiers and day in place of random ones and the clock; a bank without BIC is said to have none."""
    texts = {
        "MsgId": message,
        "PmtInfId": f"{message}-1",
        "CreDtTm": datetime.combine(document_date, time()).isoformat(),
    }
    for tag, text in texts.items():
        (element,) = document.iter(_SPACE + tag)
        element.text = text
    (bank,) = document.iterfind(f".//{_SPACE}DbtrAgt/{_SPACE}FinInstnId")
    other = etree.SubElement(bank, f"{_SPACE}Othr")
    etree.SubElement(other, f"{_SPACE}Id").text = "NOTPROVIDED"


def _message(programme: Programme, month: Month, amount_cents: int) -> str:
    """A message's identifier: prefix, month and a digest of who pays how much to whom, at most 31 characters."""
    accounting, carrier = programme.accounting, programme.carrier
    content = (programme.programme.key, month, accounting.county_iban, carrier and carrier.iban, amount_cents)
    return f"{accounting.number_prefix}-{month}-{hashlib.sha256(repr(content).encode()).hexdigest()[:12]}"


def _bank_text(text: str) -> str:
    """Text in the characters that every bank takes; where none is left, the word that says so.

    >>> _bank_text("Träger & Söhne gGmbH – Düren")
    'Traeger Soehne gGmbH Dueren'
    """
    return " ".join(_NO_BANK_CHARACTER.sub(" ", plain(text)).split()) or "NOTPROVIDED"


@cache
def _schema() -> etree.XMLSchema:
    """The official schema, as the library ships it."""
    with (files("sepaxml") / "schemas" / f"{SCHEMA}.xsd").open("rb") as file:
        return etree.XMLSchema(etree.parse(file))
