"""Who is reminded of what, and what an account says; worked out by hand."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from flows.compute.reminding import reminders, year_account
from flows.emit.balance.account import account_statement
from flows.emit.balance.reminder import mail_text, reminder
from schemas.movements import Movement, Share, StoredMovement
from schemas.offsets import Offset, OffsetBooks
from schemas.open_items import Claim, ItemState, PaymentBooks, Reminder
from schemas.programme.file import load_programme
from schemas.programme.parties import Reminders
from schemas.programme.programme import Programme

PROGRAMME = load_programme(Path("inputs/mittelsachsen"))
FREIBERG, FLOEHA = "14522180", "14522140"
TERMS = Reminders(after_days=14, minimum_eur="10.00", pay_days=10)
BILLED, DUE = date(2025, 2, 15), date(2025, 3, 17)


def claim(running: int, cents: int, ags: str = FREIBERG, due: date = DUE, reversed_on: date | None = None) -> Claim:
    reversal = f"AGH-2025-9{running:03d}" if reversed_on else None
    return Claim(f"AGH-2025-{running:04d}", ags, "2025-01", BILLED, due, cents, reversal, reversed_on)


def paid(day: date, *shares: Share) -> StoredMovement:
    amount = sum(share.amount_cents for share in shares)
    movement = Movement("Buchung 1", str(day), day, amount, "Stadt", None, "", "", returned=False)
    return StoredMovement(1, "a.xml", "", movement, shares, None, "", "")


def asked(books: PaymentBooks, on: date, reminded: dict[str, date] | None = None) -> list[tuple[str, int, list[str]]]:
    found = reminders(PROGRAMME, books, TERMS, on, reminded or {})
    return [(each.recipient, each.open_cents, [str(item.number)[-4:] for item in each.items]) for each in found]


def test_days_and_amount_decide() -> None:
    """Due on 17 March; 14 days later is the 31st. Flöha's 9.99 are below 10.00, with another 0.01 they are not."""
    books = PaymentBooks((claim(6, 53_00), claim(7, 9_99, FLOEHA), claim(8, 20_00, due=date(2025, 3, 20))), (), None)
    assert asked(books, date(2025, 3, 30)) == []
    assert asked(books, date(2025, 3, 31)) == [(FREIBERG, 53_00, ["0006"])]
    assert asked(books, date(2025, 4, 3)) == [(FREIBERG, 73_00, ["0006", "0008"])]
    more = replace(books, claims=(*books.claims, claim(9, 1, FLOEHA)))
    assert asked(more, date(2025, 3, 31))[0] == (FLOEHA, 10_00, ["0007", "0009"])


def test_what_is_paid_or_taken_back_is_asked_of_nobody() -> None:
    claims = (claim(6, 53_00), claim(7, 20_00, reversed_on=date(2025, 3, 20)), claim(8, -80_00))
    money = (paid(date(2025, 3, 28), Share(FREIBERG, "AGH-2025-0006", 33_00)),)
    (found,) = reminders(PROGRAMME, PaymentBooks(claims, money, None), TERMS, date(2025, 4, 1), {})
    assert (found.open_cents, found.owed_cents) == (20_00, 80_00)
    assert (found.paid_until, found.pay_until) == (date(2025, 3, 28), date(2025, 4, 11))
    assert asked(PaymentBooks(claims, (*money, paid(date(2025, 4, 1), Share(FREIBERG, "AGH-2025-0006", 20_00))), None), date(2025, 4, 1)) == []  # fmt: skip


def set_off(invoice: int, credit: int, cents: int, on: date = BILLED, back: date | None = None) -> Offset:
    return Offset(FREIBERG, f"AGH-2025-{invoice:04d}", f"AGH-2025-{credit:04d}", cents, on, "2025-01", back)


def test_what_a_credit_s_storno_asks_for_is_reminded_of_with_the_storno() -> None:
    """Of a credit of 80.00, 20.00 were set off; its Storno of 20 March falls due on 20 April: 14 days later it is 4 May."""
    offsets = OffsetBooks(frozenset({"AGH-2025-0005"}), (set_off(6, 5, 20_00),))
    taken_back = replace(claim(5, -80_00, reversed_on=date(2025, 3, 20)), reversal_due=date(2025, 4, 20))
    books = PaymentBooks((taken_back, claim(6, 20_00)), (), None, offsets)
    assert asked(books, date(2025, 5, 3)) == []
    (found,) = reminders(PROGRAMME, books, TERMS, date(2025, 5, 4), {})
    (item,) = found.items
    assert (item.asking, item.open_cents, item.asked_cents, item.open_due) == ("AGH-2025-9005", 20_00, 80_00, date(2025, 4, 20))  # fmt: skip
    assert (item.overdue_days, item.state) == (14, ItemState.CLAIMED_BACK)
    told = mail_text(PROGRAMME, found)
    assert "ist eine Forderung noch nicht ausgeglichen" in told
    assert "- AGH-2025-9005, fällig am 20.04.2025: 20,00 €" in told


