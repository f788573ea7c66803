"""Statement: neutrality with its chart, named styles and totals, the first month."""

import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from flows.emit.statement.workbook import write_statement
from flows.emit.xlsx.styles import STYLES
from schemas.documents import DocumentKind, Statement
from schemas.guarantee import Neutrality, of_municipalities
from tests.golden import samples
from tests.golden.recalculation import MISSING, SOFFICE, recalculate


def written(statement: Statement, folder: Path) -> Path:
    write_statement(folder / "s.xlsx", statement)
    return folder / "s.xlsx"


def named(book: Workbook, name: str) -> object:
    ((sheet, place),) = book.defined_names[name].destinations
    return book[sheet][place.replace("$", "")].value


@pytest.fixture(scope="module")
def premiums(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """A statement of premiums with its formulas and styles; no test changes it."""
    return load_workbook(written(samples.premium_statement(), tmp_path_factory.mktemp("premiums")))


def first_month() -> Statement:
    """November 2015: the start-up contribution of 1,500.00 alone, nobody placed yet."""
    start_up = samples.line(
        settled_in="2015-11", service_month="2015-11", ags=samples.DUEREN, case_id="", kind="start_up", reference="", provider_kind=None,
        unit="piece", rate_cents=None, cost_cents=1500_00, computed_cents=1500_00, delta_cents=1500_00, file_sha256=None, sheet=None, row=None,
    )  # fmt: skip
    whole = samples.premium_statement()
    return replace(
        whole, month="2015-11", lines=samples.lines_frame([start_up]), cases=whole.cases.clear(), total_cents=1500_00
    )


def test_totals_have_names(tmp_path: Path) -> None:
    """Saved 3,470.00 + 1,240.68, charged 2,500.00 + 634.68, start-up 1,500.00."""
    book = load_workbook(written(samples.premium_statement(), tmp_path), data_only=True)
    assert {name: named(book, name) for name in book.defined_names} == {
        "Gesamtbetrag": 969.08,
        "Zahlbetrag": 969.08,
        "Summe_laufender_Monat": 913.88,
        "Summe_Korrekturen": 55.20,
        "Ersparnis_bis_heute": 4710.68,
        "Praemien_bis_heute": 3134.68,
        "Verbleibt_bis_heute": 1576.00,
        "Verbleibt_mit_Anschubfinanzierung": 76.00,
        "Ausgeglichen_ab": datetime(2016, 8, 1),
    }


def test_first_month_shows_the_start_up_as_not_yet_covered(tmp_path: Path) -> None:
    book = load_workbook(written(first_month(), tmp_path), data_only=True)
    assert book.sheetnames == ["Anschreiben", "Positionen", "Neutralität", "Nachweis", "Hinweise"]
    assert named(book, "Ersparnis_bis_heute") == 0
    assert named(book, "Verbleibt_mit_Anschubfinanzierung") == -1500
    assert named(book, "Ausgeglichen_ab") == "noch nicht erreicht"
    assert book["Neutralität"]._charts == []


def test_a_nil_notice_has_no_empty_tables(tmp_path: Path) -> None:
    book = load_workbook(written(samples.nil(), tmp_path), data_only=True)
    assert book.sheetnames == ["Anschreiben", "Hinweise"]
    assert named(book, "Zahlbetrag") == 0


def test_a_chart_is_told_in_words_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(samples.premium_statement(), tmp_path)) as archive:
        drawing, chart = (archive.read(f"xl/{part}1.xml").decode() for part in ("drawings/drawing", "charts/chart"))
    assert (
        'descr="Liniendiagramm der Tabelle darüber, November 2015 bis August 2016: am Ende 4.710,68 € Ersparnis und 3.134,68 € Prämien und Ausgleich."'
        in drawing
    )
    assert chart.count("<c:ser>") == 2
    assert "<c:v>4710.68</c:v>" in chart  # values are stored for programs that do not calculate
    assert 'prstDash val="dash"' in chart  # told apart without colour
    assert 'symbol val="square"' in chart


