"""Σ documents − Σ payments = Σ open items, for each municipality and day, whatever happens in whatever order.

A ledger lives as in test_ledger_machine.py (settlements, corrections, reversals), and money comes and goes: whole, in
parts, twice, too much, for several documents at once, returned, without a word; in files that overlap and come in any
order; and people assign, and take that back. In some months credits are set against the next invoice, in others paid out,
and one town leaves. Beside it stand plain lists of what was paid for what, and of what was set against what.
"""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from flows.compute.open_items import items, money_on
from flows.ingest.movements.camt import read_camt
from flows.ledger import movements
from flows.ledger.store.tables import CANCELLATION, documents, orders
from flows.ledger.views.payments import read_payment_books
from flows.payments import booked
from schemas.identifiers import Ags
from schemas.money import cents, in_euros
from schemas.months import first_day, later, months_since
from schemas.movements import AccountFile, Movement, Share, StoredMovement
from schemas.offsets import Offset, OffsetBooks
from schemas.open_items import Claim, Item, PaymentBooks
from schemas.programme.programme import Programme
from tests.bank import Booked, Version, camt
from tests.examples import examples
from tests.properties.test_ledger_machine import PROGRAMME, START, LedgerLife
from tests.reference import sample
from tests.reference.offsets import CreditList
from tests.reference.open_items import Charged, Paid, SetOff, TakenBack, open_on, per_municipality
from tests.verified import verify

IBAN = PROGRAMME.accounting.county_iban
LEAVES = "2017-02"  # the last month of Aldenhoven
Parts = list[tuple[str, str | None, int]]  # municipality, document, cents


class Slip(NamedTuple):
    """A booking of the bank, and what it is for; nothing where nobody can tell."""

    booked: Booked
    parts: Parts


