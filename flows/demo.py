"""The shipped programmes, month by month, from empty outputs to approved months."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from flows import collect, settle
from flows.ledger.posting import months
from flows.ledger.tables import APPROVED
from flows.place import find_place
from flows.runner import Kind, Progress
from flows.settle import Outcome
from schemas.months import first_day, later
from schemas.programme_file import load_programme

DRAFTER, APPROVER = "Beispiel Sachbearbeitung", "Beispiel Kämmerei"
APPROVAL_DAY = 15  # of the following month, so that the example's documents carry plausible dates


def demo(inputs: Path, outputs: Path, progress: Progress, runner: Kind, direct: bool) -> Iterator[Outcome]:
    """Settle and approve every month of every programme that is not approved yet; nothing is done twice.

    Where there are work opportunities, certificates and payout lists follow when all months are known.
    """
    for name in sorted(path.parent.name for path in inputs.glob("*/programme.toml")):
        place = find_place(inputs, outputs, name)
        approved = {entry.month for entry in months(place.ledger) if entry.state == APPROVED}
        for folder in sorted(place.returns("").iterdir()):
            if folder.name not in approved:
                drafted = settle.settle(settle.prepare(place, folder.name, DRAFTER), progress, runner, direct)
                final = settle.approve(place, folder.name, APPROVER, _approval_date(folder.name), progress)
                yield replace(drafted, run=final.run, folder=final.folder)
        if load_programme(place.inputs / name).allowance is not None:
            for month in sorted({entry.month for entry in months(place.ledger)} - approved):
                collect.certificates(place, month)


def _approval_date(month: str) -> date:
    return first_day(later(month, 1)).replace(day=APPROVAL_DAY)
