"""Sheet `Positionen` of a statement: what is charged, by service month."""

from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from flows.emit.wording.differences import EARLIER
from flows.emit.wording.lines import COLUMNS, Line, LineWriter
from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.formula import Term
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet
from schemas.documents import Statement
from schemas.months import Month, german_month
from schemas.results import GERMAN_LINE_KIND, LineKind

POSITIONS, CORRECTIONS, EVIDENCE = "Positionen", "Korrekturen", "Nachweis"

TABLE = Table(POSITIONS, Column("number", "Pos.", 5), *COLUMNS)


class PositionRows(NamedTuple):
    """Rows of sheet `Positionen` that the cover refers to; none where there are no such lines."""

    current: tuple[int, int] | None  # first and last line of the run's own month
    earlier: int | None  # sum of the earlier months
    total: int
    lines: tuple[int, ...]  # of every line, in the order of their numbers


def in_order(lines: list[Line], month: Month) -> list[Line]:
    """The run's own month first, then the earlier ones in order."""
    return sorted(lines, key=lambda line: (line.service_month != month, line.service_month))


def write_positions(
    book: Book, statement: Statement, lines: list[Line], premiums: Mapping[tuple[str, str], Term]
) -> PositionRows:
    """All lines with live formulas, by service month, and their sums.

    `premiums`: case and month → cell of sheet `Herleitung` that holds the premium.
    """
    sheet = book.table(TABLE, "Positionen der Abrechnung", subtitle(statement))
    writer = LineWriter(sheet, statement.programme.allowance)
    own = [line for line in lines if line.service_month == statement.month]
    earlier = [line for line in lines if line.service_month != statement.month]
    row, corrections = FIRST_TABLE_ROW, None
    rows: list[int] = []
    current: tuple[int, int] | None = None
    if own:
        row = _block(sheet, writer, row, own, premiums, 1)
        current = (row - 1 - len(own), row - 2)
        rows += range(current[0], row - 1)
        sheet.name("Summe_laufender_Monat", row - 1, "delta")
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
            rows += range(row - 1 - len(month_lines), row - 1)
            number += len(month_lines)
        corrections = row
        _sums(sheet, writer, row, f"Summe der {EARLIER}", earlier, earlier_sums)
        sheet.name("Summe_Korrekturen", row, "delta")
        sums.append(row)
        row += 1
    row += 1
    _sums(sheet, writer, row, "Gesamtbetrag dieser Abrechnung", lines, [(part, part) for part in sums])
    sheet.name("Gesamtbetrag", row, "delta")
    _legend(sheet, row + 2, writer)
    return PositionRows(current, corrections, row, tuple(rows))


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
        sheet.number(row, "number", number + row - first, "body_place")
        writer.write(row, line, _derivation(line, premiums))
        row += 1
    _sums(sheet, writer, row, f"Summe {month}", lines, [(first, row - 1)])
    return row + 1


def _group(sheet: Sheet, row: int, title: str) -> int:
    sheet.text(row, 0, title, "group")
    sheet.empty(row, *TABLE.names[1:], style="group")
    sheet.height(row, 20)
    return row + 1


def _sums(
    sheet: Sheet, writer: LineWriter, row: int, title: str, lines: list[Line], rows: list[tuple[int, int]]
) -> None:
    sheet.result(row, title)
    writer.sums(row, lines, rows)


def _legend(sheet: Sheet, row: int, writer: LineWriter) -> None:
    sentences = writer.legend()
    sentences.append(
        "„Betrag“ ist, was jetzt abgerechnet wird: Abzurechnen minus Bereits abgerechnet. Ein Minus bedeutet: zugunsten der Kommune."
    )
    sentences.append(f"{NONE_EXPLAINED} Die Herkunft jeder Position steht auf dem Blatt „{EVIDENCE}“.")
    for sentence in sentences:
        row = sheet.prose(row, sentence, "small_prose")


def current_kind_sum(position_rows: PositionRows, kind: LineKind) -> str:
    """The formula that adds up the lines of a kind in the run's own month."""
    first, last = position_rows.current or (position_rows.total, position_rows.total)
    kinds, amounts = (TABLE.elsewhere(first, last, column) for column in ("kind", "delta"))
    return f'=SUMIF({kinds},"{GERMAN_LINE_KIND[kind]}",{amounts})'
