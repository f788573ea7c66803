"""What a calibration answers: which premium covers the carrier's cost and leaves no municipality worse off."""

from dataclasses import dataclass
from datetime import date

import pandera.polars as pa
import polars as pl

from schemas.programme.programme import Programme

# One row per variant of the terms; money of all municipalities together.
GRID = pa.DataFrameSchema(
    {
        "share_units": pa.Column(pl.Int64, nullable=True),  # ten-thousandths; none for milestones
        "amount_cents": pa.Column(pl.Int64, nullable=True),  # none for a share of the saving
        "cap_cents": pa.Column(pl.Int64, nullable=True),  # none: without
        "premium_cents": pa.Column(pl.Int64),
        "start_up_cents": pa.Column(pl.Int64),
        "income_cents": pa.Column(pl.Int64),  # premiums and start-up contributions
        "coverage_units": pa.Column(pl.Int64, nullable=True),  # ten-thousandths of the cost, not rounded up
        "saved_cents": pa.Column(pl.Int64),
        "net_cents": pa.Column(pl.Int64),  # saved − income
        "worse_off": pa.Column(pl.Int64),  # municipalities whose own net is below 0
        "lowest_net_cents": pa.Column(pl.Int64),  # of the municipality with the least
    },
    strict=True,
    ordered=True,
)

# One row per municipality of the programme, for one variant of the terms.
MUNICIPALITIES = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "saved_cents": pa.Column(pl.Int64),
        "premium_cents": pa.Column(pl.Int64),
        "start_up_cents": pa.Column(pl.Int64),
        "net_cents": pa.Column(pl.Int64),
    },
    strict=True,
    ordered=True,
    unique=["ags"],
)


@dataclass(frozen=True)
class Limits:
    """The lowest value that covers the cost and the highest that leaves no municipality worse off; none: no value does."""

    covering: int | None
    neutral: int | None

    @property
    def both(self) -> bool:
        """Whether some value does both."""
        return self.covering is not None and self.neutral is not None and self.covering <= self.neutral


@dataclass(frozen=True)
class Scenario:
    """The limits under other circumstances."""

    label: str
    cap_cents: int | None
    placements_units: int  # ten-thousandths of a placement
    limits: Limits


@dataclass(frozen=True)
class Gap:
    """What is missing at the chosen value, and what would close it if more of the same came.

    Where municipalities are worse off even without a premium, it is their shortfall that further saving closes, else
    the carrier's missing cost that further premiums close.
    """

    missing_cents: int  # of the carrier's cost
    shortfall_cents: int  # of the municipalities that are worse off, together
    placements: int | None  # further ones; none where a placement brings nothing
    months: int | None  # further months of employment, all placements together


@dataclass(frozen=True)
class Calibration:
    """The answer. Values are shares in ten-thousandths, or amounts in cents where the premium has milestones."""

    programme: Programme
    source: str  # German: where the cases come from
    basis: tuple[tuple[str, str], ...]  # German: what was assumed
    calculated_on: date
    milestones: bool
    cap_cents: int | None  # agreed
    agreed: int  # agreed share or amount
    chosen: int  # recommended, or nearest to it
    cost_cents: int
    placements_units: int
    grid: pl.DataFrame  # GRID, by cap, then by value
    limits: Limits
    scenarios: tuple[Scenario, ...]
    gap: Gap | None  # none where some value does both
    at_agreed: pl.DataFrame  # MUNICIPALITIES
    at_chosen: pl.DataFrame  # MUNICIPALITIES

    @property
    def value_column(self) -> str:
        """The column of GRID that is varied."""
        return "amount_cents" if self.milestones else "share_units"

    @property
    def at_own(self) -> dict[str, int]:
        """The row of the grid with the agreed value and cap."""
        own = self.rows(self.cap_cents)
        return own.row(by_predicate=pl.col(self.value_column) == self.agreed, named=True)

    def rows(self, cap_cents: int | None) -> pl.DataFrame:
        """The grid's rows with that cap, by value."""
        return self.grid.filter(pl.col("cap_cents").eq_missing(pl.lit(cap_cents, pl.Int64)))


@dataclass(frozen=True)
class Basis:
    """Where the cases come from, in German, and the day of the calculation."""

    source: str
    facts: tuple[tuple[str, str], ...]
    calculated_on: date


@dataclass(frozen=True)
class Terms:
    """What may be moved: a share in ten-thousandths or an amount in cents, a cap per case, the carrier's cost."""

    value: int
    cap_cents: int | None  # none: without
    cost_cents: int
