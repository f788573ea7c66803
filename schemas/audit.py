"""What an auditor sees of a ledger: its seals, who did what, where a number, a case or a cell leads, and a sample."""

from dataclasses import dataclass
from datetime import date

from schemas.identifiers import Ags, CaseId
from schemas.months import Month


@dataclass(frozen=True)
class SealedMonth:
    """An approved month: by whom, and under which seal its documents were issued."""

    month: Month
    drafted_by: str
    approved_by: str
    document_date: date
    seal: str
    documents: int | None  # as they were issued; none where that was never noted


@dataclass(frozen=True)
class Deed:
    """Something that somebody did to the ledger; `month` is the one that it was posted with, if it was."""

    month: Month | None
    what: str
    by: str
    reason: str = ""
    exceptional: bool = False  # it leaves the usual way of a month


@dataclass(frozen=True)
class Trail:
    """What an auditor sees of a programme."""

    months: tuple[SealedMonth, ...]  # the newest first
    deeds: tuple[Deed, ...]  # the newest first


@dataclass(frozen=True)
class Found:
    """Where a search leads: to a municipality's statement of a month, or to a case of one."""

    ags: Ags
    month: Month
    what: str
    case_id: CaseId | None = None


@dataclass(frozen=True)
class Drawn:
    """A position that was drawn."""

    ags: Ags
    case_id: CaseId | None
    service_month: Month
    kind: str  # results.LineKind
    reference: str
    amount_cents: int


@dataclass(frozen=True)
class Sample:
    """Positions of an approved month, drawn by chance."""

    month: Month
    size: int  # that was asked for
    of: int  # positions with an amount that the month has
    drawn: tuple[Drawn, ...]
