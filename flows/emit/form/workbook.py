"""The return form that a municipality fills in: one workbook per municipality and month, drawn from the column map."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from flows.emit.form.fields import (
    FIELD_STYLES,
    LIST_KINDS,
    REQUIRED,
    dated,
    field_style,
    field_width,
    free_style,
    requirement,
    rule,
)
from flows.emit.form.help import HELP_SHEET, Lists, list_names, write_help, write_lists
from flows.emit.wording.words import slug
from flows.emit.xlsx.styles import Page
from flows.emit.xlsx.table import cell
from flows.emit.xlsx.workbook import Book, Sheet, day_number, new_workbook
from schemas.forms import Form, days_allowed
from schemas.months import first_day, german_month
from schemas.returns import CONTROL_TOTALS, COVER, COVER_SHEET, FORM_VERSION, NO, YES, Column, ReturnKind, Table

EMPTY_ROWS = 12  # drawn and printed below the prefilled ones; more can be filled in below, and are printed then
CHECKED_ROWS = 2_000  # so many rows are checked while typing
_MARKS, _HEADINGS = 4, 5  # rows of a table's sheet; its first data row follows
_GIVEN = ("form_version", "programme", "ags", "municipality", "month")
_PRINTED, _NOT_NEEDED = "vorgegeben", "entfällt"


def form_name(form: Form) -> str:
    """File name of a municipality's form."""
    return f"Meldung-{form.municipality.ags}-{slug(form.municipality.name)}-{form.month}.xlsx"


def write_forms(batch: list[Form], folder: Path) -> list[Path]:
    """Write a batch of forms into a folder; their paths."""
    paths = [folder / form_name(form) for form in batch]
    for path, form in zip(paths, batch, strict=True):
        write_form(path, form)
    return paths


def write_form(path: Path, form: Form) -> None:
    """Cover, one sheet per table that the programme uses, instructions and lists; the same form gives the same bytes."""
    county, member, month = form.programme.programme.county, form.municipality, german_month(form.month)
    page = Page(left=f"Meldung für {month} · {county}", right=f"{member.ags} · {member.name}")
    title, subject = f"Meldung {month} – {member.name}", form.programme.programme.title
    created = first_day(form.month)
    with new_workbook(
        path, page, title=title, subject=subject, author=county, created=created, status="Formular"
    ) as book:
        tables = [form.programme.tables[name] for name in form.programme.used_tables]
        lists = list_names(tables)
        _write_cover(book, form, lists)
        for table in tables:
            _write_table(book, form, table, lists)
        write_help(book, form, tables)
        write_lists(book, tables)


def _write_cover(book: Book, form: Form, lists: Lists) -> None:
    sheet = book.sheet(COVER_SHEET, (27, 44, 12, 66))
    sheet.height(0, 22)
    sheet.text(0, 0, f"Meldung für {german_month(form.month)}", "title")
    sheet.across(1, range(4), f"{form.programme.programme.title} · {form.programme.programme.county}", "muted")
    sheet.text(2, 0, "So füllen Sie das Formular aus:", "plain")
    sheet.link(2, 1, HELP_SHEET, HELP_SHEET)
    row = _write_labels(
        sheet, form, 4, "Angaben zur Meldung", [column for column in COVER if column.name not in CONTROL_TOTALS], lists
    )
    totals = [column for column in COVER if column.name in CONTROL_TOTALS]
    row = _write_labels(sheet, form, row + 1, "Kontrollsummen", totals, lists)
    sheet.prose(
        row + 1,
        "Bitte die Kontrollsummen selbst ermitteln und eintippen, nicht als Formel: So fällt auf, wenn auf dem Weg zu uns "
        "Zeilen verloren gehen. Gab es im Monat keine Fälle, tragen Sie überall 0 ein und lassen die anderen Blätter leer. "
        "Gelb hinterlegte Zellen sind noch auszufüllen. Bitte nirgends Namen von Leistungsberechtigten eintragen.",
        "small_prose",
    )
    sheet.set_up(landscape=True)
    sheet.lock()
    sheet.open_at(4 + len(_GIVEN) + 1, 1)


