"""Flow: what a cash office does beside the months: manual lines, reversals, opening balances, closed years."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.emit.erasure import case_documents, remove
from flows.ingest.opening_balances import opening_of, read_opening
from flows.ledger import balances, closings, erasure, orders, withdrawals
from flows.ledger.erasure import Plan
from flows.ledger.erasure_record import check_kept
from flows.ledger.month_state import check_any_approved
from flows.ledger.verify import check_holds
from flows.ledger.withdrawals import Withdrawn
from flows.location import Location
from flows.provenance import read_programme
from schemas.identifiers import Ags
from schemas.months import Month, later
from schemas.programme.programme import Programme
from schemas.refusal import Refusal


def adjust(
    location: Location, *, ags: Ags, amount_cents: int, month: Month, reason: str, voucher: str, by: str, today: date
) -> None:
    """Order a manual line. Refusal where it cannot be settled."""
    programme = _programme(location)
    programme.check_begun(month, today)
    programme.check_member(ags)
    check_kept(location.ledger, month)
    closings.check_open(location.ledger, month)
    with location.ledger.alone():
        orders.order_adjustment(
            location.ledger, ags, month, amount_cents=amount_cents, reason=reason, voucher=voucher, by=by
        )


def cancel(location: Location, *, number: str, reason: str, by: str) -> str:
    """Order the reversal of a document; the name of the municipality it went to."""
    programme = _programme(location)
    with location.ledger.alone():
        check_any_approved(location.ledger)
        ags = orders.order_cancellation(
            location.ledger, number, reason=reason, by=by, closed=closings.closed(location.ledger)
        )
    return programme.name_of(ags)


def withdraw_adjustment(
    location: Location, *, ags: Ags, amount_cents: int | None, month: Month, reason: str, voucher: str, by: str
) -> Withdrawn:
    """Withdraw a manual line that nobody has approved, with the draft that has it in it."""
    _programme(location).check_month(month)
    with location.ledger.alone():
        withdrawn = withdrawals.withdraw_adjustment(
            location.ledger, ags, month, voucher=voucher, amount_cents=amount_cents, reason=reason, by=by
        )
        return _without_draft(location, withdrawn)


def withdraw_cancellation(location: Location, *, number: str, reason: str, by: str) -> Withdrawn:
    """Withdraw a reversal that nobody has approved, with the draft that has it in it."""
    with location.ledger.alone():
        return _without_draft(
            location, withdrawals.withdraw_cancellation(location.ledger, number, reason=reason, by=by)
        )


def _without_draft(location: Location, withdrawn: Withdrawn) -> Withdrawn:
    if withdrawn.draft is not None:
        location.remove_documents(withdrawn.draft)
    return withdrawn


def opening(location: Location, file: Path, by: str, approve: bool, on: date) -> tuple[int, int]:
    """Draft or approve opening balances; their number and sum in cents."""
    programme = _programme(location)
    rows = read_opening(file, programme)
    with location.ledger.alone():
        if approve:
            balances.approve_opening(location.ledger, by, on, rows)
        else:
            balances.draft_opening(location.ledger, later(programme.first_month, -1), by, rows)
    return rows.height, int(rows["computed_cents"].sum())


def draft_opening(location: Location, *, name: str, content: bytes, by: str) -> None:
    """Draft the opening balances of a file that was handed in, in place of any before."""
    programme = _programme(location)
    rows = opening_of(Path(name), content, programme)
    with location.ledger.alone():
        balances.draft_opening(location.ledger, later(programme.first_month, -1), by, rows)


def approve_opening(location: Location, *, sha256: str, by: str, on: date) -> None:
    """Post the opening balances that were looked at. Refusal where those of another file are drafted by now."""
    _programme(location)
    with location.ledger.alone():
        drafted = balances.opening_run(location.ledger)
        if drafted is None:
            raise Refusal("opening-not-waiting")
        if drafted.sha256 != sha256:
            raise Refusal("opening-drafted-anew")
        balances.approve_opening(location.ledger, by, on, drafted.balances)


def close(location: Location, year: int, by: str) -> None:
    """End the service months up to a year."""
    programme = _programme(location)
    with location.ledger.alone():
        check_any_approved(location.ledger)
        closings.close(location.ledger, year, by, programme.first_month)


def reopen(location: Location, year: int, *, reason: str, by: str) -> None:
    """Open a closed year, and all after it, again."""
    with location.ledger.alone():
        check_any_approved(location.ledger)
        closings.reopen(location.ledger, year, reason=reason, by=by)


@dataclass(frozen=True)
class Erasure:
    """What an erasure takes out of the ledger and the outputs."""

    plan: Plan
    documents: list[Path]  # of the months, that show cases
    of_no_month: list[Path]  # that may show them, and nobody needs
    others: list[Path]  # beside them, that the program did not write: they stay


def erase(location: Location, year: int, by: str, on: date, confirm: bool) -> Erasure:
    """Propose the erasure of the case data before a year, or confirm it as a second person; what goes.

    Refusal where the programme file states no retention, and where the ledger does not hold: an erasure must not hide
    what was changed before.
    """
    retention = _programme(location).retention
    if retention is None:
        raise Refusal("retention-not-stated")
    with location.ledger.alone():
        check_any_approved(location.ledger)
        check_holds(location.ledger, location.archive)
        documents = case_documents(location.folder, year)
        of_no_month, others = location.of_no_month(year)
        plan = (erasure.erase if confirm else erasure.propose)(location.ledger, year, by, on, retention)
        if confirm:
            # First those of no month: while one of the others lies there, an interrupted erasure is still to be finished.
            remove(list(dict.fromkeys([*of_no_month, *location.to_erase()])))
    return Erasure(plan, documents, of_no_month, others)


def _programme(location: Location) -> Programme:
    return read_programme(location.inputs, location.programme, location.ledger)
