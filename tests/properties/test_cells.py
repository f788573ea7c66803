"""Whatever a cell holds, it becomes the right value or a finding, never an exception, never another number.

The cells are written into real workbooks and read back. What they should become is worked out here anew:
`readings` tries every way to take a text for a number that the contract allows, and asks for exactly one.
"""

import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook as Writer
from xlsxwriter.worksheet import Worksheet

from flows.ingest.form.table import read_table
from flows.ingest.spreadsheet.workbook import open_workbook
from schemas.programme.parties import Limits
from schemas.returns import STATUSES, Column, Table
from tests.broken.containers import Cells, Error, Formula, Grid, Percent
from tests.broken.containers_ods import ods
from tests.broken.containers_xls import xls
from tests.broken.containers_xlsb import xlsb
from tests.examples import examples

COLUMNS = (
    Column("key", "Nummer", "key"),
    Column("money", "Betrag", "money", required=False),
    Column("hours", "Stunden", "hours", required=False),
    Column("integer", "Anzahl", "integer", required=False),
    Column("day", "Tag", "date", required=False),
    Column("status", "Status", "list", required=False, values=STATUSES),
    Column("case_id", "Fallnummer", "case", required=False),
    Column("text", "Text", "text", required=False),
)
PROBE = Table("probe", "Probe", ("key",), COLUMNS)
JUDGED = [column.name for column in COLUMNS[1:]]
LIMIT, CENT, NOISE = Decimal(10_000_000), Decimal("0.01"), Decimal("1e-9")
OTHERS = {"ods": ods, "xlsb": xlsb, "xls": xls}
BLANKS = " \t\r\n\u00a0\u202f\u00ad\u200b\u200e\u200f\u2060\ufeff"


@dataclass(frozen=True)
class Cell:
    """What is written: a value, how it is formatted, and whether a formula stands behind it."""

    value: Any
    look: str = "General"
    formula: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a cell: a value, or the code of its finding."""

    value: object
    code: str


# Writing and reading


def outcomes(cells: list[Cell], kind: str = "xlsx") -> list[dict[str, Outcome]]:
    """Every cell written under every heading of the probe, and what was read there."""
    content = as_xlsx(cells) if kind == "xlsx" else OTHERS[kind]({"Probe": Grid(_placed(cells))})
    read, findings = read_table(open_workbook(content, Limits()).sheets[0], PROBE, f"probe.{kind}")
    assert read is not None
    assert read.rows == list(range(2, len(cells) + 2))
    codes = {entry.cell: entry.code for entry in findings if entry.severity == "error"}
    return [
        {name: Outcome(read.values[name][index], codes.get(read.cell(name, index + 2), "")) for name in JUDGED}
        for index in range(len(cells))
    ]


def as_xlsx(cells: list[Cell]) -> bytes:
    saved = io.BytesIO()
    with Writer(saved, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Probe")
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, column.heading)
        looks = {look: book.add_format({"num_format": look}) for look in {cell.look for cell in cells}}
        for row, cell in enumerate(cells, start=1):
            sheet.write_string(row, 0, f"N{row}")
            for place in range(1, len(COLUMNS)):
                _write(sheet, row, place, cell, looks[cell.look])
    return saved.getvalue()


def _write(sheet: Worksheet, row: int, place: int, cell: Cell, look: Any) -> None:
    if cell.formula:
        sheet.write_formula(row, place, "=A1", look, "" if cell.value is None else cell.value)
    elif isinstance(cell.value, bool):
        sheet.write_boolean(row, place, cell.value, look)
    elif isinstance(cell.value, date):
        sheet.write_datetime(row, place, cell.value, look)
    elif isinstance(cell.value, float):
        sheet.write_number(row, place, cell.value, look)
    else:
        sheet.write_string(row, place, cell.value, look)


def _placed(cells: list[Cell]) -> Cells:
    """The same cells as the other formats are written."""
    headings: Cells = {(1, place): column.heading for place, column in enumerate(COLUMNS, start=1)}
    keys: Cells = {(row, 1): f"N{row}" for row in range(2, len(cells) + 2)}
    values = {
        (row, place): _stored(cell) for row, cell in enumerate(cells, start=2) for place in range(2, len(COLUMNS) + 1)
    }
    return headings | keys | values


def _stored(cell: Cell) -> object:
    if cell.formula:
        return Error(cell.value) if str(cell.value).startswith("#") else Formula(cell.value)
    return Percent(cell.value) if cell.look == "0.00%" else cell.value


def is_writable(text: str) -> bool:
    """Whether XML can hold the text as it is: not without the escapes that only Excel has."""
    return all(char >= " " or char in "\t\n" for char in text)


def hides_an_error(cell: Cell) -> bool:
    """Whether only blanks part a formula's text from an error: .ods drops them, and what is shown is the error."""
    text = str(cell.value)
    return cell.formula and text.strip(BLANKS).startswith("#") and not text.startswith("#")


