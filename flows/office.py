"""Flow: what a cash office does beside the months: manual lines, reversals, opening balances, closed years."""

from datetime import date
from pathlib import Path

from flows.emit.erasure import case_documents, remove
from flows.ingest.opening_balances import read_opening
from flows.ledger import balances, closings, erasure, orders, withdrawals
from flows.ledger.erasure import Plan, plan
from flows.ledger.erasure_record import check_kept
from flows.ledger.posting import check_any_approved
from flows.ledger.verify import check_holds
from flows.ledger.withdrawals import Withdrawn
from flows.provenance import read_programme
from flows.workspace import Place
from schemas.months import later
from schemas.programme.programme import Programme


def adjust(
    place: Place, *, ags: str, amount_cents: int, month: str, reason: str, voucher: str, by: str, today: date
) -> None:
    """Order a manual line. Refusal where it cannot be settled."""
    programme = _programme(place)
    programme.check_begun(month, today)
    programme.check_member(ags)
    check_kept(place.ledger, month)
    closings.check_open(place.ledger, month)
    with place.ledger.alone():
        orders.order_adjustment(place.ledger, ags, month, amount_cents, reason, voucher, by)


def cancel(place: Place, *, number: str, reason: str, by: str) -> str:
    """Order the reversal of a document; the name of the municipality it went to."""
    programme = _programme(place)
    with place.ledger.alone():
        check_any_approved(place.ledger)
        ags = orders.order_cancellation(place.ledger, number, reason, by, closings.closed(place.ledger))
    return programme.name_of(ags)


def withdraw_adjustment(
    place: Place, *, ags: str, amount_cents: int | None, month: str, reason: str, voucher: str, by: str
) -> Withdrawn:
    """Withdraw a manual line that nobody has approved, with the draft that has it in it."""
    _programme(place).check_month(month)
    with place.ledger.alone():
        withdrawn = withdrawals.withdraw_adjustment(place.ledger, ags, month, voucher, amount_cents, reason, by)
        return _without_draft(place, withdrawn)


def withdraw_cancellation(place: Place, *, number: str, reason: str, by: str) -> Withdrawn:
    """Withdraw a reversal that nobody has approved, with the draft that has it in it."""
    with place.ledger.alone():
        return _without_draft(place, withdrawals.withdraw_cancellation(place.ledger, number, reason, by))


def _without_draft(place: Place, withdrawn: Withdrawn) -> Withdrawn:
    if withdrawn.draft is not None:
        place.remove_documents(withdrawn.draft)
    return withdrawn


def opening(place: Place, file: Path, by: str, approve: bool, on: date) -> tuple[int, int]:
    """Draft or approve opening balances; their number and sum in cents."""
    programme = _programme(place)
    rows = read_opening(file, programme)
    with place.ledger.alone():
        if approve:
            balances.approve_opening(place.ledger, by, on, rows)
        else:
            balances.draft_opening(place.ledger, later(programme.first_month, -1), by, rows)
    return rows.height, int(rows["computed_cents"].sum())


def close(place: Place, year: int, by: str) -> None:
    """End the service months up to a year."""
    programme = _programme(place)
    with place.ledger.alone():
        check_any_approved(place.ledger)
        closings.close(place.ledger, year, by, programme.first_month)


def reopen(place: Place, year: int, reason: str, by: str) -> None:
    """Open a closed year, and all after it, again."""
    with place.ledger.alone():
        check_any_approved(place.ledger)
        closings.reopen(place.ledger, year, reason, by)


def erase(place: Place, year: int, by: str, on: date, confirm: bool) -> tuple[Plan, list[Path]]:
    """Erase the case data before a year, or only say what would go; the plan, and the documents that go.

    Refusal where the ledger does not hold: an erasure must not hide what was changed before.
    """
    with place.ledger.alone():
        check_any_approved(place.ledger)
        check_holds(place.ledger, place.archive)
        documents = case_documents(place.folder, year)
        if not confirm:
            return plan(place.ledger, year, on), documents
        planned = erasure.erase(place.ledger, year, by, on)
        remove(place.to_erase())
    return planned, documents


def _programme(place: Place) -> Programme:
    return read_programme(place.inputs, place.programme, place.ledger)
