"""A ledger over its life: returns in any order, corrections, re-drafts, approvals, cancellations, adjustments, closings.

After every approval: the postings of every line key add up to the latest computed amount plus adjustments, documents
and reversals add up to the postings, premiums never exceed savings, and the ledger verifies. What is computed is
asked of the calculation with the returns that this model holds itself, apart from the ledger. Of a closed month stands
what was posted when it was closed; what it would come to today changes the first open month of the case.
"""

import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows.compute.rules.settlement import compute
from flows.ledger import closings, orders, posting, withdrawals
from flows.ledger.store.lines import posted
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import documents
from flows.ledger.store.tables import orders as orders_table
from schemas.documents import ReturnState
from schemas.findings import findings_frame
from schemas.intake import Intake, Submission
from schemas.months import first_day, later
from schemas.programme.programme import Programme
from schemas.provenance import Provenance
from schemas.refusal import Refusal
from schemas.results import LINE_KEY, empty, frame_schema
from schemas.returns import TABLES, empty_frame
from schemas.standing import CLOSED, ERASED_SAVINGS, OPENING, Standing
from tests.examples import examples
from tests.properties import engine
from tests.reference import sample
from tests.settling import reckoned
from tests.verified import verify

START = "2016-10"  # so that a year ends after three months
CASES = ((sample.DUEREN, "A-001"), (sample.DUEREN, "A-002"), (sample.ALDENHOVEN, "A-001"))
PROGRAMME = Programme.model_validate(
    sample.programme(
        start=date(2016, 10, 1),
        savings={
            "health": ({"from": date(2016, 10, 1), "eur_per_month": "140.00"},),
            "lost_state_grant": ({"from": date(2016, 11, 1), "eur_per_month": "1500.00"},),  # of A-002: see _rows
        },
        premium=({"from": date(2016, 10, 1), "share": "0.80", "cap_eur": "2500.00", "waiting_days": 42},),
        start_up={"eur_per_municipality": "1000.00", "service_month": "2016-11"},
    )
)
WRITTEN = Provenance({}, "not to be restored", "1")  # so that today's law and programme stand for themselves

Return = tuple[str, str, str, dict[str, tuple[int, int | None]]]  # sha, ags, month, case → paid, employed until day


