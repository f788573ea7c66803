"""Movements from a bank's statement: camt.053, versions .02 and .08 (ISO 20022, BankToCustomerStatement)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree

from flows.ingest.movements.keys import Keys, reference_of
from schemas.money import MONEY_LIMIT_CENTS, cents, euros
from schemas.movements import Movement
from schemas.refusal import Refusal
from schemas.spelling import visible

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
FORMS = ("camt.053.001.02", "camt.053.001.08")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,5})?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*|Z|[+-][0-9:]{4,6})?")
_SIGNS = {"CRDT": 1, "DBIT": -1}
_BOOKED = "BOOK"


@dataclass(frozen=True)
class Statements:
    """What a file tells of the county's account."""

    form: str
    movements: tuple[Movement, ...]
    passed_over: tuple[str, ...]


def read_camt(name: str, content: bytes, iban: str) -> Statements:
    """The booked movements on the account `iban`; those of other accounts and such as are not booked yet are named.

    Refusal where it is no camt.053, where no statement is of the account, and where an entry is in another currency, has
    no amount or day, or does not lead from the opening balance to the closing one.
    """
    root = _parsed(name, content)
    form = etree.QName(root).namespace or ""
    if etree.QName(root).localname != "Document" or form.removeprefix(_NAMESPACE) not in FORMS:
        raise Refusal(
            "receipts-other-form", file=name, form=form.removeprefix(_NAMESPACE) or str(etree.QName(root).localname)
        )
    statements = root.findall("{*}BkToCstmrStmt/{*}Stmt")
    found = [(number, each, _account(each)) for number, each in enumerate(statements, 1)]
    others = sorted({account or "–" for _, _, account in found if account != iban})
    own = [(number, each) for number, each, account in found if account == iban]
    if not own:
        raise Refusal("receipts-other-account", file=name, found=others or ["–"], iban=iban)
    keys, movements = Keys(), list[Movement]()
    passed = [f"Auszug des Kontos {account}: ein anderes Konto" for account in others]
    for number, statement in own:
        place = f"Auszug {number}" if len(statements) > 1 else ""
        entries = list(_entries(name, place, statement))
        _check_balances(name, place, statement, sum(entry.amount_cents for entry in entries if entry.booked))
        for entry in entries:
            if entry.booked and entry.amount_cents:
                movements += _movements(entry, iban, keys)
            elif not entry.booked:
                passed.append(f"{entry.place} über {euros(entry.amount_cents)}: vorgemerkt, noch nicht gebucht")
    return Statements(form.removeprefix(_NAMESPACE), tuple(movements), tuple(passed))


def _parsed(name: str, content: bytes) -> etree._Element:
    """The document's root; nothing outside it is ever read, and no entity made larger than it is written."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("receipts-no-xml", file=name) from error
    if root.getroottree().docinfo.doctype:
        raise Refusal("receipts-doctype", file=name)
    return root


def _account(statement: etree._Element) -> str:
    """The IBAN of a statement's account; some banks write it where other numbers stand."""
    for path in ("{*}Acct/{*}Id/{*}IBAN", "{*}Acct/{*}Id/{*}Othr/{*}Id"):
        if text := _text(statement, path):
            return "".join(text.split()).upper()
    return ""