def _write_labels(sheet: Sheet, form: Form, row: int, section: str, columns: list[Column], lists: Lists) -> int:
    sheet.text(row, 0, section, "section")
    sheet.blank(row, range(1, 4), "section")
    for column in columns:
        row += 1
        sheet.height(row, 18)
        sheet.text(row, 0, column.heading, "fact_label")
        mark = _cover_requirement(column, form)
        if column.name in _GIVEN:
            _write_given(sheet, row, column, form)
        else:
            _write_cell(sheet, row, 1, column, str(form.return_kind) if column.name == "return_kind" else None)
            sheet.take(row, row, 1, rule(column, lists.get(column.values, "")))
        if mark == REQUIRED:
            sheet.mark_while(row, row, 1, f'={cell(row, 1)}=""')
        sheet.text(row, 2, mark, "optional_fact" if mark != REQUIRED else "required_fact")
        sheet.text(row, 3, "In diesem Programm nicht nötig." if mark == _NOT_NEEDED else column.help, "fact_note")
    return row + 1


def _cover_requirement(column: Column, form: Form) -> str:
    if column.name in _GIVEN:
        return _PRINTED
    if column.name in CONTROL_TOTALS and CONTROL_TOTALS[column.name][0] not in form.programme.required_tables:
        return _NOT_NEEDED
    return requirement(column)


def _write_given(sheet: Sheet, row: int, column: Column, form: Form) -> None:
    texts = {
        "programme": form.programme.programme.key,
        "ags": form.municipality.ags,
        "municipality": form.municipality.name,
        "month": german_month(form.month),
    }
    if column.name in texts:
        sheet.text(row, 1, texts[column.name], "given")
    else:
        sheet.number(row, 1, FORM_VERSION, "given")


def _write_table(book: Book, form: Form, table: Table, lists: Lists) -> None:
    sheet = book.sheet(table.sheet, [field_width(column) for column in table.columns])
    sheet.text(0, 0, f"{table.sheet} · {german_month(form.month)} · {form.municipality.name}", "title")
    sheet.height(0, 22)
    sheet.text(1, 0, table.purpose, "plain")
    sheet.text(2, 0, _hint(form, table), "muted")
    rows = form.rows.get(table.name, [])
    first = _HEADINGS + 1
    last, last_checked = first + len(rows) + EMPTY_ROWS - 1, first + len(rows) + CHECKED_ROWS - 1
    for place, column in enumerate(table.columns):
        needed = column.required or column.required_with
        depends_on = table.column(column.required_with).heading if column.required_with else ""
        sheet.text(_MARKS, place, requirement(column, depends_on), "required" if needed else "optional")
        sheet.text(_HEADINGS, place, column.title, "head" if needed else "head_optional")
        days = days_allowed(table.name, column.name, form.month)
        sheet.take(first, last_checked, place, rule(dated(column, form.month), lists.get(column.values, ""), days))
        for number in range(first, last + 1):
            index = number - first
            _write_cell(sheet, number, place, column, rows[index].get(column.name) if index < len(rows) else None)
        if needed:
            sheet.mark_while(first, last_checked, place, _missing(table, column, place, first))
    sheet.set_up(landscape=True, heading_row=_HEADINGS)
    sheet.lock(free_below=first, fields=[free_style(column) for column in table.columns])


def _hint(form: Form, table: Table) -> str:
    if not form.rows.get(table.name):
        return "Gelb hinterlegte Zellen sind noch auszufüllen. Es gibt nichts zu melden? Dann bleibt das Blatt leer."
    if form.return_kind == ReturnKind.CORRECTION:
        return "Vorausgefüllt mit Ihrer übernommenen Meldung. Bitte berichtigen, was nicht stimmt."
    return (
        "Vorausgefüllt aus Ihrer letzten übernommenen Meldung. Bitte prüfen und ergänzen, Neues darunter eintragen, "
        "Beendetes löschen. Gelb hinterlegte Zellen sind noch auszufüllen."
    )


def _missing(table: Table, column: Column, place: int, row: int) -> str:
    """Formula: the row is begun (or the deciding cell filled), and this cell is still empty."""
    if column.required_with:
        deciding = next(number for number, other in enumerate(table.columns) if other.name == column.required_with)
        return f'=AND(${cell(row, deciding)}<>"",{cell(row, place)}="")'
    return f'=AND(COUNTA(${cell(row, 0)}:${cell(row, len(table.columns) - 1)})>0,{cell(row, place)}="")'


def _write_cell(sheet: Sheet, row: int, place: int, column: Column, value: object) -> None:
    style = field_style(column)
    if value is None:
        sheet.blank(row, range(place, place + 1), style)
    elif isinstance(value, bool):
        sheet.text(row, place, YES if value else NO, style)
    elif isinstance(value, date):
        sheet.number(row, place, day_number(value), style)
    elif isinstance(value, int) and column.kind in FIELD_STYLES and column.kind not in LIST_KINDS:
        sheet.number(row, place, value if column.kind == "integer" else Decimal(value).scaleb(-2), style)
    else:
        sheet.text(row, place, str(value), style)
