"""What the person at the keyboard reads after a run."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from flows.emit.summary import summary
from schemas.documents import RECEIVED, Run
from schemas.results import frame_schema
from tests.golden import samples
from tests.unit.test_bookings import run

FOLDER = Path("outputs/dueren/2016-08")
PROGRAMME = samples.PREMIUMS


def told(month: Run, *rest: tuple[str, ...]) -> list[str]:
    return list(summary(month, PROGRAMME, FOLDER, *(rest or ((), (), ()))))


def received(*agses: str) -> pl.DataFrame:
    rows = [{"ags": ags, "month": "2025-01", "state": "accepted"} for ags in agses]
    return pl.DataFrame(rows, schema=frame_schema(RECEIVED))


def test_one_is_told_in_the_singular_and_by_name() -> None:
    month = run(("05358008", "2025-01", "D-001", "premium", 700_10), draft=True)
    lines = told(replace(month, received=received("05358024")))
    assert lines[0] == "Entwurf: Januar 2025 · 1 Meldung übernommen, 0 zurückgestellt"
    assert lines[1] == "  Ohne übernommene Meldung für diesen Monat: Düren, Stadt (05358008)"


def test_credit_notes_are_named_and_counted_in_the_sum() -> None:
    """500.00 to be paid, 80.00 to be paid back: 420.00."""
    month = run(
        ("05358008", "2025-01", "D-001", "premium", 500_00),
        ("05358024", "2024-12", "J-001", "premium", -80_00),
    )
    lines = told(replace(month, received=received("05358008", "05358024")))
    assert lines == [
        "Freigegeben: Januar 2025 · 2 Meldungen übernommen, 0 zurückgestellt",
        "  2 Abrechnungen (davon 1 Gutschrift) über zusammen 420,00 € · Unterlagen: outputs/dueren/2016-08",
    ]


def test_what_needs_attention_has_a_line_of_its_own() -> None:
    month = run(("05358008", "2025-01", "D-001", "premium", 500_00))
    lines = told(month, ("a.xlsx", "b.xlsx"), ("2025-02",), ("2024-11", "2024-12"))
    assert "2 zurückgestellt" in lines[0]
    assert any("Korrekturmappen unter Korrekturen): a.xlsx; b.xlsx" in line for line in lines)
    assert "  Der spätere Entwurf für Februar 2025 wurde verworfen." in lines
    assert any("November 2024, Dezember 2024" in line for line in lines)
