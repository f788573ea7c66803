"""Use case: what goes out of a month, ready to be opened in a mail program or handed over; nothing is sent from here."""

from dataclasses import dataclass
from pathlib import Path

from flows.carrier import position, with_came
from flows.emit.correction.files import corrections_of_run
from flows.emit.dispatch.letters import carrier_letter, correction_letter, packages, settlement_letters
from flows.emit.dispatch.packed import archive, mail, zipped
from flows.emit.month_folder import differing, new_folder, put_in_place
from flows.ledger import month_state
from flows.ledger.erasure_record import check_kept, first_kept_month
from flows.ledger.issues import issued
from flows.ledger.views.finance import read_finance_books
from flows.ledger.views.month import read_run
from flows.location import Location
from flows.offsetting import with_offsets
from flows.provenance import as_drafted, read_programme
from schemas.dispatch import Dispatch, Letter
from schemas.documents import CORRECTION_FOLDER, Run
from schemas.months import Month
from schemas.programme.programme import Programme
from schemas.refusal import Refusal

FOLDER = "{month}-Versand"  # beside the month's


@dataclass(frozen=True)
class Written:
    """What was written, and where."""

    dispatch: Dispatch
    folder: Path


def dispatch(location: Location, month: Month) -> Dispatch:
    """Letters and packages of an approved month; of a draft, the returns that go back to their senders.

    Of an approved month it is the documents as they were issued, whatever was erased of cases since. Refusal where nothing
    is settled, the month's own case data are erased, or a document is not as it was issued.
    """
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    if not any(entry.month == month for entry in month_state.months(location.ledger)):
        raise Refusal("month-not-settled", month=month)
    check_kept(location.ledger, month)
    programme = as_drafted(location.ledger, month, programme)
    run = with_came(location.ledger, with_offsets(location.ledger, read_run(location.ledger, month)))
    back = _going_back(location, run, programme)
    if run.draft:
        return Dispatch(month, True, tuple(back), ())
    folder = location.folder / month
    if differing(folder, issued(location.ledger).get(month) or {}):
        raise Refusal("documents-changed", month=month)
    books = read_finance_books(location.ledger, month)
    standing = position(location.ledger, books, programme, run)
    to_carrier = carrier_letter(run, programme, standing)
    letters = (
        *settlement_letters(run, programme, books.reversals, folder),
        *back,
        *((to_carrier,) if to_carrier else ()),
    )
    return Dispatch(month, False, letters, tuple(packages(run, programme, standing, folder)))


def _going_back(location: Location, run: Run, programme: Programme) -> list[Letter]:
    corrections, kept = corrections_of_run(run, location.archive, programme), first_kept_month(location.ledger)
    senders = {row["file"]: (row["ags"], row["month"]) for row in run.received.iter_rows(named=True)}
    folder = location.folder / run.month / CORRECTION_FOLDER
    found = []
    for entry in corrections:
        ags, month = senders[entry.file]
        if (month or run.month) < kept:  # with its cases what was wrong with it is erased
            continue
        if not (folder / entry.name).is_file():
            raise Refusal("documents-changed", month=run.month)
        found.append(correction_letter(entry, (folder / entry.name).read_bytes(), ags, month, programme))
    return found


def one(found: Dispatch, file: str) -> bytes:
    """A letter or a package by its file name. Refusal for whatever is none of them."""
    for letter in found.letters:
        if letter.file == file:
            return mail(letter)
    for package in found.packages:
        if package.file == file:
            return archive(package)
    raise Refusal("page-unknown")


def everything(found: Dispatch) -> bytes:
    """All letters and packages in one ZIP."""
    files = [*(letter.file for letter in found.letters), *(package.file for package in found.packages)]
    return zipped((file, one(found, file)) for file in files)


def write(location: Location, month: Month) -> Written:
    """All letters and packages in a folder beside the month's, whole or not at all."""
    with location.ledger.alone():
        found = dispatch(location, month)
        folder = location.folder / FOLDER.format(month=month)
        beside = new_folder(folder)
        for letter in found.letters:
            (beside / letter.file).write_bytes(mail(letter))
        for package in found.packages:
            (beside / package.file).write_bytes(archive(package))
        put_in_place(beside, folder)
    return Written(found, folder)
