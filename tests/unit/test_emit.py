"""Workbooks and tables: the cents of the frames, text that stays text, drafts that look it, the same bytes."""

import csv
import io
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from flows.durable import replacing
from flows.emit.files import write_findings, write_parquet
from flows.emit.overview.workbook import write_overview
from flows.emit.statement.premium import read_cases, taken_over_in_words
from flows.emit.statement.workbook import write_statement
from flows.emit.wording.changed_amounts import Reasons
from flows.emit.wording.words import UNBROKEN
from schemas.documents import GERMAN_DOCUMENT_KIND, NONE, DocumentKind, Overview, ReturnState, Statement
from schemas.findings import finding, findings_frame
from schemas.guarantee import BALANCES, GUARANTEED, Neutrality
from schemas.open_items import Money
from schemas.results import (
    CASES,
    CORRECTIONS,
    GERMAN_LINE_KIND,
    GERMAN_LINE_KIND_IN_FULL,
    GERMAN_REASON,
    GERMAN_UNIT,
    LINES,
    LineKind,
    Reason,
    Unit,
    empty,
    frame_schema,
)
from tests.golden import samples
from tests.golden.books import reversals
from tests.golden.overviews import premium_overview

STATEMENTS = (
    "invoice",
    "draft",
    "corrected",
    "credit_note",
    "refund",
    "zero",
    "nil",
    "hostile",
    "premium_statement",
    "statutory",
    "milestones",
    "lost_grant",
)
FIRST_ROW = 4
NAIVE = datetime(2000, 1, 1)  # workbooks know no time zones


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("emit")
    for name in STATEMENTS:
        write_statement(target / f"{name}.xlsx", getattr(samples, name)())
    write_overview(target / "overview.xlsx", samples.overview())
    return target


@cache
def values(path: Path) -> Workbook:
    """A workbook as its reader sees it, opened once: no test changes it."""
    return load_workbook(path, data_only=True)


def cents(value: object) -> int:
    scaled = Decimal(str(value)) * 100
    assert scaled == int(scaled), f"no whole cents: {value}"
    return int(scaled)


def texts(sheet: Worksheet) -> str:
    """All that stands on a sheet; blanks that hold an IBAN together are ordinary ones here."""
    found = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return found.replace(UNBROKEN, " ")


def named(book: Workbook, name: str) -> object:
    ((sheet, place),) = book.defined_names[name].destinations
    return book[sheet][place.replace("$", "")].value


def headings(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value).replace("-\n", "").replace("\n", " "): cell.column for cell in sheet[3] if cell.value}


def column(sheet: Worksheet, heading: str) -> int:
    return headings(sheet)[heading]


def table(sheet: Worksheet, heading: str, key: str = "Fallnummer") -> list[object]:
    """The cells below a heading, in rows that have a key."""
    at, keys = column(sheet, heading), column(sheet, key)
    return [row[at - 1].value for row in sheet.iter_rows(min_row=FIRST_ROW) if len(row) >= keys and row[keys - 1].value]


def formulas(path: Path) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in load_workbook(path).worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ amounts


def test_invoice_totals(folder: Path) -> None:
    book = values(folder / "invoice.xlsx")
    assert named(book, "Gesamtbetrag") == 432.50
    assert named(book, "Zahlbetrag") == 432.50
    assert named(book, "Summe_laufender_Monat") == 452.50  # 427.20 + 25.30
    assert named(book, "Summe_Korrekturen") == -20.00
    cover = {row[0].value: row for row in book["Anschreiben"].iter_rows(max_col=4)}
    assert cover["Mehraufwandsentschädigung AGH (§ 5 AsylbLG)"][3].value == 427.20
    assert cover["Nachgewiesener Mehraufwand AGH (§ 5 Abs. 2 AsylbLG)"][3].value == 25.30
    assert cover["Nachmeldungen und Korrekturen früherer Monate"][3].value == -20.00
    assert cover["Gesamtbetrag"][3].value == 432.50


@pytest.mark.parametrize("name", ["invoice", "draft", "credit_note", "zero", "premium_statement", "hostile"])
def test_every_line_has_the_cents_of_the_frame(name: str, folder: Path) -> None:
    statement: Statement = getattr(samples, name)()
    sheet = values(folder / f"{name}.xlsx")["Positionen"]
    rows = list(
        zip(
            *(
                table(sheet, heading)
                for heading in ("Fallnummer", "Kosten", "Abzurechnen", "Bereits abgerechnet", "Betrag")
            ),
            strict=True,
        )
    )
    found = sorted((case, *map(cents, amounts)) for case, *amounts in rows)
    frame = statement.lines.select(
        pl.col("case_id").replace("", NONE), "cost_cents", "computed_cents", "posted_before_cents", "delta_cents"
    )
    assert found == sorted(frame.rows())


def test_cost_and_difference_are_formulas(folder: Path) -> None:
    sheet = load_workbook(folder / "invoice.xlsx")["Positionen"]
    first = FIRST_ROW + 1
    quantity, rate, cost, computed, posted, delta = (
        sheet.cell(first, column(sheet, heading)) for heading in ("Menge", "Satz", "Kosten", "Abzurechnen", "Bereits abgerechnet", "Betrag")
    )  # fmt: skip
    assert cost.value == f"=ROUND({quantity.coordinate}*{rate.coordinate},2)"
    assert computed.value == f"={cost.coordinate}"
    assert delta.value == f"=ROUND({computed.coordinate}-{posted.coordinate},2)"
    cover = formulas(folder / "invoice.xlsx")
    assert any(
        "SUMIF(" in formula and "Positionen" in formula
        for (sheet_name, _), formula in cover.items()
        if sheet_name == "Anschreiben"
    )


