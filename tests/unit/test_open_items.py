"""What a document leaves open: its state, how late it is, and what is said of all together; worked out by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.compute.open_items import items, money_on
from schemas.movements import Movement, Share, StoredMovement
from schemas.open_items import Claim, Item, ItemState, PaymentBooks
from schemas.programme.file import load_programme

PROGRAMME = load_programme(Path("inputs/mittelsachsen"))
FREIBERG = "14522180"
BILLED, DUE, LATER = date(2025, 2, 15), date(2025, 3, 17), date(2025, 3, 20)
INVOICE = Claim("AGH-2025-0006", FREIBERG, "2025-01", BILLED, DUE, 50_00)
CREDIT = Claim("AGH-2025-0007", FREIBERG, "2025-01", BILLED, DUE, -20_00)
REVERSED = Claim("AGH-2025-0008", FREIBERG, "2025-01", BILLED, DUE, 30_00, "AGH-2025-0020", date(2025, 3, 18))


def paid(cents: int, number: str | None, day: date = BILLED) -> StoredMovement:
    movement = Movement("Buchung 1", "key", day, cents, "Stadt", None, "Zweck", "", returned=False)
    shares = (Share(FREIBERG, number, cents),) if number != "unclear" else ()
    return StoredMovement(1, "a.xml", "", movement, shares, None, "", "")


def item(claim: Claim, *cents: int, on: date = LATER) -> Item:
    (found,) = items(PaymentBooks((claim,), tuple(paid(each, claim.number) for each in cents), None), on)
    return found


@pytest.mark.parametrize(
    ("claim", "payments", "state", "open_cents", "overdue"),
    [
        (INVOICE, (), ItemState.OPEN, 50_00, 3),
        (INVOICE, (20_00,), ItemState.PARTLY, 30_00, 3),
        (INVOICE, (20_00, 30_00), ItemState.PAID, 0, 0),
        (INVOICE, (50_00, 50_00), ItemState.OVERPAID, -50_00, 0),
        (INVOICE, (50_00, -50_00), ItemState.OPEN, 50_00, 3),
        (CREDIT, (), ItemState.OPEN, -20_00, 3),
        (CREDIT, (-20_00,), ItemState.PAID, 0, 0),
        (CREDIT, (-5_00,), ItemState.PARTLY, -15_00, 3),
        (CREDIT, (-25_00,), ItemState.OVERPAID, 5_00, 0),
        (REVERSED, (), ItemState.REVERSED, 0, 0),
        (REVERSED, (30_00,), ItemState.OWED_BACK, -30_00, 0),
        (REVERSED, (30_00, -30_00), ItemState.REVERSED, 0, 0),
    ],
)
def test_states(claim: Claim, payments: tuple[int, ...], state: ItemState, open_cents: int, overdue: int) -> None:
    found = item(claim, *payments)
    assert (found.state, found.open_cents, found.overdue_days) == (state, open_cents, overdue)


STORNO_DUE = date(2025, 4, 17)


@pytest.mark.parametrize(
    ("cents", "payments", "document", "storno"),  # total, settled, open of each
    [
        (30_00, (), (30_00, 30_00, 0), (-30_00, -30_00, 0)),  # nobody paid: each settles the other
        (30_00, (10_00,), (30_00, 30_00, 0), (-30_00, -20_00, -10_00)),  # what was paid goes back
        (30_00, (30_00,), (30_00, 30_00, 0), (-30_00, 0, -30_00)),
        (30_00, (34_00,), (30_00, 34_00, -4_00), (-30_00, 0, -30_00)),
        (-30_00, (), (-30_00, -30_00, 0), (30_00, 30_00, 0)),
        (-30_00, (-30_00,), (-30_00, -30_00, 0), (30_00, 0, 30_00)),
    ],
)
def test_a_document_and_its_storno_settle_each_other_as_far_as_nothing_was_paid(
    cents: int, payments: tuple[int, ...], document: tuple[int, ...], storno: tuple[int, ...]
) -> None:
    """The day is two days behind that on which the Storno falls due."""
    found = item(replace(REVERSED, amount_cents=cents, reversal_due=STORNO_DUE), *payments, on=date(2025, 4, 19))
    amounts = [tuple(row[name] for name in ("total_cents", "settled_cents", "open_cents")) for row in found.records]
    assert amounts == [document, storno]
    assert sum(row["open_cents"] for row in found.records) == found.open_cents
    kind = "invoice" if cents > 0 else "credit_note"
    assert [(row["number"], row["kind"]) for row in found.records] == [
        (REVERSED.number, kind),
        (REVERSED.reversal, "reversal"),
    ]
    assert [row["days_overdue"] for row in found.records] == [0, 2 if storno[2] else 0]


def test_the_day_decides() -> None:
    assert items(PaymentBooks((INVOICE,), (), None), date(2025, 2, 14)) == []
    assert item(INVOICE, on=DUE).overdue_days == 0  # until the end of the day on which it is due
    assert item(REVERSED, on=date(2025, 3, 17)).open_cents == 30_00
    assert item(REVERSED, on=date(2025, 3, 18)).open_cents == 0


def test_what_came_before_its_document_stands_against_it() -> None:
    early = PaymentBooks((INVOICE,), (paid(50_00, INVOICE.number, date(2025, 2, 1)),), None)
    assert [each.open_cents for each in items(early, date(2025, 2, 1))] == [-50_00]
    assert [each.open_cents for each in items(early, BILLED)] == [0]


def test_what_is_said_of_all_together() -> None:
    """Open 50.00 − 20.00 = 30.00, overdue; owed 20.00 and 10.00 without a document; 7.00 nobody knows what for."""
    money = (
        paid(20_00, INVOICE.number),
        paid(10_00, None),
        paid(7_00, "unclear"),
        paid(1_00, INVOICE.number, date(2025, 4, 1)),
    )
    found = money_on(PROGRAMME, PaymentBooks((INVOICE, CREDIT), money, None), LATER)
    assert found.sentence == (
        "Offen am 20.03.2025: 30,00 € aus 1 Beleg, davon überfällig 30,00 € (1); Guthaben der Kommunen 30,00 €. "
        "Ungeklärt: 1 Umsatz über 7,00 €."
    )
    assert found.frame["open_cents"].to_list() == [-10_00, 30_00, -20_00]
    assert len(found.came) == 3
