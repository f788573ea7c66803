"""Board report documents from indicators written by hand: what is marked, suppressed, and shown to whom."""

import zipfile
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from pypdf import PdfReader

from flows.emit.board.answer import answer
from flows.emit.board.areas import SHARE_OF, paragraph
from flows.emit.board.figures import by_quarter, newest
from flows.emit.board.pdf import content, write_board_pdf
from flows.emit.board.workbook import write_board_workbook
from schemas.findings import FINDING_TITLES, SEVERITIES
from schemas.indicators import FIGURES, INDICATORS, Area
from schemas.programme.programme import Programme
from schemas.report import BOARD, COUNTY, Report, key_date, quarter
from schemas.results import frame_schema
from schemas.returns import FACILITY
from tests.golden.board import text_of
from tests.golden.samples import ALLOWANCES
from tests.golden.tags import check_tags
from tests.unit.test_premium_engine import AGS, programme

START, END = date(2015, 11, 1), date(2016, 3, 31)
RETAINED = ("6 weeks", "3 months", "6 months", "12 months")
VALUES = [
    ("placements_year_to_date", "", "", 13.0), ("placements_target", "", "", 10.0), ("placements_target_share", "", "", 1.3),
    ("potential", "", "", None), ("savings", "", "", 1234.5), ("premiums", "", "", 0.0), ("net_effect", "", "", 1234.5),
    ("coverage", "", "", 0.8578), ("carrier_cost", "", "", 210000.0), ("break_even_month", "", "", 0.0),
    ("returns_on_time", "", "", 44.0), ("returns_expected", "", "", 45.0), ("returns_on_time_share", "", "", 0.9778),
    *(("placements_observed", "after", after, 4.0) for after in RETAINED),
    *(("placements_retained", "after", after, 3.0) for after in RETAINED),
    *(("placements_retained_share", "after", after, 0.75) for after in RETAINED),
]  # fmt: skip
OWN_MONEY = [("savings", "municipality", AGS, 777.77), ("net_effect", "municipality", AGS, 777.77)]


def figures(rows: list[tuple]) -> pl.DataFrame:
    """Indicator, dimension, category, value, unit, suppressed, from, to; a value as it is written here."""
    exact = [
        (*names, *((None, None) if value is None else Fraction(str(value)).as_integer_ratio()), *marks)
        for *names, value, unit, suppressed, first, last in rows
        for marks in [(unit, suppressed, first, last)]
    ]
    return FIGURES.validate(pl.DataFrame(exact, schema=frame_schema(FIGURES), orient="row"))


def report(
    values: list[tuple], audience: str = BOARD, preliminary: bool = False, terms: Programme | None = None
) -> Report:
    rows = [
        (name, dimension, category, value, str(INDICATORS[name].measure), value is None, START, END)
        for name, dimension, category, value in values
    ]
    return Report(
        programme=terms or programme(), period=quarter("2016-Q1"), year_from=START, year_to=date(2016, 10, 31),
        year_number=1, data_state="freigegeben bis März 2016 (am 15.04.2016)", edited_on=date(2016, 4, 20),
        preliminary=preliminary, audience=audience, indicators=figures(rows),
    )  # fmt: skip


def test_a_quarter_across_two_programme_years_tells_of_the_new_one() -> None:
    """What belongs to the old year is in neither the sum to date nor the chart."""
    old, new, end = date(2016, 10, 1), date(2016, 11, 1), date(2016, 12, 31)
    rows = [("savings", "", "", value, "EUR", False, first, end) for value, first in ((500.0, old), (300.0, new))]
    year = replace(
        report(VALUES), period=quarter("2016-Q4"), year_from=new, year_to=date(2017, 10, 31), year_number=2,
        indicators=figures(rows),
    )  # fmt: skip
    assert [entry.text for entry in newest(year, "savings")] == ["300,00 €"]
    assert [entry.text for entry in by_quarter(year, "savings")] == ["300,00 €"]


def on_the_14th_of_april() -> Report:
    """A key date inside a month: what months brought is known up to March, persons and places up to the day."""
    day, april = date(2016, 4, 14), date(2016, 4, 1)
    values = [
        ("savings", 2000.0, "EUR", START, day), ("savings", 500.0, "EUR", START, date(2015, 12, 31)),
        ("savings", 1500.0, "EUR", date(2016, 1, 1), END), ("savings", 0.0, "EUR", april, day),
        ("agh_participants", 47.0, "persons", START, day), ("agh_hours", 80.5, "hours", START, day), ("agh_cost", 64.4, "EUR", START, day),
        ("premiums", 0.0, "EUR", START, day), ("premiums", 0.0, "EUR", april, day),
    ]  # fmt: skip
    rows = [(name, "", "", value, unit, False, first, last) for name, value, unit, first, last in values]
    return replace(report(VALUES), period=key_date(day), indicators=figures(rows))


