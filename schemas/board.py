"""A board report as a page shows it, and which reports there are."""

from dataclasses import dataclass
from datetime import date

from schemas.report import BOARD, COUNTY, Period, suffixed


@dataclass(frozen=True)
class KeptReport:
    """A report that was written: about what, for whom, and whether it is preliminary."""

    period: Period
    preliminary: bool
    audience: str  # report.BOARD, report.COUNTY, or an AGS

    @property
    def name(self) -> str:
        """By which a page calls it."""
        return f"{self.period.name}{suffixed(self.preliminary, self.audience)}"

    @property
    def for_board(self) -> bool:
        """Whether the board may read it."""
        return self.audience == BOARD

    @property
    def order(self) -> tuple[date, bool, bool, str]:
        """The newest period last; of one period the board's own, then the county's, then others."""
        return self.period.last, self.audience != COUNTY, self.audience == BOARD, self.name


@dataclass(frozen=True)
class Card:
    """A headline figure: its value in German, what it is called, a share of what and of which period, what it counts."""

    text: str
    label: str
    notes: tuple[str, ...]
    definition: str


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: its length in thousandths of the longest possible one, and its value in German."""

    length: int
    text: str


@dataclass(frozen=True)
class BarChart:
    """Bars side by side in groups, and all of it in words."""

    title: str
    names: tuple[str, ...]  # of the bars of a group
    groups: tuple[tuple[str, tuple[Bar, ...]], ...]
    description: str


@dataclass(frozen=True)
class ShownArea:
    """A part of a report."""

    title: str
    cards: tuple[Card, ...]
    paragraph: str
    charts: tuple[BarChart, ...]


@dataclass(frozen=True)
class ShownReport:
    """A report, from the figures that were published with it."""

    kept: KeptReport
    title: str
    facts: tuple[tuple[str, str], ...]
    answer: str
    areas: tuple[ShownArea, ...]
    definitions: tuple[tuple[str, str], ...]
    legend: tuple[str, ...]
    files: tuple[str, ...]  # that can be saved
