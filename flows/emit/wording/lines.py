"""Settled lines as rows of a workbook: one set of columns for statement and overview."""

import textwrap
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from flows.emit.xlsx.formula import Term, amount, to_cents
from flows.emit.xlsx.table import Column
from flows.emit.xlsx.workbook import Sheet, day_number, month_number
from schemas.documents import NONE
from schemas.identifiers import Ags, CaseId
from schemas.months import Month
from schemas.programme.terms import Allowance
from schemas.references import agh_position
from schemas.results import GERMAN_LINE_KIND, GERMAN_UNIT, LineKind, Unit
from schemas.settlement_words import SETTLEMENT_EXPLAINED, settlement_word


class Line(NamedTuple):
    """A row of results.LINES, in the order of its columns."""

    settled_in: Month
    service_month: Month
    ags: Ags
    case_id: CaseId
    kind: str
    reference: str
    provider_kind: str | None
    quantity: Decimal
    unit: str
    rate_cents: Decimal | None
    cost_cents: int
    computed_cents: int
    posted_before_cents: int
    delta_cents: int
    reason: list[str]
    legal_basis: str
    file_sha256: str | None
    sheet: str | None
    row: int | None

    @property
    def position(self) -> tuple[str, date | None]:
        """What the line's reference names (`position_of`)."""
        return position_of(self.kind, self.reference)


def position_of(kind: str, reference: str) -> tuple[str, date | None]:
    """AGH-Nummer and first day of an AGH line; the reference as it is for any other line."""
    return agh_position(kind, reference) or (reference or NONE, None)


_BASIS_LENGTH = 22  # characters of a legal basis that fit into its column

# Order of the kinds within a month: what belongs to one AGH row stands together.
_RANK = {
    LineKind.ALLOWANCE: 0,
    LineKind.EXPENSE: 0,
    LineKind.PREMIUM: 1,
    LineKind.NEUTRALITY: 2,
    LineKind.START_UP: 3,
    LineKind.ADJUSTMENT: 4,
}

COLUMNS = (
    Column("service_month", "Leistungs-\nmonat", 9),
    Column("kind", "Art", 24.5),
    Column("case_id", "Fallnummer", 13),
    Column("position", "AGH-Nummer\noder Beleg", 12.5),
    Column("begin", "Von", 9.5),
    Column("provider_kind", "Trägerart", 20.5),
    Column("quantity", "Menge", 7, True),
    Column("unit", "Einheit", 8.5),
    Column("rate", "Satz", 8, True),
    Column("cost", "Kosten", 10.5, True),
    Column("settlement", "Abrechnung", 11.5),
    Column("computed", "Abzu-\nrechnen", 10.5, True),
    Column("posted_before", "Bereits ab-\ngerechnet", 10.5, True),
    Column("delta", "Betrag", 11, True),
    Column("legal_basis", "Rechtsgrundlage", 23),
)


def read_lines(frame: pl.DataFrame) -> list[Line]:
    """The rows of a results.LINES frame, by month, then kind and case; ValueError if a delta is not computed − posted."""
    if tuple(frame.columns) != Line._fields:
        raise ValueError(f"not a frame of settled lines: {frame.columns}")
    lines = [Line(*row) for row in frame.rows()]
    wrong = [line for line in lines if line.delta_cents != line.computed_cents - line.posted_before_cents]
    if wrong:
        raise ValueError(f"{len(wrong)} lines whose delta is not computed − posted, first: {wrong[0]}")
    return sorted(
        lines,
        key=lambda line: (
            line.service_month,
            line.ags,
            _RANK[LineKind(line.kind)],
            line.case_id,
            line.reference,
            line.kind,
        ),
    )


def _is_long(legal_basis: str) -> bool:
    return len(legal_basis) > _BASIS_LENGTH


def _short(legal_basis: str, number: int) -> str:
    """A legal basis for a narrow column: in full if it is short, else a number and its beginning."""
    if not _is_long(legal_basis):
        return legal_basis or NONE
    return f"[{number}] {textwrap.shorten(legal_basis, _BASIS_LENGTH - 2, placeholder='').rstrip(';, ')} …"


