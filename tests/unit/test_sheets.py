"""Finding the form on a sheet: headings, data rows, totals, repeated headings; and the labels of the cover."""

import unicodedata
from datetime import date
from typing import Any

import pytest

from flows.ingest.form.cover import Cover, read_cover
from flows.ingest.form.layout import matching_sheets
from flows.ingest.form.table import ReadTable, read_table
from flows.ingest.spreadsheet.anomalies import Coordinates, Oddity
from flows.ingest.spreadsheet.marks import Marks
from flows.ingest.spreadsheet.workbook import Sheet, Workbook
from schemas.findings import Finding
from schemas.returns import BENEFITS, NEEDS, OPPORTUNITIES, STOCK, Table

STOCK_HEADINGS = ["Status", "Altersgruppe", "Personen"]
STOCK_ROW = ["Duldung", "18 bis 65", 71.0]
NEED_HEADINGS = ["Einsatzfeld", "Trägerart", "Gemeldete Plätze", "Besetzte Plätze"]  # without the optional column


def sheet(
    *rows: list[Any],
    first: Coordinates = (1, 1),
    merges: list[tuple[Coordinates, Coordinates]] | None = None,
    marks: Marks | None = None,
    hidden: bool = False,
    name: str = "Blatt",
) -> Sheet:
    return Sheet(name, hidden, first[0], first[1], [list(row) for row in rows], merges or [], marks or Marks())


def read(found: Sheet, table: Table = STOCK) -> tuple[ReadTable, list[tuple[str, str]]]:
    result, findings = read_table(found, table, "datei.xlsx")
    assert result is not None, findings
    return result, places(findings)


def places(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(entry.code, entry.cell) for entry in findings]


# Sheets


@pytest.mark.parametrize("name", ["Leistungen", "LEISTUNGEN", " leistungen ", "Leis\u00adtungen"])
def test_sheet_names_match_like_headings(name: str) -> None:
    assert len(matching_sheets(Workbook([sheet(name=name)], False), "Leistungen")) == 1


def test_other_sheet_names_do_not_match() -> None:
    book = Workbook([sheet(name="Leistung"), sheet(name="Leistungen 2"), sheet(name="Tabelle1")], False)
    assert matching_sheets(book, "Leistungen") == []


# Headings


@pytest.mark.parametrize(
    "heading",
    [
        "Gezahlte Leistung (EUR)",
        "Gezahlte Leistung",
        "gezahlte leistung (eur)",
        "GEZAHLTE LEISTUNG",
        "  Gezahlte   Leistung ",
        "Gezahlte\nLeistung\n(EUR)",
        "Gezahlte Leis\u00adtung (EUR)",
        "Gezahlte\u00a0Leistung\u00a0(EUR)",
        "Gezahlte Leistung (€)",
        "Gezahlte Leistung(EUR)",
    ],
)
def test_one_heading_in_many_spellings(heading: str) -> None:
    headings = [column.title for column in BENEFITS.columns]
    headings[headings.index("Gezahlte Leistung (EUR)")] = heading
    result, findings = read(sheet(headings), BENEFITS)
    assert findings == []
    assert result.letters["paid_cents"] == "H"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_unicode_form_does_not_matter(form: Any) -> None:
    headings = [unicodedata.normalize(form, heading) for heading in NEED_HEADINGS]
    result, findings = read(sheet(headings, ["Grünpflege", "Kommune", 3.0, 2.0]), NEEDS)
    assert findings == []
    assert result.values["places_filled"] == [2]


def test_a_similar_heading_is_another_one() -> None:
    result, findings = read_table(sheet(["Status", "Altersgruppe", "Personenzahl"], STOCK_ROW), STOCK, "datei.xlsx")
    assert places(findings) == [("F05", ""), ("F11", "C1")]
    assert result is not None
    assert result.values["persons"] == [None]  # no C01 on top of the missing column


def test_columns_may_be_reordered_and_extra_ones_are_left_out_with_a_notice() -> None:
    found = sheet(["Personen", "Notiz", "Altersgruppe", None, "Status"], [71.0, "x", "18 bis 65", "y", "Duldung"])
    result, findings = read(found)
    assert result.letters == {"persons": "A", "age_group": "C", "status": "E"}
    assert result.values == {"status": ["Duldung"], "age_group": ["18 bis 65"], "persons": [71]}
    assert findings == [("F11", "B1")]


