"""A bank's statements for tests and samples: camt.053 in either version, as German banks write it; made by no part of the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from xml.sax.saxutils import escape

COUNTY = "DE05999999990014522000"  # of the shipped programme Mittelsachsen
Version = Literal["02", "08"]


@dataclass(frozen=True)
class Booked:
    """A booking on the county's account."""

    day: date
    amount: str  # in euros, with its sign
    text: str = ""
    name: str = ""
    iban: str = ""
    reference: str = ""  # the bank's own
    end_to_end: str = ""
    returned: bool = False
    status: str = "BOOK"
    currency: str = "EUR"


def camt(
    booked: Sequence[Booked],
    version: Version = "08",
    *,
    iban: str = COUNTY,
    opening: str = "1000.00",
    closing: str | None = None,
) -> bytes:
    """A statement whose balances frame its bookings, unless a closing balance is given."""
    cents = _cents(opening) + sum(_cents(each.amount) for each in booked if each.status == "BOOK")
    days = sorted(each.day for each in booked) or [date(2025, 1, 1)]
    balances = _balance("OPBD", opening, days[0]) + _balance("CLBD", closing or f"{Decimal(cents) / 100:.2f}", days[-1])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">\n<BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>{iban[-6:]}-{days[0]}</MsgId><CreDtTm>{days[-1]}T21:00:00</CreDtTm></GrpHdr>\n"
        f"<Stmt><Id>{iban[-6:]}-{days[-1]}</Id><CreDtTm>{days[-1]}T21:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n{balances}"
        f"{''.join(_entry(each, version) for each in booked)}</Stmt>\n</BkToCstmrStmt>\n</Document>\n"
    ).encode()


def _cents(amount: str) -> int:
    return int(Decimal(amount) * 100)


def _balance(kind: str, amount: str, day: date) -> str:
    side = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount.lstrip("-")}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _entry(each: Booked, version: Version) -> str:
    came_in = not each.amount.startswith("-")
    side = "Dbtr" if came_in else "Cdtr"
    name = f"<Nm>{escape(each.name)}</Nm>" if each.name else ""
    party = f"<{side}>{name if version == '02' else f'<Pty>{name}</Pty>'}</{side}>" if name else ""
    account = f"<{side}Acct><Id><IBAN>{each.iban}</IBAN></Id></{side}Acct>" if each.iban else ""
    status = each.status if version == "02" else f"<Cd>{each.status}</Cd>"
    return (
        f'<Ntry><Amt Ccy="{each.currency}">{each.amount.lstrip("-")}</Amt>'
        f"<CdtDbtInd>{'CRDT' if came_in else 'DBIT'}</CdtDbtInd>"
        f"{'<RvslInd>true</RvslInd>' if each.returned else ''}<Sts>{status}</Sts>"
        f"<BookgDt><Dt>{each.day}</Dt></BookgDt><ValDt><Dt>{each.day}</Dt></ValDt>"
        f"<AcctSvcrRef>{escape(each.reference) or 'NONREF'}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{escape(each.end_to_end) or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<RltdPties>{party}{account}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(each.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )
