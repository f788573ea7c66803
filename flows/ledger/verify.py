"""Checking the ledger: digests, numbers, sums, the guarantee, archived files (RULES section 8.4)."""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from flows.ledger import closings, erasure_record, issues, journal, movements, provenance
from flows.ledger.guarantee import broken_guarantees
from flows.ledger.store import tables, triggers
from flows.ledger.store.chain import vanished
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import lines_of
from flows.ledger.store.seal import Part, parts_of_runs, run_digest
from flows.ledger.store.tables import (
    APPROVED,
    CANCELLATION,
    DRAFT,
    OPENING,
    documents,
    orders,
    runs,
    seals,
    submissions,
)
from flows.ledger.submissions import archived
from schemas.months import Month
from schemas.problems import Problem, problem
from schemas.refusal import Refusal
from schemas.results import LINE_KEY


def verify(ledger: Ledger, archive_folder: Path) -> list[Problem]:
    """Everything that does not hold, the first in the chain first; empty if all is well.

    Numbers, sums and the guarantee are looked at only where the seals hold: before, there is nothing to add up.
    """
    with ledger.reading() as connection:
        if connection is None:
            return []
        broken = [*_store(connection), *_chain(connection), *_operations(connection)]
        held = [] if broken else [*_numbers(connection), *_sums(connection), *broken_guarantees(connection)]
        return [*broken, *held, *_archive(connection, archive_folder)]


def check_holds(ledger: Ledger, archive_folder: Path) -> None:
    """Refusal of an erasure where the ledger does not hold: it would hide what was changed before."""
    if problems := verify(ledger, archive_folder):
        raise Refusal("ledger-broken/erasing", ledger=ledger.name, problem=problems[0])


