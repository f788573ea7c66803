"""Use case: what a municipality does itself: its form, checking a return, handing it in, its own months."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from flows import arrivals, collect, viewing
from flows.emit.wording.words import contact_line
from flows.ingest.deposit import safe_name
from flows.ledger.month_state import approved_months, months
from flows.ledger.store.tables import DRAFT
from flows.location import Location, find_location, programmes
from flows.municipality_account import view_municipality
from flows.people import Receipts
from flows.provenance import read_programme
from flows.receiving import take_in
from schemas.accounts import Account, Right
from schemas.documents import ReturnState
from schemas.identifiers import Ags
from schemas.months import Month, month_of, months_from
from schemas.receiving import THERE, HandedIn, Judged, NewReceipt, Receipt
from schemas.refusal import Refusal
from schemas.viewing import MunicipalityView


@dataclass(frozen=True)
class OwnArea:
    """A municipality's own area of a programme, or that of one that has merged into it."""

    key: str
    ags: Ags
    view: MunicipalityView  # its approved months
    open_month: Month | None  # whose returns are taken in now; none once the programme is over
    due: date | None  # by when that month's return is to be in; none where none is asked for
    form_months: tuple[Month, ...]  # the newest first
    receipts: tuple[Receipt, ...]  # the newest first
    waiting: Receipt | None  # what was handed in for the open month
    contact: str

    @property
    def anchor(self) -> str:
        """What tells it from the other areas of a page."""
        return f"{self.key}-{self.ags}"


def own_municipalities(location: Location, ags: Ags, today: date) -> tuple[Ags, ...]:
    """Whose papers and cases are a municipality's: its own, and of those that have merged into it (RULES section 7.8)."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    return (ags, *programme.merged_into(ags, month_of(today)))


def sees(location: Location, account: Account, ags: str, today: date) -> bool:
    """Whether a municipality's papers and cases are for an account; whoever settles sees all."""
    return account.may(Right.SEE_SETTLEMENT) or (
        account.may(Right.OWN_MUNICIPALITY) and ags in own_municipalities(location, account.own_ags, today)
    )


def locations_of(inputs: Path, outputs: Path, ags: Ags) -> list[Location]:
    """The programmes that a municipality is a member of."""
    found = [find_location(inputs, outputs, key) for key in programmes(inputs)]
    return [
        location for location in found if ags in read_programme(inputs, location.programme, location.ledger).members
    ]


def own_areas(location: Location, ags: Ags, receipts: Receipts, today: date) -> list[OwnArea]:
    """Everything that a municipality sees of a programme on its first page: its own, and that of those merged into it."""
    return [own_area(location, each, receipts, today) for each in own_municipalities(location, ags, today)]


def own_area(location: Location, ags: Ags, receipts: Receipts, today: date) -> OwnArea:
    """A municipality's area, whoever may see it."""
    view = view_municipality(location, ags, today, with_draft=False)
    month, programme = open_month(location, today), view.programme
    until = programme.members[ags].until
    last_reported = min(filter(None, (max(month, month_of(today)), programme.last_month, until)))
    own = tuple(receipts.of_programme(location.programme, ags))
    return OwnArea(
        key=location.programme,
        ags=ags,
        view=view,
        open_month=month if month <= (programme.last_month or month) else None,
        due=programme.returns.due_date(month) if month <= last_reported else None,
        form_months=tuple(reversed(months_from(programme.first_month, min(last_reported, month_of(today))))),
        receipts=own,
        waiting=next((entry for entry in own if entry.month == month), None),
        contact=contact_line(programme),
    )


def open_month(location: Location, today: date) -> Month:
    """The month whose returns are taken in: that of the draft, else the one after the last approved month."""
    drafted = (entry.month for entry in months(location.ledger) if entry.state == DRAFT)
    return next(drafted, None) or arrivals.next_month(location, today)