@pytest.mark.parametrize(
    ("sheet", "cell", "style"),
    [
        ("Anschreiben", "A1", "Briefkopf"),
        ("Positionen", "A3", "Tabellenkopf"),
        ("Positionen", "N3", "Tabellenkopf"),
        ("Positionen", "O5", "Tabelle Betrag"),
        ("Positionen", "O7", "Summe Betrag"),
        ("Herleitung", "D4", "Tabelle Datum"),
    ],
)
def test_styles_have_names(premiums: Workbook, sheet: str, cell: str, style: str) -> None:
    assert premiums[sheet][cell].style == style


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("style", STYLES)
def test_text_stands_out_from_its_ground(style: str) -> None:
    """At least 7 : 1, level AAA."""
    ink, ground = STYLES[style].get("font_color", "#000000"), STYLES[style].get("bg_color", "#FFFFFF")
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 7


def test_text_has_the_typeface_that_is_named(tmp_path: Path) -> None:
    """A font with a scheme is shown in the theme's font, whatever its name."""
    with zipfile.ZipFile(written(samples.invoice(), tmp_path)) as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert 'name val="Arial"' in styles
    assert "<scheme" not in styles


def test_corrections_lead_from_the_old_amount_to_the_new_with_every_cause(tmp_path: Path) -> None:
    book = load_workbook(written(samples.corrected(), tmp_path), data_only=True)
    rows = list(book["Korrekturen"].iter_rows(min_row=4, max_row=12, values_only=True))
    assert [(row[0], row[3], row[5], row[6], row[7], row[8]) for row in rows[:4]] == [
        (1, "FG-101", 24, 0, -24, "Korrekturmeldung"),
        (2, "FG-101", 12.80, 16, 3.20, "Rechtsänderung"),
        (2, "FG-101", 16, 20, 4, "Korrekturmeldung"),
        (3, "FG-107", 0, 8, 8, "Verspätete Meldung"),
    ]
    assert rows[0][9] == (
        "Ihre Kommune hat die Angaben, auf denen der Betrag beruht, neu gemeldet. "
        "Die Position steht nicht mehr in der gültigen Meldung; der frühere Betrag wird zurückgenommen."
    )
    assert str(rows[1][9]).endswith("Begründung des Kreises: Satz für Februar nachgetragen, Vermerk 12/2025")
    assert [(row[0], row[7]) for row in rows[4:8]] == [
        ("Summe der Nachmeldungen und Korrekturen früherer Monate", -8.80),
        ("davon: Rechtsänderung", 3.20),
        ("davon: Verspätete Meldung", 8),
        ("davon: Korrekturmeldung", -20),  # −24.00 + 4.00
    ]
    assert named(book, "Summe_Korrekturen") == -8.80
    assert letter(book) == [
        "Enthalten ist auch Ihre Nachmeldung für Februar 2025 (Blatt „Korrekturen“).",
        "Frühere Monate werden dabei berichtigt; was sich warum geändert hat, steht auf dem Blatt „Korrekturen“.",
    ]


def test_a_correction_follows_what_a_reader_changes_in_its_position(tmp_path: Path) -> None:
    """February's 25.00 h become 30.00: 24.00 instead of 20.00; its last cause rises from 4.00 to 8.00, the sum by 4.00."""
    if SOFFICE is None:
        pytest.skip(MISSING)
    path = written(samples.corrected(), tmp_path)
    book = load_workbook(path)
    columns = {cell.value: cell.column for cell in book["Positionen"][3]}
    (row,) = (row for row in range(4, 20) if book["Positionen"].cell(row, columns["Menge"]).value == 25)
    book["Positionen"].cell(row, columns["Menge"]).value = 30
    book.save(tmp_path / "changed.xlsx")
    changed = load_workbook(recalculate([tmp_path / "changed.xlsx"], tmp_path)["changed.xlsx"], data_only=True)
    rows = list(changed["Korrekturen"].iter_rows(min_row=4, max_row=8, min_col=6, max_col=8, values_only=True))
    assert rows == [
        (24, 0, -24),
        (12.80, 16, 3.20),  # what the law changed stands
        (16, 24, 8),  # the last cause leads to what the position comes to
        (0, 8, 8),
        (None, None, -4.80),  # −24.00 + 3.20 + 8.00 + 8.00
    ]
    assert changed["Anschreiben"].cell(*zahlbetrag(changed)).value == 4.80