def _store(connection: sa.Connection) -> Iterator[Problem]:
    """The file is whole, and the triggers that keep sealed records as they are stand."""
    if connection.dialect.name == "sqlite":
        for (reason,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if reason != "ok":
                yield problem("file-damaged", reason=reason)
        for table, *_ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield problem("file-incomplete", table=table)
    if differing := triggers.differing(connection):
        yield problem("triggers-differ", trigger=differing[0])


def _chain(connection: sa.Connection) -> Iterator[Problem]:
    """Every sealed run is as it was sealed, and follows its predecessor; only drafts bear no seal."""
    predecessor, left, there = "", erasure_record.erased_parts(connection), parts_of_runs(connection)
    sealed = sa.or_(*(column.is_not(None) for column in (runs.c.digest, runs.c.approved_by, runs.c.document_date)))
    query = sa.select(
        runs.c.run_id, runs.c.month, runs.c.state, runs.c.predecessor_digest, runs.c.digest, sealed.label("sealed")
    ).order_by(runs.c.month)
    for run in connection.execute(query):
        if run.state != APPROVED:
            if run.state != DRAFT or run.sealed:
                yield problem("approval-lost", month=run.month)
            continue
        if run.predecessor_digest != predecessor:
            yield problem("predecessor-differs", month=run.month)
        if run_digest(connection, run.run_id) != run.digest:
            yield problem("month-changed", month=run.month)
        stored = connection.execute(
            sa.select(*(seals.c[field] for field in Part._fields)).where(seals.c.run_id == run.run_id)
        )
        expected = {
            Part(content, year, *left.get((run.run_id, content, year), (entries, digest)))
            for content, year, entries, digest in stored
        }
        changed = {part for part in expected if part.entries} ^ there.get(run.run_id, set())
        for content in sorted({part.content for part in changed}):
            yield problem("table-changed", month=run.month, table=content)
        predecessor = run.digest


def _operations(connection: sa.Connection) -> Iterator[Problem]:
    """What runs were computed from, and what was closed, is as it was noted."""
    for sha256 in provenance.damaged(connection):
        yield problem("provenance-damaged", sha256=sha256)
    for year in closings.damaged(connection):
        yield problem("closing-changed", year=year)
    if vanished(connection, tables.closings, runs.c.closing_digest):
        yield problem("closing-gone")
    for month in issues.damaged(connection):
        yield problem("issue-changed", month=month)
    if vanished(connection, tables.issues, runs.c.issue_digest):
        yield problem("issue-gone")
    for year in erasure_record.damaged(connection):
        yield problem("erasure-changed", year=year)
    if vanished(connection, tables.erasures, runs.c.erasure_digest):
        yield problem("erasure-gone")
    if vanished(connection, tables.publications, runs.c.publication_digest):
        yield problem("publication-gone")
    yield from movements.problems(connection)
    yield from journal.problems(connection)


def _numbers(connection: sa.Connection) -> Iterator[Problem]:
    numbered = sorted(
        (year, number)
        for table in (documents, orders)
        for year, number in connection.execute(
            sa.select(table.c.year, table.c.running_number).where(table.c.number.is_not(None))
        )
    )
    for year in sorted({year for year, _ in numbered}):
        given = [number for own, number in numbered if own == year]
        if given[0] != 1:
            yield problem("numbers-begin", year=year, first=given[0])
        for earlier, following in pairwise(given):
            if following != earlier + 1:
                yield problem("numbers-gap", year=year, number=earlier, following=following)


def _sums(connection: sa.Connection) -> Iterator[Problem]:
    """Documents and reversals add up to lines; what a line says was posted before is what was posted before."""
    approved = runs.c.state == APPROVED
    settled = lines_of(connection, approved, settled=True).with_columns(settled=True)
    reversed_lines = lines_of(connection, approved, settled=False).with_columns(settled=False)
    ordered = (
        sa.select(runs.c.month, orders.c.ags, sa.cast(sa.func.sum(orders.c.amount_cents), sa.BigInteger))
        .join(runs, runs.c.run_id == orders.c.run_id)
        .where(approved, orders.c.kind == CANCELLATION)
        .group_by(runs.c.month, orders.c.ags)
    )
    written = (
        sa.select(runs.c.month, documents.c.ags, documents.c.total_cents)
        .join(runs, runs.c.run_id == documents.c.run_id)
        .where(approved)
    )
    openings = set(connection.scalars(sa.select(runs.c.month).where(runs.c.kind == OPENING)))
    for lines, query in ((settled, written), (reversed_lines, ordered)):
        totals = lines.group_by("settled_in", "ags").agg(pl.col("delta_cents").sum())
        by_document = {(month, ags): total for month, ags, total in totals.iter_rows() if month not in openings}
        for month, ags, total in connection.execute(query):
            if by_document.pop((month, ags), 0) != total:
                yield problem("document-sum", month=month, ags=ags)
        for month, ags in by_document:
            yield problem("document-missing", month=month, ags=ags)
    posted = pl.concat([settled, reversed_lines]).sort("settled_in", "settled", maintain_order=True)
    before = pl.col("delta_cents").cum_sum().over(LINE_KEY) - pl.col("delta_cents")
    for line in posted.with_columns(before=before).filter("settled").iter_rows(named=True):
        if (
            line["posted_before_cents"] != line["before"]
            or line["before"] + line["delta_cents"] != line["computed_cents"]
        ):
            yield problem(
                "line-sum", **{name: line[name] for name in ("settled_in", "ags", "case_id", "service_month")}
            )


def _archive(connection: sa.Connection, folder: Path) -> Iterator[Problem]:
    stored = archived(folder)
    gone = erasure_record.erased_files(connection)
    query = sa.select(submissions.c.file, submissions.c.sha256).join(runs, runs.c.run_id == submissions.c.run_id)
    received = [*connection.execute(query.where(runs.c.state == APPROVED)), *movements.files(connection)]
    for file, sha256 in received:
        if sha256 in gone:
            if sha256 in stored:
                yield problem("archived-left", file=file, sha256=sha256)
        elif sha256 not in stored:
            yield problem("archived-gone", file=file, sha256=sha256)
        elif any(hashlib.sha256(path.read_bytes()).hexdigest() != sha256 for path in stored[sha256]):
            yield problem("archived-changed", file=file, sha256=sha256)


def orphans(ledger: Ledger, archive_folder: Path) -> list[str]:
    """Names of archived files that belong to nothing taken in: of drafts that were made anew, or laid there by hand."""
    with ledger.reading() as connection:
        if connection is None:
            known = set()
        else:
            taken_in = {sha256 for _, sha256 in movements.files(connection)}
            known = set(connection.scalars(sa.select(submissions.c.sha256))) | taken_in
    return [path.name for sha256, paths in archived(archive_folder).items() if sha256 not in known for path in paths]


def seals_of(ledger: Ledger) -> dict[Month, str]:
    """Approved month → its seal."""
    with ledger.reading() as connection:
        approved = sa.select(runs.c.month, runs.c.digest).where(runs.c.state == APPROVED, runs.c.kind.is_(None))
        return {} if connection is None else dict(connection.execute(approved).all())


def differing_seals(ledger: Ledger, kept: Mapping[Month, str]) -> list[Problem]:
    """Months whose seal is not the one that somebody kept (month → its first digits, at least)."""
    seals = seals_of(ledger)
    return [
        problem("seal-differs" if month in seals else "seal-missing", month=month)
        for month, digest in kept.items()
        if not seals.get(month, "").startswith(digest)
    ]
