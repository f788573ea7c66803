"""A budget for each file: what it can make the reader do grows with its size, and is ended where it takes too much."""

import os
import sys
from pathlib import Path

import pytest

from flows.ingest.apart import Ended, apart
from schemas.refusal import Refusal
from tests.broken.budget import PATIENTLY, measured
from tests.broken.encrypted import locked
from tests.broken.forms import Form, Found, faultless, found, messages, missing_words, taken_in
from tests.broken.hostile import HOSTILE
from tests.command import PATIENCE

# Those that took minutes or gigabytes before, and take seconds now; all of them: `python -m tests.broken.budget`.
SAMPLE = {
    "repeated_cells": [],
    "repeated_cells_on_many_sheets": ["F03"],
    "error_cells": ["C02", "C04", "R10"],
    "one_key": ["F03"],
    "endless_tag": [],
}


@pytest.mark.parametrize("name", SAMPLE)
def test_no_small_file_takes_long_or_much(name: str) -> None:
    """Processor time as a multiple of what a faultless return takes; it is some third of the most that it may be."""
    figures = measured(name, PATIENTLY)
    assert figures.codes == SAMPLE[name]
    assert figures.is_in_proportion, figures


def test_a_file_that_takes_too_much_is_f03_with_a_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: object) -> None:
        raise Ended

    monkeypatch.setattr("flows.ingest.read.apart", ended)
    intake = taken_in(HOSTILE["breaks_in_an_attribute"](), faultless())
    assert found(intake, "meldung.ods") == [Found("F03", "error", "", "", "")]
    words = [
        "zu aufwendig",
        "7 Sekunden Rechenzeit",
        "1 GiB Arbeitsspeicher",
        "leeres Meldeformular",
        "noch einmal senden",
    ]
    assert not missing_words(messages(intake, "F03"), words)
    assert found(intake, "meldung.xlsx") == []


def test_more_places_than_anybody_mends_are_f03_alone() -> None:
    intake = taken_in(HOSTILE["countless_error_cells"]())
    assert found(intake) == [Found("F03", "error", "", "", "")]
    assert not missing_words(messages(intake, "F03"), ["mehr als 5.000 Stellen", "nicht einzeln", "noch einmal senden"])
    assert len(intake.held_back) == 1


def test_a_doubled_key_names_some_of_its_rows_and_counts_the_others() -> None:
    from tests.broken.forms import EMPLOYED, form

    intake = taken_in(form({"benefits": [EMPLOYED] * 30}))
    assert (
        "(Zeilen 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24 und 10 weitere)"
        in messages(intake, "R01")
    )


@pytest.mark.parametrize("written", [b'spinCount= "99999"', b'spinCount ="99999"', b"spinCount ='99999'"])
def test_rounds_of_hashing_are_counted_however_they_are_written(
    written: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stated length of the part must not change, so the test lowers the bar."""
    monkeypatch.setattr("flows.ingest.spreadsheet.decrypt.MOST_ROUNDS", 99_998)
    sent = locked(faultless(), "geheim")
    asked = sent._replace(content=sent.content.replace(b'spinCount="100000"', written))
    assert asked != sent
    assert found(taken_in(asked)) == [Found("F01", "error", "", "", "")]


def test_sheets_of_an_old_workbook_that_share_their_records_are_f01() -> None:
    assert found(taken_in(HOSTILE["sheets_in_one_place"]())) == [Found("F01", "error", "", "", "")]


def test_a_merged_range_over_repeated_rows_covers_its_own_rows_only() -> None:
    """A repeated row of an .ods is held once; what a range covers in one of them stays in the others."""
    from flows.ingest.spreadsheet.workbook import open_workbook
    from schemas.programme.parties import Limits
    from tests.broken.containers import Grid
    from tests.broken.containers_ods import ods

    book = Form("m.ods", ods({"x": Grid({(1, 1): 1.0, (1, 2): 2.0})}))
    row = b"<table:table-row>"
    merged = book.part(
        "content.xml",
        lambda xml: xml.replace(row, b'<table:table-row table:number-rows-repeated="3">', 1).replace(
            b"<table:table-cell ",
            b'<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2" ',
            1,
        ),
    )
    (sheet,) = open_workbook(merged.content, Limits()).sheets
    assert sheet.rows == [[1.0, None], [None, None], [1.0, 2.0]]


def _took(size: int) -> int:
    return len(bytearray(size))


def _loops() -> None:
    while True:
        pass


def _ends() -> None:
    os._exit(3)


def _refuses() -> None:
    raise Refusal("returns-missing", folder=Path("x"))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process apart imports what it works with, which a busy machine may take its time for."""
    monkeypatch.setattr("flows.ingest.apart.MOST_WAITING", PATIENCE)


@pytest.mark.usefixtures("patient")
def test_work_apart_answers_raises_or_is_ended() -> None:
    assert apart(_took, 10) == 10
    with pytest.raises(Refusal):
        apart(_refuses)
    with pytest.raises(Ended):
        apart(_ends)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell what memory is in use")
@pytest.mark.usefixtures("patient")
def test_work_apart_is_ended_when_it_takes_too_much_memory() -> None:
    assert apart(_took, 2**28) == 2**28
    with pytest.raises(Ended):
        apart(_took, 2**30)


@pytest.mark.skipif(sys.platform == "win32", reason="the system counts no processor time for a limit")
@pytest.mark.usefixtures("patient")
def test_work_apart_is_ended_when_it_takes_too_long() -> None:
    with pytest.raises(Ended):
        apart(_loops, seconds=1)
