"""The form's instructions (`Anleitung`) and the lists behind its drop-downs (`Listen`)."""

from collections.abc import Iterator

from flows.emit.form.fields import accepted, dated, requirement
from flows.emit.wording.words import contact_line
from flows.emit.xlsx.table import FIRST_TABLE_ROW
from flows.emit.xlsx.table import Column as Heading
from flows.emit.xlsx.table import Table as ListTable
from flows.emit.xlsx.workbook import Book, Sheet
from schemas.forms import Form, days_allowed
from schemas.months import german_date, german_month
from schemas.returns import COVER, COVER_SHEET, STATUS_SYNONYMS, Table

HELP_SHEET, LIST_SHEET = "Anleitung", "Listen"
_COLUMNS = (
    Heading("sheet", "Blatt", 22),
    Heading("column", "Feld oder Spalte", 27),
    Heading("requirement", "Ausfüllen", 20),
    Heading("help", "Was gehört hinein?", 62),
    Heading("accepted", "Erlaubt ist", 62),
)
_WIDTHS = [column.width for column in _COLUMNS]

Lists = dict[tuple[str, ...], str]


def _lists(tables: list[Table]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Heading and values of every list of the form, each list once."""
    seen: set[tuple[str, ...]] = set()
    for column in (*COVER, *(column for table in tables for column in table.columns)):
        if column.values and column.values not in seen:
            seen.add(column.values)
            yield "ja oder nein" if column.kind == "yes_no" else column.heading, column.values


def list_names(tables: list[Table]) -> Lists:
    """The values of every list of the form → the name under which the workbook knows them.

    A name and not an address: with an address, Excel would store the drop-down where other programs lose it.
    """
    return {values: f"Auswahl_{number}" for number, (_, values) in enumerate(_lists(tables), start=1)}


def write_lists(book: Book, tables: list[Table]) -> None:
    """The values of every list in a column of its own."""
    names = list_names(tables)
    headings = (
        Heading(names[values], heading, max(len(value) for value in (heading, *values)) + 4)
        for heading, values in _lists(tables)
    )
    table = ListTable(LIST_SHEET, *headings)
    sheet = book.table(table, "Listen zur Auswahl", "Aus diesen Listen wählen Sie in den Zellen mit Pfeil.")
    for values, name in names.items():
        book.name_span(name, table.elsewhere(FIRST_TABLE_ROW, FIRST_TABLE_ROW + len(values) - 1, name))
        for row, value in enumerate(values, FIRST_TABLE_ROW):
            sheet.text(row, name, value)
    sheet.lock()


def write_help(book: Book, form: Form, tables: list[Table]) -> None:
    """How to fill in the form, what each sheet and column is for, what happens with errors, whom to ask."""
    sheet = book.sheet(HELP_SHEET, _WIDTHS)
    sheet.text(0, 0, f"Anleitung zur Meldung für {german_month(form.month)}", "title")
    sheet.height(0, 22)
    row = 2
    for title, paragraphs in _chapters(form):
        sheet.text(row, 0, title, "section")
        sheet.blank(row, range(1, len(_WIDTHS)), "section")
        row += 1
        for paragraph in paragraphs:
            row = sheet.prose(row, paragraph)
        row += 1
    row = _write_sheets(sheet, form, tables, row)
    _write_columns(sheet, form, tables, row)
    sheet.set_up(landscape=True)
    sheet.lock()


_FIELDS = "Gelb hinterlegte Zellen sind noch auszufüllen. Zellen mit Pfeil haben eine Liste zur Auswahl."
_PREFILLED = (
    "1. Prüfen Sie, was vorausgefüllt ist: Es stammt aus Ihrer letzten übernommenen Meldung. Was nicht mehr stimmt, ändern Sie; Zeilen, die es nicht mehr gibt, löschen Sie. Eine beendete Vermittlung melden Sie noch einmal mit ihrem letzten Tag als Ende.",
    f"2. Ergänzen Sie die leeren Zellen der vorausgefüllten Zeilen und tragen Sie Neues darunter ein. {_FIELDS}",
)
_EMPTY = (  # of a municipality that has not reported yet
    "1. Das ist Ihre erste Meldung; vorausgefüllt ist nur das Deckblatt. Von der zweiten an stehen hier die Zeilen der vorigen, die weiterlaufen.",
    f"2. Tragen Sie auf jedem Blatt eine Zeile je Fall oder Stelle ein. {_FIELDS}",
)


def _chapters(form: Form) -> list[tuple[str, list[str]]]:
    programme = form.programme
    due = german_date(programme.returns.due_date(form.month))
    synonyms = ", ".join(f"statt {known} wählen Sie bitte {value}" for known, value in STATUS_SYNONYMS.items())
    return [
        ("So füllen Sie das Formular aus", [
            *(_PREFILLED if form.rows else _EMPTY),
            "3. Füllen Sie zuletzt das Deckblatt aus. Die Kontrollsummen ermitteln Sie bitte selbst und tippen sie ein.",
            f"4. Speichern Sie die Datei als .xlsx und senden Sie sie bis zum {due} zurück.",
            "Die Überschriften sind geschützt, damit jede Spalte wiedergefunden wird; ein Kennwort gibt es nicht. Sie dürfen Zeilen einfügen, löschen und sortieren. Beträge und Stunden tragen Sie als Zahl ein, zum Beispiel 354,00, Daten wie 01.03.2016.",
            f"Namen von Leistungsberechtigten gehören nirgends hinein; eine Person steht unter ihrer Fallnummer. Beim Status gilt: {synonyms}.",
        ]),
        ("Was geschieht mit Fehlern?", [
            "Jede Meldung wird beim Kreis geprüft. Enthält sie Fehler, wird sie zurückgestellt, und Sie bekommen Ihre eigene Datei als Korrekturmappe zurück: Die Stellen sind rot markiert, und das Blatt „Prüfprotokoll“ führt mit einem Klick zu jeder von ihnen. Berichtigen Sie sie bitte und senden Sie die Meldung noch einmal.",
            "Fällt Ihnen nach der Abrechnung etwas auf, senden Sie die ganze Meldung noch einmal und wählen auf dem Deckblatt die Meldungsart „Korrektur“. Abgerechnet wird dann der Unterschied.",
        ]),
        ("Wen können Sie fragen?", [
            contact_line(programme),
        ]),
    ]  # fmt: skip


def _write_sheets(sheet: Sheet, form: Form, tables: list[Table], row: int) -> int:
    sheet.text(row, 0, "Die Blätter", "section")
    sheet.blank(row, range(1, len(_WIDTHS)), "section")
    sheet.link(row + 1, 0, COVER_SHEET, COVER_SHEET)
    sheet.text(row + 1, 1, "Wer meldet für welchen Monat, wer bestätigt die Angaben, Kontrollsummen.", "plain")
    for number, table in enumerate(tables, start=row + 2):
        sheet.link(number, 0, table.sheet, table.sheet)
        optional = "" if table.name in form.programme.required_tables else " Darf leer bleiben."
        sheet.text(number, 1, table.purpose + optional, "plain")
    return row + 3 + len(tables)


def _write_columns(sheet: Sheet, form: Form, tables: list[Table], row: int) -> None:
    sheet.text(row, 0, "Alle Felder und Spalten", "section")
    sheet.blank(row, range(1, len(_WIDTHS)), "section")
    row += 1
    for place, heading in enumerate(_COLUMNS):
        sheet.text(row, place, heading.heading, "head")
    described = [(COVER_SHEET, "", column, "") for column in COVER]
    described += [
        (table.sheet, table.name, column, table.column(column.required_with).heading if column.required_with else "")
        for table in tables
        for column in table.columns
    ]
    for name, table_name, column, depends_on in described:
        row += 1
        days = days_allowed(table_name, column.name, form.month)
        texts = (
            name,
            column.title,
            requirement(column, depends_on),
            column.help,
            _sentence(accepted(dated(column, form.month), days)),
        )
        for place, text in enumerate(texts):
            sheet.text(row, place, text)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