# What should become of a text


def readings(text: str) -> set[Decimal]:
    """Every number that a text without unit can mean in one of the accepted notations."""
    sign, digits = ("-", text[1:].strip(" ")) if text[:1] in ("-", "−") else ("", text)
    digits = digits.replace("’", "'")
    found = set()
    for grouping, points in (("", ".,"), (".", ","), (",", "."), (" ", ".,"), ("'", ".,")):
        for point in points:
            whole, mark, rest = digits.partition(point)
            if mark and not _digits(rest):
                continue
            groups = whole.split(grouping) if grouping else [whole]
            if not all(map(_digits, groups)) or (grouping and not _grouped(groups)):
                continue
            found.add(Decimal(f"{sign}{''.join(groups)}.{rest or 0}"))
    return found


def _digits(text: str) -> bool:
    return text != "" and set(text) <= set("0123456789")


def _grouped(groups: list[str]) -> bool:
    """Thousands: more than one group, three digits each but in the first, which does not begin with a zero."""
    return (
        len(groups) > 1 and len(groups[0]) <= 3 and groups[0][0] != "0" and {len(group) for group in groups[1:]} == {3}
    )


def without_unit(text: str, units: tuple[str, ...], before: tuple[str, ...] = ()) -> str:
    folded = text.lower()
    for unit in units:
        if folded.endswith(unit):
            return text[: -len(unit)].strip(" ")
    for unit in before:
        if folded.startswith(unit):
            return text[len(unit) :].strip(" ")
    return text


def check_number_in_text(text: str, outcome: Outcome, scale: int, exact: str) -> None:
    """One reading: that number or a reason why not; several or none: C02."""
    found = readings(text)
    if len(found) != 1:
        assert outcome == Outcome(None, "C02")
        return
    number = found.pop()
    scaled = number * scale
    if 0 <= number < LIMIT and scaled == scaled.to_integral_value():
        assert outcome == Outcome(int(scaled), "")
    else:
        assert outcome.value is None
        assert outcome.code in {"C05", exact}
        assert number >= LIMIT or number < 0 or outcome.code == exact


def check_text(text: str, row: dict[str, Outcome]) -> None:
    written = text.strip(BLANKS).replace("\u00a0", " ").replace("\u202f", " ")
    if all(char.isspace() or unicodedata.category(char) in ("Cc", "Cf") for char in text):  # nothing to be seen
        assert all(outcome == Outcome(None, "") for outcome in row.values())
        return
    check_number_in_text(without_unit(written, ("€", "eur"), ("€", "eur")), row["money"], 100, "C06")
    check_number_in_text(without_unit(written, ("std.", "stunden", "h")), row["hours"], 100, "C05")
    check_number_in_text(written, row["integer"], 1, "C02")
    check_date_in_text(written, row["day"])
    known = {entry.casefold(): entry for entry in STATUSES}
    plain = " ".join(written.split()).casefold()
    if plain in known:
        assert row["status"] == Outcome(known[plain], "")
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9./-]{2,19}", written):
        assert row["case_id"] == Outcome(written.upper(), "")
    elif text.isascii() and text.isprintable():
        assert row["case_id"] == Outcome(None, "C05")
    assert row["text"].code == ""


def check_date_in_text(written: str, outcome: Outcome) -> None:
    meant = None
    for pattern, order in ((r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})", "dmy"), (r"(\d{4})-(\d{2})-(\d{2})", "ymd")):
        if match := re.fullmatch(pattern, written, re.ASCII):
            named = dict(zip(order, map(int, match.groups()), strict=True))
            year = named["y"] + 2000 if len(match[order.index("y") + 1]) == 2 else named["y"]
            try:
                meant = date(year, named["m"], named["d"])
            except ValueError:
                meant = None
    is_day = meant is not None and 1990 <= meant.year <= 2100
    assert outcome == (Outcome(meant, "") if is_day else Outcome(None, "C03"))


