"""Use case: municipalities are reminded of what they have not paid, and get the account of a year; nothing is sent from here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.compute.reminding import reminders, year_account
from flows.durable import replacing
from flows.emit.balance.account import account_statement
from flows.emit.balance.reminder import TITLE, mail_text, reminder, subject
from flows.emit.dispatch.letters import address
from flows.emit.dispatch.packed import mail, zipped
from flows.emit.month_folder import documents_in, new_folder, put_in_place
from flows.emit.wording.words import folder_name
from flows.ledger import journal
from flows.ledger.month_state import check_any_approved
from flows.ledger.views.payments import read_payment_books
from flows.location import Location
from flows.provenance import read_programme
from schemas.dispatch import Attachment, Letter, LetterKind
from schemas.identifiers import Ags
from schemas.months import written_day
from schemas.open_items import PaymentBooks, Reminder, YearAccount
from schemas.programme.programme import Programme
from schemas.refusal import Refusal

REMINDERS, ACCOUNTS = "Erinnerungen", "Kontoauszuege"  # how folders of letters end, behind their day or year


@dataclass(frozen=True)
class WrittenLetters:
    """A folder of letters: reminders of a day, or accounts of a year, and how many files."""

    folder: str
    day: date | None
    year: int | None
    files: int


@dataclass(frozen=True)
class LettersView:
    """Who would be reminded today, which years have an account, and what was written before."""

    programme: Programme
    reminders: tuple[Reminder, ...]
    unclear: int  # movements that may be what is missed
    known_until: date | None  # the newest movement's day
    years: tuple[int, ...]  # the newest first
    written: tuple[WrittenLetters, ...]  # the newest first


@dataclass(frozen=True)
class Reminded:
    """The letters that were written, and where."""

    programme: Programme
    reminders: tuple[Reminder, ...]
    unclear: int  # movements that may be what is missed
    folder: Path


@dataclass(frozen=True)
class Accounts:
    """The accounts of a year that were written, and where."""

    programme: Programme
    accounts: tuple[YearAccount, ...]
    folder: Path


def remind(location: Location, on: date, by: str) -> Reminded:
    """Write a letter and a mail for every municipality that is to be reminded, and enter of what.

    Refusal where the programme file does not say when that is.
    """
    programme = read_programme(location.inputs, location.programme, location.ledger)
    if programme.reminders is None:
        raise Refusal("reminders-not-stated")
    with location.ledger.alone():
        check_any_approved(location.ledger)
        books = read_payment_books(location.ledger)
        reminded = journal.reminded(location.ledger)
        found = reminders(programme, books, programme.reminders, on, reminded)
        folder = location.folder / f"{on}-{REMINDERS}"
        if found:
            beside = new_folder(folder)
            for each in found:
                for name, content in _letters(programme, each):
                    (beside / name).write_bytes(content)
            with location.ledger.transaction() as connection:
                journal.note_reminders(
                    connection,
                    location.ledger.account,
                    by,
                    on,
                    [str(item.number) for each in found for item in each.items if reminded.get(str(item.number)) != on],
                )
            put_in_place(beside, folder)
    return Reminded(programme, tuple(found), _unclear(books), folder)


def _unclear(books: PaymentBooks) -> int:
    return sum(bool(stored.open_cents) for stored in books.movements)


def _letters(programme: Programme, reminding: Reminder) -> Iterator[tuple[str, bytes]]:
    member = programme.members[reminding.recipient]
    name, pdf = f"{TITLE}-{folder_name(member)}-{reminding.on}", reminder(programme, reminding)
    letter = Letter(
        file=f"{name}.eml",
        kind=LetterKind.REMINDER,
        recipient=member.name,
        address=address(member.email),
        subject=f"{programme.programme.title}: {subject(reminding)}",
        text=mail_text(programme, reminding),
        attachments=(Attachment(f"{name}.pdf", TITLE, pdf),),
    )
    yield f"{name}.pdf", pdf
    yield letter.file, mail(letter)


def accounts(location: Location, year: int, today: date, only: Ags | None = None) -> Accounts:
    """Write the Kontoauszug of a year for each municipality that has one, or for `only` one: to its end, or to today."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    if only is not None:
        programme.check_member(only)
    if year > today.year:
        raise Refusal("account-ahead", year=year)
    check_any_approved(location.ledger)
    books = read_payment_books(location.ledger)
    until = min(date(year, 12, 31), today)
    found = [year_account(books, ags, year, until) for ags in programme.members if only in (None, ags)]
    shown = [each for each in found if each.entries or each.opening_cents]
    folder = location.folder / f"{year}-{ACCOUNTS}"
    for each in shown:
        path = folder / f"Kontoauszug-{folder_name(programme.members[each.ags])}-{year}.pdf"
        with replacing(path) as part:
            part.write_bytes(account_statement(programme, each))
    return Accounts(programme, tuple(shown), folder)


def view_letters(location: Location, today: date) -> LettersView:
    """What reminders and accounts would be written today, and those that were; nothing is written."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    books, terms = read_payment_books(location.ledger), programme.reminders
    due = reminders(programme, books, terms, today, journal.reminded(location.ledger)) if terms else []
    first = min((claim.day.year for claim in books.claims), default=today.year + 1)
    known = max((stored.movement.day for stored in books.movements), default=None)
    years = tuple(range(today.year, first - 1, -1))
    return LettersView(programme, tuple(due), _unclear(books), known, years, tuple(_written(location)))


def _written(location: Location) -> Iterator[WrittenLetters]:
    for path in sorted(location.folder.glob("*"), reverse=True):
        of, _, kind = path.name.rpartition("-")
        day = written_day(of) if kind == REMINDERS else None
        year = int(of) if kind == ACCOUNTS and re.fullmatch(r"\d{4}", of) else None
        if day or year:
            yield WrittenLetters(path.name, day, year, len(documents_in(path)))


def packed_letters(location: Location, folder: str) -> bytes:
    """A folder of letters in one ZIP. Refusal for what is none."""
    if folder not in {written.folder for written in _written(location)}:
        raise Refusal("page-unknown")
    found = [path for path, _ in documents_in(location.folder / folder)]
    return zipped((path, (location.folder / folder / path).read_bytes()) for path in found)
