"""Use case: what a run does with credit notes that are set against the next invoice (RULES section 8.10)."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import polars as pl

from flows.compute.offsetting import decisions, reversed_credits, run_offsets, waiting_credits
from flows.ledger import offsets
from flows.ledger.month_state import approved_months
from flows.ledger.store.ledger import Ledger, Reading
from flows.ledger.views.month import read_run
from flows.ledger.views.payments import read_payment_books
from schemas.documents import Run
from schemas.identifiers import Ags
from schemas.months import NO_MONTH, Month
from schemas.offsets import Decision, WaitingCredit
from schemas.programme.programme import Programme
from schemas.refusal import Refusal


def decide(
    ledger: Reading, programme: Programme, month: Month, settled: pl.DataFrame, reversing: Collection[str]
) -> list[Decision]:
    """What the draft of a month does: `settled` are its lines (results.LINES), `reversing` the documents that it takes back."""
    totals = {Ags(ags): total for ags, total in settled.group_by("ags").agg(pl.col("delta_cents").sum()).iter_rows()}
    return _decided(ledger, programme, month, totals, reversing)


def with_offsets(ledger: Reading, run: Run) -> Run:
    """A run with what it does with credit notes, and what its reversals mean to them: `Run.offsets`."""
    if not offsets.kept(ledger):
        return run
    books = read_payment_books(ledger, run.month)
    return replace(run, offsets=run_offsets(offsets.decided(ledger, run.month), books, run.month, _reversing(run)))


def stranded(ledger: Ledger, programme: Programme) -> tuple[WaitingCredit, ...]:
    """Credits that wait for a run that never comes: the programme's end was brought forward to a month already approved."""
    if programme.last_month is None or not offsets.kept(ledger):
        return ()
    if max(approved_months(ledger), default=NO_MONTH) < programme.last_month:
        return ()
    return tuple(waiting_credits(read_payment_books(ledger)))


def check_as_drafted(ledger: Reading, programme: Programme, month: Month) -> None:
    """Refusal where money was taken in since the draft after which it would do something else with credit notes.

    `programme` is that of the draft.
    """
    if not offsets.kept(ledger):
        return
    run = read_run(ledger, month)
    totals = {Ags(ags): total for ags, total in run.documents.select("ags", "total_cents").iter_rows()}
    now = _decided(ledger, programme, month, totals, _reversing(run))
    if {*now} != {*offsets.decided(ledger, month)}:
        raise Refusal("offsets-after-draft", month=month)


def _decided(
    ledger: Reading, programme: Programme, month: Month, totals: Mapping[Ags, int], reversing: Collection[str]
) -> list[Decision]:
    if not offsets.kept(ledger):
        return decisions(programme, month, totals, [])
    books = read_payment_books(ledger)
    return [
        *decisions(programme, month, totals, waiting_credits(books, reversing)),
        *reversed_credits(books, reversing),
    ]


def _reversing(run: Run) -> frozenset[str]:
    return frozenset(run.corrected.filter("taken_back")["number"])