def test_a_key_date_inside_a_month_says_up_to_which_month_money_and_hours_are_known(tmp_path: Path) -> None:
    told = on_the_14th_of_april()
    periods = {name: newest(told, name)[0].period for name in ("savings", "agh_hours", "agh_participants")}
    assert periods == {
        "savings": "01.11.2015 bis 31.03.2016",
        "agh_hours": "01.11.2015 bis 31.03.2016",
        "agh_participants": "01.11.2015 bis 14.04.2016",
    }
    assert [entry.text for entry in by_quarter(told, "savings")] == [
        "500,00 €",
        "1.500,00 €",
    ]  # none of April has ended
    assert (
        "47 Personen teilgenommen. Bis zum 31.03.2016 wurden 80,5 Stunden geleistet; das kostete 64,40 €."
        in paragraph(told, Area.OPPORTUNITIES)
    )
    assert paragraph(told, Area.NEUTRALITY).startswith(
        "Vom Beginn des Programmjahres bis zum 31.03.2016 haben die Kommunen 2.000,00 € erspart"
    )
    write_board_workbook(tmp_path / "a.xlsx", told)
    rows = cells(tmp_path / "a.xlsx")["Ersparnis und Prämie"][3:]
    assert {(row[3], row[6]) for row in rows if row[0] == "Ersparnis der Kommunen"} == {
        (2000, datetime(2016, 3, 31)), (500, datetime(2015, 12, 31)), (1500, datetime(2016, 3, 31)), (0, datetime(2016, 4, 14)),
    }  # fmt: skip


def test_headline_figures_first_with_denominator_and_dates(tmp_path: Path) -> None:
    write_board_pdf(tmp_path / "a.pdf", report(VALUES))
    text = text_of(tmp_path / "a.pdf")
    for expected in ("13", "130,0 %", "1.234,50 €", "85,8 %", "des Ziels bis hierher", "75,0 % (3 von 4)"):
        assert expected in text
    assert "freigegeben bis März 2016 (am 15.04.2016)" in text
    assert "20.04.2016" in text
    assert "VORLÄUFIG" not in text
    for name in INDICATORS:
        assert name not in text or name in ("premiums", "savings", "findings", "potential", "coverage", "participants")


def test_a_suppressed_figure_is_marked_and_said_in_no_sentence(tmp_path: Path) -> None:
    write_board_pdf(tmp_path / "a.pdf", report(VALUES))
    text = text_of(tmp_path / "a.pdf")
    assert "• Potenzial: Personen im Verfahren" in text  # a card breaks no word
    assert "Im Verfahren sind" not in text
    assert "• : nicht veröffentlicht, zum Schutz kleiner Zahlen" in text


IN_PLAN = "Bei der Vermittlung liegt das Programm im Plan: 13 anrechenbare Vermittlungen, geplant waren bis hierher 10."
STAYED = "Nach 12 Monaten sind 75,0 % noch beschäftigt (3 von 4)."
SAVED = "Die Kommunen haben mehr erspart (1.234,50 €), als ihnen an Prämien in Rechnung gestellt wurde (0,00 €)."
COVERED = "Prämien und Anschubfinanzierung decken bisher 85,8 % der Jahreskosten des Trägers."


def told_with(changes: list[tuple]) -> str:
    """The answer where some values are others: of a name and category, or of a new name."""
    changed = {(name, category) for name, _, category, _ in changes}
    return answer(report([entry for entry in VALUES if (entry[0], entry[2]) not in changed] + changes))


def test_the_first_page_says_whether_it_works(tmp_path: Path) -> None:
    assert answer(report(VALUES)) == f"{IN_PLAN} {STAYED} {SAVED} {COVERED}"
    write_board_pdf(tmp_path / "a.pdf", report(VALUES))
    first = PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert first.index("Auf einen Blick") < first.index("Vermittlung in Arbeit")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([("placements_target_share", "", "", 0.999)], [IN_PLAN.replace("im Plan", "unter dem Plan"), STAYED, SAVED, COVERED]),
        ([("placements_year_to_date", "", "", None)], [STAYED, SAVED, COVERED]),
        ([("placements_retained_share", "after", "12 months", None)], [IN_PLAN, STAYED.replace("12 ", "6 "), SAVED, COVERED]),
        ([("premiums", "", "", None)], [IN_PLAN, STAYED, COVERED]),
        ([("savings", "", "", 0.0)], [IN_PLAN, STAYED, COVERED]),
        (
            [("start_up", "", "", 10000.0), ("net_effect", "", "", -8765.5)],
            [IN_PLAN, STAYED, SAVED.rstrip(".") + "; die Anschubfinanzierung (10.000,00 €) ist damit noch nicht ausgeglichen.", COVERED],
        ),
        (
            [("start_up", "", "", 1234.5), ("net_effect", "", "", 0.0)],
            [IN_PLAN, STAYED, SAVED.rstrip(".") + "; die Anschubfinanzierung (1.234,50 €) ist damit ausgeglichen.", COVERED],
        ),
        ([("returns_missing", "", "", 1.0)], [IN_PLAN, STAYED, SAVED, COVERED, "Meldungen, die noch fehlen: 1; so weit sind die Zahlen unvollständig."]),
        ([("agh_positions", "", "", 38.0), ("agh_participants", "", "", 47.0)], [IN_PLAN, STAYED, SAVED, COVERED]),  # no allowance in the programme
    ],
)  # fmt: skip
def test_the_answer_follows_the_figures_and_is_silent_where_they_are_suppressed(
    changes: list[tuple], told: list[str]
) -> None:
    assert told_with(changes) == " ".join(told)