class LedgerLife(RuleBasedStateMachine):
    """One ledger, and beside it a plain list of what was reported, ordered and closed."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.ledger = SqliteLedger(Path(self.folder.name) / "ledger.db")
        self.month = START  # the next one to settle
        self.inbox: list[Return] = []
        self.drafted: list[Return] | None = None
        self.accepted: list[tuple[str, Return]] = []  # the month that took it in, and the return
        self.adjustments: dict[tuple[str, ...], int] = {}
        self.closed: list[tuple[str, str]] = []  # until, after
        self.at_closing: dict[tuple[str, ...], int] = {}
        self.reports = 0

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @property
    def until(self) -> str:
        return max((until for until, _ in self.closed), default="")

    @rule(
        ags=st.sampled_from([sample.DUEREN, sample.ALDENHOVEN]),
        back=st.integers(0, 5),
        told=st.lists(st.tuples(st.sampled_from(["A-001", "A-002"]), st.sampled_from([0, 0, 100_00, 534_00]), st.sampled_from([None, None, 3, 20])), max_size=2, unique_by=lambda entry: entry[0]),
    )  # fmt: skip
    def report(self, ags: str, back: int, told: list[tuple[str, int, int | None]]) -> None:
        """A first return, a late one or a Korrektur: whatever month it speaks of."""
        month = max(START, later(self.month, -back))
        self.reports += 1
        self.inbox.append((f"{self.reports:064x}", ags, month, {case: (paid, end) for case, paid, end in told}))

    @precondition(lambda self: self.month < "2017-06")
    @rule(leave=st.booleans(), approve=st.sampled_from([True, True, False]))
    def draft(self, leave: bool, approve: bool) -> None:
        """Draft the next month, perhaps before the last return is in; mostly it is approved as it is, else made anew."""
        taken = self.inbox[: len(self.inbox) - 1] if leave else self.inbox
        settling = reckoned(self.ledger, self.month, self._intake(taken), PROGRAMME, WRITTEN)
        found = settling.found
        assert found.to_accept.is_empty()  # neither law nor programme changed
        explained = found.corrections.group_by(LINE_KEY).agg(pl.col("difference_cents").sum())
        differing = found.lines.filter(pl.col("service_month") < self.month, pl.col("delta_cents") != 0)
        assert explained.sort(LINE_KEY).rows() == differing.sort(LINE_KEY).select(*LINE_KEY, "delta_cents").rows()
        replace(settling, programme=self._terms()).draft()
        self.drafted = list(taken)
        if approve:
            self.approve()

    def _terms(self) -> Programme:
        """What the draft's documents go by; what it calculates is the same."""
        return PROGRAMME

    @precondition(lambda self: self.drafted is not None)
    @rule()
    def approve(self) -> None:
        assert self.drafted is not None
        with posting.approving(self.ledger, self.month, "Frida", first_day(later(self.month, 1)), PROGRAMME.accounting):
            pass
        self.accepted += [(self.month, entry) for entry in self.drafted]
        self.inbox = [entry for entry in self.inbox if entry not in self.drafted]
        self.drafted = None
        self.settled_until, self.month = self.month, later(self.month, 1)
        self.check()

    @precondition(lambda self: self.drafted is None)
    @rule(ags=st.sampled_from([sample.DUEREN, sample.ALDENHOVEN]), cents=st.sampled_from([-77, 10_00]))
    def adjust(self, ags: str, cents: int) -> None:
        voucher = f"V-{len(self.adjustments)}"
        orders.order_adjustment(
            self.ledger, ags, self.month, amount_cents=cents, reason="laut Vermerk", voucher=voucher, by="Olga"
        )
        self.adjustments[self.month, ags, "", "adjustment", voucher] = cents

    @precondition(lambda self: self.drafted is None and any(key[0] == self.month for key in self.adjustments))
    @rule()
    def withdraw(self) -> None:
        (month, ags, _, _, voucher), cents = self.adjustments.popitem()
        withdrawals.withdraw_adjustment(
            self.ledger, ags, month, voucher=voucher, amount_cents=cents, reason="Tippfehler", by="Olga"
        )

    @precondition(lambda self: self.drafted is None and self.accepted)
    @rule(pick=st.integers(0, 20))
    def cancel(self, pick: int) -> None:
        with self.ledger.reading() as connection:
            assert connection is not None
            numbers = list(connection.scalars(sa.select(documents.c.number).where(documents.c.number.is_not(None))))
        if numbers:
            try:
                orders.order_cancellation(
                    self.ledger,
                    numbers[pick % len(numbers)],
                    reason="Anschrift",
                    by="Olga",
                    closed=closings.closed(self.ledger),
                )
            except Refusal as refusal:
                told = (
                    "ist bereits storniert, mit dem Storno ",
                    "ist schon für den nächsten Entwurf vorgemerkt",
                    "abgeschlossene Monate",
                )
                assert any(words in str(refusal) for words in told)

    @precondition(lambda self: self.drafted is None and self.month > "2016-12" and not self.closed)
    @rule()
    def close(self) -> None:
        try:
            closings.close(self.ledger, 2016, "Eva", START)
        except Refusal as refusal:
            assert "vorgemerkt" in str(refusal)
            return
        self.closed.append(("2016-12", later(self.month, -1)))
        self.at_closing = {key: amount for key, amount in self._posted().items() if key[0] <= "2016-12"}

    @precondition(lambda self: self.drafted is None and self.closed)
    @rule()
    def reopen(self) -> None:
        try:
            closings.reopen(self.ledger, 2016, reason="Prüfung", by="Eva")
        except Refusal as refusal:
            assert "vorgemerkt" in str(refusal)
            return
        self.closed, self.at_closing = [], {}

    @invariant()
    def numbers_and_seals_hold(self) -> None:
        if getattr(self, "accepted", None):
            with self.ledger.reading() as connection:
                assert connection is not None
                assert list(closings.damaged(connection)) == []

    def check(self) -> None:
        """What has to hold after every approval."""
        assert verify(self.ledger, Path(self.folder.name) / "archive") == self._missing_files()
        amounts = self._posted()
        rows = self._rows(self._held())
        computed, cases = compute(rows, PROGRAMME, engine.law(), self.settled_until, self._stands())
        expected = {tuple(row[:5]): row[5] for row in computed.select(*LINE_KEY, "computed_cents").rows()}
        expected = {key: amount for key, amount in expected.items() if key[0] > self.until} | self.at_closing
        expected |= {key: amount for key, amount in self.adjustments.items() if key[0] <= self.settled_until}
        assert {key: amount for key, amount in amounts.items() if amount} == {
            key: amount for key, amount in expected.items() if amount
        }
        self._documents_add_up(sum(amounts.values()))
        self._nobody_pays_more_than_it_saved(amounts, cases)
        to_date: dict[tuple[str, str], int] = defaultdict(int)
        for row in cases.sort("service_month").iter_rows(named=True):
            case = row["ags"], row["case_id"]
            to_date[case] += amounts.get((row["service_month"], *case, "premium", ""), 0)
            if row["eligible"] and row["service_month"] > self.until:
                assert to_date[case] <= max(0, row["saved_to_date_cents"])

    def _nobody_pays_more_than_it_saved(self, amounts: dict[tuple[str, ...], int], cases: pl.DataFrame) -> None:
        """Of every municipality, at the end of every open month: premiums and neutrality posted ≤ the saving of its cases."""
        month = START
        while month <= self.settled_until:
            for ags in {key[1] for key in amounts} if month > self.until else ():
                kinds = ("premium", "neutrality")
                charged = sum(
                    cents for key, cents in amounts.items() if key[0] <= month and key[1] == ags and key[3] in kinds
                )
                saved = cases.filter("eligible", pl.col("service_month") <= month, ags=ags)["saved_cents"].sum()
                assert charged <= max(0, saved), (ags, month)
            month = later(month, 1)

    def _stands(self) -> Standing:
        """What was posted when the year was closed, and nothing taken over."""
        rows = [(*key, amount) for key, amount in self.at_closing.items()]
        return Standing(
            empty(OPENING),
            self.until,
            pl.DataFrame(rows, schema=frame_schema(CLOSED), orient="row"),
            empty(ERASED_SAVINGS),
        )

    def _posted(self) -> dict[tuple[str, ...], int]:
        amounts: dict[tuple[str, ...], int] = defaultdict(int)
        for *key, cents in posted(self.ledger).select(*LINE_KEY, "delta_cents").rows():
            amounts[tuple(key)] += cents
        return dict(amounts)

    def _documents_add_up(self, total: int) -> None:
        with self.ledger.reading() as connection:
            assert connection is not None
            charged = connection.scalar(sa.select(sa.func.sum(documents.c.total_cents))) or 0
            numbered = orders_table.c.number.is_not(None)
            reversed_cents = connection.scalar(sa.select(sa.func.sum(orders_table.c.amount_cents)).where(numbered)) or 0
        assert charged + reversed_cents == total

    def _missing_files(self) -> list[str]:
        """No file is archived here: of each, verify says that it is missing, and nothing else."""
        return [f"Archiv: Die Datei {sha}.xlsx ({sha[:12]}…) fehlt." for _, (sha, *_) in self.accepted]

    def _held(self) -> list[Return]:
        held: dict[tuple[str, str], Return] = {}
        for _, entry in self.accepted:
            _, ags, month, _ = entry
            held[ags, month] = entry
        return list(held.values())

    def _intake(self, taken: list[Return]) -> Intake:
        entries = [
            Submission(f"{sha}.xlsx", "", sha, ReturnState.ACCEPTED, ags, month, "Erstmeldung")
            for sha, ags, month, _ in taken
        ]
        return Intake(entries, self._rows(taken), findings_frame([]))

    def _rows(self, returns: list[Return]) -> dict[str, pl.DataFrame]:
        benefits, placements = [], []
        for sha, ags, month, told in returns:
            for number, (case, (paid, end)) in enumerate(told.items(), start=5):
                origin: dict[str, Any] = {
                    "ags": ags,
                    "month": month,
                    "case_id": case,
                    "file_sha256": sha,
                    "row": number,
                }
                benefits.append(
                    sample.benefit(**origin, paid_cents=paid, accommodation_cents=200_00, state_grant=case == "A-002")
                )
                ended = first_day(month).replace(day=end) if end else None
                placements.append(sample.placement(**origin, begin=date(2016, 10, 1), end=ended))
        frames = {name: empty_frame(table) for name, table in TABLES.items()}
        return frames | {
            "benefits": engine.rows_frame(TABLES["benefits"], benefits),
            "placements": engine.rows_frame(TABLES["placements"], placements),
        }