def test_what_the_county_bears_is_shown_and_explained(folder: Path) -> None:
    sheet = values(folder / "invoice.xlsx")["Positionen"]
    shown = [
        (cost, amount)
        for cost, amount, word in zip(table(sheet, "Kosten"), table(sheet, "Betrag"), table(sheet, "Abrechnung"), strict=True)
        if word == "Kreis trägt"
    ]  # fmt: skip
    assert shown == [(32.00, 0)] * 6
    assert "„Kreis trägt“: Der Kreis trägt die Kosten und zahlt sie selbst aus." in texts(sheet)


def test_what_the_municipality_laid_out_is_refunded(folder: Path) -> None:
    book, live = values(folder / "refund.xlsx"), load_workbook(folder / "refund.xlsx")
    sheet = book["Positionen"]
    assert table(sheet, "Abrechnung") == ["Erstattung", "Kommune trägt"]
    assert table(sheet, "Kosten") == [16.00, 8.00]
    assert table(sheet, "Betrag") == [-16.00, 0]
    assert str(table(live["Positionen"], "Abzurechnen")[0]).startswith("=-")
    assert named(book, "Zahlbetrag") == 16.00


def test_start_up_and_premium_on_the_cover(tmp_path: Path) -> None:
    premium = samples.premium_statement()
    start = samples.line(
        settled_in="2016-08", service_month="2016-08", ags=samples.DUEREN, case_id="", kind="start_up", reference="", provider_kind=None, unit="piece",
        rate_cents=None, cost_cents=1500_00, computed_cents=1500_00, delta_cents=1500_00, file_sha256=None, sheet=None, row=None,
    )  # fmt: skip
    lines = pl.concat([premium.lines, samples.lines_frame([start])])
    write_statement(tmp_path / "s.xlsx", replace(premium, lines=lines, total_cents=2469_08))
    cover = {row[0].value: row[3].value for row in values(tmp_path / "s.xlsx")["Anschreiben"].iter_rows(max_col=4)}
    assert (cover["Prämien für Vermittlungen"], cover["Anschubfinanzierung"], cover["Gesamtbetrag"]) == (
        913.88,
        1500.00,
        2469.08,
    )
    evidence = values(tmp_path / "s.xlsx")["Nachweis"]
    assert "ohne Meldung: laut Programmfestlegung" in table(evidence, "Datei der Meldung")


# ------------------------------------------------------------------------------------------------ premium


def test_derivation_shows_worked_figure_one(folder: Path) -> None:
    sheet = values(folder / "premium_statement.xlsx")["Herleitung"]
    cases = table(sheet, "Fallnummer")
    premiums = [
        premium for case, premium in zip(cases, table(sheet, "Prämie im Monat"), strict=True) if case == "DN-2016-0001"
    ]
    assert premiums == [0, 1110.40, 555.20, 555.20, 279.20]
    live = {place for sheet_name, place in formulas(folder / "premium_statement.xlsx") if sheet_name == "Herleitung"}
    for heading in ("Ersparnis im Monat", "Ersparnis bis heute", "Prämienziel", "Prämie bis heute", "Prämie im Monat"):
        letter = sheet.cell(FIRST_ROW, column(sheet, heading)).column_letter
        assert {f"{letter}{FIRST_ROW + row}" for row in range(8)} <= live, heading


def test_what_was_taken_over_of_a_case_is_told_in_numbers() -> None:
    """450.00 saved and 300.00 charged in one month before; then 750.00 saved, and 600.00 of the 900.00 to date charged."""
    case, *_ = read_cases(samples.premium_statement().cases)
    first = case._replace(
        case_id="BE-101", counted_month=2, saved_cents=750_00, saved_to_date_cents=1200_00,
        premium_to_date_cents=900_00, premium_cents=600_00,
    )  # fmt: skip
    assert taken_over_in_words(first) == "BE-101: Ersparnis 450,00 €, Prämien 300,00 €, gezählte Monate 1"


def test_the_saving_follows_the_benefit_that_the_programme_names(folder: Path) -> None:
    """Its formula adds health to the reported or to the statutory benefit, whichever `basis` names; 694.00 on both."""
    for name, heading in (("premium_statement", "(gemeldet)"), ("statutory", "(gesetzlich)")):
        sheet = load_workbook(folder / f"{name}.xlsx")["Herleitung"]
        benefit = sheet.cell(FIRST_ROW, column(sheet, f"Ersparte Leistung {heading}")).coordinate
        assert benefit in str(table(sheet, "Ersparnis im Monat")[0])
        assert table(values(folder / f"{name}.xlsx")["Herleitung"], "Ersparnis im Monat")[0] == 694.00


def test_premium_lines_refer_to_their_derivation(folder: Path) -> None:
    sheet = load_workbook(folder / "premium_statement.xlsx")["Positionen"]
    assert table(sheet, "Kosten") == ["=Herleitung!R8", "=Herleitung!R11", "=Herleitung!R7"]


