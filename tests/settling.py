"""Settling on a bare ledger: what the use case does between the returns taken in and the draft, without files."""

from dataclasses import dataclass

import polars as pl

from flows.compute.rules.reckoning import Reckoning, reckon
from flows.ledger import posting
from flows.ledger.store import lines
from flows.ledger.store.ledger import Ledger
from flows.ledger.views.settling import read_brought_forward
from flows.offsetting import decide
from flows.provenance import settled_with
from schemas.brought_forward import BroughtForward
from schemas.intake import Intake
from schemas.operations import Beside
from schemas.programme.programme import Programme
from schemas.provenance import Provenance
from tests.properties import engine


@dataclass(frozen=True)
class Settling:
    """A month reckoned from a ledger and what was taken in."""

    ledger: Ledger
    month: str
    programme: Programme
    provenance: Provenance
    intake: Intake
    brought: BroughtForward
    found: Reckoning

    def draft(self, by: str = "Eva") -> tuple[str, ...]:
        """Store it as the month's draft; the other months whose drafts it replaced."""
        found, brought = self.found, self.brought
        reversing = frozenset(brought.reversals["reversal_of"])
        offsets = decide(self.ledger, self.programme, self.month, found.lines, reversing)
        beside = Beside(
            found.corrections,
            found.closed_differences,
            brought.reversals,
            brought.orders,
            self.provenance,
            tuple(offsets),
        )
        with posting.drafting(
            self.ledger, self.month, by, self.programme, self.intake, found.lines, found.cases, brought.known.seal, beside
        ) as drafted:  # fmt: skip
            return drafted.replaced


def reckoned(
    ledger: Ledger, month: str, intake: Intake, programme: Programme, provenance: Provenance, accept: str | None = None
) -> Settling:
    """Reckon a month, with the law of the samples."""
    brought = read_brought_forward(ledger, month)
    earlier = settled_with(brought.provenance, programme.programme.key)
    found = reckon(brought, earlier, intake, programme, engine.law(), month, accept)
    return Settling(ledger, month, programme, provenance, intake, brought, found)


def posted(ledger: Ledger) -> pl.DataFrame:
    """All lines of approved runs, reversals included (results.LINES)."""
    return lines.posted(ledger)