def test_a_title_block_above_and_a_used_range_that_begins_elsewhere() -> None:
    title = ["Meldebogen Bestand", None, None]
    status = ["Status: alle Personen", None, "Stand"]
    result, findings = read(sheet(title, status, [], STOCK_HEADINGS, STOCK_ROW, first=(3, 4)))
    assert findings == []
    assert result.letters == {"status": "D", "age_group": "E", "persons": "F"}
    assert result.rows == [7]
    assert result.cell("persons", 7) == "F7"


def test_the_row_with_most_headings_is_the_heading_row() -> None:
    legend = ["Status", "Altersgruppe", "siehe Anleitung"]
    result, _ = read(sheet(legend, STOCK_HEADINGS, STOCK_ROW))
    assert result.rows == [3]


def test_one_heading_alone_is_no_heading_row() -> None:
    result, findings = read_table(sheet(["Status", "x", "y"], STOCK_ROW), STOCK, "datei.xlsx")
    assert result is None
    assert [entry.code for entry in findings] == ["F05"]


def test_optional_columns_may_be_missing_and_mean_what_an_empty_cell_means() -> None:
    missing = ("Anspruch von", "Anspruch bis", "Kürzung", "Landespauschale", "Bemerkung")
    headings = [column.title for column in BENEFITS.columns if column.heading not in missing]
    row = ["A-100", 1990.0, "m", "Duldung", "Grundleistung", 1.0, None, 0.0]
    result, findings = read(sheet(headings, row), BENEFITS)
    assert findings == []
    assert {name: result.values[name] for name in ("entitled_from", "cut_cents", "state_grant", "remark")} == {
        "entitled_from": [None],
        "cut_cents": [0],
        "state_grant": [False],
        "remark": [None],
    }
    assert result.values["accommodation_cents"] == [0]


# Rows


def test_empty_rows_between_are_skipped() -> None:
    result, findings = read(
        sheet(STOCK_HEADINGS, [], STOCK_ROW, [None, " ", "\u00a0"], [None] * 3, ["Duldung", "unter 18", 3.0])
    )
    assert (result.rows, findings) == ([3, 6], [])


def test_short_rows_are_filled_up() -> None:
    _, findings = read(sheet(STOCK_HEADINGS, ["Duldung"]))
    assert findings == [("C01", "B2"), ("C01", "C2")]


@pytest.mark.parametrize("label", ["Summe", "SUMME:", "Gesamt", "gesamtzahl", " Summe der Personen"])
def test_totals_rows_are_skipped_with_a_notice(label: str) -> None:
    result, findings = read(sheet(STOCK_HEADINGS, STOCK_ROW, [label, None, 71.0]))
    assert (result.rows, findings) == ([2], [("F11", "A3")])


def test_a_totals_row_between_data_rows_and_with_text_in_other_columns() -> None:
    found = sheet(
        NEED_HEADINGS, ["Pflege", "Kommune", 3.0, 2.0], ["Zwischensumme", "Kommune", 3.0, 2.0],
        ["Summe", None, "drei", "zwei"], ["Küche", "Verein", 1.0, 1.0],
    )  # fmt: skip
    result, findings = read(found, NEEDS)
    assert result.rows == [2, 3, 5]  # "Zwischensumme" does not begin with Summe
    assert findings == [("F11", "A4")]


def test_a_name_that_begins_like_a_total_is_none_beside_other_key_data() -> None:
    result, findings = read(sheet(NEED_HEADINGS, ["Gesamtschule", "Kommune", 3.0, 2.0]), NEEDS)
    assert (result.rows, findings) == ([2], [])


def test_a_total_may_stand_in_any_column_of_the_key() -> None:
    headings = [column.title for column in OPPORTUNITIES.columns]
    total = [None, None, None, "Summe", None, None, 80.0]
    result, findings = read(sheet(headings, total), OPPORTUNITIES)
    assert (result.rows, findings) == ([], [("F11", "D2")])


def test_repeated_headings_are_skipped_with_a_notice() -> None:
    again = ["STATUS", "Altersgruppe ", None]
    result, findings = read(sheet(STOCK_HEADINGS, STOCK_ROW, again, ["Duldung", "unter 18", 3.0]))
    assert (result.rows, findings) == ([2, 4], [("F11", "A3")])


def test_data_ends_with_the_last_key() -> None:
    """Below it a value of a required column is a row that lost its key; a remark alone is none."""
    headings = [column.title for column in BENEFITS.columns]
    row = ["A-100", 1990.0, "m", "Duldung", "Grundleistung", 1.0, None, 0.0]
    remark, value = [None] * 12 + ["geprüft"], [None] * 7 + [364.0]
    result, findings = read(sheet(headings, row, [], remark, value), BENEFITS)
    assert (result.rows, findings) == ([2], [("C01", "A5")])