@pytest.mark.parametrize(
    ("places", "persons", "held_back", "told"),
    [
        (1.0, 1.0, 1.0, ("Besetzt ist 1 Arbeitsgelegenheit, 1 davon", "hat 1 Person teilgenommen", "1 wurde zurückgestellt, 1 berichtigt.")),
        (2.0, 0.0, 0.0, ("Besetzt sind 2 Arbeitsgelegenheiten, 1 davon", "hat niemand teilgenommen", "Keine wurde zurückgestellt, 1 berichtigt.")),
        (2.0, 3.0, 4.0, ("Besetzt sind 2 Arbeitsgelegenheiten, 1 davon", "haben 3 Personen teilgenommen", "4 wurden zurückgestellt, 1 berichtigt.")),
    ],
)  # fmt: skip
def test_one_and_none_are_said_as_one_says_them(
    places: float, persons: float, held_back: float, told: tuple[str, ...]
) -> None:
    said = report(
        [
            ("agh_positions", "", "", places), ("agh_positions", "provider_kind", FACILITY, 1.0), ("agh_positions_outside", "", "", places - 1),
            ("agh_facility_share", "", "", 1 / places), ("agh_participants", "", "", persons),
            ("returns_held_back", "", "", held_back), ("returns_corrected", "", "", 1.0),
        ]
    )  # fmt: skip
    text = f"{paragraph(said, Area.OPPORTUNITIES)} {paragraph(said, Area.QUALITY)}"
    assert [part for part in told if part not in text] == []


def test_a_share_says_what_it_is_a_share_of() -> None:
    assert set(SHARE_OF) == {name for name, entry in INDICATORS.items() if entry.denominator}
    assert all(text.split()[0] in ("der", "des", "aller") for text in SHARE_OF.values())  # read on behind the per cent


def test_a_preliminary_report_has_a_name_of_its_own() -> None:
    final, preliminary, county = (
        report(VALUES),
        report(VALUES, preliminary=True),
        report(VALUES, preliminary=True, audience=COUNTY),
    )
    assert [each.stem for each in (final, preliminary, county)] == [
        "Projektbeirat-2016-Q1", "Projektbeirat-2016-Q1-vorlaeufig", "Projektbeirat-2016-Q1-vorlaeufig-kreis",
    ]  # fmt: skip
    assert [each.indicators_file for each in (final, preliminary)] == ["indicators.parquet", "indicators-vorlaeufig.parquet"]  # fmt: skip


def test_a_chart_is_read_aloud_in_words(tmp_path: Path) -> None:
    write_board_pdf(tmp_path / "a.pdf", report([*VALUES, *OWN_MONEY], audience=COUNTY))
    found = check_tags(tmp_path / "a.pdf")
    assert [alternative for kind, alternative in found if kind == "Figure"] == [
        "Balkendiagramm. bis 31.03.2016: begonnen 13, Ziel 10.",
        "Balkendiagramm. "
        + "; ".join(
            f"nach {after}: Verbleibsquote 75,0 %" for after in ("6 Wochen", "3 Monaten", "6 Monaten", "12 Monaten")
        )
        + ".",
        "Balkendiagramm. 01.11.2015 bis 31.03.2016: Ersparnis 1.234,50 €, Prämien 0,00 €.",
    ]
    assert [kind for kind, _ in found].count("TH") == 3  # municipality, saving, what remains


