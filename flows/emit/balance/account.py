"""Kontoauszug: a municipality's documents, reversals and payments of a year, with the balance, to be confirmed at the year's end."""

from collections.abc import Iterator
from datetime import date

from flows.emit.balance.letter import letter
from flows.emit.wording.words import of_member, succession
from schemas.money import euros
from schemas.months import german_date, month_of
from schemas.open_items import AccountEntry, EntryKind, YearAccount
from schemas.programme.programme import Programme

_TITLES = {
    EntryKind.INVOICE: "Rechnung {number}",
    EntryKind.CREDIT_NOTE: "Gutschrift {number}",
    EntryKind.REVERSAL: "Storno {detail} des Belegs {number}",
    EntryKind.PAID: "Ihre Zahlung zu {number}",
    EntryKind.PAID_OUT: "Zahlung an Sie zu {number}",
    EntryKind.SET_OFF: "Verrechnet mit Ihrer Zahlung: {number}",
    EntryKind.OFFSET: "{number} verrechnet mit {detail}",
    EntryKind.OFFSET_BACK: "{number}: Verrechnung mit {detail} aufgehoben",
    EntryKind.ON_ACCOUNT: "Zahlung ohne Beleg",
}


def account_statement(programme: Programme, account: YearAccount) -> bytes:
    """The account as a PDF, to the municipality or who has succeeded to it by then; of a year that is over with the balance to confirm."""
    own, until = programme.members[account.ags], account.until
    member = programme.recipient(own, month_of(until))
    passed_on = member != own
    begin = date(account.year, 1, 1)
    return letter(
        programme,
        member,
        until,
        subject=f"Kontoauszug {account.year}"
        if account.is_whole
        else f"Kontoauszug {account.year} bis {german_date(until)}",
        facts=[("Konto von", of_member(own))] if passed_on else [],
        opening=[
            "Sehr geehrte Damen und Herren,",
            (
                "so steht Ihr Konto in unseren Büchern. Ein Minus bedeutet: zu Ihren Gunsten. Eingänge und Auszahlungen stehen an dem Tag, "
                "an dem unsere Bank sie gebucht hat."
            ),
            *([succession(own, "Ihre Kommune", "Das Konto")] if passed_on else []),
        ],
        heading=("Datum", "Vorgang", "Betrag", "Saldo"),
        rows=[
            (german_date(begin), "Saldo zu Beginn des Jahres", "", euros(account.opening_cents)),
            *_rows(account),
        ],
        totals=[(german_date(until), _balance(account.closing_cents), "", euros(account.closing_cents))],
        figures=2,
        closing=_closing(account),
        confirmation=_confirmation(programme, account) if account.is_whole else None,
    )


def _rows(account: YearAccount) -> Iterator[tuple[str, ...]]:
    balance = account.opening_cents
    for entry in account.entries:
        balance += entry.cents
        yield german_date(entry.day), _title(entry), euros(entry.cents), euros(balance)


def _title(entry: AccountEntry) -> str:
    return _TITLES[entry.kind].format(number=entry.number, detail=entry.detail)


def _balance(cents: int) -> str:
    if cents == 0:
        return "Saldo: ausgeglichen"
    return "Saldo zu Ihren Lasten" if cents > 0 else "Saldo zu Ihren Gunsten"


def _closing(account: YearAccount) -> list[str]:
    if not account.open_numbers:
        return ["Kein Beleg ist offen."]
    return [f"Im Saldo sind offen: {', '.join(account.open_numbers)}."]


def _confirmation(programme: Programme, account: YearAccount) -> dict[str, object]:
    day = german_date(account.until)
    return {
        "title": "Saldenbestätigung",
        "text": [
            (
                f"Zum {day} weist Ihr Konto beim {programme.programme.county} diesen Stand aus: {_balance(account.closing_cents)}, "
                f"{euros(abs(account.closing_cents))}. Bitte vergleichen Sie ihn mit Ihren Büchern und senden Sie uns diese Seite zurück."
            )
        ],
        "choices": [
            "Der Saldo stimmt mit unseren Büchern überein.",
            "Der Saldo weicht ab; unsere Aufstellung liegt bei.",
        ],
    }
