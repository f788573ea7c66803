"""Participations that ended and amounts paid out with February 2025, made by hand."""

from datetime import date
from decimal import Decimal

import polars as pl

from schemas.participation import PARTICIPATIONS, PAYOUTS
from schemas.results import frame_schema
from tests.golden.samples import DOEBELN, FREIBERG

ON = date(2025, 3, 15)
ENDED = PARTICIPATIONS.validate(
    pl.DataFrame(
        [
            (FREIBERG, "FG/101", "FG-01", "Kommune", "Bauhof #1 *Süd*", date(2024, 12, 2), date(2025, 2, 14), 1_234_50),
            (FREIBERG, "FG/101", "FG-02", "Verein", None, date(2025, 2, 17), date(2025, 2, 20), 3_75),
            (DOEBELN, "DL-7", "DL-01", "Verein", "Kleiderkammer", date(2025, 2, 1), date(2025, 2, 28), 40_00),
        ],
        schema=frame_schema(PARTICIPATIONS), orient="row",
    )
)  # fmt: skip
_KIND = ("Kommune", "Bauhof")
PAID = PAYOUTS.validate(
    pl.DataFrame(
        [
            # 40.25 h × 0.80 = 32.20, and 5.00 proven
            (FREIBERG, *_KIND, "FG-101", "FG-01", "2025-02", date(2025, 2, 1), Decimal("40.25"), Decimal(80), 32_20, 5_00, 0, 37_20),
            # corrected: 12.50 h × 0.80 = 10.00, of which 8.00 were paid
            (FREIBERG, *_KIND, "FG-101", "FG-01", "2025-01", date(2025, 1, 1), Decimal("12.50"), Decimal(80), 10_00, 0, 8_00, 2_00),
            # only an expense
            (FREIBERG, "Verein", "=Café", "FG-102", "FG-02", "2025-02", date(2025, 2, 1), Decimal("0.00"), None, 0, 4_00, 0, 4_00),
            # withdrawn
            (FREIBERG, "Verein", None, "FG-103", "FG-03", "2025-01", date(2025, 1, 7), Decimal("0.00"), Decimal(80), 0, 0, 19_20, -19_20),
        ],
        schema=frame_schema(PAYOUTS), orient="row",
    )
)  # fmt: skip