def test_a_month_outside_the_target_group_has_no_formula_for_its_saving(folder: Path) -> None:
    sheet = load_workbook(folder / "lost_grant.xlsx")["Herleitung"]
    savings = table(sheet, "Ersparnis im Monat")
    assert savings[2] == 0
    assert str(savings[0]).startswith("=ROUND(")
    assert table(values(folder / "lost_grant.xlsx")["Herleitung"], "Ersparnis bis heute")[:3] == [
        -213.00,
        567.00,
        567.00,
    ]


def test_neutrality(folder: Path) -> None:
    """Saved 3,470.00 + 1,240.68, charged 2,500.00 + 634.68, start-up 1,500.00: 76.00 remain in August."""
    book = values(folder / "premium_statement.xlsx")
    sheet = book["Neutralität"]
    last = {heading: sheet.cell(FIRST_ROW + 9, at).value for heading, at in headings(sheet).items()}
    assert last["Ersparnis bis heute"] == 4710.68
    assert last["Prämien und Ausgleich bis heute"] == 3134.68
    assert last["Verbleibt bis heute"] == 1576.00
    assert last["Prämien und Ausgleich ≤ Ersparnis"] == "erfüllt"
    assert last["Verbleibt mit Anschubfinanzierung"] == 76.00
    assert named(book, "Ausgeglichen_ab") == NAIVE.replace(year=2016, month=8)


def test_reasons_are_words(folder: Path) -> None:
    shown = texts(values(folder / "premium_statement.xlsx")["Nicht berechtigt"])
    assert "DN-2016-0003" in shown
    assert (
        "Der Bruttolohn liegt nicht über der Geringfügigkeitsgrenze (Minijob). Die Zustimmung der Kommune liegt nach dem Beginn"
        in shown
    )


