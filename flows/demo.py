"""The shipped programmes, from empty outputs month by month to approved months and a board report."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from flows import collect, office, payments, people, reminding
from flows.durable import MAKING
from flows.home import shipped
from flows.ledger.month_state import approved_months
from flows.ledger.orders import waiting
from flows.ledger.views.month import read_run
from flows.location import Location, find_location, programmes
from flows.report import Outcome as Reported
from flows.settle import Outcome
from flows.use_cases import UseCases
from schemas.accounts import Account, Role
from schemas.identifiers import Ags
from schemas.months import Month, first_day, later, month_of
from schemas.programme.file import load_programme
from schemas.refusal import Refusal
from schemas.report import BOARD, key_date

DRAFTER, APPROVER, CASH_OFFICE = "Beispiel Sachbearbeitung", "Beispiel Kämmerei", "Beispiel Kreiskasse"
APPROVAL_DAY = 15  # of the following month, so that the example's documents carry plausible dates
# The shipped programmes, whose last month it is. Mittelsachsen: the state that its dashboard published; Düren: the end of the first programme year.
KEY_DATES = {"mittelsachsen": date(2025, 4, 14), "dueren": date(2016, 10, 31)}


class _Refund(NamedTuple):
    """A manual line in a municipality's favour."""

    ags: Ags
    amount_cents: int
    reason: str
    voucher: str


# What the cash office orders before the last month, so that a Gutschrift and a Storno can be looked at.
_REFUNDS = {
    "mittelsachsen": _Refund(
        Ags("14522180"), -150_00, "Arbeitskleidung doppelt abgerechnet, Vermerk vom 05.05.2025", "E-2025-07"
    )
}
# What the cash office knows of a payment that names no document, and when it reminds of what is open.
STATEMENTS = "umsaetze"
_MEANT_FOR = {"Abschlag": "AGH-2025-0045"}
_MEANT_BECAUSE = "Abschlag auf März, laut Telefonat mit der Stadtkasse"
_REMINDED_ON = date(2025, 6, 30)
_REVERSED_BECAUSE = "Rechnung ging an eine falsche Anschrift"


def provide_samples(inputs: Path) -> None:
    """Copy the shipped programmes into an inputs folder that holds none, so that whoever tries the program works on a copy.

    Each comes in whole, and where it is there already it stays.
    """
    if programmes(inputs):
        return
    made = [(inputs / f"{name}{MAKING}", inputs / name) for name in sorted(KEY_DATES)]
    for making, target in made:
        shutil.rmtree(making, ignore_errors=True)
        source = shipped() / target.name
        for path in (path for path in source.rglob("*") if path.is_file()):
            copy = making / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)  # the bytes alone: who may read them is for this place to say
    for making, target in made:
        making.replace(target)


def demo(inputs: Path, outputs: Path, use_cases: UseCases) -> Iterator[Outcome]:
    """Settle and approve every month of the shipped programmes that is not approved yet; nothing is done twice.

    Where there are work opportunities, certificates and payout lists follow when all months are known. A county's own
    programmes and later months are left alone: what is approved there, people have approved.
    """
    for location in _locations(inputs, outputs):
        approved = approved_months(location.ledger)
        last = month_of(KEY_DATES[location.programme])
        for month in location.return_months():
            if month <= last and month not in approved:
                if month == last:
                    _order(location, month)
                _take_in(location, _approval_date(month))
                drafted = use_cases.settle(location, month, by=DRAFTER)
                final = use_cases.approve(location, month, APPROVER, _approval_date(month))
                yield replace(drafted, run=final.run, folder=final.folder, reversals=final.reversals)
        _take_in(location, None)
        if load_programme(location.inputs / location.programme).allowance is not None:
            for month in sorted(set(approved_months(location.ledger)) - set(approved)):
                collect.certificates(location, month)


