"""Credits set against invoices (RULES section 8.10): the oldest first, and never what was paid out; worked out by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.compute.offsetting import decisions, reversed_credits, run_offsets, waiting_credits
from schemas.finance import CameIn
from schemas.movements import Movement, Share, StoredMovement
from schemas.offsets import Decision, Fate, Offset, OffsetBooks, OwnOffsets, TakenBack, UsedCredit
from schemas.open_items import Claim, PaymentBooks
from schemas.programme.file import load_programme
from schemas.programme.programme import Programme

SHIPPED = load_programme(Path("inputs/mittelsachsen"))
FREIBERG, FLOEHA = "14522180", "14522140"
JANUARY, FEBRUARY, MARCH = date(2025, 1, 15), date(2025, 2, 17), date(2025, 3, 17)


def programme(credits_are: str = "offset", until: str | None = None, end: date | None = None) -> Programme:
    """Mittelsachsen; Freiberg leaves after `until`, or all of it ends."""
    found = SHIPPED.model_copy(deep=True)
    members = tuple(
        each.model_copy(update={"until": until}) if each.ags == FREIBERG else each for each in found.municipality
    )
    accounting = found.accounting.model_copy(update={"credits": credits_are})
    term = found.programme.model_copy(update={"end": end})
    return Programme.model_construct(
        **(dict(found) | {"programme": term, "municipality": members, "accounting": accounting})
    )


def claim(running: int, cents: int, day: date = JANUARY, ags: str = FREIBERG, back: date | None = None) -> Claim:
    return Claim(f"A-{running}", ags, "2024-12", day, None, cents, "S-1" if back else None, back)


def used(credit: int, invoice: int, cents: int, back: date | None = None) -> Offset:
    return Offset(
        FREIBERG, f"A-{invoice}", f"A-{credit}", cents, FEBRUARY, "2025-01", back, "2025-02" if back else None
    )


def moved(number: str, cents: int) -> StoredMovement:
    told = Movement("", number, FEBRUARY, cents, "", None, "", "", returned=False)
    return StoredMovement(1, "a.xml", "", told, (Share(FREIBERG, number, cents),), None, "", "")


def books(
    *claims: Claim, offsets: tuple[Offset, ...] = (), moves: tuple[StoredMovement, ...] = (), out: dict[str, int] | None = None
) -> PaymentBooks:  # fmt: skip
    waiting = frozenset(each.number for each in claims if each.amount_cents < 0)
    taken_back = {each.number: "2025-02" for each in claims if each.reversed_on}
    return PaymentBooks(claims, moves, None, OffsetBooks(waiting, offsets, out or {}, taken_back))


def open_credits(found: PaymentBooks, *reversing: str) -> dict[str, int]:
    return {each.number: each.open_cents for each in waiting_credits(found, reversing)}


def decided(
    found: PaymentBooks, total: int, month: str = "2025-02", **terms: str
) -> list[tuple[str | None, str, int, int]]:
    decision = decisions(programme(**terms), month, {FREIBERG: total}, waiting_credits(found))
    return [(each.credit, str(each.fate), each.amount_cents, each.left_cents) for each in decision]


def test_the_oldest_credit_goes_first() -> None:
    """An invoice of 100.00 against credits of 70.00 and 50.00: 70.00 and 30.00, 20.00 are left."""
    found = books(claim(1, -70_00), claim(2, -50_00))
    assert decided(found, 100_00) == [("A-1", "set_off", 70_00, 0), ("A-2", "set_off", 30_00, 20_00)]
    assert decided(found, 60_00) == [("A-1", "set_off", 60_00, 10_00)]
    assert decided(found, 0) == []


def test_a_credit_waits_under_these_terms_alone() -> None:
    assert decided(books(), -40_00) == [(None, "waits", 40_00, 40_00)]
    assert decided(books(), -40_00, credits_are="pay") == []


def test_what_was_promised_is_kept_when_the_terms_change() -> None:
    """A credit that waited is set off although credits are paid out today; one that was to be paid out never is."""
    assert decided(books(claim(1, -40_00)), 100_00, credits_are="pay") == [("A-1", "set_off", 40_00, 0)]
    paid_out = PaymentBooks((claim(1, -40_00),), (), None, OffsetBooks())
    assert decided(paid_out, 100_00) == []


def test_nobody_is_set_off_against_another() -> None:
    found = books(claim(1, -40_00, ags=FLOEHA))
    assert decided(found, 100_00) == []


def test_what_was_set_off_or_paid_out_is_open_no_more() -> None:
    """Of 100.00: 30.00 set off, 25.00 paid out by hand and 5.00 of them returned: 50.00."""
    found = books(
        claim(1, -100_00), claim(2, 30_00, FEBRUARY), offsets=(used(1, 2, 30_00),),
        moves=(moved("A-1", -25_00), moved("A-1", 5_00)),
    )  # fmt: skip
    assert open_credits(found) == {"A-1": 50_00}
    assert open_credits(books(claim(1, -25_00), moves=(moved("A-1", -25_00),))) == {}
    assert open_credits(books(claim(1, -25_00), moves=(moved("A-1", 3_00),))) == {
        "A-1": 25_00
    }  # who paid it, is owed more


def test_a_reversed_invoice_opens_its_credits_and_a_reversed_credit_waits_no_more() -> None:
    held = books(claim(1, -40_00), claim(2, 100_00, FEBRUARY), offsets=(used(1, 2, 40_00),))
    assert open_credits(held) == {}
    assert open_credits(held, "A-2") == {"A-1": 40_00}  # by the run that sets it off anew
    assert open_credits(held, "A-1", "A-2") == {}
    back = books(claim(1, -40_00), claim(2, 100_00, FEBRUARY, back=MARCH), offsets=(used(1, 2, 40_00, MARCH),))
    assert open_credits(back) == {"A-1": 40_00}
    assert open_credits(books(claim(1, -40_00, back=MARCH))) == {}


def test_where_no_invoice_can_follow_the_rest_is_paid_out_once() -> None:
    """Freiberg leaves after February: of 70.00 and 50.00 an invoice of 100.00 leaves 20.00, which are paid out."""
    found = books(claim(1, -70_00), claim(2, -50_00))
    assert decided(found, 100_00, until="2025-02") == [
        ("A-1", "set_off", 70_00, 0), ("A-2", "set_off", 30_00, 20_00), ("A-2", "paid_out", 20_00, 0),
    ]  # fmt: skip
    assert decided(books(), -40_00, until="2025-02") == []  # paid out like any other
    assert decided(books(), -40_00, until="2025-03") == [(None, "waits", 40_00, 40_00)]
    gone = books(claim(1, -70_00), out={"A-1": 70_00})
    assert decided(gone, 500_00, month="2025-03", until="2025-02") == []
    # 10.00 by hand before, 60.00 by the run, which the bank told of later: 70.00, and not 80.00.
    assert open_credits(books(claim(1, -75_00), out={"A-1": 70_00}, moves=(moved("A-1", -10_00), moved("A-1", -60_00)))) == {"A-1": 5_00}  # fmt: skip


def test_the_programme_ends_like_a_municipality_leaves() -> None:
    """Without premiums the last month is that of the end: nothing can be reported for a later one."""
    waiting = waiting_credits(books(claim(1, -1_00)))
    ended = programme(end=date(2025, 2, 28))
    assert decisions(ended, "2025-01", {}, waiting) == []
    assert [(each.fate, each.amount_cents) for each in decisions(ended, "2025-02", {}, waiting)] == [
        (Fate.PAID_OUT, 1_00)
    ]


def test_what_documents_show() -> None:
    found = books(claim(1, -70_00), claim(2, -50_00, FEBRUARY))
    decision = decisions(programme(), "2025-02", {FREIBERG: 100_00}, waiting_credits(found))
    shown = run_offsets(decision, found, "2025-02", ()).of(FREIBERG)
    assert shown.used == (UsedCredit("A-1", JANUARY, 70_00, 0), UsedCredit("A-2", FEBRUARY, 30_00, 20_00))
    assert shown.payable(100_00) == 0
    waits = run_offsets([Decision(FREIBERG, None, Fate.WAITS, 5_00, 5_00, 0)], found, "2025-02", ()).of(FREIBERG)
    assert (waits, waits.payable(-5_00)) == (OwnOffsets(FREIBERG, 5_00), 0)


@pytest.mark.parametrize(
    ("reversing", "expected"),
    [
        (("A-2",), {"A-2": TakenBack(opened=(UsedCredit("A-1", JANUARY, 40_00),))}),
        (("A-1",), {"A-1": TakenBack(settled_cents=43_00, paid_out_cents=3_00)}),  # 3.00 by hand
        (("A-1", "A-2"), {"A-1": TakenBack(settled_cents=3_00, paid_out_cents=3_00), "A-2": TakenBack(lapsed=(UsedCredit("A-1", JANUARY, 40_00),))}),
    ],
)  # fmt: skip
def test_what_a_storno_means(reversing: tuple[str, ...], expected: dict[str, TakenBack]) -> None:
    """Of a credit of 70.00, 40.00 were set against an invoice of 100.00."""
    found = books(
        claim(1, -70_00), claim(2, 100_00, FEBRUARY), offsets=(used(1, 2, 40_00),), moves=(moved("A-1", -3_00),)
    )
    decided = list(reversed_credits(found, reversing))
    assert run_offsets(decided, found, "2025-02", reversing).taken_back == expected


@pytest.mark.parametrize(
    ("total", "until", "again", "waits", "out"),
    [
        (120_00, None, True, False, False),
        (119_99, None, True, True, False),  # one cent of A-2 is left
        (60_00, None, True, True, False),  # nothing of A-2 is used
        (60_00, "2025-02", True, False, True),  # the last month: what is left is paid out
        (-5_00, None, False, False, False),  # no invoice: everything waits
    ],
)
def test_what_becomes_of_several_credits_whose_invoice_is_taken_back(
    total: int, until: str | None, again: bool, waits: bool, out: bool
) -> None:
    """Credits of 70.00 and 50.00 were set against an invoice of 120.00, which the run of February takes back."""
    found = books(
        claim(1, -70_00), claim(2, -50_00), claim(3, 120_00, FEBRUARY), offsets=(used(1, 3, 70_00), used(2, 3, 50_00))
    )
    decision = decisions(programme(until=until), "2025-02", {FREIBERG: total}, waiting_credits(found, ("A-3",)))
    back = run_offsets(decision, found, "2025-02", ("A-3",)).back("A-3")
    assert sum(each.amount_cents for each in back.opened) == 120_00
    assert (back.set_off_again, back.rest_waits, back.paid_out) == (again, waits, out)


def test_a_credit_s_storno_asks_for_no_more_than_the_credit() -> None:
    """Of 70.00 all were set off and, by mistake, transferred too: the second 70.00 are a payment too much, not the Storno's."""
    found = books(
        claim(1, -70_00), claim(2, 100_00, FEBRUARY), offsets=(used(1, 2, 70_00),), moves=(moved("A-1", -70_00),)
    )
    assert [each.amount_cents for each in reversed_credits(found, ("A-1",))] == [70_00]