class LineWriter:
    """Writes lines into a table with COLUMNS, and knows afterwards what the legend must explain."""

    def __init__(self, sheet: Sheet, allowance: Allowance | None) -> None:
        self._sheet = sheet
        self._allowance = allowance
        self._words: set[str] = set()
        self._bases: dict[str, str] = {}  # legal basis → what its column shows

    def write(self, row: int, line: Line, premium: Term | None = None) -> None:
        """One line. Cost, settled amount and difference are formulas wherever the formula gives the line's cents.

        `premium` is the cell of a premium's derivation that holds the cost.
        """
        sheet = self._sheet
        name, begin = line.position
        word = settlement_word(line.reason, line.computed_cents, line.provider_kind, self._allowance)
        self._words.add(word)
        sheet.number(row, "service_month", month_number(line.service_month), "body_month")
        sheet.text(row, "kind", GERMAN_LINE_KIND[LineKind(line.kind)])
        sheet.text(row, "case_id", line.case_id or NONE)
        sheet.text(row, "position", name)
        if begin is None:
            sheet.text(row, "begin", NONE, "body_centre")
        else:
            sheet.number(row, "begin", day_number(begin), "body_date")
        sheet.text(row, "provider_kind", line.provider_kind or NONE)
        sheet.number(row, "quantity", line.quantity, "body_hours")
        sheet.text(row, "unit", GERMAN_UNIT[Unit(line.unit)], "body_after")
        if line.rate_cents is None:
            sheet.text(row, "rate", NONE, "body_money")
        else:
            sheet.number(row, "rate", line.rate_cents.scaleb(-2), "body_rate")
        sheet.derived(row, "cost", line.cost_cents, *filter(None, (premium, self._product(row, line))))
        sheet.text(row, "settlement", word, "body_after")
        cost = amount(sheet.cell(row, "cost"), line.cost_cents)
        # The cost with the sign that it has in the settlement; alone where nothing of it is settled.
        sheet.derived(row, "computed", line.computed_cents, *((cost, -cost) if line.computed_cents else ()))
        sheet.money(row, "posted_before", line.posted_before_cents)
        difference = f"=ROUND({sheet.cell(row, 'computed')}-{sheet.cell(row, 'posted_before')},2)"
        sheet.live_money(row, "delta", difference, line.delta_cents)
        sheet.text(row, "legal_basis", self._basis(line.legal_basis), "body_after")

    def sums(self, row: int, lines: Sequence[Line], rows: Sequence[tuple[int, int]]) -> None:
        """The sums of the amounts of `lines`, which stand in `rows` (first and last), or whose sums stand there."""
        sheet = self._sheet
        for column, amounts in (
            ("cost", [line.cost_cents for line in lines]),
            ("computed", [line.computed_cents for line in lines]),
            ("posted_before", [line.posted_before_cents for line in lines]),
            ("delta", [line.delta_cents for line in lines]),
        ):
            pieces = [":".join(sheet.cell(end, column) for end in dict.fromkeys(ends)) for ends in rows]
            if pieces:
                sheet.live_money(row, column, f"=SUM({','.join(pieces)})", sum(amounts), "total_money")
            else:
                sheet.money(row, column, sum(amounts), "total_money")

    def legend(self) -> list[str]:
        """Sentences for the settlement words and the numbers of legal bases that occur, each once."""
        words = [sentence for word, sentence in SETTLEMENT_EXPLAINED.items() if word in self._words]
        return words + [
            f"{shown.split(' ')[0]} Rechtsgrundlage: {text}" for text, shown in self._bases.items() if _is_long(text)
        ]

    def _basis(self, text: str) -> str:
        """What the column shows for a legal basis; the long ones are numbered as they come."""
        if text not in self._bases:
            self._bases[text] = _short(text, sum(_is_long(known) for known in self._bases) + 1)
        return self._bases[text]

    def _product(self, row: int, line: Line) -> Term | None:
        """Quantity × rate, rounded; none without a rate."""
        if line.rate_cents is None:
            return None
        rate = Term(self._sheet.cell(row, "rate"), line.rate_cents.scaleb(-2))
        return to_cents(Term(self._sheet.cell(row, "quantity"), line.quantity) * rate)