def form(location: Location, ags: Ags, month: Month, today: date) -> HandedIn:
    """A municipality's return form for a month, prefilled. Refusal where it is no member then."""
    with TemporaryDirectory() as folder:
        for path in collect.forms(location, month, Path(folder), month_of(today), only=ags):
            return HandedIn(path.name, path.read_bytes())
    raise Refusal("page-unknown")


def check(location: Location, ags: Ags, handed_in: HandedIn, today: date) -> Judged:
    """A return judged as the command `check` judges it; nothing is kept. Refusal of a return of another municipality."""
    if not handed_in.content:
        raise Refusal("no-file-chosen")
    with TemporaryDirectory() as folder:
        received, written = Path(folder) / "received", Path(folder) / "written"
        received.mkdir()
        path = received / safe_name(handed_in.name)
        path.write_bytes(handed_in.content)
        intake = collect.check(location, [path], written, month_of(today))
        (found,) = intake.submissions
        if found.ags is not None and found.ags not in own_municipalities(location, ags, today):
            programme = read_programme(location.inputs, location.programme, location.ledger)
            raise Refusal("return-of-others", other=programme.named(found.ags), own=programme.named(ags))
        corrections = [HandedIn(each.name, each.read_bytes()) for each in written.glob("*.xlsx")]
        return Judged(
            file=found.file,
            ags=found.ags,
            month=found.month,
            held_back=found.state == ReturnState.HELD_BACK,
            findings=intake.findings,
            correction=next(iter(corrections), None),
        )


def hand_in(
    location: Location, account: Account, handed_in: HandedIn, receipts: Receipts, today: date
) -> tuple[Receipt, Judged]:
    """Keep a return in the folder of the month that is to be settled with it, and note that it was handed in.

    It replaces what the municipality handed in for the same month and was not settled yet. Refusal where the file does
    not tell that it is this municipality's: nobody could tell later who had sent it.
    """
    judged = check(location, account.own_ags, handed_in, today)
    ags = judged.ags
    if ags is None:
        raise Refusal("return-not-recognised", file=judged.file)
    month = open_month(location, today)
    folder = max(month, judged.month) if judged.month is not None and not judged.doubtful_month else month
    approved = approved_months(location.ledger)
    replaced = [
        entry.sha256
        for entry in receipts.of_programme(location.programme, ags)
        if entry.month == judged.month and entry.folder == folder and entry.folder not in approved
    ]
    (kept, *_) = take_in(location, folder, [HandedIn(judged.file, handed_in.content)], instead_of=replaced)
    if kept.outcome not in THERE:
        raise Refusal("return-not-kept", file=judged.file)
    receipt = receipts.add(
        NewReceipt(
            programme=location.programme,
            ags=ags,
            month=judged.month,
            folder=folder,
            file=kept.name,
            sha256=kept.sha256,
            size=len(handed_in.content),
            errors=judged.count("error"),
            warnings=judged.count("warning"),
            name=account.name,
            at=int(time.time()),
        )
    )
    return receipt, judged


def receipt_of(location: Location, account: Account, number: int, receipts: Receipts, today: date) -> Receipt:
    """A receipt of a municipality of the account's. Refusal for every other."""
    found = next((entry for entry in receipts.of_programme(location.programme) if entry.number == number), None)
    if found is None or not sees(location, account, found.ags, today):
        raise Refusal("page-unknown")
    return found


def earlier_receipt(receipt: Receipt, receipts: Receipts) -> Receipt | None:
    """The newest receipt before one for the same file or month, if there is one: the municipality has handed in twice."""
    own = receipts.of_programme(receipt.programme, receipt.ags)
    return next(
        (
            entry
            for entry in own
            if entry.number < receipt.number
            and (entry.sha256 == receipt.sha256 or (receipt.month is not None and entry.month == receipt.month))
        ),
        None,
    )


def sees_document(location: Location, account: Account, month: Month, path: str, today: date) -> bool:
    """Whether a document is for an account: a municipality gets its own, once approved."""
    return account.may(Right.SEE_SETTLEMENT) or any(
        viewing.is_own_document(location, month, path, ags)
        for ags in own_municipalities(location, account.own_ags, today)
    )
