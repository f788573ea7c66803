"""What an office would want to look at again in a programme file that is formally right."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from schwifty import IBAN

from schemas.months import german_date, german_month
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme
from schemas.programme.terms import Premium

_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}")
_FOR_EXAMPLES = (".example", ".invalid", ".test")  # ends of addresses that never reach anybody (RFC 2606)
_COUNTY_DIGITS = 5  # of an AGS: Land, Regierungsbezirk, Kreis


class Doubt(NamedTuple):
    """Something to look at again: the key under which it stands, and what is odd."""

    key: str
    sentence: str


def doubts(programme: Programme, today: date) -> Iterator[Doubt]:
    """What is odd about the file, in the order of its sections; nothing of it hinders a settlement."""
    yield from _term(programme, today)
    yield from _accounts(programme)
    for terms in programme.premium:
        yield from _premium(terms)
    yield from _dated(programme)
    yield from _procedure(programme)
    yield from _members(programme)
    yield from _addresses(programme)


def _term(programme: Programme, today: date) -> Iterator[Doubt]:
    term = programme.programme
    if term.start.day != 1:
        yield Doubt(
            "programme.start",
            f"Das Programm beginnt mitten im Monat, am {german_date(term.start)}; der ganze Monat wird gemeldet und abgerechnet.",
        )
    if term.end is not None and term.end < today:
        yield Doubt(
            "programme.end",
            f"Das Programm ist am {german_date(term.end)} ausgelaufen; Meldungen werden noch bis {german_month(programme.last_month or programme.first_month)} angenommen.",
        )


def _accounts(programme: Programme) -> Iterator[Doubt]:
    named = {"accounting.county_iban": programme.accounting.county_iban}
    if programme.carrier is not None:
        named["carrier.iban"] = programme.carrier.iban
    named |= {f"municipality {each.ags} iban": each.iban for each in programme.municipality if each.iban}
    found = {key: IBAN(iban) for key, iban in named.items()}
    nowhere = [key for key, iban in found.items() if iban.country_code == "DE" and iban.bank is None]
    for code in dict.fromkeys(found[key].bank_code for key in nowhere):
        with_it = [key for key in nowhere if found[key].bank_code == code]
        yield Doubt(
            ", ".join(with_it), f"Die Bankleitzahl {code} gehört zu keiner bekannten Bank; bitte am Kontoauszug prüfen."
        )
    for iban in dict.fromkeys(found.values()):
        same = [key for key, other in found.items() if other == iban]
        if len(same) > 1:
            yield Doubt(", ".join(same), f"Dieselbe IBAN steht an mehreren Stellen: {iban.formatted}.")


def _premium(terms: Premium) -> Iterator[Doubt]:
    where = f"premium ab {german_date(terms.start)}"
    if terms.cap_cents is None:
        yield Doubt(f"{where}, cap_eur", "Es gibt keinen Höchstbetrag je Fall.")
    if terms.share == 1:
        yield Doubt(f"{where}, share", "Die ganze Ersparnis geht an den Träger; der Kommune bleibt nichts davon.")
    if terms.share == 0:
        yield Doubt(f"{where}, share", "Der Anteil ist 0: Es gibt keine Prämie.")
    parts = sum((each.share for each in terms.milestones), Decimal(0))
    if terms.milestones and parts < 1:
        yield Doubt(
            f"{where}, milestones",
            f"Die Teile ergeben zusammen nur {format(parts * 100, 'f').rstrip('0').rstrip('.').replace('.', ',')} % des Betrags.",
        )


def _dated(programme: Programme) -> Iterator[Doubt]:
    """Rows that come to nothing, or too late."""
    term, carrier, savings = programme.programme, programme.carrier, programme.savings
    rows = [("premium", each.start) for each in programme.premium]
    rows += [("carrier.cost", each.start) for each in carrier.cost] if carrier else []
    rows += [("savings.health", each.start) for each in savings.health] if savings else []
    rows += [("savings.lost_state_grant", each.start) for each in savings.lost_state_grant] if savings else []
    for key, start in rows:
        if term.end is not None and start > term.end:
            yield Doubt(key, f"Die Zeile ab {german_date(start)} beginnt erst nach dem Ende des Programms.")
    if carrier is not None and carrier.cost and min(each.start for each in carrier.cost) > term.start:
        yield Doubt(
            "carrier.cost",
            "Für den Anfang des Programms stehen keine Kosten des Trägers da; dort fehlt die Deckung im Bericht.",
        )
    if programme.start_up is not None:
        month = programme.start_up.service_month
        if month < programme.first_month or (programme.last_month is not None and month > programme.last_month):
            yield Doubt(
                "start_up.service_month",
                f"{german_month(month)} liegt außerhalb des Programms; die Anschubfinanzierung wird nie abgerechnet.",
            )


def _procedure(programme: Programme) -> Iterator[Doubt]:
    accounting = programme.accounting
    if not accounting.four_eyes:
        yield Doubt(
            "accounting.four_eyes", "Das Vier-Augen-Prinzip ist ausgeschaltet: Wer entwirft, kann selbst freigeben."
        )
    if accounting.payment_days < 14:
        yield Doubt(
            "accounting.payment_days",
            f"Das Zahlungsziel ist kurz: {accounting.payment_days} Tage nach dem Datum des Belegs.",
        )


def _members(programme: Programme) -> Iterator[Doubt]:
    members = programme.municipality
    county, _ = Counter(each.ags[:_COUNTY_DIGITS] for each in members).most_common(1)[0]
    for each in members:
        key = f"municipality {each.ags}"
        if not each.ags.startswith(county):
            yield Doubt(
                f"{key} ags",
                f"{each.name} hat einen Gemeindeschlüssel aus einem anderen Kreis als die übrigen ({county}…).",
            )
        if not each.buyer_reference.startswith(each.ags[:_COUNTY_DIGITS]):
            yield Doubt(
                f"{key} buyer_reference",
                f"Die Leitweg-ID {each.buyer_reference} beginnt nicht wie der Gemeindeschlüssel von {each.name}; gehört sie einer anderen Stelle?",
            )
    yield from _twice(members, "buyer_reference", "Die Leitweg-ID", lambda each: each.buyer_reference)
    yield from _twice(members, "debtor", "Das Personenkonto", lambda each: each.debtor)
    yield from _twice(members, "name", "Der Name", lambda each: each.name)


def _twice(
    members: tuple[Municipality, ...], key: str, what: str, value: Callable[[Municipality], str]
) -> Iterator[Doubt]:
    """Values that only one municipality can have."""
    for text, count in Counter(map(value, members)).items():
        if count > 1:
            who = ", ".join(each.ags for each in members if value(each) == text)
            yield Doubt(f"municipality {key}", f"{what} {text} steht bei mehreren Kommunen: {who}.")


def _addresses(programme: Programme) -> Iterator[Doubt]:
    """Addresses to which no letter goes."""
    named = {"accounting.county_address.email": programme.accounting.county_address.email}
    named |= {f"municipality {each.ags} email": each.email for each in programme.municipality}
    for key, address in named.items():
        if not _ADDRESS.fullmatch(address):
            yield Doubt(key, f"„{address}“ sieht nicht wie eine E-Mail-Adresse aus.")
    examples = {key: address for key, address in named.items() if address.endswith(_FOR_EXAMPLES)}
    if examples:
        yield Doubt(", ".join(examples), f"Beispieladressen erreichen niemanden: {', '.join(examples.values())}.")