def test_no_word_is_broken_in_a_card(tmp_path: Path) -> None:
    """The longest name of the cards, 26 letters in one word, stands whole on a line of its card."""
    terms = ALLOWANCES.model_copy(update={"programme": ALLOWANCES.programme.model_copy(update={"start": START})})
    figures = [
        ("agh_positions", "", "", 38.0), ("agh_facility_share", "", "", 0.684), ("agh_participants", "", "", 47.0),
        ("agh_hours", "", "", 7635.75), ("agh_cost", "", "", 6203.8),
    ]  # fmt: skip
    write_board_pdf(tmp_path / "a.pdf", report(figures, terms=terms))
    lines = [line.strip() for page in PdfReader(tmp_path / "a.pdf").pages for line in page.extract_text().splitlines()]
    assert any(line.endswith("Gemeinschaftseinrichtungen") for line in lines)
    assert not any(line.endswith("-") for line in lines[: lines.index("Was die Zahlen bedeuten")])


def test_two_counts_of_places_are_told_apart() -> None:
    """38 places have participants on the last day; the municipalities' own count of their needs is 37 of 39."""
    figures = [
        ("agh_positions", "", "", 38.0), ("agh_places_reported", "", "", 39.0), ("agh_places_filled", "", "", 37.0),
    ]  # fmt: skip
    told = paragraph(report(figures, terms=ALLOWANCES), Area.OPPORTUNITIES)
    assert "Die Bedarfsmeldungen der Kommunen zählen für sich: Nach ihnen waren am 31.03.2016 von 39 gemeldeten Plätzen 37 besetzt." in told  # fmt: skip


def test_findings_are_named_in_words(tmp_path: Path) -> None:
    assert set(FINDING_TITLES) == set(SEVERITIES)
    write_board_workbook(tmp_path / "a.xlsx", report([*VALUES, ("findings", "code", "W05", 2.0), ("findings", "code", "W09", 1.0)]))  # fmt: skip
    rows = cells(tmp_path / "a.xlsx")["Datenqualität"]
    named = [row[2] for row in rows if row[0] == "Befunde"]
    assert named == ["Zustimmung nach dem Beginn (W05)", "Korrektur lässt Zeilen weg (W09)"]


def test_amounts_of_municipalities_have_a_total(tmp_path: Path) -> None:
    """1,234.50 is the county's own figure: 777.77 of the one municipality shown, and what is not shown."""
    money = [*VALUES, *OWN_MONEY]
    assert content(report(money, audience=COUNTY))["money"]["totals"] == [["Summe", "1.234,50 €", "1.234,50 €"]]  # type: ignore[index]
    assert content(report(money, audience=AGS))["money"]["totals"] == []  # type: ignore[index]
    write_board_pdf(tmp_path / "a.pdf", report(money, audience=COUNTY))
    assert "Summe 1.234,50 € 1.234,50 €" in text_of(tmp_path / "a.pdf")


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


def cells(path: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_the_workbook_has_a_chart_each_for_target_retention_and_saving(tmp_path: Path) -> None:
    write_board_workbook(tmp_path / "a.xlsx", report(VALUES))
    sheets = cells(tmp_path / "a.xlsx")
    assert list(sheets) == [
        "Überblick", "Grafik Ziel", "Grafik Verbleib", "Grafik Ersparnis", "Vermittlung in Arbeit", "Ersparnis und Prämie", "Datenqualität", "Hinweise",
    ]  # fmt: skip
    assert sheets["Grafik Ziel"][3][:3] == ["bis 31.03.2016", 13, 10]
    assert sheets["Grafik Verbleib"][3][:3] == ["nach 6 Wochen", 0.75, "75,0 % (3 von 4)"]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        drawings = [
            parts.read(name).decode() for name in parts.namelist() if "drawings/drawing" in name and "rels" not in name
        ]
    assert len(drawings) == 3
    assert "Balkendiagramm. bis 31.03.2016: begonnen 13, Ziel 10." in "".join(drawings)


def test_the_workbook_explains_and_never_leaves_a_blank(tmp_path: Path) -> None:
    write_board_workbook(tmp_path / "a.xlsx", report(VALUES))
    sheets = cells(tmp_path / "a.xlsx")
    potential = next(row for row in sheets["Überblick"] if row[1] == "Potenzial: Personen im Verfahren")
    assert potential[2] == "•"
    shares = [row for row in sheets["Überblick"][3:] if row[3] == "Anteil"]
    assert shares
    assert all(row[4] in SHARE_OF.values() for row in shares)
    for name, rows in sheets.items():
        texts = [str(value) for row in rows for value in row if value is not None]
        assert name == "Hinweise" or any(text.startswith("• : nicht veröffentlicht") for text in texts)
        assert not any("_" in text for text in texts)


def test_preliminary_marks_every_sheet(tmp_path: Path) -> None:
    write_board_workbook(tmp_path / "a.xlsx", report(VALUES, preliminary=True))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for sheet in book:
        assert sheet["A1"].value.startswith("VORLÄUFIG – ")
        assert "VORLÄUFIG" in sheet.oddHeader.center.text


def test_the_workbook_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_board_workbook(tmp_path / name, report(VALUES))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
