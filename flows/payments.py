"""Use case: what came in on the county's account, what it settles, and what is still open (RULES section 8.9)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from flows.compute.matching import Matching
from flows.compute.open_items import money_on, unclear_of
from flows.emit.cash.open_items import OPEN_ITEMS_FILE, write_open_items
from flows.emit.files import write_parquet
from flows.ingest.movements.read import read_content, read_movements
from flows.ledger import movements
from flows.ledger.month_state import check_any_approved
from flows.ledger.store.ledger import Inside
from flows.ledger.views.payments import read_payment_books
from flows.location import Location
from flows.provenance import read_programme
from schemas.identifiers import Ags
from schemas.months import is_month
from schemas.movements import AccountFile, Match, Share, StoredMovement, Unclear
from schemas.open_items import Money, PaymentBooks
from schemas.programme.programme import Programme
from schemas.receiving import HandedIn
from schemas.refusal import Refusal


@dataclass(frozen=True)
class TakenIn:
    """What became of a file."""

    file: AccountFile  # with the movements that no file before had
    known: int | None  # movements that an earlier file had; none: the file itself was taken in before
    matched: tuple[tuple[int, Match], ...]  # key of the movement → what became of it, in the file's order


@dataclass(frozen=True)
class Assigning:
    """What a person wants a movement to settle: a document, or a municipality's account; all that is left where no amount is given."""

    target: str  # number of a document, AGS, or what the payment to the carrier with a month's run is called
    amount_cents: int | None


def take_in(location: Location, files: Sequence[Path], by: str) -> tuple[Programme, list[TakenIn]]:
    """Take in files of movements: all of them or none. What was taken in before is recognised, and nothing is there twice."""
    programme = _programme(location)
    return _take_in(location, programme, [each for path in files for each in read_movements(path, programme)], by)


def take_in_handed(location: Location, files: Sequence[HandedIn], by: str) -> tuple[Programme, list[TakenIn]]:
    """The same of files that somebody hands in through the browser."""
    programme = _programme(location)
    read = [each for file in files for each in read_content(file.name, file.content, programme)]
    return _take_in(location, programme, read, by)


def _take_in(
    location: Location, programme: Programme, read: Sequence[tuple[AccountFile, bytes]], by: str
) -> tuple[Programme, list[TakenIn]]:
    with location.ledger.alone():
        check_any_approved(location.ledger)
        movements.archive(read, location.archive)
        with location.ledger.transaction() as connection:
            files_only = [file for file, _ in read]
            taken = booked(connection, programme, files_only, by=by, account=location.ledger.account)
    return programme, taken


def booked(
    connection: sa.Connection, programme: Programme, files: Sequence[AccountFile], *, by: str, account: str
) -> list[TakenIn]:
    """Files of movements in the ledger, each after those before it, with what is certain of them."""
    matching = Matching(programme, read_payment_books(Inside(connection)))
    sha256s, keys = movements.known(connection)
    taken = []
    for file in files:
        if file.sha256 in sha256s:
            taken.append(TakenIn(replace(file, movements=()), None, ()))
            continue
        new = tuple(each for each in file.movements if each.key not in keys)
        matches = [matching.match(each) for each in new]
        own = replace(file, movements=new)
        ids = movements.take_in(connection, own, matches, by=by, account=account)
        taken.append(TakenIn(own, len(file.movements) - len(new), tuple(zip(ids, matches, strict=True))))
        sha256s.add(file.sha256)
        keys |= {each.key for each in new}
    return taken


def outstanding(location: Location, on: date) -> tuple[Programme, Money]:
    """What is open on a day, in a workbook and a table beside; what came is all that the ledger knows up to then."""
    programme = _programme(location)
    books = read_payment_books(location.ledger)
    money = money_on(programme, books, on)
    folder = location.folder
    write_parquet(folder / OPEN_ITEMS_FILE, money.frame)
    write_open_items(folder / f"Offene-Posten-{on}.xlsx", programme, money)
    return programme, money


def view(location: Location, on: date) -> tuple[Programme, Money]:
    """What is open on a day, what is unclear and what came; nothing is written."""
    programme = _programme(location)
    return programme, money_on(programme, read_payment_books(location.ledger), on)


def open_items_workbook(location: Location, on: date) -> bytes:
    """The workbook of the open items of a day."""
    programme, money = view(location, on)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "open_items.xlsx"
        write_open_items(path, programme, money)
        return path.read_bytes()


def standing(location: Location, on: date) -> Money | None:
    """How money stands on a day; none where nobody has taken in any movement yet."""
    books = read_payment_books(location.ledger)
    return money_on(_programme(location), books, on) if books.movements else None


def unclear(location: Location) -> tuple[Programme, tuple[Unclear, ...]]:
    """What nobody can tell yet what it is for, each with the nearest candidates as things stand now."""
    programme = _programme(location)
    return programme, unclear_of(programme, read_payment_books(location.ledger))


def assign(
    location: Location, movement: int, targets: Sequence[Assigning], *, foreign: bool, reason: str, by: str
) -> tuple[Programme, StoredMovement]:
    """Say what an unclear movement settles, or that it has nothing to do with this programme (`foreign`)."""
    programme = _programme(location)
    with location.ledger.alone():
        books = read_payment_books(location.ledger)
        stored = _stored(books, movement)
        if foreign:
            shares = [Share(None, None, stored.open_cents)]
        else:
            shares = [_share(programme, books, target, stored.open_cents) for target in targets]
        movements.assign(location.ledger, movement, shares, reason=reason, by=by)
        return programme, _stored(read_payment_books(location.ledger), movement)


def release(location: Location, movement: int, *, reason: str, by: str) -> tuple[Programme, tuple[Share, ...]]:
    """Take back what a movement settles, whoever or whatever said so; what it was."""
    programme = _programme(location)
    with location.ledger.alone():
        return programme, movements.release(location.ledger, movement, reason=reason, by=by)


def _share(programme: Programme, books: PaymentBooks, target: Assigning, open_cents: int) -> Share:
    sign = 1 if open_cents > 0 else -1
    amount = open_cents if target.amount_cents is None else sign * abs(target.amount_cents)
    claims = {claim.number: claim for claim in books.claims}
    if target.target in claims:
        return Share(claims[target.target].ags, target.target, amount)
    if target.target in programme.members:
        return Share(Ags(target.target), None, amount)
    prefix, _, month = target.target.rpartition(f"{programme.accounting.number_prefix}-")
    if programme.carrier is not None and not prefix and is_month(month):
        return Share(None, target.target, amount)
    raise Refusal("movement-target", target=target.target)


def _stored(books: PaymentBooks, movement: int) -> StoredMovement:
    found = next((stored for stored in books.movements if stored.id == movement), None)
    if found is None:
        raise Refusal("movement-missing", movement=movement)
    return found


def _programme(location: Location) -> Programme:
    return read_programme(location.inputs, location.programme, location.ledger)
