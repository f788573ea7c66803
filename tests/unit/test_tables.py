"""Tables and formulas of a workbook: columns by name, and no formula that gives other cents than those settled."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.emit.xlsx.formula import Term, at_least_zero, number, reached, smallest, to_cents, where
from flows.emit.xlsx.styles import Page
from flows.emit.xlsx.table import Column, Table
from flows.emit.xlsx.workbook import new_workbook

TABLE = Table(
    "Beträge",
    Column("need", "Bedarf", 12, True),
    Column("paid", "Gezahlt", 12, True),
    Column("saved", "Erspart", 12, True),
)


def at(column: str, euros: str) -> Term:
    return Term(TABLE.cell(3, column), Decimal(euros))


@pytest.mark.parametrize(
    ("term", "text", "value"),
    [
        (to_cents(at("need", "2.345")), "ROUND(A4,2)", "2.35"),  # half a cent: away from zero
        (to_cents(at("need", "-2.345")), "ROUND(A4,2)", "-2.35"),
        (at_least_zero(at("need", "364.00") - at("paid", "400.00")), "MAX(0,A4-B4)", "0"),
        (smallest(at("need", "364.00"), number(Decimal("2500.00")), at("paid", "400.00")), "MIN(A4,2500.00,B4)", "364.00"),
        (where(reached(at("need", "42"), 42), at("paid", "694.00")), "IF(A4>=42,B4,0)", "694.00"),
        (where(reached(at("need", "41"), 42), at("paid", "694.00")), "IF(A4>=42,B4,0)", "0"),
        (number(Decimal("0.80")) * at("paid", "694.01") + -at("need", "1.00"), "0.80*B4+-A4", "554.208"),
    ],
)  # fmt: skip
def test_a_formula_knows_what_a_spreadsheet_makes_of_it(term: Term, text: str, value: str) -> None:
    assert (term.text, term.value) == (text, Decimal(value))


def test_a_formula_that_gives_other_cents_than_those_settled_is_not_shown(tmp_path: Path) -> None:
    page = Page(left="", right="")
    with new_workbook(
        tmp_path / "a.xlsx", page, title="", subject="", author="", created=date(2016, 3, 1)
    ) as book:  # fmt: skip
        sheet = book.table(TABLE, "Beträge", "")
        saved = to_cents(at("need", "364.00") - at("paid", "100.00"))  # 264.00
        for row, settled_cents in ((3, 264_00), (4, 264_01)):
            sheet.money(row, "need", 364_00)
            sheet.money(row, "paid", 100_00)
            sheet.derived(row, "saved", settled_cents, number(1), saved)
        sheet.total(5, "saved", 3, Decimal("528.01"))
    formulas, values = (load_workbook(tmp_path / "a.xlsx", data_only=data)["Beträge"] for data in (False, True))
    assert [formulas[cell].value for cell in ("C4", "C5", "C6")] == ["=ROUND(A4-B4,2)", 264.01, "=SUM(C4:C5)"]
    assert [values[cell].value for cell in ("C4", "C5", "C6")] == [264, 264.01, 528.01]


def test_a_column_is_known_by_its_name_wherever_it_stands() -> None:
    assert (TABLE.cell(3, "saved"), TABLE.span(3, 8, "paid")) == ("C4", "$B$4:$B$9")
    assert TABLE.rows(6, "paid") == TABLE.elsewhere(3, 8, "paid") == "'Beträge'!$B$4:$B$9"
    assert TABLE.rows(0, "paid") == "'Beträge'!$B$4:$B$4"  # an empty table lends its first, empty row
    with pytest.raises(KeyError):
        TABLE.cell(3, "bezahlt")
    with pytest.raises(AssertionError):
        Table("Beträge", Column("paid", "Gezahlt", 12), Column("paid", "Noch einmal", 12))
