"""One cell → a value or a problem: every form that the contract names, on both sides of every border."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from flows.ingest.form.cells import parse
from flows.ingest.form.values import shown
from flows.ingest.spreadsheet.anomalies import EPOCH_1904, Oddity
from schemas.returns import BENEFITS, CASE_PATTERN, COVER, NEEDS, OPPORTUNITIES, PLACEMENTS, Column
from schemas.spelling import folded

MONEY = BENEFITS.column("paid_cents")
HOURS = OPPORTUNITIES.column("hours_hundredths")
WEEKLY = PLACEMENTS.column("weekly_hours_hundredths")
INTEGER = NEEDS.column("places_reported")
STAGE = BENEFITS.column("need_stage")
DATE = PLACEMENTS.column("begin")
STATUS = BENEFITS.column("status")
YES_NO = PLACEMENTS.column("insured")
CASE = BENEFITS.column("case_id")
KEY = OPPORTUNITIES.column("position_id")
TEXT = PLACEMENTS.column("employer")
MONTH = next(column for column in COVER if column.name == "month")
AGS = next(column for column in COVER if column.name == "ags")


def value(cell: Any, column: Column) -> object:
    parsed = parse(cell, column)
    assert not parsed.problem, parsed
    return parsed.value


def problem(cell: Any, column: Column) -> str:
    parsed = parse(cell, column)
    assert parsed.problem, f"{cell!r} wurde als {parsed.value!r} gelesen"
    assert parsed.value is None
    return parsed.problem


# Numbers

MONEY_TEXTS = {
    "354": 354_00,
    "354,00": 354_00,
    "354.00": 354_00,
    "354,5": 354_50,
    "0,05": 5,
    "354,00 €": 354_00,
    "354,00€": 354_00,
    "€ 354,00": 354_00,
    "354 EUR": 354_00,
    "354 eur": 354_00,
    " 354\u00a0€ ": 354_00,
    "1234,56": 1234_56,
    "1234.56": 1234_56,
    "1.234,56": 1234_56,
    "1,234.56": 1234_56,
    "1 234,56": 1234_56,
    "1\u00a0234,56": 1234_56,
    "1\u202f234,56": 1234_56,
    "1'234.56": 1234_56,
    "1’234,56": 1234_56,
    "1.234.567": 1234567_00,
    "1,234,567.8": 1234567_80,
    "1 234": 1234_00,
    "1'234": 1234_00,
    "9.999.999,99": 9999999_99,
    "0,000": 0,
    "0.100": 10,
    "000": 0,
    "\ufeff354,00\u200b": 354_00,
}


@pytest.mark.parametrize("text", MONEY_TEXTS)
def test_money_in_text(text: str) -> None:
    assert value(text, MONEY) == MONEY_TEXTS[text]


NO_NUMBERS = (
    "viel", "12 Euro", "354,-", "354,--", "1.23.456", "1.2345,00", "12 34", "1,23,456", "1.234,567.8", "1'234 567", "0 123", "0.123.456", "01'234",
    "1e3", "0x10", "½", "12²", "٣٥٤", "１２", "50 %", "50%", "8:30", "#REF!", "354 Std.", "354 h", "354 €€", "€ 354 €",
    "EUR", "-", ",5", "5,", "1\n234", "3\u200b54", "3\u202e54", "+5", "--5", "5-", "(5)", "354 EUR brutto", "WAHR", "=5",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_anything_else_is_no_number(text: str) -> None:
    assert problem(text, MONEY) == "C02"


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("1.234", "1234", "1,234"),
        ("1,234", "1234", "1,234"),
        ("12.345", "12345", "12,345"),
        ("999,000 €", "999000", "999,000"),
        ("-1.234", "-1234", "-1,234"),
    ],
)
def test_ambiguous_numbers_show_both_readings(text: str, first: str, second: str) -> None:
    parsed = parse(text, MONEY)
    assert (parsed.problem, dict(parsed.words)) == ("C02/ambiguous", {"first": first, "second": second})


def test_ambiguous_holds_for_hours_and_integers_too() -> None:
    assert problem("1.500", HOURS) == problem("1.500", INTEGER) == "C02/ambiguous"


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        (354.0, 354_00),
        (0.1, 10),
        (1.1, 1_10),
        (19.99, 19_99),
        (0.29, 29),
        (4.35, 4_35),
        (9999999.99, 9999999_99),
        (0.0, 0),
    ],
)
def test_numeric_money(cell: float, cents: int) -> None:
    assert value(cell, MONEY) == cents


def test_binary_noise_is_the_cent_and_more_is_an_error() -> None:
    assert value(0.1 + 0.2, MONEY) == 30
    assert value(1.005e2 - 1e-12, MONEY) == 100_50
    assert value(354.000000001, MONEY) == 354_00
    assert problem(354.0000000011, MONEY) == "C06"
    assert problem(354.005, MONEY) == "C06"
    assert problem("354,0000000001", MONEY) == "C06"  # noise comes from numbers, not from typing


def test_money_with_more_than_two_decimals_in_text() -> None:
    assert problem("0,123", MONEY) == problem("1234,567", MONEY) == problem("1.234,567", MONEY) == "C06"


@pytest.mark.parametrize("cell", [-0.01, "-1,00", "−5", "- 5 €"])
def test_negative_money_is_out_of_range(cell: object) -> None:
    assert problem(cell, MONEY) == "C05/range"


@pytest.mark.parametrize("cell", [10_000_000.0, "10.000.000", 1e300, float("inf"), "9" * 400])
def test_ten_million_is_out_of_range(cell: object) -> None:
    assert problem(cell, MONEY) == "C05/range"


def test_not_a_number_is_none() -> None:
    assert problem(float("nan"), MONEY) == problem(float("nan"), INTEGER) == "C02"
    assert problem(float("nan"), DATE) == "C03"
    assert problem(float("nan"), CASE) == "C05/case"


HOUR_TEXTS = {
    "80": 80_00,
    "80 Std.": 80_00,
    "80 std.": 80_00,
    "80 Stunden": 80_00,
    "80h": 80_00,
    "12,25 h": 12_25,
    "7.5": 7_50,
}


@pytest.mark.parametrize("text", HOUR_TEXTS)
def test_hours_in_text(text: str) -> None:
    assert value(text, HOURS) == HOUR_TEXTS[text]


def test_hours() -> None:
    assert value(12.25, HOURS) == 12_25
    assert value(0.0, HOURS) == 0
    assert problem(12.255, HOURS) == problem("0,125", HOURS) == problem("1234,567 h", HOURS) == "C05/hours"
    assert problem("80 €", HOURS) == problem("80 Tage", HOURS) == "C02"
    assert problem(-1.0, HOURS) == "C05/range"


def test_weekly_hours_lie_above_0_and_up_to_60() -> None:
    assert value(60.0, WEEKLY) == 60_00
    assert value("0,01", WEEKLY) == 1
    assert problem(0.0, WEEKLY) == problem(60.01, WEEKLY) == "C05/range"


def test_integers() -> None:
    assert value(3.0, INTEGER) == value("3", INTEGER) == value(" 3 ", INTEGER) == 3
    assert value("1 234", INTEGER) == 1234
    assert value("1.234.567", INTEGER) == 1234567
    assert problem(1.5, INTEGER) == problem("1,5", INTEGER) == "C02/whole"
    assert problem("3 h", INTEGER) == problem("3 €", INTEGER) == "C02"
    assert problem(-1.0, INTEGER) == problem(1e7, INTEGER) == "C05/range"
    assert value(1.0, STAGE) == 1
    assert value(6.0, STAGE) == 6
    assert problem(0.0, STAGE) == problem(7.0, STAGE) == "C05/range"


@pytest.mark.parametrize(
    ("cell", "format"),
    [
        (Oddity("percent", 0.5), "Prozentwert"),
        (datetime(2016, 3, 1), "Datum"),
        (date(2016, 3, 1), "Datum"),
        (time(8, 30), "Uhrzeit"),
        (timedelta(hours=80), "Uhrzeit"),
    ],
)
@pytest.mark.parametrize("column", [MONEY, INTEGER], ids=lambda column: column.name)
def test_percent_date_and_time_formats_are_no_numbers(cell: object, format: str, column: Column) -> None:
    parsed = parse(cell, column)  # type: ignore[arg-type]
    assert (parsed.problem, parsed.words["format"]) == ("C02/format", format)


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("80:30", "80,5"),
        (" 8:20 ", "8,33"),
        ("0:06:00", "0,1"),
        (timedelta(hours=80, minutes=30), "80,5"),
        (time(8, 30), "8,5"),
        (datetime(1900, 1, 2, 8, 30), "80,5"),  # 3.354… days: 72 and 8.5 hours
    ],
)
def test_a_time_in_hours_is_told_as_a_number(cell: Any, hours: str) -> None:
    parsed = parse(cell, HOURS)
    assert (parsed.problem, parsed.words["hours"]) == ("C02/time", hours)


@pytest.mark.parametrize("cell", ["31.12.1989", "01.01.2101", date(1899, 12, 30), datetime(1905, 7, 7), date(2101, 1, 1), "1905-07-07"])  # fmt: skip
def test_days_of_other_centuries_are_no_dates_however_they_are_stored(cell: Any) -> None:
    assert problem(cell, DATE) == "C03/range"


@pytest.mark.parametrize("cell", [0.0, 2015.0, 32873.0, 73416.0])  # the days 31.12.1989 and 01.01.2101 are the last two
def test_bare_numbers_of_other_centuries_are_no_dates(cell: float) -> None:
    assert problem(cell, DATE) == "C03"


def test_the_first_and_the_last_day_are_dates() -> None:
    assert value("01.01.1990", DATE) == value(32874.0, DATE) == date(1990, 1, 1)
    assert value(date(2100, 12, 31), DATE) == value(73415.0, DATE) == date(2100, 12, 31)


def test_a_boolean_is_no_number() -> None:
    assert problem(True, MONEY) == problem(False, INTEGER) == problem(True, HOURS) == "C02"


# Dates and months


@pytest.mark.parametrize(
    "cell",
    [
        "01.03.2016",
        "1.3.2016",
        "1.3.16",
        "01.03.16",
        "2016-03-01",
        " 01.03.2016 ",
        datetime(2016, 3, 1, 23, 59),
        date(2016, 3, 1),
        42430.0,
        42430.75,
    ],
)
def test_dates(cell: object) -> None:
    assert value(cell, DATE) == date(2016, 3, 1)


def test_two_digit_years_are_2000_to_2099() -> None:
    assert value("31.12.99", DATE) == date(2099, 12, 31)
    assert value("1.1.00", DATE) == date(2000, 1, 1)
    assert value("29.2.16", DATE) == date(2016, 2, 29)


NO_DATES = (
    "gestern", "31.02.2016", "29.2.15", "00.01.2016", "1.13.2016", "2016-3-1", "2016-02-30", "01/03/2016", "01-03-2016",
    "1.3.", "1.3.216", "1. März 2016", "März 2016", "2016-03", "20160301", "01.03.2016 08:00", "1,3,2016", "42430", "٠١.٠٣.٢٠١٦",
    "0\u202e1.03.2016", "1.3.2016-5.3.2016",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_DATES)
def test_anything_else_is_no_date(text: str) -> None:
    assert problem(text, DATE) == "C03"


def test_serials_from_1990_to_2100() -> None:
    """Day 32874 is 1990-01-01, day 73415 is 2100-12-31."""
    assert value(32874.0, DATE) == date(1990, 1, 1)
    assert value(73415.99, DATE) == date(2100, 12, 31)
    assert problem(32873.99, DATE) == problem(73416.0, DATE) == problem(0.0, DATE) == problem(-5.0, DATE) == "C03"


def test_serials_of_the_1904_system() -> None:
    """The same days, 1,462 lower."""
    assert parse(40968.0, DATE, EPOCH_1904).value == date(2016, 3, 1)
    assert parse(31412.0, DATE, EPOCH_1904).value == date(1990, 1, 1)
    assert parse(31411.0, DATE, EPOCH_1904).problem == "C03"
    assert parse("01.03.2016", DATE, EPOCH_1904).value == date(2016, 3, 1)
    assert parse(40968.0, MONEY, EPOCH_1904).value == 40968_00


@pytest.mark.parametrize("cell", [True, time(8, 30), timedelta(days=2), Oddity("percent", 42430.0)])
def test_other_cells_are_no_dates(cell: object) -> None:
    assert problem(cell, DATE) == "C03"


@pytest.mark.parametrize(
    "cell",
    [
        "2016-03",
        "03/2016",
        "März 2016",
        "märz  2016",
        "MÄRZ 2016",
        "Ma\u0308rz 2016",
        " 2016-03 ",
        date(2016, 3, 17),
        datetime(2016, 3, 31),
    ],
)
def test_months(cell: object) -> None:
    assert value(cell, MONTH) == "2016-03"


def test_every_month_has_its_name() -> None:
    names = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ]
    assert [value(f"{name} 2016", MONTH) for name in names] == [f"2016-{number:02d}" for number in range(1, 13)]


NO_MONTHS = (
    "3/2016",
    "2016-3",
    "2016-13",
    "13/2016",
    "03.2016",
    "Maerz 2016",
    "Mrz 2016",
    "März 16",
    "März",
    "201603",
    "٢٠١٦-٠٣",
    "01.03.2016",
)


@pytest.mark.parametrize("cell", [*NO_MONTHS, 42430.0, 201603.0, True])
def test_other_spellings_of_a_month_are_not_understood(cell: object) -> None:
    assert problem(cell, MONTH) == "F06/value"


# Lists


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("Duldung", "Duldung"),
        (" duldung ", "Duldung"),
        ("DULDUNG", "Duldung"),
        ("Aufenthalts\u00adgestattung", "Aufenthaltsgestattung"),
        ("BÜMA", "Ankunftsnachweis"),
        ("büma", "Ankunftsnachweis"),
        ("BU\u0308MA", "Ankunftsnachweis"),
    ],
)
def test_lists(cell: str, meant: str) -> None:
    assert value(cell, STATUS) == meant


@pytest.mark.parametrize(
    ("cell", "nearest"),
    [
        ("Gestattung", "Aufenthaltsgestattung"),
        ("Geduldet", "Duldung"),
        ("Ankunftsnachweiß", "Ankunftsnachweis"),
        ("Büma 2", "Ankunftsnachweis"),
    ],
)
def test_unknown_values_name_the_nearest(cell: str, nearest: str) -> None:
    parsed = parse(cell, STATUS)
    assert (parsed.problem, parsed.words["nearest"]) == ("C04", nearest)
    assert parsed.words["allowed"] == "Aufenthaltsgestattung, Duldung, Ankunftsnachweis, Aufenthaltserlaubnis, Sonstige"


@pytest.mark.parametrize("cell", [1.0, True, date(2016, 3, 1), "#N/A", "???", Oddity("percent", 1.0)])
def test_what_is_no_text_is_in_no_list(cell: object) -> None:
    assert problem(cell, STATUS) == "C04/far"
    assert problem(cell, YES_NO) == "C04/far"


def test_yes_and_no() -> None:
    assert value("ja", YES_NO) is value(" JA ", YES_NO) is True
    assert value("nein", YES_NO) is value("Nein", YES_NO) is False
    assert (problem("j", YES_NO), problem("x", YES_NO), problem("vielleicht", YES_NO)) == ("C04", "C04/far", "C04/far")


# Keys


def key(cell: Any, column: Column) -> tuple[object, bool]:
    parsed = parse(cell, column)
    assert not parsed.problem, parsed
    return parsed.value, parsed.repaired


def test_case_numbers() -> None:
    assert key("A-100", CASE) == ("A-100", False)
    assert key("a-100", CASE) == ("A-100", False)
    assert key("2016/17.B-3", CASE) == ("2016/17.B-3", False)
    assert key(1234567.0, CASE) == ("1234567", False)
    assert key(" A-100\u00a0", CASE) == ("A-100", True)
    assert key("A-\u200b1\u00ad00\ufeff", CASE) == ("A-100", True)
    assert key("A" * 20, CASE) == ("A" * 20, False)
    assert CASE_PATTERN == r"[A-Z0-9][A-Z0-9./-]{2,19}"


@pytest.mark.parametrize("cell", ["A1", "-A1", "A 100", "A_100", "A\u0131-1", "A\n12", 12.0, 123.5, -123.0, 1e15, True, date(2016, 3, 1), Oddity("percent", 123.0)])  # fmt: skip
def test_no_case_numbers(cell: object) -> None:
    assert problem(cell, CASE) == "C05/case"


@pytest.mark.parametrize("cell", ["Müller, Anna", "Ali Özdemir", "straße", "A" * 21, "MÜL-1"])
def test_what_may_be_a_name_is_no_case_number(cell: str) -> None:
    assert problem(cell, CASE) == "C05/name"


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014\u2212")
def test_a_dash_that_a_program_made_of_a_hyphen(dash: str) -> None:
    parsed = parse(f"dn{dash}0131", CASE)
    assert (parsed.problem, parsed.words["meant"]) == ("C05/dash", "DN-0131")


def test_position_numbers() -> None:
    assert key("AGH 1", KEY) == ("AGH 1", False)
    assert key("agh-1", KEY) == ("AGH-1", False)
    assert key(7.0, KEY) == ("7", False)
    assert key("7 ", KEY) == ("7", True)
    assert key("N" * 40, KEY)[0] == "N" * 40
    assert key("straße 1", KEY)[0] == "STRAßE 1"  # not the number of "Strasse 1"


@pytest.mark.parametrize("cell", [7.5, -7.0, True, date(2016, 3, 1), time(8), "N" * 41])
def test_no_position_numbers(cell: object) -> None:
    assert problem(cell, KEY) == "C05/key"


@pytest.mark.parametrize(
    ("cell", "repaired"),
    [
        ("05358008", False),
        (5358008.0, True),
        ("5358008", True),
        ("05 358 008", True),
        ("05358008 ", True),
        ("05\u00a0358\u00a0008", True),
    ],
)
def test_municipality_keys(cell: object, repaired: bool) -> None:
    assert key(cell, AGS) == ("05358008", repaired)


def test_a_numeric_municipality_key_of_eight_digits_lost_nothing() -> None:
    assert key(14522150.0, AGS) == ("14522150", False)


@pytest.mark.parametrize(
    "cell", ["053580080", "535800", "05358-008", "0535800A", 53580080.5, 535800.0, True, "٠٥٣٥٨٠٠٨"]
)
def test_no_municipality_keys(cell: object) -> None:
    assert problem(cell, AGS) == "F06/value"


# Empty cells, errors, text


@pytest.mark.parametrize("cell", [None, "", " ", "\u00a0", "\t\n", "\u200b", "\ufeff \u00ad"])
def test_blank_text_is_empty(cell: object) -> None:
    for column in (MONEY, DATE, STATUS, CASE, KEY, TEXT, MONTH):
        assert value(cell, column) is None
    assert value(cell, BENEFITS.column("cut_cents")) == 0
    assert value(cell, BENEFITS.column("state_grant")) is False


@pytest.mark.parametrize(
    "column", [MONEY, HOURS, INTEGER, DATE, STATUS, YES_NO, CASE, KEY, TEXT], ids=lambda column: column.name
)
def test_errors_and_formulas_without_value(column: Column) -> None:
    assert problem(Oddity("error", "#REF!"), column) == "C07/error"
    assert problem(Oddity("no_value"), column) == "C07/formula"


def test_text_stays_text() -> None:
    assert value(" Bau GmbH\u00a0", TEXT) == "Bau GmbH"
    assert value("=1+1", TEXT) == "=1+1"
    assert value("#REF!", TEXT) == "#REF!"
    assert value(4711.0, TEXT) == "4711"
    assert value(date(2016, 3, 1), TEXT) == "01.03.2016"


def test_cells_are_shown_as_their_sender_sees_them() -> None:
    cells = [
        1234.5,
        1e20,
        0.1,
        True,
        date(2016, 3, 1),
        datetime(2016, 3, 1, 8, 5),
        Oddity("percent", 0.5),
        Oddity("error", "#REF!"),
        None,
    ]
    assert [shown(cell) for cell in cells] == [
        "1234,5", "100000000000000000000", "0,1", "WAHR", "01.03.2016", "01.03.2016 08:05", "0,5", "#REF!", "",
    ]  # fmt: skip


def test_texts_are_compared_without_case_blanks_and_invisible_characters() -> None:
    same = [
        "Gezahlte Leistung",
        "GEZAHLTE  LEISTUNG",
        "gezahlte\nLeistung ",
        "Gezahlte Leis\u00adtung",
        "Gezahlte\u00a0Leistung",
    ]
    assert {folded(text) for text in same} == {"gezahlte leistung"}
    assert folded("Tra\u0308gerart") == folded("Trägerart")
    assert folded("Beschäftigung") != folded("Beschaftigung")