def test_sheets_of_premiums_only_where_there_are_cases(folder: Path) -> None:
    assert values(folder / "invoice.xlsx").sheetnames == [
        "Anschreiben", "Positionen", "Korrekturen", "Nachweis", "Hinweise",
    ]  # fmt: skip
    assert values(folder / "premium_statement.xlsx").sheetnames == [
        "Anschreiben", "Positionen", "Korrekturen", "Herleitung", "Neutralität", "Nicht berechtigt", "Nachweis", "Hinweise",
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------ words


def test_letter_of_an_invoice(folder: Path) -> None:
    cover = texts(values(folder / "invoice.xlsx")["Anschreiben"])
    for piece in (
        "Landkreis Mittelsachsen", "Freiberg, Stadt", "Obermarkt 24", "Rechnung AGH-2025-0007 für März 2025", "14.05.2025", "14.04.2025",
        "DE89 3704 0044 0532 0130 00", "AGH-2025-0007 PK 2180", "14522180", "Kreiskasse, Frau Sommer", "Januar 2025 bis März 2025",
        "Sachlich und rechnerisch richtig",
    ):  # fmt: skip
        assert piece in cover, piece


def test_letter_of_a_credit_note_says_where_the_money_goes(folder: Path, tmp_path: Path) -> None:
    book = values(folder / "credit_note.xlsx")
    cover = texts(book["Anschreiben"])
    assert "Gutschrift AGH-2025-0007" in cover
    assert "DE02 1203 0000 0000 2020 51" in cover
    assert named(book, "Zahlbetrag") == 20.00
    assert named(book, "Gesamtbetrag") == -20.00
    assert "zurückgestellt" in cover
    write_statement(tmp_path / "c.xlsx", samples.credit_note(municipality=samples.ALLOWANCES.members[samples.FREIBERG]))
    assert "bitte teilen Sie uns Ihre Bankverbindung mit" in texts(values(tmp_path / "c.xlsx")["Anschreiben"])


def test_letter_of_a_nil_return(folder: Path, tmp_path: Path) -> None:
    cover = texts(values(folder / "nil.xlsx")["Anschreiben"])
    assert "Nullmitteilung für März 2025" in cover
    assert "Ihre Meldung für März 2025 liegt uns noch nicht vor." in cover
    assert "dient nur Ihrer Kenntnis" not in cover
    assert "Dokumentnummer" not in cover
    write_statement(tmp_path / "n.xlsx", samples.nil(return_state=ReturnState.ACCEPTED))
    accepted = texts(values(tmp_path / "n.xlsx")["Anschreiben"])
    assert "dient nur Ihrer Kenntnis" in accepted
    assert "noch nicht vor" not in accepted


def test_evidence_names_file_sheet_row_and_checksum(folder: Path) -> None:
    sheet = values(folder / "invoice.xlsx")["Nachweis"]
    rows = list(
        zip(
            *(table(sheet, heading) for heading in ("Datei der Meldung", "Blatt", "Zeile", "Prüfsumme (Anfang)")),
            strict=True,
        )
    )
    assert len(rows) == 30
    assert rows[0] == ("Meldung Freiberg März 2025.xlsx", "Arbeitsgelegenheiten", 5, "ab12ab12ab12")
    assert rows[-1] == ("Korrektur Freiberg.xlsx", "Arbeitsgelegenheiten", 9, "cd34cd34cd34")
    assert "der frühere Betrag wird zurückgenommen" in str(table(sheet, "Begründung")[28])
    assert set(table(sheet, "Rechtsgrundlage")) == {
        "§ 5 Abs. 2 AsylbLG i.d.F. Integrationsgesetz v. 31.07.2016 BGBl. I S. 1939"
    }


def test_evidence_names_the_cell_that_a_line_stands_on(folder: Path) -> None:
    """Hours stand in column G, expenses in H of the file; of the other file the places of the columns are not known."""
    sheet = values(folder / "invoice.xlsx")["Nachweis"]
    cells = list(zip(table(sheet, "Art"), table(sheet, "Zeile"), table(sheet, "Zelle"), strict=True))
    assert ("Mehraufwandsentschädigung", 24, "G24") in cells
    assert ("Nachgewiesener Mehraufwand", 5, "H5") in cells
    assert cells[-1] == ("Mehraufwandsentschädigung", 9, "–")


def test_every_word_is_german() -> None:
    assert set(GERMAN_REASON) == set(Reason)
    assert set(GERMAN_LINE_KIND) == set(GERMAN_LINE_KIND_IN_FULL) == set(LineKind)
    assert set(GERMAN_UNIT) == set(Unit)
    assert set(GERMAN_DOCUMENT_KIND) == set(DocumentKind)


@pytest.mark.parametrize("name", [*STATEMENTS, "overview"])
def test_no_raw_names(name: str, folder: Path) -> None:
    raw = {*LINES.columns, *CASES.columns, *DocumentKind, *Reason, *ReturnState} - {
        "file",
        "row",
        "sheet",
        "status",
        "hours",
        "nil",
        "kind",
        "ags",
        "reason",
    }
    shown = "\n".join(texts(sheet) for sheet in values(folder / f"{name}.xlsx").worksheets)
    assert [word for word in raw if word in shown.split()] == []
    assert "_cents" not in shown
    assert "parquet" not in shown  # its readers have Excel


# ------------------------------------------------------------------------------------------------ drafts


def test_a_draft_says_so_on_every_sheet(folder: Path, tmp_path: Path) -> None:
    write_statement(
        tmp_path / "p.xlsx", samples.premium_statement(draft=True, number=None, document_date=None, due_date=None)
    )
    write_overview(tmp_path / "o.xlsx", samples.overview(draft=True, document_date=None, approved_by=None))
    for path in (folder / "draft.xlsx", tmp_path / "p.xlsx", tmp_path / "o.xlsx"):
        for sheet in values(path).worksheets:
            assert str(sheet["A1"].value).startswith("ENTWURF"), sheet.title
        with zipfile.ZipFile(path) as archive:
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
            assert all("&amp;C" in (xml := archive.read(name).decode()) and "ENTWURF&amp;R" in xml for name in sheets)
    cover = texts(values(folder / "draft.xlsx")["Anschreiben"])
    assert "wird mit der Freigabe vergeben" in cover
    assert "AGH-2025" not in cover


@pytest.mark.parametrize("name", ["invoice", "credit_note", "zero", "nil", "premium_statement", "overview"])
def test_a_final_document_is_no_draft(name: str, folder: Path) -> None:
    with zipfile.ZipFile(folder / f"{name}.xlsx") as archive:
        assert not any(b"ENTWURF" in archive.read(part) for part in archive.namelist())


# ------------------------------------------------------------------------------------------------ safety


def test_text_of_a_municipality_is_never_a_formula(folder: Path) -> None:
    for name in ("hostile", "overview"):
        for place, formula in formulas(folder / f"{name}.xlsx").items():
            assert not any(text.lstrip("=") in formula for text in samples.HOSTILE if len(text) > 2), place
    with zipfile.ZipFile(folder / "hostile.xlsx") as archive:
        assert b"<hyperlink" not in b"".join(archive.read(name) for name in archive.namelist())
    evidence = values(folder / "hostile.xlsx")["Nachweis"]
    assert [str(text).strip() for text in table(evidence, "Blatt")][:5] == list(samples.HOSTILE)
    assert set(table(evidence, "Datei der Meldung")[:5]) == {samples.HOSTILE[0]}
    raw = load_workbook(folder / "hostile.xlsx")["Nachweis"]
    assert all(cell.data_type != "f" for row in raw.iter_rows(min_row=FIRST_ROW) for cell in row)


def test_strange_file_names_can_be_written(tmp_path: Path) -> None:
    write_statement(
        tmp_path / "s.xlsx",
        samples.invoice(files={samples.HASH: "M\udce4rz.xlsx", samples.OTHER_HASH: "Steuer\x07.xlsx"}),
    )
    assert table(values(tmp_path / "s.xlsx")["Nachweis"], "Datei der Meldung")[0] == "M?rz.xlsx"


def test_an_ampersand_in_a_name_is_no_code_in_the_header(tmp_path: Path) -> None:
    member = samples.ALLOWANCES.members[samples.FREIBERG].model_copy(update={"name": "Bad & Burg"})
    write_statement(tmp_path / "s.xlsx", samples.invoice(municipality=member))
    with zipfile.ZipFile(tmp_path / "s.xlsx") as archive:
        assert "Bad &amp;&amp; Burg" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_contradictions_are_never_written(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    path.write_bytes(b"earlier")
    with pytest.raises(ValueError, match="add up to 43250 cents"):
        write_statement(path, replace(samples.invoice(), total_cents=1))
    wrong = samples.invoice().lines.with_columns(delta_cents=pl.col("delta_cents") + 1)
    with pytest.raises(ValueError, match="delta is not computed"):
        write_statement(path, replace(samples.invoice(), lines=wrong))
    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file.txt"
    with replacing(path) as part:
        part.write_text("first")
        assert not path.exists()
    with pytest.raises(RuntimeError), replacing(path) as part:
        part.write_text("sec")
        raise RuntimeError
    assert path.read_text() == "first"
    assert list(path.parent.iterdir()) == [path]


# ------------------------------------------------------------------------------------------------ bytes


def test_the_same_input_gives_the_same_bytes_whatever_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = samples.invoice().lines
    findings = samples.overview().findings

    def write(folder: Path) -> dict[str, bytes]:
        write_statement(folder / "a.xlsx", samples.premium_statement())
        write_statement(folder / "b.xlsx", samples.draft())
        write_overview(folder / "c.xlsx", samples.overview())
        write_parquet(folder / "d.parquet", frame)
        write_findings(folder / "e.csv", findings)
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    first = write(tmp_path / "first")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    second = write(tmp_path / "second")
    monkeypatch.undo()
    time.tzset()
    assert first == second
    assert len(first) == 5


@pytest.mark.parametrize(
    ("name", "created"), [("invoice", "2025-04-14"), ("draft", "2025-03-31"), ("overview", "2025-04-14")]
)
def test_properties_come_from_the_document(name: str, created: str, folder: Path) -> None:
    with zipfile.ZipFile(folder / f"{name}.xlsx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count(f"{created}T00:00:00Z") == 2
    assert "<dc:creator>Landkreis Mittelsachsen</dc:creator>" in core
    assert "<dc:subject>Arbeitsgelegenheiten für Asylbewerberinnen und Asylbewerber</dc:subject>" in core


# ------------------------------------------------------------------------------------------------ paper


@pytest.mark.parametrize("name", ["invoice", "premium_statement", "overview"])
def test_pages(name: str, folder: Path) -> None:
    for sheet in load_workbook(folder / f"{name}.xlsx").worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth in (None, 1)
        # a letter is printed as large as it is; tables are fitted to the paper's width
        assert bool(sheet.sheet_properties.pageSetUpPr.fitToPage) is (sheet.title != "Anschreiben")
        assert "Seite &P von &N" in str(sheet.oddFooter.right.text).replace("&[Page]", "&P").replace("&[Pages]", "&N")
        is_table = sheet.title not in ("Anschreiben", "Hinweise")
        assert sheet.page_setup.orientation == ("landscape" if is_table else "portrait")
        if is_table:
            assert sheet.print_title_rows == "$3:$3"
            assert sheet.freeze_panes == f"A{FIRST_ROW}"
            keys = {cell.row for cell in sheet["A"] if isinstance(cell.value, int | datetime) and cell.row >= FIRST_ROW}
            assert not any(merged.min_row in keys for merged in sheet.merged_cells.ranges)


# ------------------------------------------------------------------------------------------------ overview


def write_and_read(overview: Overview, tmp_path: Path) -> Workbook:
    write_overview(tmp_path / "o.xlsx", overview)
    return values(tmp_path / "o.xlsx")


def test_overview_sums_and_checks(folder: Path) -> None:
    book = values(folder / "overview.xlsx")
    summary = book["Übersicht"]
    assert [cell.value for cell in summary[4]][:11] == [
        "14522080", "Döbeln, Stadt", "PK 2080", "zurückgestellt", "Gutschrift", "AGH-2025-0006",
        0, -20.00, -20.00, -20.00, "OK",
    ]  # fmt: skip
    assert [cell.value for cell in summary[5]][:7] == [
        "14522140", "Flöha, Stadt", "PK 2140", "fehlt", "Nullmitteilung", "–", 0,
    ]  # fmt: skip
    # 427.20 + 25.30 in March; 4.00 − 24.00 before
    assert [cell.value for cell in summary[6]][3:11] == [
        "übernommen", "Rechnung", "AGH-2025-0007", 452.50, -20.00, 432.50, 432.50, "OK",
    ]  # fmt: skip
    assert summary["L6"].value == NAIVE.replace(year=2025, month=5, day=14)
    assert named(book, "Gesamtbetrag") == 412.50
    assert (summary["I8"].value, summary["I9"].value) == (432.50, -20.00)
    assert "Fehlende Meldungen (1): Flöha, Stadt (14522140)." in texts(summary)
    assert (
        "Nächster Schritt: Abrechnungen und E-Rechnungen (Ordner „Kommunen“) versenden; Buchungen-2025-03.csv der Kasse geben; Zahlungen-2025-03.xml im Bankprogramm einlesen und dort freigeben; Korrekturmappen (Ordner „Korrekturen“) zurücksenden."
        in texts(summary)
    )
    checks = [
        [cell.value for cell in row] for row in book["Kontrolle"].iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 9)
    ]
    assert [row[1:] for row in checks] == [
        *([412.50, 412.50, 0, "OK"] for _ in range(4)),  # documents, bookings, lines, changes
        [-40.00, -40.00, 0, "OK"],  # corrections: twice 4.00 − 24.00
        [4, 4, 0, "OK"], [3, 3, 0, "OK"], [3, 3, 0, "OK"], [1, 1, 0, "OK"],
        [20.00, 20.00, 0, "OK"],  # Döbeln's credit is all that is paid out
    ]  # fmt: skip
    assert named(book, "Gesamtergebnis") == "OK"


def test_a_deviation_is_shown(tmp_path: Path) -> None:
    documents = samples.overview().documents.with_columns(
        total_cents=pl.col("total_cents") + pl.when(ags=samples.FREIBERG).then(1).otherwise(0)
    )
    book = write_and_read(samples.overview(documents=documents), tmp_path)
    assert book["Übersicht"]["K6"].value == "ABWEICHUNG"
    assert book["Kontrolle"]["E4"].value == "ABWEICHUNG"
    assert book["Kontrolle"]["D4"].value == 0.01
    assert named(book, "Gesamtergebnis") == "ABWEICHUNG"


@pytest.mark.parametrize(("held", "verdict"), [(12, "OK"), (11, "ABWEICHUNG")])
def test_the_guarantee_is_a_control_sum(held: int, verdict: str, tmp_path: Path) -> None:
    """Twelve months in which 1.00 was saved and charged; where one is not held, it was 1.01."""
    rows = [(samples.DUEREN, "", f"2016-{month:02d}", 1_00 + (month > held), 1_00) for month in range(1, 13)]
    guaranteed = pl.DataFrame(rows, schema=frame_schema(GUARANTEED), orient="row")
    book = write_and_read(premium_overview(neutrality=Neutrality(empty(BALANCES), guaranteed, "")), tmp_path)
    row = next(row for row in book["Kontrolle"].iter_rows(values_only=True) if "Ausgleich ≤ Ersparnis" in str(row[0]))
    assert row[1:] == (12, held, held - 12, verdict)
    assert named(book, "Gesamtergebnis") == verdict
    assert table(book["Neutralität"], "Gebucht ≤ Ersparnis") == ["erfüllt"] * held + ["verletzt"] * (12 - held)


def test_the_guarantee_follows_the_amounts_beside_it(tmp_path: Path) -> None:
    """A row for March to May: 500.00 of 694.00, nothing of −200.00, 1,110.40 of 1,388.00; the control sum counts their verdicts."""
    write_overview(tmp_path / "overview.xlsx", premium_overview())
    sheet, live = values(tmp_path / "overview.xlsx")["Neutralität"], formulas(tmp_path / "overview.xlsx")
    told = [
        table(sheet, heading)
        for heading in ("Ersparnis bis dahin", "Prämien und Ausgleich bis dahin gebucht", "Gebucht ≤ Ersparnis")
    ]
    assert [*zip(*told, strict=True)] == [
        (694.00, 500.00, "erfüllt"),
        (-200.00, 0, "erfüllt"),
        (1388.00, 1110.40, "erfüllt"),
    ]
    assert live["Neutralität", "G4"] == '=IF(F4<=MAX(0,E4),"erfüllt","verletzt")'
    counted = {formula for (sheet, _), formula in live.items() if sheet == "Kontrolle" and "'Neutralität'" in formula}
    assert counted == {"=COUNTA('Neutralität'!$D$4:$D$6)", "=COUNTIF('Neutralität'!$G$4:$G$6,\"erfüllt\")"}


def test_many_findings_alike_are_grouped(folder: Path) -> None:
    sheet = values(folder / "overview.xlsx")["Befunde"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 7)]
    assert [row[6] for row in rows] == ["Fehler"] * 7 + ["Warnung"]
    assert [row[4] for row in rows if row[7] == "C04"] == ["I6", "I7", "I8", "I9", "I10", "…"]
    assert rows[6][9] == "und 7 weitere gleicher Art; die vollständige Liste steht in findings.csv."


@pytest.mark.parametrize(("count", "rows", "more"), [(5, 5, False), (6, 6, False), (7, 6, True)])
def test_a_handful_of_findings_is_shown_in_full(count: int, rows: int, more: bool, tmp_path: Path) -> None:
    alike = [
        finding("R09", file="a.xlsx", ags=samples.FREIBERG, cell=f"A{row}", position="1", what="Stunden")
        for row in range(count)
    ]
    sheet = write_and_read(samples.overview(findings=findings_frame(alike)), tmp_path)["Befunde"]
    assert len([value for value in table(sheet, "Code", "Code") if value == "R09"]) == rows
    assert ("und 2 weitere" in texts(sheet)) is more


def test_an_empty_run(tmp_path: Path) -> None:
    whole = samples.overview()
    empty = whole.documents.with_columns(
        kind=pl.lit("nil"),
        number=pl.lit(None, pl.String),
        total_cents=pl.lit(0, pl.Int64),
        due_date=pl.lit(None, pl.Date),
    )
    book = write_and_read(
        replace(
            whole,
            lines=whole.lines.clear(),
            findings=whole.findings.clear(),
            received=whole.received.clear(),
            documents=empty,
        ),
        tmp_path,
    )
    assert named(book, "Gesamtbetrag") == 0
    assert "keine Positionen" in texts(book["Positionen"])
    assert "nichts zu beanstanden" in texts(book["Befunde"])
    assert "Fehlende Meldungen (3)" in texts(book["Übersicht"])


def test_what_changed_and_why(folder: Path) -> None:
    """Freiberg: February 400.00; March 452.50, 52.50 more, and −20.00 for earlier months: 432.50."""
    sheet = values(folder / "overview.xlsx")["Veränderung"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 3)]
    assert [row[2:7] for row in rows] == [
        [0, 0, -20.00, 0, -20.00], [30.00, -30.00, 0, 0, 0], [400.00, 52.50, -20.00, 0, 432.50],
        [430.00, 22.50, -40.00, 0, 412.50],
    ]  # fmt: skip
    assert [row[7] for row in rows[:3]] == [
        "Meldung für März 2025 zurückgestellt.",
        "Meldung für März 2025 fehlt. 0 statt 1 Positionen mit Betrag im laufenden Monat.",
        "22 statt 14 Positionen mit Betrag im laufenden Monat.",
    ]


