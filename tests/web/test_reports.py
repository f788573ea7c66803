"""Berichte, over HTTP: a report is written as a job and read with what its figures mean; the board sees its own alone."""

import re
from pathlib import Path

import polars as pl
import pytest

from tests.command import call
from tests.web.http import Office, Visitor
from tests.web.settled import Settled, work_ended

MONTH = "2024-12"
LIST = "/mittelsachsen/berichte"


@pytest.fixture(scope="module")
def office(approved: Settled, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A county with one approved month."""
    found = approved.copy(tmp_path_factory.mktemp("berichte"))
    return Office(found.inputs, found.outputs)


@pytest.fixture
def eva(office: Office) -> Visitor:
    return office.visitor("eva")


def written(visitor: Visitor, **fields: str) -> str:
    """The list once the report is there."""
    answer = visitor.submit(LIST, **fields)
    assert answer.status_code == 303, answer.text
    work_ended(visitor.app, "berichte")
    return visitor.get(LIST).text


def test_a_report_written_here_is_the_one_that_the_command_writes(office: Office, eva: Visitor, tmp_path: Path) -> None:
    page = written(eva, zeitraum="31.12.2024", empfaenger="beirat")
    assert "Stichtag 31.12.2024 ist geschrieben." in page
    folder = office.outputs / "mittelsachsen/2024-12-31"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(before) == ["Projektbeirat-2024-12-31.pdf", "Projektbeirat-2024-12-31.xlsx", "indicators.parquet"]
    where = ("--inputs", office.inputs, "--outputs", office.outputs)
    assert call("report", "--as-of", "31.12.2024", "--direct", *where).code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    saved = eva.get(f"{LIST}/2024-12-31/Projektbeirat-2024-12-31.pdf")
    assert saved.content == before["Projektbeirat-2024-12-31.pdf"]
    assert saved.headers["content-disposition"].startswith("attachment")


def test_its_page_shows_the_published_figures_with_meaning_chart_and_table(office: Office, eva: Visitor) -> None:
    written(eva, zeitraum="31.12.2024", empfaenger="beirat")
    page = eva.get(f"{LIST}/2024-12-31").text
    rows = pl.read_parquet(office.outputs / "mittelsachsen/2024-12-31/indicators.parquet")
    places = rows.filter(pl.col("indicator") == "agh_positions", pl.col("dimension") == "").row(0, named=True)
    assert re.search(rf"<dt>Besetzte AGH-Plätze</dt><dd>{places['value']:.0f}</dd>", page)
    assert "Arbeitsgelegenheiten, die am Stichtag besetzt sind." in page  # the meaning
    drawn = re.findall(r'<svg class="wide" [^>]*role="img" aria-label="([^"]+)"', page)
    assert any(text.startswith("Besetzte Plätze nach Trägerart. Balkendiagramm.") for text in drawn)
    assert page.count("<figure") == len(drawn) == page.count("als Tabelle")
    assert "freigegeben bis Dezember 2024 (am 15.01.2025)" in page
    assert "Prüfsiegel" in page


def test_the_board_reads_its_own_reports_and_nothing_else(office: Office, eva: Visitor) -> None:
    written(eva, zeitraum="31.12.2024", empfaenger="beirat")
    written(eva, zeitraum="31.12.2024", empfaenger="kreis")
    assert "2024-12-31-kreis" in eva.get(LIST).text
    bea = office.visitor("bea")
    assert "/mittelsachsen/berichte/2024-12-31" in bea.get("/").text
    trail = re.findall(
        r'<li><a href="([^"]+)">(Berichte[^<]*)</a>', bea.get(f"{LIST}/2024-12-31").text.partition('class="trail"')[2]
    )
    assert trail == [("/", "Berichte"), (LIST, "Berichte Landkreis Mittelsachsen")]
    page = bea.get(LIST).text
    assert "Stichtag 31.12.2024" in page
    assert "-kreis" not in page and "Bericht schreiben" not in page and "Kalkulation" not in page
    assert bea.get(f"{LIST}/2024-12-31").status_code == 200
    for path in (
        f"{LIST}/2024-12-31-kreis",
        f"{LIST}/2024-12-31-kreis/indicators-kreis.parquet",
        f"/mittelsachsen/{MONTH}",
    ):
        assert bea.get(path).status_code == 404, path
    assert bea.submit(LIST, zeitraum="31.12.2024").status_code == 404


@pytest.mark.parametrize(
    ("zeitraum", "empfaenger", "said"),
    [
        ("neulich", "beirat", "ist kein Quartal"),
        ("2024-Q4", "niemand", "ist kein Empfänger"),
        ("01.01.2999", "beirat", "liegt in der Zukunft"),
        ("2024-Q3", "beirat", "liegt außerhalb des Programms"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said_beside_what_was_typed(
    eva: Visitor, zeitraum: str, empfaenger: str, said: str
) -> None:
    answer = eva.submit(LIST, zeitraum=zeitraum, empfaenger=empfaenger)
    assert answer.status_code == 409
    assert re.search(rf'role="alert".*{said}', answer.text, re.DOTALL)
    assert f'value="{zeitraum}"' in answer.text


@pytest.mark.parametrize(
    "path", ["nichts", "2024-12", "..%2f2024-12", "2024-12-31/ledger.db", "2024-12-31/..%2f..%2fledger.db"]
)
def test_no_other_file_is_reached(eva: Visitor, path: str) -> None:
    assert eva.get(f"{LIST}/{path}").status_code == 404
