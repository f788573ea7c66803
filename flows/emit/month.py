"""All documents of a settled month, made from the ledger's run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from flows.emit.cash.bookings import write_bookings
from flows.emit.cash.open_items import OPEN_ITEMS_FILE
from flows.emit.cash.paying import payments
from flows.emit.files import write_findings, write_parquet
from flows.emit.overview.workbook import write_overview
from flows.emit.statement.workbook import write_statement
from flows.emit.wording.reversals import reversals_of
from flows.emit.wording.words import folder_name
from schemas.documents import (
    STATEMENT_FOLDER,
    DocumentKind,
    Overview,
    ReturnState,
    Reversal,
    Run,
    Statement,
    return_states,
)
from schemas.finance import Finance
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.open_items import Money
from schemas.payments import Way
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme
from schemas.results import parted


def statements(run: Run, programme: Programme, reversals: pl.DataFrame) -> list[Statement]:
    """One statement per document of the run, in the order of the AGS; `reversals` is finance.REVERSALS."""
    states = return_states(run.received, run.month, programme.members, programme.left(run.month))
    documents = {row["ags"]: row for row in run.documents.iter_rows(named=True)}
    frames = (run.lines, run.corrections, run.cases, run.neutrality.balances, run.neutrality.guaranteed)
    own = _Parted(*(parted(frame, "ags") for frame in frames))
    return [
        _statement(run, programme, member, documents[ags], states[ags], reversals_of(run, reversals, ags), own)
        for ags, member in programme.members.items()
        if ags in documents
    ]


class _Parted(NamedTuple):
    """The frames of a run, each parted by municipality once."""

    lines: Callable[[Ags], pl.DataFrame]
    corrections: Callable[[Ags], pl.DataFrame]
    cases: Callable[[Ags], pl.DataFrame]
    balances: Callable[[Ags], pl.DataFrame]
    guaranteed: Callable[[Ags], pl.DataFrame]


def _statement(
    run: Run,
    programme: Programme,
    member: Municipality,
    document: dict[str, Any],
    state: ReturnState,
    reversals: tuple[Reversal, ...],
    own: _Parted,
) -> Statement:
    ags = member.ags
    lines = own.lines(ags)
    origins = dict.fromkeys(digest for digest in lines["file_sha256"] if digest is not None)
    return Statement(
        programme=programme.concerning(member),
        municipality=member,
        month=run.month,
        draft=run.draft,
        kind=DocumentKind(document["kind"]),
        number=document["number"],
        total_cents=document["total_cents"],
        document_date=document["document_date"],
        due_date=document["due_date"],
        lines=lines,
        corrections=own.corrections(ags),
        cases=own.cases(ags),
        return_state=state,
        files={digest: run.files[digest] for digest in origins if digest in run.files},
        letters={digest: run.letters[digest] for digest in origins if digest in run.letters},
        erased_before=run.erased_before,
        seal=run.seal,
        reversals=reversals,
        neutrality=replace(run.neutrality, balances=own.balances(ags), guaranteed=own.guaranteed(ags)),
        changed=run.changed.of(ags),
        closed_returns=_closed_returns(run, ags),
        offsets=run.offsets.own.get(ags),
    )


def _closed_returns(run: Run, ags: Ags) -> tuple[Month, ...]:
    """The closed months for which the run accepted a return of a municipality: late ones, and Korrekturen (RULES section 7.7)."""
    accepted = run.received.filter(
        pl.col("state") == str(ReturnState.ACCEPTED), pl.col("month") <= run.neutrality.closed_until, ags=ags
    )
    return tuple(accepted["month"].unique().sort())


def overview(run: Run, programme: Programme, finance: Finance, money: Money | None = None) -> Overview:
    """The finance department's view of the run, with a row for every return that is missing."""
    states = return_states(run.received, run.month, programme.members, programme.left(run.month))
    missing = [
        {"ags": ags, "month": run.month, "state": str(state)}
        for ags, state in states.items()
        if state == ReturnState.MISSING
    ]
    received = pl.concat([run.received, pl.DataFrame(missing, schema=run.received.schema)]) if missing else run.received
    return Overview(
        programme=programme,
        month=run.month,
        draft=run.draft,
        document_date=run.document_date,
        drafted_by=run.drafted_by,
        approved_by=run.approved_by,
        documents=run.documents,
        lines=run.lines,
        corrections=run.corrections,
        closed_differences=run.closed_differences,
        received=received,
        findings=run.findings,
        files=run.files,
        finance=finance,
        seal=run.seal,
        withdrawals=run.withdrawals,
        neutrality=run.neutrality,
        changed=run.changed,
        offsets=run.offsets,
        money=money,
    )


def write_statements(batch: list[Statement], folder: Path) -> list[Path]:
    """Write a batch of statements below a month's folder; the paths, relative to it."""
    written = []
    for statement in batch:
        ags, month = statement.municipality.ags, statement.month
        path = Path(STATEMENT_FOLDER) / folder_name(statement.municipality) / f"Abrechnung-{ags}-{month}.xlsx"
        write_statement(folder / path, statement)
        written.append(path)
    return written


def write_finance(run: Run, programme: Programme, finance: Finance, money: Money | None, folder: Path) -> None:
    """Write what the finance department gets: overview, findings, lines, case months; once approved, bookings and payments.

    With `money` also what is open.
    """
    write_overview(folder / f"Finanzuebersicht-{run.month}.xlsx", overview(run, programme, finance, money))
    if money is not None:
        write_parquet(folder / OPEN_ITEMS_FILE, money.frame)
    write_findings(folder / "findings.csv", run.findings)
    write_parquet(folder / "lines.parquet", run.lines)
    write_parquet(folder / "cases.parquet", run.cases)
    if not run.draft:
        write_bookings(folder / f"Buchungen-{run.month}.csv", run, programme, finance.reversals)
    paid = payments(run.documents, programme, finance, run.month, run.offsets)
    paid = [each for each in paid if each.way is Way.FILE]
    if run.document_date is not None and paid:
        from flows.emit.cash.payments import write_payments  # takes long to load, and a draft needs none

        write_payments(folder / f"Zahlungen-{run.month}.xml", programme, paid, run.month, run.document_date)
