"""Board report documents from indicators written by hand: what is marked, suppressed, and shown to whom."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from pypdf import PdfReader

from flows.emit.board_pdf import content, write_board_pdf
from schemas.indicators import INDICATORS
from schemas.programme import Programme
from schemas.report import BOARD, Report, quarter
from tests.golden.board import text_of
from tests.unit.test_premium_engine import AGS, programme

START, END = date(2015, 11, 1), date(2016, 3, 31)
RETAINED = ("6 weeks", "3 months", "6 months", "12 months")
VALUES = [
    ("placements_year_to_date", "", "", 13.0), ("placements_target", "", "", 10.38), ("placements_target_share", "", "", 1.252408),
    ("potential", "", "", None), ("savings", "", "", 1234.5), ("premiums", "", "", 0.0), ("net_effect", "", "", 1234.5),
    ("coverage", "", "", 0.8578), ("carrier_cost", "", "", 210000.0), ("break_even_month", "", "", 0.0),
    ("returns_on_time", "", "", 44.0), ("returns_expected", "", "", 45.0), ("returns_on_time_share", "", "", 0.9778),
    *(("placements_observed", "after", after, 4.0) for after in RETAINED),
    *(("placements_retained", "after", after, 3.0) for after in RETAINED),
    *(("placements_retained_share", "after", after, 0.75) for after in RETAINED),
]  # fmt: skip
OWN_MONEY = [("savings", "municipality", AGS, 777.77), ("net_effect", "municipality", AGS, 777.77)]


def report(
    values: list[tuple], audience: str = BOARD, preliminary: bool = False, terms: Programme | None = None
) -> Report:
    rows = [
        (name, dimension, category, value, str(INDICATORS[name].measure), value is None, START, END)
        for name, dimension, category, value in values
    ]
    names = ("indicator", "dimension", "category", "value", "unit", "suppressed", "period_from", "period_to")
    frame = pl.DataFrame(rows, schema=names, orient="row", strict=False)
    return Report(
        programme=terms or programme(), period=quarter("2016-Q1"), year_from=START, year_to=date(2016, 10, 31),
        year_number=1, data_state="freigegeben bis März 2016 (am 15.04.2016)", edited_on=date(2016, 4, 20),
        preliminary=preliminary, audience=audience, indicators=frame,
    )  # fmt: skip


def test_headline_figures_first_with_denominator_and_dates(tmp_path: Path) -> None:
    write_board_pdf(tmp_path / "a.pdf", report(VALUES))
    text = text_of(tmp_path / "a.pdf")
    for expected in ("13", "125,2 %", "1.234,50 €", "85,8 %", "von: Ziel bis hierher", "75,0 % (3 von 4)"):
        assert expected in text
    assert "freigegeben bis März 2016 (am 15.04.2016)" in text
    assert "20.04.2016" in text
    assert "VORLÄUFIG" not in text
    for name in INDICATORS:
        assert name not in text or name in ("premiums", "savings", "findings", "potential", "coverage", "participants")


def test_a_suppressed_figure_is_marked_and_said_in_no_sentence(tmp_path: Path) -> None:
    write_board_pdf(tmp_path / "a.pdf", report(VALUES))
    text = text_of(tmp_path / "a.pdf")
    assert "• Potenzial: Perso" in text
    assert "Im Verfahren sind" not in text
    assert "• : nicht veröffentlicht, zum Schutz kleiner Zahlen" in text


def test_preliminary_marks_every_page(tmp_path: Path) -> None:
    write_board_pdf(tmp_path / "a.pdf", report(VALUES, preliminary=True))
    assert all("VORLÄUFIG" in page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages)


@pytest.mark.parametrize(("audience", "values", "rows"), [(BOARD, VALUES, 0), (AGS, VALUES + OWN_MONEY, 1)])
def test_a_municipality_sees_its_own_money(audience: str, values: list[tuple], rows: int) -> None:
    money = content(report(values, audience))["money"]
    assert len(money["rows"]) == rows
    assert not rows or money["rows"][0] == ["Düren, Stadt", "777,77 €", "777,77 €"]


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        write_board_pdf(tmp_path / name, report(VALUES))
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
