"""Sheet `Positionen` of a statement: what is charged, by service month."""

from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from flows.emit.wording.differences import EARLIER
from flows.emit.wording.lines import COLUMNS, DELTA, Line, LineWriter
from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.formula import Term
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, span
from schemas.documents import Statement
from schemas.months import german_month
from schemas.results import GERMAN_LINE_KIND, LineKind

POSITIONS, CORRECTIONS, EVIDENCE = "Positionen", "Korrekturen", "Nachweis"
FIRST = 1  # the line's columns begin here, after the position's number
DELTA_COLUMN, KIND_COLUMN = FIRST + DELTA, FIRST + 1

_POSITION_COLUMNS = (Column("Pos.", 5), *COLUMNS)


class Places(NamedTuple):
    """Rows of sheet `Positionen` that the cover refers to; none where there are no such lines."""

    current: tuple[int, int] | None  # first and last line of the run's own month
    earlier: int | None  # sum of the earlier months
    total: int


def in_order(lines: list[Line], month: str) -> list[Line]:
    """The run's own month first, then the earlier ones in order."""
    return sorted(lines, key=lambda line: (line.service_month != month, line.service_month))


def write_positions(
    book: Book, statement: Statement, lines: list[Line], premiums: Mapping[tuple[str, str], Term]
) -> Places:
    """All lines with live formulas, by service month, and their sums.

    `premiums`: case and month → cell of sheet `Herleitung` that holds the premium.
    """
    sheet = book.table(POSITIONS, "Positionen der Abrechnung", subtitle(statement), _POSITION_COLUMNS)
    writer = LineWriter(sheet, FIRST, statement.programme.allowance)
    own = [line for line in lines if line.service_month == statement.month]
    earlier = [line for line in lines if line.service_month != statement.month]
    row, corrections = FIRST_TABLE_ROW, None
    current: tuple[int, int] | None = None
    if own:
        row = _block(sheet, writer, row, own, premiums, 1)
        current = (row - 1 - len(own), row - 2)
        book.name("Summe_laufender_Monat", POSITIONS, row - 1, DELTA_COLUMN)
    else:
        row = _group(sheet, row, f"Leistungsmonat {german_month(statement.month)}: keine Positionen")
    sums = [row - 1] if own else []
    if earlier:
        row = _group(sheet, row + 1, EARLIER)
        earlier_sums = []
        number = len(own) + 1
        for _, block in groupby(earlier, key=lambda line: line.service_month):
            month_lines = list(block)
            row = _block(sheet, writer, row, month_lines, premiums, number)
            earlier_sums.append((row - 1, row - 1))
            number += len(month_lines)
        corrections = row
        _sums(sheet, writer, row, f"Summe der {EARLIER}", earlier, earlier_sums)
        book.name("Summe_Korrekturen", POSITIONS, row, DELTA_COLUMN)
        sums.append(row)
        row += 1
    row += 1
    _sums(sheet, writer, row, "Gesamtbetrag dieser Abrechnung", lines, [(part, part) for part in sums])
    book.name("Gesamtbetrag", POSITIONS, row, DELTA_COLUMN)
    _legend(sheet, row + 2, writer)
    return Places(current, corrections, row)


def subtitle(statement: Statement) -> str:
    """What stands under the title of every sheet: municipality, AGS, document, month."""
    member = statement.municipality
    document = f" · Dokument {statement.number}" if statement.number else ""
    return f"{member.name} · AGS {member.ags} · Abrechnungsmonat {german_month(statement.month)}{document}"


def _derivation(line: Line, premiums: Mapping[tuple[str, str], Term]) -> Term | None:
    """The cell in which a premium is derived."""
    return premiums.get((line.case_id, line.service_month)) if line.kind == LineKind.PREMIUM else None


def _block(
    sheet: Sheet,
    writer: LineWriter,
    row: int,
    lines: list[Line],
    premiums: Mapping[tuple[str, str], Term],
    number: int,
) -> int:
    """Heading, lines and sum of one service month, numbered from `number` on; the next row."""
    month = german_month(lines[0].service_month)
    first = row = _group(sheet, row, f"Leistungsmonat {month}")
    for line in lines:
        sheet.number(row, 0, number + row - first, "body_place")
        writer.write(row, line, _derivation(line, premiums))
        row += 1
    _sums(sheet, writer, row, f"Summe {month}", lines, [(first, row - 1)])
    return row + 1


def _group(sheet: Sheet, row: int, title: str) -> int:
    sheet.text(row, 0, title, "group")
    sheet.blank(row, range(1, len(_POSITION_COLUMNS)), "group")
    sheet.height(row, 20)
    return row + 1


def _sums(
    sheet: Sheet, writer: LineWriter, row: int, title: str, lines: list[Line], rows: list[tuple[int, int]]
) -> None:
    sheet.blank(row, range(len(_POSITION_COLUMNS)), "total")
    sheet.text(row, 0, title, "total_left")
    writer.sums(row, lines, rows)


def _legend(sheet: Sheet, row: int, writer: LineWriter) -> None:
    sentences = writer.legend()
    sentences.append(
        "„Betrag“ ist, was jetzt abgerechnet wird: Abzurechnen minus Bereits abgerechnet. Ein Minus bedeutet: zugunsten der Kommune."
    )
    sentences.append(f"{NONE_EXPLAINED} Die Herkunft jeder Position steht auf dem Blatt „{EVIDENCE}“.")
    for sentence in sentences:
        row = sheet.prose(row, sentence, "small_prose")


def current_kind_sum(places: Places, kind: LineKind) -> str:
    """The formula that adds up the lines of a kind in the run's own month."""
    first, last = places.current or (places.total, places.total)
    kinds, amounts = (span(first, last, column, POSITIONS) for column in (KIND_COLUMN, DELTA_COLUMN))
    return f'=SUMIF({kinds},"{GERMAN_LINE_KIND[kind]}",{amounts})'