def test_what_changed_after_a_month_that_took_something_back(tmp_path: Path) -> None:
    """April −300.00, all of it for March; May 1,110.40 of its own: −300.00 + 1,110.40 + 300.00."""
    sheet = write_and_read(premium_overview(), tmp_path)["Veränderung"]
    assert [cell.value for cell in sheet[FIRST_ROW]][2:] == [
        -300.00, 1_110.40, 300.00, 0, 1_110.40,
        "1 statt 0 Positionen mit Betrag im laufenden Monat. Die Nachträge der vorigen Abrechnung entfallen.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("again", "once", "told"),
    [
        (-100_00, -100_00, "Einmalige Beträge der vorigen Abrechnung entfallen."),
        (0, 100_00, "Anschubfinanzierung."),
        (0, -400_00, "Anschubfinanzierung. Einmalige Beträge der vorigen Abrechnung entfallen."),
    ],
)
def test_what_was_once_is_told_by_what_the_run_posts(again: int, once: int, told: str) -> None:
    """100.00 of start-up: anew after a Storno of as much (100.00 before, nothing now); for the first time; after 500.00 by hand."""
    start_up = samples.line(
        settled_in="2016-05", service_month="2016-05", ags=samples.DUEREN, case_id="", kind="start_up", reference="", provider_kind=None,
        unit="piece", rate_cents=None, cost_cents=100_00, computed_cents=100_00, delta_cents=100_00, file_sha256=None, sheet=None, row=None,
    )  # fmt: skip
    whole = premium_overview()
    back = reversals(("VP-2016-0032", "VP-2016-0030", "Anschrift", samples.DUEREN, "start_up", "2016-05", again))
    found = replace(whole, lines=samples.lines_frame([start_up]), finance=replace(whole.finance, reversals=back))
    change = {"ags": samples.DUEREN, "current_cents": 0, "earlier_cents": 0, "once_cents": once}
    assert Reasons(found).of(change) == told


