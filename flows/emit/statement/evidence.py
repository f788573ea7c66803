"""Sheet `Nachweis` of a statement: for every line the file, sheet, row and cell that it comes from."""

from flows.emit.statement.positions import EVIDENCE, in_order, subtitle
from flows.emit.wording.lines import Line
from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, month_number
from schemas.documents import HASH_LENGTH, NONE, Statement
from schemas.results import GERMAN_LINE_KIND, LineKind, reasons_in_words

_TABLE = Table(
    EVIDENCE,
    Column("number", "Pos.", 5),
    Column("service_month", "Leistungs-\nmonat", 9),
    Column("kind", "Art", 24.5),
    Column("case_id", "Fallnummer", 15),
    Column("file", "Datei der Meldung", 31),
    Column("sheet", "Blatt", 18),
    Column("row", "Zeile", 6, True),
    Column("cell", "Zelle", 7),
    Column("checksum", "Prüfsumme (Anfang)", 14),
    Column("reason", "Begründung", 30),
    Column("legal_basis", "Rechtsgrundlage", 35),
)
_WITHOUT_RETURN = {
    LineKind.NEUTRALITY: "ohne Meldung: aus Ersparnis und Prämien aller Fälle (Blatt „Neutralität“)",
    LineKind.START_UP: "ohne Meldung: laut Programmfestlegung",
    LineKind.ADJUSTMENT: "ohne Meldung: manuelle Buchung mit Beleg",
}
# The cell that a line stands on: hours, expense, first day of the employment.
_CELL_OF = {
    LineKind.ALLOWANCE: ("opportunities", "hours_hundredths"),
    LineKind.EXPENSE: ("opportunities", "expense_cents"),
    LineKind.PREMIUM: ("placements", "begin"),
}


def write_evidence(book: Book, statement: Statement, lines: list[Line]) -> None:
    """For every position: file, sheet, row, cell and checksum of the return, the reason in words, the legal basis."""
    sheet = book.table(_TABLE, "Nachweis der Herkunft", subtitle(statement))
    row = FIRST_TABLE_ROW
    for position, line in enumerate(in_order(lines, statement.month), 1):
        _write_line(sheet, row, position, line, statement)
        row += 1
    row = sheet.prose(
        row + 1,
        "„Zeile“ ist die Zeile im genannten Blatt Ihrer Meldung, „Zelle“ die Angabe, auf der die Position beruht: Stunden, Mehraufwand oder "
        "Beginn der Beschäftigung. Die Prüfsumme ist der Anfang der SHA-256-Summe der empfangenen Datei; sie belegt, dass die Datei im "
        "Archiv des Kreises unverändert ist.",
        "small_prose",
    )
    sheet.prose(row, NONE_EXPLAINED, "small_prose")


def _write_line(sheet: Sheet, row: int, position: int, line: Line, statement: Statement) -> None:
    kind = LineKind(line.kind)
    digest = line.file_sha256
    sheet.number(row, "number", position, "body_place")
    sheet.number(row, "service_month", month_number(line.service_month), "body_month")
    sheet.text(row, "kind", GERMAN_LINE_KIND[kind])
    sheet.text(row, "case_id", line.case_id or NONE)
    if digest is None:
        sheet.text(row, "file", _WITHOUT_RETURN.get(kind, "ohne Meldung"))
    else:
        sheet.text(row, "file", statement.files.get(digest, "Name nicht überliefert, siehe Prüfsumme"))
    sheet.text(row, "sheet", line.sheet or NONE)
    if line.row is None:
        sheet.text(row, "row", NONE, "body_count")
    else:
        sheet.number(row, "row", line.row)
    sheet.text(row, "cell", _cell(line, statement), "body_after")
    sheet.text(row, "checksum", digest[:HASH_LENGTH] if digest else NONE)
    sheet.text(row, "reason", reasons_in_words(line.reason) or NONE)
    sheet.text(row, "legal_basis", line.legal_basis or NONE)


def _cell(line: Line, statement: Statement) -> str:
    """The address of the cell that the line stands on, if its file has such a column."""
    table, column = _CELL_OF.get(LineKind(line.kind), ("", ""))
    letters = statement.letters.get(line.file_sha256 or "", {}).get(table, {}).get(column)
    return NONE if letters is None or line.row is None else f"{letters}{line.row}"