def zahlbetrag(book: Workbook) -> tuple[int, int]:
    ((_, place),) = book.defined_names["Zahlbetrag"].destinations
    cell = book["Anschreiben"][place.replace("$", "")]
    return cell.row, cell.column


def letter(book: Workbook) -> list[str]:
    """The letter's paragraphs after what it is about, up to the amount."""
    texts = [str(cell.value) for cell in book["Anschreiben"]["A"] if cell.value]
    return texts[texts.index("Sehr geehrte Damen und Herren,") + 2 : texts.index("Guthaben")]


def test_a_correction_whose_cause_was_never_stored_says_so(tmp_path: Path) -> None:
    statement = samples.corrected()
    book = load_workbook(written(replace(statement, corrections=statement.corrections.clear()), tmp_path))
    assert [book["Korrekturen"].cell(row, 9).value for row in (4, 5, 6)] == ["–", "–", "–"]
    assert "nicht überliefert" in str(book["Korrekturen"]["J5"].value)


def test_causes_that_do_not_add_up_are_never_written(tmp_path: Path) -> None:
    statement = samples.corrected()
    with pytest.raises(ValueError, match="do not add up to 720 cents"):
        written(replace(statement, corrections=statement.corrections[[0, 1, 3]]), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_month_without_a_saving_that_counts_is_not_in_the_sum(tmp_path: Path) -> None:
    """RULES worked figure 7: −213.00 and 780.00 count, June lies outside the target group; charged 453.60."""
    sheet = load_workbook(written(samples.lost_grant(), tmp_path), data_only=True)["Herleitung"]
    total = next(row for row in sheet.iter_rows(values_only=True) if str(row[0]).startswith("Summe"))
    assert (total[13], total[17]) == (567.00, 453.60)


def test_a_first_month_is_an_invoice_of_the_start_up(tmp_path: Path) -> None:
    statement = first_month()
    assert statement.kind is DocumentKind.INVOICE
    cover = load_workbook(written(statement, tmp_path), data_only=True)["Anschreiben"]
    amounts = {row[0]: row[3] for row in cover.iter_rows(max_col=4, values_only=True)}
    assert amounts["Anschubfinanzierung"] == 1500
    assert amounts["Gesamtbetrag"] == 1500
    assert "Die Abrechnung enthält die vereinbarte Anschubfinanzierung, die einmalig fällig wird." in amounts


@pytest.mark.parametrize(("name", "final"), [("corrected", True), ("invoice", True), ("draft", False), ("nil", False)])
def test_only_a_final_letter_about_money_points_to_its_e_invoice_and_can_be_confirmed(
    name: str, final: bool, tmp_path: Path
) -> None:
    path = written(getattr(samples, name)(), tmp_path)
    cover = "\n".join(str(cell.value) for cell in load_workbook(path)["Anschreiben"]["A"] if cell.value)
    assert ("Maßgeblich ist die E-Rechnung (XRechnung) gleicher Nummer" in cover) is final
    assert ("Sachlich und rechnerisch richtig" in cover) is final


@pytest.mark.parametrize("balanced", [True, False])
def test_without_an_amount_to_book_there_is_nothing_to_confirm(balanced: bool, tmp_path: Path) -> None:
    """4.00 more and 4.00 less are still to be rebooked; lines that the county bears itself are not."""
    lines = [
        samples.INVOICE_LINES[-2],
        samples.hours("5.00", 400, posted=800, service_month="2025-02", case_id="FG-109"),
    ]
    statement = samples.statement(lines, DocumentKind.STATEMENT, 0) if balanced else samples.zero()
    cover = "\n".join(str(cell.value) for cell in load_workbook(written(statement, tmp_path))["Anschreiben"]["A"])
    assert "Es ist nichts zu zahlen und nichts zu erstatten." in cover
    assert ("Die Beträge gleichen sich aus." in cover) is balanced
    assert ("Sachlich und rechnerisch richtig" in cover) is balanced


@pytest.mark.parametrize("count", [3, 4])
def test_many_manual_lines_are_told_as_one(count: int, tmp_path: Path) -> None:
    """Five euros each to the municipality's account: up to three are told one by one, four make 20.00 together."""
    manual = [
        samples.line(
            kind="adjustment", case_id="", reference=f"V-{number}", provider_kind=None, unit="piece", rate_cents=None, cost_cents=5_00,
            computed_cents=5_00, delta_cents=5_00, reason=["laut Bescheid"], file_sha256=None, sheet=None, row=None,
        )
        for number in range(count)
    ]  # fmt: skip
    path = written(samples.statement(manual, DocumentKind.INVOICE, count * 5_00), tmp_path)
    told = [
        str(cell.value) for cell in load_workbook(path)["Anschreiben"]["A"] if "manuelle Buchung" in str(cell.value)
    ]
    single = [
        f"Enthalten ist eine manuelle Buchung über 5,00 € zulasten Ihrer Kommune (März 2025, Beleg V-{number}). Grund: laut Bescheid."
        for number in range(count)
    ]
    together = (
        "Enthalten sind 4 manuelle Buchungen über zusammen 20,00 €; Beleg und Grund stehen auf dem Blatt „Nachweis“."
    )
    assert told == (single if count == 3 else [together])


def guarantee(book: Workbook, sheet: str, column: str, rows: int) -> list[object]:
    return [book[sheet][f"{column}{row}"].value for row in range(4, 4 + rows)]


def test_a_case_that_costs_more_than_it_saves_breaks_no_promise_while_nothing_is_charged_for_it(tmp_path: Path) -> None:
    """RULES worked figure 7: −213.00 saved by the end of April, premium 0.00; 567.00 by the end of May, premium 453.60."""
    book = load_workbook(written(samples.lost_grant(), tmp_path), data_only=True)
    assert guarantee(book, "Herleitung", "O", 3) == [-213, 567, 567]
    assert guarantee(book, "Herleitung", "S", 3) == ["erfüllt"] * 3
    assert guarantee(book, "Neutralität", "I", 3) == ["erfüllt"] * 3


def test_a_premium_above_the_saving_of_its_case_shows_even_where_other_cases_saved_enough(tmp_path: Path) -> None:
    """One cent more than the first case saved by the end of May (1,388.00), while both together saved far more."""
    whole = samples.premium_statement()
    charged = whole.cases["premium_to_date_cents"].to_list()
    place = whole.cases.select(pl.struct("case_id", "service_month")).to_series().to_list().index(
        {"case_id": "DN-2016-0001", "service_month": "2016-05"}
    )  # fmt: skip
    charged[place] = 1388_01
    broken = replace(whole, cases=whole.cases.with_columns(premium_to_date_cents=pl.Series(charged)))
    book = load_workbook(written(broken, tmp_path), data_only=True)
    months = {
        cell.value: book["Herleitung"][f"S{cell.row}"].value
        for cell in book["Herleitung"]["B"]
        if book["Herleitung"][f"A{cell.row}"].value == "DN-2016-0001"
    }
    assert {month.month for month, verdict in months.items() if verdict == "verletzt"} == {5}


def test_a_cent_that_is_posted_above_the_saving_shows(tmp_path: Path) -> None:
    """By the end of May 1,388.00 are saved and 1,388.01 posted; June saves 694.00 + 447.33 and is charged 555.20.

    What counts is what is posted, whatever the derivation of the premiums says.
    """
    whole = samples.premium_statement()
    one_cent = pl.when(service_month="2016-05").then(1388_01).otherwise("premium_cents")
    posted = whole.neutrality.balances.with_columns(premium_cents=one_cent)
    broken = replace(whole, neutrality=Neutrality(posted, of_municipalities(posted, ""), ""))
    book = load_workbook(written(broken, tmp_path), data_only=True)
    # from November 2015, when the start-up contribution was due, to August 2016
    assert guarantee(book, "Neutralität", "I", 10) == ["erfüllt"] * 6 + ["verletzt"] + ["erfüllt"] * 3


def test_until_the_start_up_is_due_nothing_is_said_of_whether_it_is_covered(tmp_path: Path) -> None:
    """1,500.00 of June 2016 are covered in August for the first time, by 76.00, as if they had been due before."""
    whole = samples.premium_statement()
    later = replace(whole, neutrality=samples.neutrality_of(whole.cases, ("2016-06", 1500_00)))
    book = load_workbook(written(later, tmp_path), data_only=True)
    told = {row[0].strftime("%Y-%m"): row[11] for row in book["Neutralität"].values if isinstance(row[0], datetime)}
    assert list(told.items())[-4:] == [("2016-05", "–"), ("2016-06", "nein"), ("2016-07", "nein"), ("2016-08", "ja")]
    assert {verdict for month, verdict in told.items() if month < "2016-06"} == {"–"}
    legend = [str(value) for row in book["Neutralität"].values for value in row]
    assert any(text.endswith("„–“ steht, solange sie noch nicht fällig ist.") for text in legend)
    notes = [str(value) for row in book["Hinweise"].values for value in row]
    assert any(" laut Vereinbarung, abgerechnet für " in text for text in notes)


@pytest.mark.parametrize("erased", [True, False])
def test_what_erased_cases_saved_stays_in_the_sums_and_the_legend_says_so(erased: bool, tmp_path: Path) -> None:
    """DN-2016-0001 saved 3,470.00 of 4,710.68; its derivation is gone, the balances are as they were."""
    whole = samples.premium_statement()
    kept = whole.cases.filter(pl.col("case_id") != "DN-2016-0001")
    statement = replace(whole, cases=kept, erased_before=2016) if erased else replace(whole, erased_before=2016)
    book = load_workbook(written(statement, tmp_path), data_only=True)
    assert named(book, "Ersparnis_bis_heute") == 4710.68
    legend = [str(value) for row in book["Neutralität"].values for value in row]
    told = "Die Daten der Fälle, die vor 2016 endeten, sind gelöscht: Auf dem Blatt „Herleitung“ stehen sie nicht mehr; ihre Ersparnis und ihre Prämien sind hier weiter enthalten."  # fmt: skip
    assert (told in legend) is erased


@pytest.mark.parametrize(
    ("closed_until", "verdicts"), [("", ["erfüllt"] * 3), ("2024-05", ["abgeschlossen"] * 2 + ["erfüllt"])]
)
def test_of_closed_months_nothing_is_promised_anew(closed_until: str, verdicts: list[str], tmp_path: Path) -> None:
    statement = samples.lost_grant()
    closed = replace(statement, neutrality=replace(statement.neutrality, closed_until=closed_until))
    book = load_workbook(written(closed, tmp_path), data_only=True)
    assert guarantee(book, "Neutralität", "I", 3) == verdicts


def test_the_derivation_says_where_in_the_return_its_figures_stand(tmp_path: Path) -> None:
    book = load_workbook(written(samples.premium_statement(), tmp_path))
    told = " ".join(str(cell.value) for cell in book["Herleitung"]["A"])
    assert "in der Zeile des Falls: Leistungsart, Bedarfsstufe, Unterkunftskosten, gezahlte Leistung und Status auf dem Blatt „Leistungen“" in told  # fmt: skip
    assert "Beginn, Ende und Löhne auf dem Blatt „Vermittlungen“" in told