def test_the_storno_of_an_invoice_opens_no_credit_that_was_taken_back_before() -> None:
    """By the credit's Storno 40.00 were owed: they come back with the invoice, as far as they were paid."""
    found = books(
        claim(1, -70_00, back=FEBRUARY), claim(2, 100_00, FEBRUARY), offsets=(used(1, 2, 40_00),)
    )  # fmt: skip
    (back,) = run_offsets([], found, "2025-03", ("A-2",)).taken_back.values()
    assert (back.released, back.owed_before) == ((), (UsedCredit("A-1", JANUARY, 40_00),))


@pytest.mark.parametrize(
    ("second_before", "came", "expected"),
    [
        (False, 50_00, {"A-2": 50_00, "A-3": 0}),
        (False, 90_00, {"A-2": 60_00, "A-3": 30_00}),
        (False, 120_00, {"A-2": 60_00, "A-3": 40_00}),
        (True, 30_00, {"A-3": 30_00}),  # A-2 went before the credit, whose Storno asked for 40.00 alone
    ],
)
def test_what_came_for_a_credit_s_storno_is_given_back_once(
    second_before: bool, came: int, expected: dict[str, int]
) -> None:
    """A credit of 100.00, set against invoices of 60.00 and 40.00 and taken back; then both invoices are."""
    first = replace(used(1, 2, 60_00), taken_back_in="2025-01" if second_before else None)
    found = books(
        claim(1, -100_00, back=FEBRUARY), claim(2, 60_00, FEBRUARY), claim(3, 40_00, FEBRUARY),
        offsets=(first, used(1, 3, 40_00)),
    )  # fmt: skip
    shown = run_offsets([], found, "2025-03", tuple(expected))
    known = CameIn({"A-1": came}, MARCH)
    assert {
        number: known.for_reversed(number, 0, back).came_cents for number, back in shown.taken_back.items()
    } == expected
