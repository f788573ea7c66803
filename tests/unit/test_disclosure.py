"""Disclosure control on tables that can be worked out by hand; minimum count 3."""

import pytest

from flows.compute.indicators.disclosure import Amount, Cell, Relations, publishable, publishable_amounts


def cell(*atoms: int, present: bool = False) -> Cell:
    return Cell(tuple((atom, 1) for atom in atoms), present)


def amount(persons: int, *atoms: int) -> Amount:
    return Amount(tuple((atom, 1) for atom in atoms), persons)


A, B, C, TOTAL = cell(0), cell(1), cell(2), cell(0, 1, 2)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((5, 7, 9), {TOTAL, A, B, C}),  # nothing is small
        ((5, 0, 9), {TOTAL, A, B, C}),  # nobody is no small count
        ((5, 7, 2), {TOTAL, A}),  # C is small; with B too it would be the difference to the total
        ((5, 2, 1), {TOTAL, A}),  # B + C = 3: each of them 0 to 3
        ((5, 1, 1), {TOTAL, A}),  # B + C = 2: each of them 0 to 2, three values
        ((5, 1, 0), {TOTAL, C}),
    ],
)
def test_a_table_with_its_total(values: tuple[int, ...], shown: set[Cell]) -> None:
    found = publishable(Relations(list(values)), [TOTAL, C, A, B], [], [], 3)
    assert found == shown


def test_a_total_that_leaves_too_few_values_is_suppressed_itself() -> None:
    # 1 + 1 = 2, and places show that neither is 0: each would be exactly 1.
    both = [cell(0, present=True), cell(1, present=True)]
    assert publishable(Relations([1, 1]), [cell(0, 1, present=True), *both], [], [], 3) == set()


def test_the_year_to_date_is_suppressed_where_an_earlier_report_would_reveal_the_quarter() -> None:
    # First quarter 10, published; second quarter 2, suppressed: 12 to date would give it away.
    first, second, to_date = cell(0), cell(1), cell(0, 1)
    assert publishable(Relations([10, 2]), [to_date, second], [first], [], 3) == set()


def test_a_count_that_an_earlier_report_suppressed_stays_protected() -> None:
    # The first quarter's 2 were suppressed; the second's 10 may be shown, the 12 to date then not.
    first, second, to_date = cell(0), cell(1), cell(0, 1)
    assert publishable(Relations([2, 10]), [second, to_date], [], [first], 3) == {second}


def test_linked_tables_protect_each_other() -> None:
    # The same 10 persons by two marks, 2 + 8 and 5 + 5: publishing 8 would reveal the 2 through the other table's sum.
    relations = Relations([2, 8, 5, 5], [{0: 1, 1: 1, 2: -1, 3: -1}])
    assert publishable(relations, [cell(2), cell(3), cell(1), cell(0)], [], [], 3) == {cell(2), cell(3)}


def test_amounts_of_few_persons_cannot_be_computed() -> None:
    # 2 persons in the first quarter, 6 in the second: of second quarter and year to date only one may be shown.
    first, second, to_date = amount(2, 0), amount(6, 1), amount(7, 0, 1)
    assert publishable_amounts([to_date, second, first], [], [], 3) == {to_date}
    assert publishable_amounts([to_date], [second], [first], 3) == set()
    assert publishable_amounts([second], [to_date], [first], 3) == set()


def test_amounts_behind_which_nobody_stands_are_shown() -> None:
    assert publishable_amounts([amount(0, 0)], [], [], 3) == {amount(0, 0)}
