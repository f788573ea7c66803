"""Sheet `Übersicht`: one row per municipality, with its document, its total and the sum of its lines."""

from collections import defaultdict

import polars as pl

from flows.emit.lines import DELTA, Line
from flows.emit.overview_lists import LINE_FIRST
from flows.emit.overview_places import CHECKS, DEVIATION, LINES, OK, RECEIVED, SUMMARY, rows_of, subtitle
from flows.emit.words import DRAFT, GERMAN_DOCUMENT_KIND, NONE, NONE_EXPLAINED
from flows.emit.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell, day_number, span
from schemas.documents import GERMAN_RETURN_STATE, DocumentKind, Overview, ReturnState

_COLUMNS = (
    Column("AGS", 11),
    Column("Kommune", 34),
    Column("Meldung", 15),
    Column("Dokument", 26),
    Column("Dokumentnummer", 18),
    Column("Betrag", 15, True),
    Column("Summe der Positionen", 15, True),
    Column("Ergebnis", 14),
    Column("Fällig am", 12),
)
AGS, STATE, KIND, TOTAL, SUM = 0, 2, 3, 5, 6
_NAMED = 50  # so many missing municipalities are named below the table
_RANK = (ReturnState.ACCEPTED, ReturnState.HELD_BACK, ReturnState.DUPLICATE)


def return_states(overview: Overview) -> dict[str, ReturnState]:
    """AGS → what became of the return for the run's month: the best of what was received."""
    found: dict[str, set[str]] = defaultdict(set)
    for ags, state in overview.received.filter(pl.col("month") == overview.month).select("ags", "state").iter_rows():
        found[ags].add(state)
    return {
        ags: next((state for state in _RANK if state in found[ags]), ReturnState.MISSING)
        for ags in overview.documents["ags"]
    }


def write_summary(book: Book, overview: Overview, lines: list[Line]) -> None:
    """Per municipality: return, document, number, total, sum of lines, due date; totals and missing returns below."""
    sheet = book.table(SUMMARY, "Finanzübersicht", subtitle(overview), _COLUMNS)
    states = return_states(overview)
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.ags] += line.delta_cents
    row = first = FIRST_TABLE_ROW
    for document in overview.documents.iter_rows(named=True):
        _write_document(sheet, row, overview, document, states[document["ags"]], sums[document["ags"]], len(lines))
        row += 1
    last = max(row - 1, first)
    total = sum(overview.documents["total_cents"])
    row = _write_totals(book, sheet, row, (first, last), overview, total, sum(sums.values()))
    row = sheet.prose(row + 1, _missing_sentence(overview, states), "prose")
    row = sheet.prose(
        row,
        f"„Ergebnis“ vergleicht Betrag und Summe der Positionen. Alle Kontrollsummen stehen auf dem Blatt „{CHECKS}“.",
        "small_prose",
    )
    sheet.prose(row, f"{NONE_EXPLAINED} Ein Minus bedeutet: zugunsten der Kommune.", "small_prose")


def _write_document(
    sheet: Sheet,
    row: int,
    overview: Overview,
    document: dict[str, object],
    state: ReturnState,
    line_sum: int,
    lines: int,
) -> None:
    ags, total = str(document["ags"]), int(str(document["total_cents"]))
    kind = DocumentKind(str(document["kind"]))
    member = overview.programme.members.get(ags)
    sheet.text(row, AGS, ags)
    sheet.text(row, 1, member.name if member else NONE)
    sheet.text(row, STATE, GERMAN_RETURN_STATE[state], "body_bold" if state is not ReturnState.ACCEPTED else "body")
    sheet.text(row, KIND, GERMAN_DOCUMENT_KIND[kind])
    number = document["number"]
    sheet.text(row, 4, str(number) if number else DRAFT if overview.draft and kind is not DocumentKind.NIL else NONE)
    sheet.money(row, TOTAL, total)
    owners, amounts = rows_of(LINES, 0, lines), rows_of(LINES, LINE_FIRST + DELTA, lines)
    sheet.live_money(row, SUM, f"=SUMIF({owners},{cell(row, AGS)},{amounts})", line_sum)
    verdict = f'=IF(ROUND({cell(row, TOTAL)}-{cell(row, SUM)},2)=0,"{OK}","{DEVIATION}")'
    sheet.live(row, 7, verdict, OK if total == line_sum else DEVIATION, "body_after")
    sheet.warn_unless(row, 7, OK)
    due = document["due_date"]
    if due is None:
        sheet.text(row, 8, NONE, "body_centre")
    else:
        sheet.number(row, 8, day_number(due), "body_date")  # type: ignore[arg-type]


def _write_totals(
    book: Book, sheet: Sheet, row: int, rows: tuple[int, int], overview: Overview, total: int, line_sum: int
) -> int:
    """Total, and how much of it is invoiced and credited; the next row."""
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Gesamtbetrag", "total_left")
    for column, amount in ((TOTAL, total), (SUM, line_sum)):
        sheet.live_money(row, column, f"=SUM({cell(rows[0], column)}:{cell(rows[1], column)})", amount, "total_money")
    verdict = f'=IF(ROUND({cell(row, TOTAL)}-{cell(row, SUM)},2)=0,"{OK}","{DEVIATION}")'
    sheet.live(row, 7, verdict, OK if total == line_sum else DEVIATION, "total_after")
    sheet.warn_unless(row, 7, OK)
    book.name("Gesamtbetrag", SUMMARY, row, TOTAL)
    for offset, (kind, title) in enumerate(
        ((DocumentKind.INVOICE, "davon Rechnungen"), (DocumentKind.CREDIT_NOTE, "davon Gutschriften")), 1
    ):
        amount = sum(overview.documents.filter(pl.col("kind") == str(kind))["total_cents"])
        kinds, amounts = (span(*rows, column) for column in (KIND, TOTAL))
        sheet.blank(row + offset, range(len(_COLUMNS)), "body")
        sheet.text(row + offset, 0, title, "body_left")
        formula = f'=SUMIF({kinds},"{GERMAN_DOCUMENT_KIND[kind]}",{amounts})'
        sheet.live_money(row + offset, TOTAL, formula, amount)
    return row + 3


def _missing_sentence(overview: Overview, states: dict[str, ReturnState]) -> str:
    members = overview.programme.members
    missing = [ags for ags, state in states.items() if state is ReturnState.MISSING]
    if not missing:
        return "Fehlende Meldungen: keine."
    named = [f"{members[ags].name} ({ags})" if ags in members else ags for ags in missing[:_NAMED]]
    more = f" und {len(missing) - _NAMED} weitere (Blatt „{RECEIVED}“)" if len(missing) > _NAMED else ""
    return f"Fehlende Meldungen ({len(missing)}): {'; '.join(named)}{more}."