@pytest.mark.parametrize(
    ("draft", "told"), [(True, "Was am 20.04.2025 offen ist, je"), (False, "Was am Tag der Freigabe offen war, je")]
)
def test_what_is_open_is_told_of_the_day_that_it_was_looked_at(draft: bool, told: str, tmp_path: Path) -> None:
    overview = samples.overview(draft=draft, money=Money(date(2025, 4, 20), (), (), ()))
    assert told in texts(write_and_read(overview, tmp_path)["Hinweise"])


def _caused(*rows: tuple[str, str, str, int, int, str, str | None]) -> pl.DataFrame:
    """AGS, service month, reference, old, new, cause, accepted reason, of allowances of FG-101."""
    records = [
        (month, ags, "FG-101", "allowance", reference, old, new, new - old, cause, reason)
        for ags, month, reference, old, new, cause, reason in rows
    ]
    return CORRECTIONS.validate(pl.DataFrame(records, schema=frame_schema(CORRECTIONS), orient="row"))


def test_corrections_stand_with_their_cause(tmp_path: Path) -> None:
    caused = _caused(
        (samples.FREIBERG, "2025-02", "AGH-2 2025-02-03", 16_00, 18_50, "law", "Satz berichtigt"),
        (samples.FREIBERG, "2025-02", "AGH-2 2025-02-03", 18_50, 20_00, "correction", None),
        (samples.FREIBERG, "2025-01", "AGH-3 2025-01-07", 24_00, 0, "correction", None),
    )
    book = write_and_read(samples.overview(corrections=caused), tmp_path)
    rows = [
        [cell.value for cell in row] for row in book["Korrekturen"].iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 5)
    ]
    # Döbeln's two lines have no stored cause
    assert [row[6:] for row in rows] == [
        [24.00, 0, -24.00, "–", "–", "–"], [16.00, 20.00, 4.00, "–", "–", "–"],
        [24.00, 0, -24.00, "Korrekturmeldung", "–", "–"],
        [16.00, 18.50, 2.50, "Rechtsänderung", "Satz berichtigt", "–"], [18.50, 20.00, 1.50, "Korrekturmeldung", "–", "–"],
        [None, None, -40.00, None, None, None],
    ]  # fmt: skip
    assert "Rechtsänderung (Blatt „Korrekturen“)." in texts(book["Veränderung"])
    assert "Abgeschlossen" not in book.sheetnames


