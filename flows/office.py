"""Flow: what a cash office does beside the months: manual lines, reversals, opening balances, closed years."""

from datetime import date
from pathlib import Path

from flows.emit.erasure import case_documents, remove
from flows.ingest.opening_balances import read_opening
from flows.ledger import balances, closings, erasure, orders, withdrawals
from flows.ledger.erasure import Plan, plan
from flows.ledger.erasure_record import check_kept
from flows.ledger.posting import months
from flows.ledger.store.tables import APPROVED
from flows.ledger.verify import verify
from flows.ledger.withdrawals import Withdrawn
from flows.workspace import Place
from schemas.money import MONEY_LIMIT_CENTS, cents
from schemas.months import later, month_of
from schemas.programme.file import load_programme
from schemas.programme.programme import Programme
from schemas.refusal import Refusal


def adjust(place: Place, ags: str, amount: str, month: str, reason: str, voucher: str, by: str, today: date) -> int:
    """Order a manual line; its amount in cents. Refusal where it cannot be settled."""
    programme = _programme(place)
    programme.check_month(month)
    if month > month_of(today):  # no draft would take it up, and no year could be closed
        raise Refusal("month-ahead", month=month)
    if ags not in programme.members:
        raise Refusal("no-member", ags=ags)
    check_kept(place.ledger, month)
    if any(month <= entry.until for entry in closings.closed(place.ledger)):
        raise Refusal("month-closed", month=month, year=int(month[:4]))
    amount_cents = _amount(amount)
    with place.ledger.alone():
        orders.order_adjustment(place.ledger, ags, month, amount_cents, reason, voucher, by)
    return amount_cents


def _amount(text: str) -> int:
    try:
        amount_cents = cents(text.replace(".", "").replace(",", ".") if "," in text else text)
    except ValueError:
        amount_cents = 0
    if amount_cents == 0 or abs(amount_cents) > MONEY_LIMIT_CENTS:
        raise Refusal("no-amount", text=text)
    return amount_cents


def cancel(place: Place, number: str, reason: str, by: str) -> str:
    """Order the reversal of a document; the name of the municipality it went to."""
    programme = _programme(place)
    with place.ledger.alone():
        _check_settled(place)
        ags = orders.order_cancellation(place.ledger, number, reason, by, closings.closed(place.ledger))
    return programme.members[ags].name if ags in programme.members else ags


def withdraw_adjustment(
    place: Place, ags: str, amount: str | None, month: str, reason: str, voucher: str, by: str
) -> Withdrawn:
    """Withdraw a manual line that nobody has approved, with the draft that has it in it."""
    _programme(place).check_month(month)
    amount_cents = None if amount is None else _amount(amount)
    with place.ledger.alone():
        withdrawn = withdrawals.withdraw_adjustment(place.ledger, ags, month, voucher, amount_cents, reason, by)
        return _without_draft(place, withdrawn)


def withdraw_cancellation(place: Place, number: str, reason: str, by: str) -> Withdrawn:
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
        _check_settled(place)
        closings.close(place.ledger, year, by, programme.first_month)


def reopen(place: Place, year: int, reason: str, by: str) -> None:
    """Open a closed year, and all after it, again."""
    with place.ledger.alone():
        _check_settled(place)
        closings.reopen(place.ledger, year, reason, by)


def erase(place: Place, year: int, by: str, on: date, confirm: bool) -> tuple[Plan, list[Path]]:
    """Erase the case data before a year, or only say what would go; the plan, and the documents that go.

    Refusal where the ledger does not hold: an erasure must not hide what was changed before.
    """
    with place.ledger.alone():
        _check_settled(place)
        if problems := verify(place.ledger, place.archive):
            raise Refusal("ledger-broken/erasing", ledger=place.ledger.name, problem=problems[0])
        documents = case_documents(place.folder, year)
        if not confirm:
            return plan(place.ledger, year, on), documents
        planned = erasure.erase(place.ledger, year, by, on)
        remove(place.to_erase())
    return planned, documents


def _programme(place: Place) -> Programme:
    return load_programme(place.inputs / place.programme)


def _check_settled(place: Place) -> None:
    """Nothing is created where nothing was ever approved."""
    if not any(entry.state == APPROVED for entry in months(place.ledger)):
        raise Refusal("nothing-approved")
