"""Writing e-invoices and their reading copies."""

import tempfile
from datetime import date
from pathlib import Path

from flows.emit.invoice.documents import write_invoices
from schemas.invoices import Corrected, Invoice, Position
from schemas.programme.file import load_programme
from schemas.results import LineKind
from tests.bench.timing import INPUTS, seconds

COPIES = 10  # of each municipality of Kreis Düren
MOST_MS = 40  # a municipality


def measure() -> None:
    """XRechnung and PDF of 150 municipalities on one core, with corrections of four earlier months."""
    programme = load_programme(INPUTS / "dueren")
    months = ("2016-03", "2016-04", "2016-05", "2016-06", "2016-07")
    batch = [
        Invoice(
            programme, member, "2016-07", f"VP-2016-{number:04d}", date(2016, 8, 15), date(2016, 9, 14),
            tuple(Position(LineKind.PREMIUM, month, 100_00 + number) for month in months),
            (Corrected("VP-2016-0001", date(2016, 6, 15)),),
        )
        for number, member in enumerate([*programme.members.values()] * COPIES, start=1)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        took = seconds(lambda: write_invoices(batch, Path(folder)), runs=3) / len(batch) * 1000
    print(f"XRechnung and PDF, a municipality            {took:6.1f} ms  (at most {MOST_MS})")
