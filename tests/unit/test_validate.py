"""All returns of an intake together, without workbooks: who rivals whom, what is read once, what is accepted when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import polars as pl
import pytest

from flows.ingest.form.cover import Cover
from flows.ingest.form.table import ReadTable
from flows.ingest.read import ReadReturn
from flows.ingest.validate import validate
from schemas.findings import finding
from schemas.intake import KNOWN_RETURNS, Intake, Known
from schemas.returns import COVER, STOCK, frame_columns
from tests.broken.forms import DUEREN, JUELICH, agh_law, nothing_known
from tests.broken.programmes import PLAIN, loaded

FIRST, CORRECTION = "Erstmeldung", "Korrektur"


def read(
    file: str,
    *,
    kind: str | None = FIRST,
    ags: str | None = DUEREN,
    month: str | None = "2016-09",
    on: date | None = date(2016, 10, 5),
    sha: str = "",
    folder: str = "eingang",
    broken: bool = False,
    persons: Iterable[int] = (),
) -> ReadReturn:
    """A return as it was read: its cover, and rows of Bestand with these numbers of persons."""
    values: dict[str, Any] = {"return_kind": kind, "ags": ags, "month": month, "reported_on": on, "programme": "probe"}
    values = {name: value for name, value in values.items() if value is not None}
    cells = {column.name: f"B{number}" for number, column in enumerate(COVER, start=4)}
    counts = list(persons)
    ages = ["unter 18", "18 bis 65", "über 65"][: len(counts)]
    table = ReadTable(
        "Bestand", {"status": "A", "age_group": "B", "persons": "C"}, list(range(5, 5 + len(counts))),
        {"status": ["Duldung"] * len(counts), "age_group": list(ages), "persons": list(counts)},
    )  # fmt: skip
    findings = [finding("C05/range", file=file, expected="…")] if broken else []
    return ReadReturn(
        file,
        f"{folder}/{file}",
        sha or f"sha of {folder}/{file}",
        Cover("Deckblatt", values, cells),
        {"stock": table},
        findings,
    )


def intake(*reads: ReadReturn, known: Known | None = None, month: str = "2016-09") -> Intake:
    return validate(list(reads), loaded(PLAIN), month, known or nothing_known(), agh_law())


def codes(result: Intake) -> dict[str, list[str]]:
    """File → codes of its findings."""
    found: dict[str, list[str]] = {}
    for file, code in result.findings.select("file", "code").iter_rows():
        found.setdefault(file, []).append(code)
    return found


def states(result: Intake) -> list[tuple[str, str]]:
    return [(entry.file, str(entry.state)) for entry in result.submissions]


def approved(*shas: tuple[str, str, str]) -> Known:
    """Known returns: municipality, month, SHA-256."""
    rows = [(ags, month, sha, f"{sha}.xlsx") for ags, month, sha in shas]
    nothing = nothing_known()
    files = {sha: file for _, _, sha, file in rows}
    return Known("2016-08", pl.DataFrame(rows, schema=KNOWN_RETURNS, orient="row"), nothing.rows, files)


def test_one_return_is_accepted() -> None:
    result = intake(read("a", persons=(3, 71)))
    assert (states(result), codes(result)) == ([("a", "accepted")], {})
    assert result.rows["stock"].select("ags", "month", "row", "persons").rows() == [
        (DUEREN, "2016-09", 5, 3),
        (DUEREN, "2016-09", 6, 71),
    ]


def test_no_returns_at_all() -> None:
    result = intake()
    assert (result.submissions, result.held_back, result.findings.height) == ([], (), 0)
    assert result.rows["stock"].schema == frame_columns(STOCK)


def test_two_first_returns_are_both_rivals_in_any_order() -> None:
    for order in permutations([read("a"), read("b"), read("c", ags=JUELICH)]):
        assert codes(intake(*order)) == {"a": ["F09"], "b": ["F09"]}


def test_a_broken_first_return_is_a_rival_all_the_same() -> None:
    assert codes(intake(read("a", broken=True), read("b"))) == {"a": ["C05", "F09"], "b": ["F09"]}


def test_a_first_return_and_its_corrections_are_no_rivals() -> None:
    result = intake(read("b", kind=CORRECTION), read("c", kind=CORRECTION), read("a"))
    assert (states(result), codes(result)) == (
        [("a", "accepted"), ("b", "accepted"), ("c", "accepted")],
        {"b": ["W13"], "c": ["W13"]},
    )


def test_two_first_returns_beside_a_correction_are_rivals_still() -> None:
    assert codes(intake(read("a"), read("b"), read("c", kind=CORRECTION))) == {"a": ["F09"], "b": ["F09"]}


def test_beside_an_approved_return_only_a_correction_is_accepted() -> None:
    known = approved((DUEREN, "2016-09", "old"))
    result = intake(read("a"), read("b", kind=CORRECTION), read("c", ags=JUELICH), known=known)
    assert codes(result) == {"a": ["F09"]}
    assert result.held_back == ("a",)


def test_a_correction_of_nothing_leaves_a_notice_once() -> None:
    assert codes(intake(read("a", kind=CORRECTION), read("b", kind=CORRECTION))) == {"a": ["F11", "W13"], "b": ["W13"]}


@pytest.mark.parametrize("unknown", ["kind", "ags", "month"])
def test_a_return_that_does_not_say_who_it_is_rivals_nobody(unknown: str) -> None:
    assert codes(intake(read("a"), read("b", **{unknown: None}))) == {}  # type: ignore[arg-type]


def test_order_of_acceptance() -> None:
    """First returns before corrections, then by date of the return, then by name; a return without date comes first."""
    reads = [
        read("d", kind=CORRECTION, on=date(2016, 10, 1)),
        read("c", on=date(2016, 10, 9)),
        read("b", ags=JUELICH, on=date(2016, 10, 9)),
        read("a", month="2016-08", on=date(2016, 10, 10)),
        read("e", month="2016-07", on=None),
    ]
    for order in list(permutations(reads))[::13]:
        assert [file for file, _ in states(intake(*order))] == ["e", "b", "c", "a", "d"]


def test_the_same_bytes_are_read_once() -> None:
    result = intake(read("b", sha="x", persons=(1,)), read("a", sha="x", persons=(1,)))
    assert (states(result), codes(result)) == ([("a", "accepted"), ("b", "duplicate")], {"b": ["F10"]})
    assert result.rows["stock"].height == 1


def test_the_very_same_path_twice() -> None:
    twice = read("a", sha="x"), read("a", sha="x")
    assert states(intake(*twice)) == [("a", "accepted"), ("a", "duplicate")]
    assert intake(*twice).findings["code"].to_list() == ["F10"]


def test_the_same_bytes_as_an_approved_return() -> None:
    result = intake(read("a", sha="old"), known=approved((DUEREN, "2016-09", "old")))
    assert (states(result), codes(result)) == ([("a", "duplicate")], {"a": ["F10"]})
    assert "(old.xlsx)" in result.findings["message"][0]


def test_the_same_bytes_as_a_return_that_was_replaced_since() -> None:
    known = replace(approved((DUEREN, "2016-09", "new")), files={"old": "old.xlsx", "new": "new.xlsx"})
    result = intake(read("a", sha="old", kind=CORRECTION), known=known)
    assert (states(result), codes(result)) == ([("a", "duplicate")], {"a": ["F10"]})
    assert "(old.xlsx)" in result.findings["message"][0]


def test_the_copy_of_a_return_that_is_held_back_is_held_back() -> None:
    result = intake(read("a", sha="x", broken=True), read("b", sha="x", broken=True))
    assert codes(result) == {"a": ["C05"], "b": ["C05"]}
    assert result.held_back == ("a", "b")


def test_files_of_one_name_in_two_folders() -> None:
    result = intake(read("a", folder="1", broken=True), read("a", folder="2", ags=JUELICH))
    assert sorted((entry.ags, str(entry.state)) for entry in result.submissions) == [
        (DUEREN, "held_back"),
        (JUELICH, "accepted"),
    ]
    assert result.findings.select("ags", "code").rows() == [(DUEREN, "C05")]


def test_findings_name_the_municipality_only_where_it_is_a_member() -> None:
    result = intake(read("a", ags="99999999", broken=True), read("b", ags=None, broken=True), read("c", broken=True))
    assert result.findings.select("file", "ags", "code").rows() == [
        ("a", "", "C05"),
        ("a", "", "F07"),
        ("b", "", "C05"),
        ("c", DUEREN, "C05"),
    ]
    assert [entry.ags for entry in result.submissions] == [None, None, DUEREN]


def test_warnings_hold_nothing_back() -> None:
    entry = read("a")
    entry.findings.append(finding("W12", file="a", case="A-100"))
    assert (states(intake(entry)), intake(entry).held_back) == ([("a", "accepted")], ())


def test_judging_twice_gives_the_same() -> None:
    """The returns that were read are not changed by being judged."""
    reads = [read("a"), read("b"), read("c", sha="sha of eingang/a"), read("d", ags="99999999")]
    once, again = intake(*reads), intake(*reads)
    assert once.findings.equals(again.findings)
    assert [len(entry.findings) for entry in reads] == [0, 0, 0, 0]


def test_layout_of_the_accepted_file() -> None:
    assert intake(read("a")).submissions[0].layout == {
        "stock": ("Bestand", {"status": "A", "age_group": "B", "persons": "C"})
    }
