"""Law and programme of a calculation, word for word: read from their files, and restored from what an earlier run kept."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.compute.law import Law, law_files, load_law
from flows.compute.rules.reckoning import SettledWith
from flows.home import LAW, shipped
from flows.ledger.members import check_members
from flows.ledger.provenance import latest, of_month, of_months
from flows.ledger.store.ledger import Ledger, Reading
from schemas.law import OWN
from schemas.months import Month
from schemas.programme.file import FILE, REMEMBERED, load_programme
from schemas.programme.parties import Accounting
from schemas.programme.programme import Programme
from schemas.provenance import Provenance, software
from schemas.refusal import Refusal


def read_provenance(folder: Path, programme: str) -> Provenance:
    """Law tables and programme file as they stand today; both are loaded, and so refused, elsewhere."""
    law = {name: _text(path) for name, path in law_files(folder / LAW, shipped() / LAW).items()}
    return Provenance(law, _text(folder / programme / FILE), software())


def read_law(inputs: Path) -> Law:
    """The law as it stands today: the tables of the inputs, else those that came with this program, under the county's own rows."""
    return load_law(inputs / LAW, shipped() / LAW)


def read_programme(inputs: Path, programme: str, ledger: Ledger) -> Programme:
    """The programme file as it stands today; Refusal where it leaves out a municipality that the ledger knows."""
    found = load_programme(inputs / programme)
    check_members(ledger, found.members)
    return found


def restored(kept: Provenance, programme: str) -> tuple[Programme, Law] | None:
    """Programme and law of an earlier run; None where this software no longer reads them as that run did."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for part in (f"{LAW}/{OWN}", programme):
            (folder / part).mkdir(parents=True)
        for name, text in kept.law.items():
            (folder / LAW / f"{name}.csv").write_bytes(text.encode())
        (folder / programme / FILE).write_bytes(kept.programme.encode())
        try:
            return load_programme(folder / programme), load_law(folder / LAW)
        except Refusal:
            return None


def settled_with(provenance: Mapping[Month, Provenance], programme: str) -> SettledWith:
    """Programme and law that earlier months were computed from."""
    return {month: restored(kept, programme) for month, kept in provenance.items()}


def as_drafted(ledger: Reading, month: Month, today: Programme) -> Programme:
    """The programme that a month was drafted with; today's where the ledger does not keep it, or in a form no longer read."""
    return drafted_with(ledger, month, today.programme.key) or today


def drafted_with(ledger: Reading, month: Month, programme: str) -> Programme | None:
    """The programme that a month was drafted with; None where the ledger does not keep it in a form that is still read."""
    kept = of_month(ledger, month)
    earlier = restored(kept, programme) if kept else None
    return earlier[0] if earlier else None


def paid_when_received(ledger: Reading, months: Sequence[Month], today: Programme) -> tuple[Month, ...]:
    """Of some months, those that were drafted with a carrier who is paid what was received."""
    with ledger.reading() as connection:
        kept = {} if connection is None else of_months(connection, months)
    now = today.carrier is not None and today.carrier.pay == "when_received"
    return tuple(month for month in months if (_waits(kept[month].programme) if month in kept else now))


@lru_cache(REMEMBERED)
def _waits(programme: str) -> bool:
    try:
        carrier = tomllib.loads(programme).get("carrier", {})
    except tomllib.TOMLDecodeError:  # kept in a form that is no longer read
        return False
    return isinstance(carrier, dict) and carrier.get("pay") == "when_received"


def approval_terms(ledger: Ledger, month: Month, today: Programme) -> Accounting:
    """The terms that a month is approved under: those of its draft, and four eyes until a file has turned them off."""
    kept = latest(ledger)
    before = restored(kept, today.programme.key) if kept else None
    drafted = as_drafted(ledger, month, today).accounting
    return drafted.approved_under(today.accounting, before[0].accounting if before else None)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")