def test_reversals_stand_beside_the_documents(tmp_path: Path) -> None:
    """400.00 of February taken back; the checks compare bookings with documents and reversals: 412.50 − 400.00."""
    number = ("AGH-2025-0005", "AGH-2025-0002", "Falsche Anschrift")
    taken_back = reversals((*number, samples.FREIBERG, "allowance", "2025-02", -400_00))
    whole = samples.overview().finance
    more = whole.changes.with_columns(
        earlier_cents=pl.col("earlier_cents") - pl.when(ags=samples.FREIBERG).then(400_00).otherwise(0),
        total_cents=pl.col("total_cents") - pl.when(ags=samples.FREIBERG).then(400_00).otherwise(0),
    )
    book = write_and_read(samples.overview(finance=replace(whole, reversals=taken_back, changes=more)), tmp_path)
    assert [cell.value for cell in book["Stornos"][FIRST_ROW]][:5] == [
        "AGH-2025-0005", "AGH-2025-0002", "14522180", "Freiberg, Stadt", "Mehraufwandsentschädigung",
    ]  # fmt: skip
    assert (named(book, "Summe_Stornos"), named(book, "Summe_Buchungen")) == (-400.00, 12.50)
    assert named(book, "Gesamtergebnis") == "OK"
    # what the documents charge and what is booked stand one below the other: 412.50 − 400.00 = 12.50
    assert (named(book, "Gesamtbetrag"), named(book, "Zu_buchen")) == (412.50, 12.50)
    below = {row[0]: row[8] for row in book["Übersicht"].values}
    assert (below["Stornos (Blatt „Stornos“)"], below["Zu buchen (Blatt „Buchungen“)"]) == (-400.00, 12.50)