def test_what_is_set_off_is_asked_of_nobody() -> None:
    """53.00 less 33.00 of the credit of 80.00: 20.00 are asked for, 47.00 go against the next invoice."""
    offsets = OffsetBooks(frozenset({"AGH-2025-0005"}), (set_off(6, 5, 33_00),))
    books = PaymentBooks((claim(5, -80_00), claim(6, 53_00)), (), None, offsets)
    (found,) = reminders(PROGRAMME, books, TERMS, date(2025, 4, 1), {})
    assert (found.open_cents, found.owed_cents, found.waiting_cents) == (20_00, 0, 47_00)
    said = text_of(reminder(PROGRAMME, found))
    assert "Gezahlt, verrechnet" in said
    assert "53,00 € 33,00 € 20,00 €" in said
    assert "Ihr Guthaben von 47,00 € aus Gutschriften verrechnen wir mit Ihrer nächsten Rechnung" in said


def test_a_credit_that_no_invoice_follows_any_more_is_owed() -> None:
    """The same, once Freiberg has left."""
    offsets = OffsetBooks(frozenset({"AGH-2025-0005"}), (set_off(6, 5, 33_00),))
    books = PaymentBooks((claim(5, -80_00), claim(6, 53_00)), (), None, offsets)
    members = [
        each.model_copy(update={"until": "2025-03"} if each.ags == FREIBERG else {}) for each in PROGRAMME.municipality
    ]
    leaving = PROGRAMME.model_construct(**(dict(PROGRAMME) | {"municipality": tuple(members)}))
    (found,) = reminders(leaving, books, TERMS, date(2025, 4, 1), {})
    assert (found.owed_cents, found.waiting_cents) == (47_00, 0)


def test_the_account_shows_both_sides_of_a_set_off() -> None:
    """−80.00 + 53.00; 33.00 from one side to the other, and back with the Storno of the invoice."""
    again = date(2025, 4, 15)
    offsets = OffsetBooks(frozenset({"AGH-2025-0005"}), (set_off(6, 5, 33_00, back=again),))
    books = PaymentBooks((claim(5, -80_00), claim(6, 53_00, reversed_on=again)), (), None, offsets)
    found = year_account(books, FREIBERG, 2025, date(2025, 12, 31))
    assert [(entry.number[-1], str(entry.kind), entry.detail[-4:], entry.cents) for entry in found.entries] == [
        ("6", "invoice", "", 53_00), ("5", "credit_note", "", -80_00), ("5", "offset", "0006", 33_00),
        ("6", "offset", "0005", -33_00), ("6", "reversal", "9006", -53_00), ("5", "offset_back", "0006", -33_00),
        ("6", "offset_back", "0005", 33_00),
    ]  # fmt: skip
    assert found.closing_cents == -80_00
    text = text_of(account_statement(PROGRAMME, found))
    assert "AGH-2025-0005 verrechnet mit AGH-2025-0006 33,00 €" in text
    assert "AGH-2025-0006: Verrechnung mit AGH-2025-0005 aufgehoben 33,00 €" in text


def test_nobody_is_reminded_again_before_the_days_are_over() -> None:
    books, first = PaymentBooks((claim(6, 53_00),), (), None), date(2025, 4, 1)
    known = {"AGH-2025-0006": first}
    assert asked(books, first, known) == [(FREIBERG, 53_00, ["0006"])]  # the same letter once more
    assert asked(books, date(2025, 4, 11), known) == []
    assert asked(books, date(2025, 4, 12), known) == [(FREIBERG, 53_00, ["0006"])]


def merging() -> Programme:
    """Freiberg becomes part of Flöha with the end of 2024."""
    members = tuple(
        each.model_copy(update={"until": "2024-12", "successor": FLOEHA}) if each.ags == FREIBERG else each
        for each in PROGRAMME.municipality
    )
    merged = PROGRAMME.model_copy(update={"municipality": members})
    merged.__dict__.pop("members", None)
    return merged


def test_the_account_of_who_is_gone_is_confirmed_by_its_successor() -> None:
    whole = text_of(account_statement(merging(), year_account(YEAR, FREIBERG, 2025, date(2025, 12, 31))))
    heir = PROGRAMME.members[FLOEHA]
    assert f"{heir.name} {heir.street} {heir.postcode} {heir.city}" in whole
    assert "Konto von Freiberg, Stadt (AGS 14522180)" in whole
    assert (
        "Das Konto betrifft Freiberg, Stadt (AGS 14522180), deren Rechtsnachfolge Ihre Kommune angetreten hat." in whole
    )
    assert "31.12.2025 Saldo zu Ihren Lasten 5,00 €" in whole
    before = text_of(account_statement(merging(), year_account(YEAR, FREIBERG, 2024, date(2024, 12, 31))))
    assert "Rechtsnachfolge" not in before  # Freiberg was still there