LedgerLife.TestCase.settings = settings(
    max_examples=examples(8),
    stateful_step_count=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
TestLedgerLife = pytest.mark.filterwarnings("error")(LedgerLife.TestCase)


def test_a_return_taken_in_while_its_year_is_closed_settles_once_it_is_opened_again() -> None:
    """A life that chance seldom comes to: both first return and Korrektur of December come in after the close."""
    life = LedgerLife()
    life.open()
    try:
        for _ in ("October", "November", "December"):
            life.report(sample.DUEREN, 0, [("A-001", 0, None)])
            life.draft(leave=False, approve=True)
        life.close()
        life.report(sample.DUEREN, 1, [("A-001", 534_00, None)])
        life.report(sample.ALDENHOVEN, 1, [("A-001", 0, None)])
        life.draft(leave=False, approve=True)  # January: both are listed only, for neither case goes on
        life.reopen()
        life.draft(leave=False, approve=True)  # February
    finally:
        life.teardown()


def test_a_korrektur_taken_in_while_its_year_was_closed_is_nobodys_to_accept_once_it_is_opened_again() -> None:
    """Neither law nor programme of the month before the close is read again here; all the same only the return changed."""
    life = LedgerLife()
    life.open()
    try:
        for _ in ("October", "November", "December", "January"):
            life.report(sample.DUEREN, 0, [("A-001", 0, None)])
            life.draft(leave=False, approve=True)
        life.close()
        life.report(sample.DUEREN, 3, [])  # November holds nothing any more
        life.draft(leave=False, approve=True)  # February
        life.draft(leave=False, approve=True)  # March: the newest run is not the one before the close
        life.reopen()
        life.draft(leave=False, approve=True)  # April
    finally:
        life.teardown()