def _text(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else visible("".join(found.itertext()))


@dataclass(frozen=True)
class _Entry:
    """An entry (Ntry) of a statement."""

    element: etree._Element
    place: str
    day: date | None
    amount_cents: int
    booked: bool


def _entries(name: str, within: str, statement: etree._Element) -> Iterator[_Entry]:
    for number, element in enumerate(statement.findall("{*}Ntry"), 1):
        place = f"{within}, Buchung {number}" if within else f"Buchung {number}"
        status = _text(element, "{*}Sts/{*}Cd") or _text(element, "{*}Sts") or _BOOKED  # a statement's are booked
        day = _day(element) or _booked_with(statement)
        if day is None:
            raise Refusal("receipts-no-day", file=name, place=place)
        yield _Entry(element, place, day, _signed(name, place, element), status == _BOOKED)


def _day(element: etree._Element) -> date | None:
    """The day of booking, else that of value."""
    for path in ("{*}BookgDt/{*}Dt", "{*}BookgDt/{*}DtTm", "{*}ValDt/{*}Dt", "{*}ValDt/{*}DtTm"):
        if (found := _as_day(_text(element, path))) is not None:
            return found
    return None


def _booked_with(statement: etree._Element) -> date | None:
    """The day of the closing balance: that of entries which tell none."""
    for balance in statement.findall("{*}Bal"):
        if _text(balance, "{*}Tp/{*}CdOrPrtry/{*}Cd") in _CLOSING:
            return _as_day(_text(balance, "{*}Dt/{*}Dt") or _text(balance, "{*}Dt/{*}DtTm"))
    return None


def _as_day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None


def _signed(name: str, place: str, element: etree._Element) -> int:
    """An amount in cents with its sign; Refusal where it is none, or in another currency."""
    amount = element.find("{*}Amt")
    text = _text(element, "{*}Amt")
    sign = _SIGNS.get(_text(element, "{*}CdtDbtInd"))
    value = _cents(text)
    if amount is None or sign is None or value is None:
        raise Refusal("receipts-no-amount", file=name, place=place, text=text or "–")
    if amount.get("Ccy") != "EUR":
        raise Refusal("receipts-currency", file=name, place=place, currency=visible(amount.get("Ccy") or "–"))
    return sign * value


def _cents(text: str) -> int | None:
    if not _AMOUNT.fullmatch(text):
        return None
    try:
        value = cents(text)
    except ValueError:  # parts of a cent
        return None
    return value if value <= MONEY_LIMIT_CENTS * 100 else None


def _check_balances(name: str, within: str, statement: etree._Element, sum_cents: int) -> None:
    """Refusal where entries do not lead from the opening balance to the closing one: some are missing or were changed.

    A page of a statement that has others is not whole by itself.
    """
    if _text(statement, "{*}StmtPgntn/{*}LastPgInd") == "false" or _text(statement, "{*}StmtPgntn/{*}PgNb") not in (
        "",
        "1",
    ):
        return
    balances: dict[str, int] = {}
    for balance in statement.findall("{*}Bal"):
        kind = _text(balance, "{*}Tp/{*}CdOrPrtry/{*}Cd")
        sign, value = _SIGNS.get(_text(balance, "{*}CdtDbtInd") or "CRDT"), _cents(_text(balance, "{*}Amt"))
        amount = balance.find("{*}Amt")
        if sign is not None and value is not None and amount is not None and amount.get("Ccy") == "EUR":
            balances[kind] = sign * value
    opening = next((balances[kind] for kind in _OPENING if kind in balances), None)
    closing = next((balances[kind] for kind in _CLOSING if kind in balances), None)
    if opening is not None and closing is not None and opening + sum_cents != closing:
        raise Refusal(
            "receipts-balance",
            file=name,
            place=within or "Auszug",
            opening_cents=opening,
            sum_cents=sum_cents,
            closing_cents=closing,
        )


def _movements(entry: _Entry, own: str, keys: Keys) -> Iterator[Movement]:
    """An entry's movements: those that it was booked for together, where their amounts are told and make up its own."""
    details = entry.element.findall("{*}NtryDtls/{*}TxDtls")
    amounts = [_amount_of(each, entry.amount_cents) for each in details]
    told = [amount for amount in amounts if amount is not None]
    if len(details) > 1 and len(told) == len(details) and sum(told) == entry.amount_cents:
        for number, (detail, amount) in enumerate(zip(details, told, strict=True), 1):
            if amount:
                yield _movement(entry, [detail], amount, f"{entry.place}, Posten {number}", own, keys)
    else:
        yield _movement(entry, details, entry.amount_cents, entry.place, own, keys)


def _amount_of(detail: etree._Element, of_cents: int) -> int | None:
    """A part's amount with its sign: its own, else the entry's."""
    sign = _SIGNS.get(_text(detail, "{*}CdtDbtInd"), 1 if of_cents > 0 else -1)
    for path in ("{*}Amt", "{*}AmtDtls/{*}TxAmt/{*}Amt"):
        found = detail.find(path)
        if found is not None and found.get("Ccy") == "EUR" and (value := _cents(_text(detail, path))) is not None:
            return sign * value
    return None


def _movement(
    entry: _Entry, details: list[etree._Element], amount_cents: int, place: str, own: str, keys: Keys
) -> Movement:
    assert entry.day is not None
    first = details[0] if details else entry.element
    name, iban = _other_party(first, entry.amount_cents, own)
    text = " ".join(filter(None, (piece for each in (details or [entry.element]) for piece in _texts(each))))
    text = text or _text(entry.element, "{*}AddtlNtryInf")
    reference = reference_of(_text(first, "{*}Refs/{*}EndToEndId"))
    bank = reference_of(_text(first, "{*}Refs/{*}AcctSvcrRef")) if len(details) == 1 else ""
    bank = (
        bank or reference_of(_text(entry.element, "{*}AcctSvcrRef")) or reference_of(_text(entry.element, "{*}NtryRef"))
    )
    returned = _text(entry.element, "{*}RvslInd") == "true" or any(
        each.find("{*}RtrInf") is not None for each in details
    )
    return Movement(
        place=place,
        key=keys.key(bank, day=entry.day, amount_cents=amount_cents, told=(name, iban, text, reference)),
        day=entry.day,
        amount_cents=amount_cents,
        name=name,
        iban=iban or None,
        text=text,
        reference=reference,
        returned=returned,
    )


def _other_party(detail: etree._Element, amount_cents: int, own: str) -> tuple[str, str]:
    """Name and account of who paid or was paid.

    Of a payment that came back some programs tell the parties as they were in the payment: then the county stands where
    the other one is looked for, or nobody does.
    """
    looked_for, opposite = ("Dbtr", "Cdtr") if amount_cents > 0 else ("Cdtr", "Dbtr")
    name, iban = _party(detail, looked_for)
    return _party(detail, opposite) if iban == own or not (name or iban) else (name, iban)


def _party(detail: etree._Element, side: str) -> tuple[str, str]:
    """Name and account of a side; version .08 has a level more."""
    parties = f"{{*}}RltdPties/{{*}}{side}"
    name = _text(detail, f"{parties}/{{*}}Nm") or _text(detail, f"{parties}/{{*}}Pty/{{*}}Nm")
    account = f"{parties}Acct/{{*}}Id"
    iban = _text(detail, f"{account}/{{*}}IBAN") or _text(detail, f"{account}/{{*}}Othr/{{*}}Id")
    return name, "".join(iban.split()).upper()


def _texts(detail: etree._Element) -> Iterator[str]:
    """Whatever may name a document."""
    for path in (
        "{*}RmtInf/{*}Ustrd",
        "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref",
        "{*}RmtInf/{*}Strd/{*}RfrdDocInf/{*}Nb",
        "{*}RmtInf/{*}Strd/{*}AddtlRmtInf",
    ):
        for found in detail.findall(path):
            yield visible("".join(found.itertext()))