def test_a_successor_is_reminded_of_its_predecessors_documents() -> None:
    merged = merging()
    (found,) = reminders(merged, PaymentBooks((claim(6, 53_00),), (), None), TERMS, date(2025, 4, 1), {})
    assert found.recipient == FLOEHA
    assert "(Freiberg, Stadt)" in text_of(reminder(merged, found))


def text_of(pdf: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(" ".join(pages).split()).replace("\u00a0", " ")


@pytest.fixture
def reminding() -> Reminder:
    books = PaymentBooks((claim(6, 53_00), claim(7, 20_00), claim(8, -5_00)), (paid(BILLED, Share(FREIBERG, "AGH-2025-0006", 3_00)),), None)  # fmt: skip
    (found,) = reminders(PROGRAMME, books, TERMS, date(2025, 4, 1), {})
    return found


def test_the_letter_says_what_by_when_and_where(reminding: Reminder) -> None:
    pdf = reminder(PROGRAMME, reminding)
    said = text_of(pdf)
    for words in (
        "Zahlungserinnerung vom 01.04.2025", "sind 2 Rechnungen noch nicht ausgeglichen", "70,00 € bis zum 11.04.2025",
        "AGH-2025-0006 15 Tage überfällig 17.03.2025 53,00 € 3,00 € 50,00 €", "Zu zahlen 70,00 €",
        "DE05 9999 9999 0014 5220 00", "AGH-2025-0006, AGH-2025-0007 und Ihr Personenkonto 7522180",
        "Zu Ihren Gunsten stehen noch 5,00 €", "betrachten Sie dieses Schreiben bitte als erledigt",
        "Eingänge bis zum 15.02.2025 sind berücksichtigt", "Freiberg, Stadt",
    ):  # fmt: skip
        assert words in said
    assert pdf == reminder(PROGRAMME, reminding)
    mail = mail_text(PROGRAMME, reminding)
    assert "- AGH-2025-0006, fällig am 17.03.2025: 50,00 €" in mail
    assert "70,00 € bis zum 11.04.2025" in mail


YEAR = PaymentBooks(
    (
        replace(claim(1, 10_00), day=date(2024, 12, 20)),
        claim(6, 53_00),
        claim(7, 20_00, reversed_on=date(2025, 4, 15)),
        replace(claim(9, 5_00), day=date(2026, 1, 15)),
        claim(8, 99_00, FLOEHA),
    ),
    (
        paid(date(2024, 12, 30), Share(FREIBERG, "AGH-2025-0001", 4_00)),
        paid(date(2025, 3, 1), Share(FREIBERG, "AGH-2025-0007", 20_00), Share(FLOEHA, "AGH-2025-0008", 99_00)),
        paid(date(2025, 5, 2), Share(FREIBERG, "AGH-2025-0006", 53_00), Share(FREIBERG, "AGH-2025-0007", -20_00)),
        paid(date(2025, 6, 2), Share(FREIBERG, None, 1_00)),
    ),
    None,
)


def test_the_account_of_a_year() -> None:
    """6.00 brought forward; + 53.00 + 20.00 − 20.00 − 20.00 (Storno) − 53.00 + 20.00 (set off) − 1.00 = 5.00."""
    found = year_account(YEAR, FREIBERG, 2025, date(2025, 12, 31))
    assert found.opening_cents == 6_00
    assert [(entry.day.month, str(entry.kind), entry.cents) for entry in found.entries] == [
        (2, "invoice", 53_00), (2, "invoice", 20_00), (3, "paid", -20_00), (4, "reversal", -20_00),
        (5, "paid", -53_00), (5, "set_off", 20_00), (6, "on_account", -1_00),
    ]  # fmt: skip
    assert found.closing_cents == 5_00
    assert found.open_numbers == ("AGH-2025-0001",)
    next_year = year_account(YEAR, FREIBERG, 2026, date(2026, 6, 30))
    assert (next_year.opening_cents, next_year.closing_cents) == (5_00, 10_00)


def test_the_balance_is_confirmed_once_the_year_is_over() -> None:
    whole = text_of(account_statement(PROGRAMME, year_account(YEAR, FREIBERG, 2025, date(2025, 12, 31))))
    for words in (
        "Kontoauszug 2025", "Saldo zu Beginn des Jahres 6,00 €", "Storno AGH-2025-9007 des Belegs AGH-2025-0007 -20,00 €",
        "Verrechnet mit Ihrer Zahlung: AGH-2025-0007 20,00 €", "31.12.2025 Saldo zu Ihren Lasten 5,00 €",
        "Saldenbestätigung", "Der Saldo weicht ab", "Im Saldo sind offen: AGH-2025-0001",
    ):  # fmt: skip
        assert words in whole
    part = text_of(account_statement(PROGRAMME, year_account(YEAR, FREIBERG, 2025, date(2025, 3, 31))))
    assert "Kontoauszug 2025 bis 31.03.2025" in part
    assert "Saldenbestätigung" not in part
    assert "Saldo zu Ihren Lasten 59,00 €" in part  # 6.00 + 53.00 + 20.00 − 20.00