# What should become of other cells


def check_number(number: float, look: str, row: dict[str, Outcome]) -> None:
    written = Decimal(f"{number:.16G}")
    if look == "0.00%":
        assert {row[name] for name in ("money", "hours", "integer")} == {Outcome(None, "C02")}
        assert row["day"] == Outcome(None, "C03")
        assert row["case_id"] == Outcome(None, "C05")
        return
    for name, scale, exact in (("money", 100, "C06"), ("hours", 100, "C05"), ("integer", 1, "C02")):
        outcome = row[name]
        if outcome.code == "":
            assert isinstance(outcome.value, int)
            assert abs(written - Decimal(outcome.value) / scale) <= (NOISE if scale == 100 else 0)
            assert 0 <= outcome.value < LIMIT * scale
        else:
            fits = 0 <= written < LIMIT and (written * scale) == (written * scale).to_integral_value()
            assert outcome.value is None
            assert outcome.code in {"C05", exact}
            assert not fits
    check_serial(written, row["day"])
    whole = written == written.to_integral_value() and written >= 0
    assert row["case_id"] == (
        Outcome(f"{written:f}", "") if whole and 100 <= written < 10**15 else Outcome(None, "C05")
    )
    assert row["status"] == Outcome(None, "C04")


def check_serial(number: Decimal, outcome: Outcome) -> None:
    day = date(1899, 12, 30) + timedelta(days=int(number)) if 0 <= number < 10**6 else None
    inside = day is not None and date(1990, 1, 1) <= day <= date(2100, 12, 31)
    assert outcome == (Outcome(day, "") if inside else Outcome(None, "C03"))


def check_date(day: date, row: dict[str, Outcome]) -> None:
    assert row["day"] == Outcome(day, "")
    assert {row[name] for name in ("money", "hours", "integer")} == {Outcome(None, "C02")}
    assert (row["status"].code, row["case_id"].code) == ("C04", "C05")
    assert row["text"] == Outcome(f"{day:%d.%m.%Y}", "")


def check_boolean(row: dict[str, Outcome]) -> None:
    codes = {name: outcome.code for name, outcome in row.items() if name != "text"}
    assert codes == {"money": "C02", "hours": "C02", "integer": "C02", "day": "C03", "status": "C04", "case_id": "C05"}


def check(cell: Cell, row: dict[str, Outcome]) -> None:
    """The one rule for every cell: its value, or a finding and no value."""
    assert all(outcome.value is None for outcome in row.values() if outcome.code)
    if (isinstance(cell.value, str) and cell.formula and cell.value.startswith("#")) or cell.value is None:
        assert {outcome.code for outcome in row.values()} == {"C07"}
    elif isinstance(cell.value, bool):
        check_boolean(row)
    elif isinstance(cell.value, date):
        check_date(cell.value, row)
    elif isinstance(cell.value, float):
        check_number(cell.value, cell.look, row)
    else:
        check_text(cell.value, row)


# Cells