def test_between_the_keys_any_value_belongs_to_a_row() -> None:
    headings = [column.title for column in BENEFITS.columns]
    row = ["A-100", 1990.0, "m", "Duldung", "Grundleistung", 1.0, None, 0.0]
    remark = [None] * 12 + ["geprüft"]
    _, findings = read(sheet(headings, row, remark, ["A-200", *row[1:]]), BENEFITS)
    assert findings == [("C01", "A3")]


def test_errors_count_wherever_a_known_heading_stands() -> None:
    broken = Oddity("error", "#REF!")
    found = sheet([*STOCK_HEADINGS, "Notiz"], STOCK_ROW, [None, None, broken, broken], [None, None, None, broken])
    _, findings = read(found)
    assert findings == [("F11", "D1"), ("C01", "A3"), ("C07", "C3")]


def test_an_error_in_the_key_is_a_row() -> None:
    result, findings = read(sheet(STOCK_HEADINGS, [Oddity("error", "#N/A"), "18 bis 65", 71.0]))
    assert (result.rows, findings, result.unreadable) == ([2], [("C07", "A2")], {"status": {2}})


def test_a_vacant_position_needs_no_workplace_hours_or_choice() -> None:
    headings = [column.title for column in OPPORTUNITIES.columns]
    row = ["AGH-2", "Verein", None, None, date(2016, 9, 1), date(2016, 9, 30)]
    assert read(sheet(headings, row), OPPORTUNITIES)[1] == []
    assert (
        read(sheet(headings, [*row, None, None, "entfällt"]), OPPORTUNITIES)[1] == []
    )  # Freiwillig does not concern it
    filled = [*row[:3], "A-200", *row[4:]]
    assert read(sheet(headings, filled), OPPORTUNITIES)[1] == [("C01", "C2"), ("C01", "G2"), ("C01", "I2")]
    assert read(sheet(headings, [*filled, 80.0, None, "entfällt"]), OPPORTUNITIES)[1] == [("C01", "C2"), ("C04", "I2")]


def test_columns_of_a_table_are_of_one_length() -> None:
    result, _ = read(sheet(STOCK_HEADINGS, STOCK_ROW, ["x", "y", "z"], ["Duldung"]))
    assert {len(values) for values in result.values.values()} == {3}
    assert result.values == {
        "status": ["Duldung", None, "Duldung"],
        "age_group": ["18 bis 65", None, None],
        "persons": [71, None, None],
    }


def test_more_hidden_rows_than_are_named_are_counted() -> None:
    marks = Marks(hidden_rows=[(2, 9), (5, 13)], hidden_columns=[(3, 3), (9, 9)])
    found = sheet(STOCK_HEADINGS, *[["Duldung", "18 bis 65", 1.0]] * 20, marks=marks)
    _, findings = read_table(found, STOCK, "datei.xlsx")
    hidden = [entry.message for entry in findings if entry.code == "F11"]
    assert [
        "2, 3, 4, 5, 6, 7, 8, 9, 10, 11 und 2 weitere)." in hidden[0],
        "(die Spalte C)" in hidden[1],
        len(hidden),
    ] == [True, True, 2]


# The cover


def cover(*rows: list[Any], totals: frozenset[str] = frozenset(), **options: Any) -> tuple[Cover, dict[str, str]]:
    """The cover, and code and cell of the findings by their label."""
    result, findings = read_cover(
        sheet(*rows, name="Deckblatt", **options), totals, file="datei.xlsx", programme="probe"
    )
    return result, {entry.column or entry.sheet: f"{entry.code} {entry.cell}".strip() for entry in findings}


LABELS: list[list[Any]] = [
    ["Formularversion", 1.0],
    ["Programm", "probe"],
    ["Gemeindeschlüssel", "05358008"],
    ["Meldemonat", "2016-09"],
    ["Meldungsart", "Erstmeldung"],
    ["Sachlich richtig", "Leitung"],
]


def test_required_labels_and_no_others() -> None:
    result, findings = cover(*LABELS)
    assert findings == {}
    assert result.values == {
        "form_version": 1,
        "programme": "probe",
        "ags": "05358008",
        "month": "2016-09",
        "return_kind": "Erstmeldung",
        "confirmed_by": "Leitung",
    }
    assert cover([None])[1] == dict.fromkeys([row[0] for row in LABELS], "F06")


def test_labels_stand_anywhere_with_colons_in_any_spelling() -> None:
    rows = [
        ["Meldung an den Kreis"],
        [None, None, "MELDEMONAT :", "März 2016", None, "Melde\u00adart:", "x"],
        *LABELS[:3],
        *LABELS[4:],
    ]
    result, findings = cover(*rows, first=(5, 2))
    assert (result.values["month"], result.cells["month"], findings) == ("2016-03", "E6", {})