def _order(location: Location, month: Month) -> None:
    """The cash office's orders for the last month: a refund, and the reversal of the oldest document; none twice."""
    refund = _REFUNDS.get(location.programme)
    ordered = {(order.reversal, order.reference) for order in waiting(location.ledger)}
    if refund is None or refund.ags not in load_programme(location.inputs / location.programme).members:
        return
    if (False, refund.voucher) not in ordered:
        office.adjust(
            location,
            ags=refund.ags,
            amount_cents=refund.amount_cents,
            month=month,
            reason=refund.reason,
            voucher=refund.voucher,
            by=CASH_OFFICE,
            today=_approval_date(month),
        )
    for first in approved_months(location.ledger)[:1]:
        numbers = read_run(location.ledger, first).documents["number"].drop_nulls().sort()
        for number in numbers.head(1):
            if (True, number) not in ordered:
                office.cancel(location, number=number, reason=_REVERSED_BECAUSE, by=CASH_OFFICE)


def _take_in(location: Location, until: date | None) -> None:
    """The bank's statements up to a day, or the last of them with what the cash office does then; none twice."""
    statements = sorted((location.inputs / location.programme / STATEMENTS).glob("Auszug-*.xml"))
    due = [
        path for path in statements if until is None or date.fromisoformat(path.stem.removeprefix("Auszug-")) < until
    ]
    if not due or not approved_months(location.ledger):
        return
    payments.take_in(location, due, CASH_OFFICE)
    folder = location.folder / f"{_REMINDED_ON}-Erinnerungen"
    if until is None and not folder.exists():
        for entry in payments.unclear(location)[1]:
            number = _MEANT_FOR.get(entry.stored.movement.text)
            if number is not None:
                target = payments.Assigning(number, None)
                payments.assign(
                    location, entry.stored.id, [target], foreign=False, reason=_MEANT_BECAUSE, by=CASH_OFFICE
                )
        reminding.remind(location, _REMINDED_ON, CASH_OFFICE)
        reminding.accounts(location, _REMINDED_ON.year, _REMINDED_ON)


def reports(inputs: Path, outputs: Path, use_cases: UseCases) -> Iterator[Reported]:
    """The board report of the shipped programmes that do not have it yet, on the day of which figures were published."""
    for location in _locations(inputs, outputs):
        for month in approved_months(location.ledger)[-1:]:
            period = key_date(KEY_DATES[location.programme])
            if month >= month_of(period.last) and not (location.folder / period.name).exists():
                yield use_cases.report(location, period, False, BOARD, None)


def _locations(inputs: Path, outputs: Path) -> list[Location]:
    names = [name for name in sorted(KEY_DATES) if (inputs / name / "programme.toml").exists()]
    if not names:
        raise Refusal("no-sample", inputs=inputs, known=sorted(KEY_DATES))
    return [find_location(inputs, outputs, name) for name in names]


def _approval_date(month: Month) -> date:
    return first_day(later(month, 1)).replace(day=APPROVAL_DAY)


# One account of each role; the municipality is one of Kreis Düren with placements.
_SAMPLE_ACCOUNTS = (
    Account("sachbearbeitung", DRAFTER, Role.CLERK),
    Account("freigabe", APPROVER, Role.APPROVER),
    Account("kommune", "Beispiel Gemeinde", Role.MUNICIPALITY, Ags("05358036")),
    Account("projektbeirat", "Beispiel Projektbeirat", Role.BOARD),
    Account("pruefung", "Beispiel Rechnungsprüfung", Role.AUDITOR),
    Account("verwaltung", "Beispiel Verwaltung", Role.ADMINISTRATOR),
)


def sample_accounts(inputs: Path, outputs: Path) -> list[tuple[Account, str]]:
    """Accounts for the workspace with their passwords, which nobody learns again.

    None where there are accounts already, or where the inputs hold a county's own programme: whoever gets in there is for
    that county to say.
    """
    accounts = people.accounts_of(outputs)
    if people.listed(accounts) or not set(programmes(inputs)) <= set(KEY_DATES):
        return []
    made = [(account, people.new_password()) for account in _SAMPLE_ACCOUNTS]
    for account, password in made:
        people.add(accounts, account, password)
    return made