NUMBER_LIKE = st.text("0123456789.,' -€\u00a0\u202f’", max_size=12)
NOTATIONS = st.from_regex(
    r"-?[0-9]{1,3}([., '’\u00a0]?[0-9]{3}){0,3}([.,][0-9]{1,4})?( ?(€|EUR|eur|Std\.|Stunden|h|%|Euro|Tage))?",
    fullmatch=True,
)
DATE_LIKE = st.from_regex(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", fullmatch=True)
CASE_LIKE = st.from_regex(r"[A-Za-z0-9ÄÖÜß./-]{1,22}", fullmatch=True)
WORDS = st.sampled_from([*STATUSES, "duldung", "ja", "#REF!", "#N/A", "=1+1", "Summe", "WAHR", "1e5", "٣", "１", "½"])
ANYTHING = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), min_size=1, max_size=20)
AROUND = st.sampled_from(["", "", "", " ", "\u00a0", "\ufeff", "\u200b", "\t"])
TEXTS = st.builds(
    lambda before, text, after: before + text + after,
    AROUND, st.one_of(NOTATIONS, NUMBER_LIKE, DATE_LIKE, CASE_LIKE, WORDS, ANYTHING), AROUND,
).filter(lambda text: text != "" and "_x" not in text)  # fmt: skip
AMOUNTS = st.integers(-10_00, 10_000_001_00).map(lambda cents: cents / 100)
NUMBERS = st.one_of(
    AMOUNTS,
    st.integers(0, 80_000).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    st.builds(lambda amount, noise: amount + noise, AMOUNTS, st.sampled_from([1e-10, -1e-10, 1e-8, 0.001, 0.005])),
)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
CELLS = st.one_of(
    st.builds(Cell, TEXTS),
    st.builds(Cell, NUMBERS),
    st.builds(Cell, NUMBERS.filter(lambda number: number != 0), st.just("0.00%")),
    st.builds(Cell, DAYS, st.just("dd.mm.yyyy")),
    st.builds(Cell, st.booleans()),
    st.builds(
        Cell,
        st.sampled_from(["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"]),
        formula=st.just(True),
    ),
    st.builds(Cell, st.none(), formula=st.just(True)),
    st.builds(Cell, NUMBERS, formula=st.just(True)),
    st.builds(Cell, TEXTS.filter(lambda text: not text.startswith("#") and text.isprintable()), formula=st.just(True)),
)


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=30))
@example([Cell("1.234"), Cell("1,234"), Cell("0.234"), Cell("1.234,5"), Cell("1 234.5"), Cell("1'234")])
@example(
    [Cell(1.005), Cell(0.1 + 0.2), Cell(9999999.99), Cell(1e7), Cell(-0.0), Cell(42430.0), Cell(32874.0), Cell(73416.0)]
)
def test_a_cell_becomes_its_value_or_a_finding(cells: list[Cell]) -> None:
    for cell, row in zip(cells, outcomes(cells), strict=True):
        check(cell, row)


@pytest.mark.parametrize("kind", OTHERS)
@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(
        CELLS.filter(lambda cell: cell.value is not None and is_writable(str(cell.value)) and not hides_an_error(cell)),
        min_size=1,
        max_size=20,
    )
)
def test_a_cell_of_another_format_becomes_its_value_or_a_finding(kind: str, cells: list[Cell]) -> None:
    for cell, row in zip(cells, outcomes(cells, kind), strict=True):
        check(cell, row)


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.one_of(NOTATIONS, NUMBER_LIKE), min_size=1, max_size=60))
def test_no_text_becomes_a_number_that_it_does_not_say(texts: list[str]) -> None:
    cells = [Cell(text) for text in texts if text]
    for cell, row in zip(cells, outcomes(cells), strict=True):
        check_text(cell.value, row)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.lists(st.integers(0, 9_999_999_99), min_size=1, max_size=20),
    st.sampled_from(["", ".", ",", " ", "'"]),
    st.sampled_from([" €", "€", " EUR", ""]),
)
def test_every_amount_can_be_written_in_every_notation(amounts: list[int], grouping: str, unit: str) -> None:
    point = "." if grouping == "," else ","
    texts = [f"{cents // 100:,}".replace(",", grouping) + f"{point}{cents % 100:02d}{unit}" for cents in amounts]
    read = [row["money"] for row in outcomes([Cell(text) for text in texts])]
    assert read == [Outcome(cents, "") for cents in amounts]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1.234", {"1234", "1.234"}), ("1,234", {"1234", "1.234"}), ("0,234", {"0.234"}), ("1.234,5", {"1234.5"}), ("1 234", {"1234"}), ("12 34", set()), ("", set())],
)  # fmt: skip
def test_the_oracle_itself(text: str, numbers: set[str]) -> None:
    assert readings(text) == set(map(Decimal, numbers))


def test_the_oracle_can_fail() -> None:
    wrong: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
        (check_number_in_text, ("1.234", Outcome(1234_00, ""), 100, "C06")),
        (check_number_in_text, ("354,00", Outcome(35400_00, ""), 100, "C06")),
        (check_number_in_text, ("viel", Outcome(None, ""), 100, "C06")),
        (check_date_in_text, ("01.03.2016", Outcome(date(2016, 1, 3), ""))),
        (check_serial, (Decimal(42430), Outcome(date(2016, 3, 2), ""))),
    ]
    for function, arguments in wrong:
        with pytest.raises(AssertionError):
            function(*arguments)


def test_a_time_of_day_is_dropped() -> None:
    [row] = outcomes([Cell(datetime(2016, 3, 1, 23, 59), "dd.mm.yyyy hh:mm")])
    assert row["day"] == Outcome(date(2016, 3, 1), "")