def test_a_label_with_a_unit() -> None:
    result, findings = cover(*LABELS, ["Summe Gezahlte Leistung (EUR):", "364,00 €"])
    assert (result.values["total_paid_cents"], findings) == (364_00, {})


def test_beside_a_merged_label_the_value_stands_right_of_the_merge() -> None:
    rows = [[*row[:1], None, None, *row[1:]] for row in LABELS]
    merges = [((number, 1), (number, 3)) for number in range(1, 7)]
    result, findings = cover(*rows, merges=merges)
    assert (result.cells["month"], result.values["month"], findings) == ("D4", "2016-09", {})
    assert cover(*rows)[1] == {row[0]: f"F06 B{number}" for number, row in enumerate(LABELS, start=1)}


def test_a_label_twice() -> None:
    assert cover(*LABELS, ["Meldemonat", "2016-08"])[1] == {"Meldemonat": "F06 B4"}
    assert cover(*LABELS, ["Meldemonat", "September 2016"])[1] == {}  # the same month
    result, findings = cover(["Meldemonat", None], ["Meldemonat"], *LABELS)  # a caption above
    assert (result.cells["month"], findings) == ("B6", {})


def test_values_of_the_cover_that_are_not_understood() -> None:
    for label, cell in (
        ("Formularversion", 2.0), ("Formularversion", "eins"), ("Gemeindeschlüssel", "5358"), ("Meldemonat", "9/2016"),
        ("Meldungsart", "Nachmeldung"), ("Programm", Oddity("error", "#REF!")), ("Sachlich richtig", Oddity("no_value")),
    ):  # fmt: skip
        rows = [[name, cell if name == label else value] for name, value in LABELS]
        result, findings = cover(*rows)
        assert list(findings) == [label]
        assert findings[label].startswith("F06 B")
        assert len(result.values) == 5


def test_optional_labels_are_checked_where_they_are_filled() -> None:
    assert cover(*LABELS, ["Datum der Meldung", None], ["E-Mail", None], ["Ansprechperson", " "])[1] == {}
    assert cover(*LABELS, ["Datum der Meldung", "bald"])[1] == {"Datum der Meldung": "F06 B7"}
    assert cover(*LABELS, ["Datum der Meldung", date(2016, 10, 5)])[0].values["reported_on"] == date(2016, 10, 5)


def test_control_totals() -> None:
    needed = frozenset({"total_cases"})
    assert cover(*LABELS, totals=needed)[1] == {"Anzahl Leistungsfälle": "F06"}
    assert cover(*LABELS, ["Anzahl Leistungsfälle", None], totals=needed)[1] == {"Anzahl Leistungsfälle": "F06 B7"}
    assert cover(*LABELS, ["Anzahl Vermittlungen", None], ["Summe AGH-Stunden"])[1] == {}
    assert cover(*LABELS, ["Summe AGH-Stunden", "viele"])[1] == {"Summe AGH-Stunden": "F06 B7"}
    result, _ = cover(*LABELS, ["Summe AGH-Stunden", "12,5 Std."], ["Anzahl Vermittlungen", 0.0])
    assert (result.values["total_hours_hundredths"], result.values["total_placements"]) == (12_50, 0)


def test_a_control_total_by_formula_counts_with_its_stored_value() -> None:
    result, findings = cover(*LABELS, ["Anzahl Leistungsfälle", 2.0], marks=Marks(formulas={(7, 2), (4, 2)}))
    assert (result.values["total_cases"], findings) == (2, {"Anzahl Leistungsfälle": "F11 B7"})
    broken = Marks(formulas={(7, 2)})
    assert cover(*LABELS, ["Anzahl Leistungsfälle", Oddity("no_value")], marks=broken)[1] == {
        "Anzahl Leistungsfälle": "F06 B7"
    }


def test_a_repaired_municipality_key() -> None:
    rows = [[name, 5358008.0 if name == "Gemeindeschlüssel" else value] for name, value in LABELS]
    result, findings = cover(*rows)
    assert (result.values["ags"], findings) == ("05358008", {"Gemeindeschlüssel": "F11 B3"})


def test_hidden_parts_of_the_cover() -> None:
    assert cover(*LABELS, hidden=True)[1] == {"Deckblatt": "F11"}
    assert cover(*LABELS, marks=Marks(hidden_rows=[(4, 4)]))[1] == {"Deckblatt": "F11"}
