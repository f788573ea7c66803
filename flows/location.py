"""Where a programme's inputs and outputs lie."""

import getpass
from dataclasses import dataclass
from pathlib import Path

from flows.emit import month_folder
from flows.emit.erasure import archived, case_documents, is_archived, written_again
from flows.ledger.document_state import removed
from flows.ledger.erasure_record import erased_before, gone_files
from flows.ledger.store.connect import open_ledger
from flows.ledger.store.ledger import Ledger
from schemas.months import Month, is_month
from schemas.refusal import Refusal
from schemas.spelling import visible


@dataclass(frozen=True)
class Location:
    """Where a programme's inputs and outputs lie."""

    inputs: Path
    outputs: Path
    programme: str
    account: str | None = None  # the login of whoever works in the workspace; else the system's

    @property
    def folder(self) -> Path:
        """The programme's outputs."""
        return self.outputs / self.programme

    @property
    def ledger(self) -> Ledger:
        """The programme's ledger."""
        ledger = open_ledger(self.folder, self.programme)
        if self.account is not None:
            ledger.account = self.account
        return ledger

    @property
    def archive(self) -> Path:
        """Every received file, unchanged."""
        return self.folder / "archive"

    @property
    def received(self) -> Path:
        """The received files, a folder for each month."""
        return self.inputs / self.programme / "returns"

    def returns(self, month: Month) -> Path:
        """The folder of a month's received files."""
        return self.received / month

    def return_months(self) -> list[Month]:
        """The months that have a folder of received files, in order; folders of other names are none of ours."""
        return sorted(path.name for path in self.received.glob("*") if path.is_dir() and is_month(path.name))

    def unsettled(self, before: Month, settled: set[Month]) -> tuple[Month, ...]:
        """Earlier months whose folder holds returns although the ledger has no run for them, after the last run before."""
        last = max((month for month in settled if month < before), default="")
        between = (month for month in self.return_months() if last < month < before)
        return tuple(month for month in between if any(self.returns(month).iterdir()))

    def remove_documents(self, month: Month) -> None:
        """The documents of a draft that is no more go."""
        month_folder.remove(self.folder / month)
        removed(self.ledger, month)

    def to_erase(self) -> list[Path]:
        """Files that show cases of erased years and still lie in the outputs; with any of them, those of no month, too."""
        year = erased_before(self.ledger)
        if year is None:
            return []
        left = [*archived(self.archive, gone_files(self.ledger)), *case_documents(self.folder, year)]
        return [*self.of_no_month(year)[0], *left] if left else []

    def of_no_month(self, year: int) -> tuple[list[Path], list[Path]]:
        """Files that may show cases from before a year and that nobody needs; and what among them is not the program's.

        They are forms, what the last check found, and archived files that belong to no return (RULES section 8.5).
        """
        from flows.ledger.verify import orphans  # with Polars, for which an erasure alone waits

        ours, others = written_again(self.folder, year)
        for name in orphans(self.ledger, self.archive):
            (ours if is_archived(name) else others).append(self.archive / name)
        return ours, others


def programmes(inputs: Path) -> list[str]:
    """The programmes of an inputs folder, by name."""
    return sorted(path.parent.name for path in inputs.glob("*/programme.toml"))


def find_location(inputs: Path, outputs: Path, programme: str | None) -> Location:
    """The location of a programme; it may be left unnamed where only one is there."""
    known = programmes(inputs)
    if not known:
        raise Refusal("no-programme", inputs=inputs)
    if programme is None and len(known) > 1:
        raise Refusal("several-programmes", known=known)
    if programme is not None and programme not in known:
        raise Refusal("programme-unknown", programme=programme, known=known)
    return Location(inputs, outputs, programme or known[0])


def system_user() -> str:
    """Who is signed in; Refusal where the system does not tell."""
    try:
        return visible(getpass.getuser())
    except (KeyError, OSError) as error:
        raise Refusal("drafter-unknown") from error
