"""Sheet `Kontrolle`: control sums over the workbook's own tables, each with its verdict by formula."""

from collections import Counter
from typing import NamedTuple

from flows.emit.lines import COMPUTED, DELTA, POSTED, Line
from flows.emit.overview_lists import LINE_FIRST, RECEIVED_STATE
from flows.emit.overview_places import CHECKS, DEVIATION, LINES, OK, RECEIVED, SUMMARY, rows_of, subtitle
from flows.emit.overview_summary import AGS, STATE, TOTAL, return_states
from flows.emit.workbook import FIRST_TABLE_ROW, Book, Column, cell, in_euros, span
from schemas.documents import GERMAN_RETURN_STATE, Overview, ReturnState

_COLUMNS = (
    Column("Prüfung", 70),
    Column("Erwartet", 17, True),
    Column("Gefunden", 17, True),
    Column("Differenz", 17, True),
    Column("Ergebnis", 16),
)
_EXPECTED, _FOUND, _DIFFERENCE, _VERDICT = 1, 2, 3, 4


class Check(NamedTuple):
    """Two figures that must agree; both as formula and value (cents, or a count)."""

    title: str
    expected: str
    expected_value: int
    found: str
    found_value: int
    money: bool = False


def checks(overview: Overview, lines: list[Line]) -> list[Check]:
    """Sums of lines and documents, received files by state, municipalities by state."""
    documents, received = overview.documents.height, overview.received.height
    members = len(overview.programme.members)
    totals = rows_of(SUMMARY, TOTAL, documents)
    computed, posted, delta = (rows_of(LINES, LINE_FIRST + column, len(lines)) for column in (COMPUTED, POSTED, DELTA))
    states, own_states = rows_of(RECEIVED, RECEIVED_STATE, received), rows_of(SUMMARY, STATE, documents)
    count = Counter(ReturnState(state) for state in overview.received["state"])
    own = Counter(return_states(overview).values())
    read = (ReturnState.ACCEPTED, ReturnState.HELD_BACK, ReturnState.DUPLICATE)
    delta_sum = sum(line.delta_cents for line in lines)
    return [
        Check(
            "Summe der Dokumente = Summe aller Positionen",
            f"=SUM({delta})", delta_sum, f"=SUM({totals})", sum(overview.documents["total_cents"]), True,
        ),
        Check(
            "Abzurechnen − Bereits abgerechnet = Summe aller Positionen",
            f"=SUM({delta})", delta_sum,
            f"=SUM({computed})-SUM({posted})", sum(line.computed_cents - line.posted_before_cents for line in lines), True,
        ),
        Check(
            "Eingegangene Dateien = übernommen + zurückgestellt + doppelt",
            f'=COUNTA({states})-COUNTIF({states},"{GERMAN_RETURN_STATE[ReturnState.MISSING]}")', received - count[ReturnState.MISSING],
            "=" + "+".join(f'COUNTIF({states},"{GERMAN_RETURN_STATE[state]}")' for state in read), sum(count[state] for state in read),
        ),
        Check("Kommunen des Programms = Zeilen der Übersicht", f"={members}", members, f"=COUNTA({rows_of(SUMMARY, AGS, documents)})", documents),
        Check(
            "Fehlende Meldungen: Übersicht = Blatt „Meldungen“",
            f'=COUNTIF({own_states},"{GERMAN_RETURN_STATE[ReturnState.MISSING]}")', own[ReturnState.MISSING],
            f'=COUNTIF({states},"{GERMAN_RETURN_STATE[ReturnState.MISSING]}")', count[ReturnState.MISSING],
        ),
    ]  # fmt: skip


def write_checks(book: Book, overview: Overview, lines: list[Line]) -> None:
    """Every check with both figures, their difference and OK or ABWEICHUNG; the verdict on all below."""
    sheet = book.table(CHECKS, "Kontrollsummen", subtitle(overview), _COLUMNS)
    row = FIRST_TABLE_ROW
    agreed = True
    for check in checks(overview, lines):
        style = "body_money" if check.money else "body_count"
        scale = in_euros if check.money else int
        sheet.text(row, 0, check.title)
        sheet.live(row, _EXPECTED, check.expected, scale(check.expected_value), style)
        sheet.live(row, _FOUND, check.found, scale(check.found_value), style)
        difference = check.found_value - check.expected_value
        sheet.live(row, _DIFFERENCE, f"=ROUND({cell(row, _FOUND)}-{cell(row, _EXPECTED)},2)", scale(difference), style)
        sheet.live(
            row,
            _VERDICT,
            f'=IF({cell(row, _DIFFERENCE)}=0,"{OK}","{DEVIATION}")',
            DEVIATION if difference else OK,
            "body_after",
        )
        sheet.warn_unless(row, _VERDICT, OK)
        agreed = agreed and not difference
        row += 1
    verdicts = span(FIRST_TABLE_ROW, row - 1, _VERDICT)
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Gesamtergebnis", "total_left")
    formula = f'=IF(COUNTIF({verdicts},"{OK}")=ROWS({verdicts}),"{OK}","{DEVIATION}")'
    sheet.live(row, _VERDICT, formula, OK if agreed else DEVIATION, "total_after")
    sheet.warn_unless(row, _VERDICT, OK)
    book.name("Gesamtergebnis", CHECKS, row, _VERDICT)
    sheet.prose(
        row + 2,
        f"„{OK}“: Beide Zahlen stimmen überein. „{DEVIATION}“: Bitte den Lauf nicht freigeben und die Ursache klären. "
        "„Meldungen“ zählt alle Dateien dieses Laufs, auch verspätete für frühere Monate.",
        "small_prose",
    )