class MoneyLife(LedgerLife):
    """A ledger's life with money."""

    @initialize()
    def open(self) -> None:
        """Four months are settled, so that there is something to pay: both towns owe, and are owed."""
        super().open()
        self.slips: list[Slip] = []  # in the order in which the bank booked them
        self.handed_in: dict[str, Slip] = {}  # the bank's reference → the slip, of those in the ledger
        self.references: dict[str, str] = {}  # key of a movement → the bank's reference
        self.files = 0
        self.credits = CreditList()
        self.known: list[Paid] = []  # when the newest draft was made
        for number in range(4):
            for ags in (sample.DUEREN, sample.ALDENHOVEN):
                self.report(ags, 0, [("A-001", 0, None)])
            if number == 3:
                self.adjust(sample.ALDENHOVEN, -77)
                self.adjust(sample.DUEREN, -5000_00)
            self.draft(leave=False, approve=True)
        assert {document.cents > 0 for document in self._charged()} == {True, False}

    def _terms(self) -> Programme:
        """Credits are set off with every run but each third, and Aldenhoven leaves; noted is what was known by then."""
        self.known = self._paid()
        accounting = PROGRAMME.accounting.model_copy(update={"credits": "offset" if _sets_off(self.month) else "pay"})
        members = tuple(
            each.model_copy(update={"until": LEAVES}) if each.ags == sample.ALDENHOVEN else each
            for each in PROGRAMME.municipality
        )
        return Programme.model_construct(**(dict(PROGRAMME) | {"accounting": accounting, "municipality": members}))

    # What the model knows of documents, read plainly.
    def _charged(self) -> list[Charged]:
        with self.ledger.reading() as connection:
            if connection is None:
                return []
            columns = (documents.c.ags, documents.c.number, documents.c.document_date, documents.c.total_cents)
            numbered = sa.select(*columns).where(documents.c.number.is_not(None)).order_by(documents.c.number)
            return [Charged(*record) for record in connection.execute(numbered) if record[3]]

    def _taken_back(self) -> list[TakenBack]:
        with self.ledger.reading() as connection:
            assert connection is not None
            columns = (orders.c.reference, orders.c.document_date)
            done = sa.select(*columns).where(orders.c.kind == CANCELLATION, orders.c.number.is_not(None))
            known = {each.number for each in self._charged()}
            return [TakenBack(*record) for record in connection.execute(done) if record[0] in known]

    def _paid(self) -> list[Paid]:
        return [
            Paid(ags, number, slip.booked.day, cents)
            for slip in self.handed_in.values()
            for ags, number, cents in slip.parts
        ]

    def _book(self, amount_cents: int, text: str, parts: Parts, days: int) -> Slip:
        reference = f"R{len(self.slips)}"
        day = first_day(later(self.month, 1)) + timedelta(days=days)
        slip = Slip(Booked(day, str(in_euros(amount_cents)), text, "Stadt", "", reference), parts)
        (movement,) = read_camt("", camt([slip.booked], iban=IBAN), IBAN).movements
        self.references[movement.key] = reference
        self.slips.append(slip)
        return slip

    @precondition(lambda self: bool(self._charged()))
    @rule(pick=st.integers(0, 30), cents=st.integers(1, 3000_00), whole=st.booleans(), days=st.integers(0, 60))
    def pay(self, pick: int, cents: int, whole: bool, days: int) -> None:
        """A document is paid, or a credit paid out: in full or any other amount, perhaps once more."""
        charged = self._charged()
        document = charged[pick % len(charged)]
        amount = document.cents if whole else cents if document.cents > 0 else -cents
        self._book(amount, f"zu {document.number}", [(document.ags, document.number, amount)], days)

    @rule(cents=st.integers(1, 500_00), out=st.booleans(), days=st.integers(0, 60))
    def pay_without_a_word(self, cents: int, out: bool, days: int) -> None:
        self._book(-cents if out else cents, "Miete", [], days)

    @precondition(lambda self: any(slip.parts for slip in self.handed_in.values()))
    @rule(pick=st.integers(0, 30), days=st.integers(0, 30))
    def give_back(self, pick: int, days: int) -> None:
        """The bank takes a payment back, as far as it still stands on its document, and the statement comes at once."""
        stood: dict[tuple[str, str], int] = {}
        for payment in self._paid():
            if payment.number is not None:
                key = payment.ags, payment.number
                stood[key] = stood.get(key, 0) + payment.cents
        standing = [(key, cents) for key, cents in sorted(stood.items()) if cents]
        signs = {document.number: document.cents for document in self._charged()}
        standing = [(key, cents) for key, cents in standing if cents * signs[key[1]] > 0]
        if standing:
            (ags, number), cents = standing[pick % len(standing)]
            self._book(-cents, f"RUECKGABE {number}", [(ags, number, -cents)], days)
            self._hand_in(self.slips[-1:], "08")

    @precondition(lambda self: bool(self.slips) and bool(self._charged()))
    @rule(first=st.integers(0, 40), number=st.integers(1, 8), version=st.sampled_from(["02", "08"]))
    def hand_in(self, first: int, number: int, version: Version) -> None:
        """A statement of some bookings: what was in an earlier one, too, and older ones after newer ones."""
        start = first % len(self.slips)
        self._hand_in(self.slips[start : start + number], version)

    def _hand_in(self, slips: list[Slip], version: Version) -> None:
        content = camt([slip.booked for slip in slips], version, iban=IBAN)
        self.files += 1
        found = read_camt(f"{self.files}.xml", content, IBAN)
        file = AccountFile(
            f"{self.files}.xml", sha256(content).hexdigest(), found.form, found.movements, found.passed_over
        )
        movements.archive([(file, content)], Path(self.folder.name) / "archive")
        with self.ledger.transaction() as connection:
            for _ in ("once", "and the same again"):
                booked(connection, PROGRAMME, [file], by="Eva", account="eva")
        self.handed_in |= {slip.booked.reference: slip for slip in slips if slip.booked.reference not in self.handed_in}
        self.check_money()

    @precondition(lambda self: bool(self.handed_in) and bool(self._charged()))
    @rule(pick=st.integers(0, 30), document=st.integers(0, 30), without=st.booleans())
    def assign(self, pick: int, document: int, without: bool) -> None:
        """What is unclear becomes a document's, or a municipality's as such; what is certain becomes unclear."""
        stored = read_payment_books(self.ledger).movements[pick % len(self.handed_in)]
        reference = self.references[stored.movement.key]
        slip = self.handed_in[reference]
        if stored.shares:
            movements.release(self.ledger, stored.id, reason="Irrtum", by="Eva")
            self.handed_in[reference] = Slip(slip.booked, [])
        else:
            charged = self._charged()
            chosen = charged[document % len(charged)]
            number = None if without else chosen.number
            cents = stored.movement.amount_cents
            movements.assign(self.ledger, stored.id, [Share(chosen.ags, number, cents)], reason="Anruf", by="Eva")
            self.handed_in[reference] = Slip(slip.booked, [(chosen.ags, number, cents)])
        self.check_money()

    def check(self) -> None:
        """What has to hold after every approval, and of money."""
        super().check()
        day = first_day(self.month)
        self.credits.run(
            day,
            [document for document in self._charged() if document.day == day],
            self._taken_back(),
            self.known,
            offset=_sets_off(self.settled_until),
            leaving={sample.ALDENHOVEN} if self.settled_until >= LEAVES else set(),
        )
        self.check_money()

    def check_money(self) -> None:
        charged, taken_back, paid = self._charged(), self._taken_back(), self._paid()
        set_off = self.credits.set_off
        books = read_payment_books(self.ledger)
        assert {
            SetOff(each.ags, each.invoice, each.credit, each.day, each.cents) for each in books.offsets.offsets
        } == {*set_off}
        assert books.offsets.waiting == {credit.number for credit in self.credits.waiting}
        assert books.offsets.paid_out == self.credits.paid_out
        assert len(books.movements) == len(self.handed_in)
        days = {slip.booked.day for slip in self.handed_in.values()} | {document.day for document in charged}
        for day in [*sorted(days)[:: max(1, len(days) // 6)], date(2018, 1, 1)]:
            found = items(books, day)
            assert _open(found) == open_on(day, charged, taken_back, paid, set_off)
            sums: dict[str, int] = {}
            for item in found:
                sums[item.ags] = sums.get(item.ags, 0) + item.open_cents
            assert {ags: cents for ags, cents in sums.items() if cents} == per_municipality(
                day, charged, taken_back, paid
            )
            money = money_on(PROGRAMME, books, day)
            of_rows = dict(money.frame.group_by("ags").agg(pl.col("open_cents").sum()).iter_rows())
            assert {ags: cents for ags, cents in of_rows.items() if cents} == {
                ags: cents for ags, cents in sums.items() if cents
            }
            came = sum(slip_cents(slip) for slip in self.handed_in.values() if slip.booked.day <= day)
            settled = sum(payment.cents for payment in paid if payment.day <= day)
            assert money.unclear_cents == came - settled  # every cent is somebody's, or unclear
        assert [
            problem for problem in verify(self.ledger, Path(self.folder.name) / "archive") if ".xml" in problem
        ] == []


def _sets_off(month: str) -> bool:
    return months_since(START, month) % 3 != 2


def slip_cents(slip: Slip) -> int:
    return cents(slip.booked.amount)


def _open(found: list[Item]) -> dict[tuple[str, str | None], int]:
    return {(item.ags, item.number): item.open_cents for item in found if item.open_cents}


MoneyLife.TestCase.settings = settings(
    max_examples=examples(10),
    stateful_step_count=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
TestMoneyLife = pytest.mark.filterwarnings("error")(MoneyLife.TestCase)


_DAYS = st.dates(date(2025, 1, 1), date(2025, 1, 20))
_CENTS = st.integers(-500, 500).filter(bool)


@st.composite
def books(draw: st.DrawFn) -> PaymentBooks:
    """Any documents and any money: of a day before its document, of none, of several at once, of nobody."""
    claims = tuple(
        Claim(
            f"VP-2025-{number:04d}",
            Ags(draw(st.sampled_from(["A", "B"]))),
            "2025-01",
            day := draw(_DAYS),
            day + timedelta(days=3),
            draw(_CENTS),
            *((f"S-{number}", day + timedelta(days=draw(st.integers(0, 9)))) if draw(st.booleans()) else (None, None)),
        )
        for number in range(draw(st.integers(0, 5)))
    )
    meant = [Share(claim.ags, claim.number, 0) for claim in claims]
    meant += [Share(Ags("A"), None, 0), Share(None, None, 0), Share(None, "VP-2025-01", 0)]
    money = []
    for number in range(draw(st.integers(0, 8))):
        shares = draw(st.lists(st.sampled_from(meant), max_size=3, unique=True))
        parts = tuple(replace(share, amount_cents=draw(_CENTS)) for share in shares)
        amount = sum(part.amount_cents for part in parts) or 1
        told = Movement("", str(number), draw(_DAYS), amount, "", None, "", "", returned=False)
        money.append(StoredMovement(number, "a.xml", "", told, parts, None, "", ""))
    pairs = [
        (invoice, credit)
        for invoice in claims
        for credit in claims
        if invoice.ags == credit.ags and invoice.amount_cents > 0 > credit.amount_cents and credit.day <= invoice.day
    ]
    offsets = tuple(
        Offset(invoice.ags, invoice.number, credit.number, draw(st.integers(1, 500)), invoice.day, "2025-01", invoice.reversed_on)
        for invoice, credit in pairs
        if draw(st.booleans())
    )  # fmt: skip
    return PaymentBooks(claims, tuple(money), None, OffsetBooks(offsets=offsets))


@settings(max_examples=examples(300), deadline=None)
@given(books(), _DAYS)
def test_open_items_are_what_the_plain_lists_add_up_to(found: PaymentBooks, day: date) -> None:
    charged = [Charged(claim.ags, claim.number, claim.day, claim.amount_cents) for claim in found.claims]
    taken_back = [TakenBack(claim.number, claim.reversed_on) for claim in found.claims if claim.reversed_on]
    paid = [
        Paid(share.ags, share.number, stored.movement.day, share.amount_cents)
        for stored in found.movements
        for share in stored.shares
        if share.ags is not None
    ]
    set_off = [SetOff(each.ags, each.invoice, each.credit, each.day, each.cents) for each in found.offsets.offsets]
    there = items(found, day)
    assert _open(there) == open_on(day, charged, taken_back, paid, set_off)
    sums = {ags: sum(item.open_cents for item in there if item.ags == ags) for ags in ("A", "B")}
    assert {ags: amount for ags, amount in sums.items() if amount} == per_municipality(day, charged, taken_back, paid)
    assert all(sum(int(str(row["open_cents"])) for row in item.records) == item.open_cents for item in there)