def test_differences_of_closed_months_are_listed_and_in_no_sum(tmp_path: Path) -> None:
    closed = _caused((samples.FREIBERG, "2024-12", "AGH-2 2024-12-02", 16_00, 20_00, "late_return", None))
    book = write_and_read(samples.overview(closed_differences=closed), tmp_path)
    (row,) = (
        [cell.value for cell in row] for row in book["Abgeschlossen"].iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW)
    )
    assert row[5:10] == ["AGH-2", 16.00, 20.00, 4.00, "Verspätete Meldung"]
    assert named(book, "Gesamtbetrag") == 412.50


def test_what_is_outstanding(folder: Path) -> None:
    """Döbeln settled February at 4.00, Flöha at 30.00: 34.00 are expected, and in no other sum."""
    book = values(folder / "overview.xlsx")
    rows = [
        [cell.value for cell in row] for row in book["Ausstehend"].iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 1)
    ]
    month, before = NAIVE.replace(year=2025, month=3), NAIVE.replace(year=2025, month=2)
    assert [row[2:] for row in rows] == [
        [month, "zurückgestellt", before, 4.00], [month, "fehlt", before, 30.00],
    ]  # fmt: skip
    assert named(book, "Erwartet_nicht_abgerechnet") == 34.00
    assert "Schätzung, keine Forderung" in texts(book["Ausstehend"])


def test_bookings_of_the_overview(folder: Path) -> None:
    book = values(folder / "overview.xlsx")
    amounts = [row[9].value for row in book["Buchungen"].iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 5)]
    assert amounts == [-24.00, 4.00, -24.00, 4.00, 427.20, 25.30]
    assert named(book, "Summe_Buchungen") == 412.50


def test_the_carriers_account(tmp_path: Path) -> None:
    book = write_and_read(premium_overview(), tmp_path)
    rows = [
        [cell.value for cell in row] for row in book["Trägerkonto"].iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 3)
    ]
    assert [row[1:] for row in rows] == [
        [0, 500.00, 0, 10_000.00, 10_500.00, 0],
        [0, -300.00, 0, 0, 0, -300.00],  # nothing is paid, nothing asked back
        [-300.00, 1_110.40, 0, 0, 810.40, 0],  # 1,110.40 − 300.00
        [None, 1_310.40, 0, 10_000.00, 11_310.40, 0],
    ]
    assert (named(book, "Auszahlung_Träger"), named(book, "Saldo_Träger")) == (810.40, 0)
    assert named(book, "Gesamtergebnis") == "OK"
    assert "810,40 € an low-tec gGmbH, DE02 1203 0000 0000 2020 51, auszuführen am 15.07.2016" in texts(
        book["Trägerkonto"]
    )


# ------------------------------------------------------------------------------------------------ tables


def test_findings_csv(tmp_path: Path) -> None:
    rows = [
        finding(
            "C02",
            file="=böse.xlsx",
            ags="05358008",
            sheet="Leistungen",
            cell="H5",
            column="Gezahlte Leistung",
            value="-abc",
            expected="ein Betrag",
        ),
        finding("F01", file="a.xlsx", reason="kein ZIP,\nkein OLE"),
    ]
    write_findings(tmp_path / "findings.csv", findings_frame(rows))
    raw = (tmp_path / "findings.csv").read_bytes()
    assert raw.startswith(b"ags,file,sheet,cell,column,code,severity,value,message\n")
    assert "05358008,'=böse.xlsx,Leistungen,H5,Gezahlte Leistung,C02,error,'-abc,„-abc“ in".encode() in raw
    read = list(csv.DictReader(io.StringIO(raw.decode(), newline="")))
    assert [row["ags"] for row in read] == ["05358008", ""]
    assert read[1]["message"].startswith(
        "Die Datei lässt sich nicht als Excel-Arbeitsmappe lesen (kein ZIP,\nkein OLE)."
    )


def test_parquet_keeps_the_frame(tmp_path: Path) -> None:
    frame = samples.invoice().lines
    write_parquet(tmp_path / "deep" / "lines.parquet", frame)
    read = pl.read_parquet(tmp_path / "deep" / "lines.parquet")
    assert read.equals(frame)
    assert read.schema == frame.schema
