"""The shipped programmes, from empty outputs month by month to approved months and a board report."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from flows import collect, report, settle
from flows.ledger.posting import months
from flows.ledger.tables import APPROVED
from flows.place import Place, find_place
from flows.runner import Kind, Progress
from flows.settle import Outcome
from schemas.months import first_day, last_day, later
from schemas.programme_file import load_programme
from schemas.report import BOARD, key_date

DRAFTER, APPROVER = "Beispiel Sachbearbeitung", "Beispiel Kämmerei"
APPROVAL_DAY = 15  # of the following month, so that the example's documents carry plausible dates
# Mittelsachsen: the state that its dashboard published; Düren: the end of the first programme year.
KEY_DATES = {"mittelsachsen": date(2025, 4, 14), "dueren": date(2016, 10, 31)}


def demo(inputs: Path, outputs: Path, progress: Progress, runner: Kind, direct: bool) -> Iterator[Outcome]:
    """Settle and approve every month of every programme that is not approved yet; nothing is done twice.

    Where there are work opportunities, certificates and payout lists follow when all months are known.
    """
    for place in _places(inputs, outputs):
        approved = {entry.month for entry in months(place.ledger) if entry.state == APPROVED}
        for folder in sorted(place.returns("").iterdir()):
            if folder.name not in approved:
                drafted = settle.settle(settle.prepare(place, folder.name, DRAFTER), progress, runner, direct)
                final = settle.approve(place, folder.name, APPROVER, _approval_date(folder.name), progress)
                yield replace(drafted, run=final.run, folder=final.folder)
        if load_programme(place.inputs / place.programme).allowance is not None:
            for month in sorted({entry.month for entry in months(place.ledger)} - approved):
                collect.certificates(place, month)


def reports(inputs: Path, outputs: Path, progress: Progress, runner: Kind, direct: bool) -> Iterator[report.Outcome]:
    """The board report of every programme that does not have it yet, on the day of which figures were published."""
    for place in _places(inputs, outputs):
        approved = [entry.month for entry in months(place.ledger) if entry.state == APPROVED]
        for month in approved[-1:]:
            period = key_date(KEY_DATES.get(place.programme, last_day(month)))
            if not (place.folder / period.name).exists():
                yield report.report(report.prepare(place, period, False, BOARD, None), progress, runner, direct)


def _places(inputs: Path, outputs: Path) -> list[Place]:
    names = sorted(path.parent.name for path in inputs.glob("*/programme.toml"))
    return [find_place(inputs, outputs, name) for name in names]


def _approval_date(month: str) -> date:
    return first_day(later(month, 1)).replace(day=APPROVAL_DAY)
