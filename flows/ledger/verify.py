"""Checking the ledger: digests, numbers, sums, the guarantee, archived files (RULES section 8.4)."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from flows.ledger import closings, erasure_record, issues, journal, provenance
from flows.ledger.guarantee import broken_guarantees
from flows.ledger.store import tables, triggers
from flows.ledger.store.chain import vanished
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import lines_of
from flows.ledger.store.seal import Part, parts, run_digest
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
from schemas.months import Month, german_month, is_month
from schemas.refusal import Refusal
from schemas.results import LINE_KEY


def verify(ledger: Ledger, archive_folder: Path) -> list[str]:
    """Sentences on everything that does not hold, the first in the chain first; empty if all is well.

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


def _store(connection: sa.Connection) -> Iterator[str]:
    """The file is whole, and the triggers that keep sealed records as they are stand."""
    if connection.dialect.name == "sqlite":
        for (problem,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if problem != "ok":
                yield f"Die Datei des Buchs ist beschädigt ({problem})."
        for table, *_ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield f"Die Datei des Buchs ist beschädigt: In {table} fehlt, worauf ein Eintrag verweist."
    if differing := triggers.differing(connection):
        yield f"Der Schutz vor nachträglichen Änderungen fehlt, wurde abgeschaltet oder ist ein anderer ({differing[0]})."


def _chain(connection: sa.Connection) -> Iterator[str]:
    """Every sealed run is as it was sealed, and follows its predecessor; only drafts bear no seal."""
    predecessor, left = "", erasure_record.erased_parts(connection)
    sealed = sa.or_(*(column.is_not(None) for column in (runs.c.digest, runs.c.approved_by, runs.c.document_date)))
    query = sa.select(
        runs.c.run_id, runs.c.month, runs.c.state, runs.c.predecessor_digest, runs.c.digest, sealed.label("sealed")
    ).order_by(runs.c.month)
    for run in connection.execute(query):
        name = german_month(run.month) if is_month(run.month) else run.month
        if run.state != APPROVED:
            if run.state != DRAFT or run.sealed:
                yield f"{name}: Der Monat war freigegeben und gilt nicht mehr als freigegeben."
            continue
        if run.predecessor_digest != predecessor:
            yield f"{name}: Die Prüfsumme des Vormonats passt nicht; ein Monat fehlt oder wurde ausgetauscht."
        if run_digest(connection, run.run_id) != run.digest:
            yield f"{name}: Die Prüfsumme stimmt nicht; der freigegebene Monat wurde nachträglich verändert."
        stored = connection.execute(
            sa.select(*(seals.c[field] for field in Part._fields)).where(seals.c.run_id == run.run_id)
        )
        expected = {
            Part(content, year, *left.get((run.run_id, content, year), (entries, digest)))
            for content, year, entries, digest in stored
        }
        changed = {part for part in expected if part.entries} ^ set(parts(connection, run.run_id))
        for content in sorted({part.content for part in changed}):
            yield f"{name}: Die Prüfsumme stimmt nicht; in der Tabelle {content} wurde nachträglich etwas verändert."
        predecessor = run.digest


def _operations(connection: sa.Connection) -> Iterator[str]:
    """What runs were computed from, and what was closed, is as it was noted."""
    for sha256 in provenance.damaged(connection):
        yield f"Rechtsstand und Programm: Der aufbewahrte Text {sha256[:12]}… fehlt oder wurde verändert."
    for year in closings.damaged(connection):
        yield f"Jahresabschluss {year}: Der Eintrag wurde nachträglich verändert."
    if vanished(connection, tables.closings, runs.c.closing_digest):
        yield "Jahresabschlüsse: Ein Eintrag, den ein freigegebener Monat kannte, fehlt."
    for month in issues.damaged(connection):
        yield f"{german_month(month)}: Was als Unterlagen des Monats festgehalten ist, wurde nachträglich verändert."
    if vanished(connection, tables.issues, runs.c.issue_digest):
        yield "Unterlagen: Ein Eintrag, den ein freigegebener Monat kannte, fehlt."
    for year in erasure_record.damaged(connection):
        yield f"Löschung vor {year}: Der Eintrag wurde nachträglich verändert."
    if vanished(connection, tables.erasures, runs.c.erasure_digest):
        yield "Löschungen: Ein Eintrag, den ein freigegebener Monat kannte, fehlt."
    if vanished(connection, tables.publications, runs.c.publication_digest):
        yield "Berichte: Ein Eintrag, den ein freigegebener Monat kannte, fehlt."
    yield from journal.problems(connection)


def _numbers(connection: sa.Connection) -> Iterator[str]:
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
            yield f"Belegnummern {year}: Die Reihe beginnt mit {given[0]} statt mit 1."
        for earlier, following in pairwise(given):
            if following != earlier + 1:
                yield f"Belegnummern {year}: Auf {earlier} folgt {following}."


def _sums(connection: sa.Connection) -> Iterator[str]:
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
                yield f"{german_month(month)}, {ags}: Die Summe der Positionen ist nicht der Betrag des Belegs."
        for month, ags in by_document:
            yield f"{german_month(month)}, {ags}: Zu gebuchten Positionen fehlt der Beleg."
    posted = pl.concat([settled, reversed_lines]).sort("settled_in", "settled", maintain_order=True)
    before = pl.col("delta_cents").cum_sum().over(LINE_KEY) - pl.col("delta_cents")
    for line in posted.with_columns(before=before).filter("settled").iter_rows(named=True):
        if (
            line["posted_before_cents"] != line["before"]
            or line["before"] + line["delta_cents"] != line["computed_cents"]
        ):
            yield (
                f"{german_month(line['settled_in'])}, {line['ags']}, Fall {line['case_id'] or '–'}, "
                f"{german_month(line['service_month'])}: Berechnet, bereits gebucht und Differenz passen nicht zusammen."
            )


def _archive(connection: sa.Connection, folder: Path) -> Iterator[str]:
    stored = _archived(folder)
    gone = erasure_record.erased_files(connection)
    query = sa.select(submissions.c.file, submissions.c.sha256).join(runs, runs.c.run_id == submissions.c.run_id)
    for file, sha256 in connection.execute(query.where(runs.c.state == APPROVED)):
        if sha256 in gone:
            if sha256 in stored:
                yield f"Archiv: Die Datei {file} ({sha256[:12]}…) gehört zu gelöschten Monaten und liegt noch da."
        elif sha256 not in stored:
            yield f"Archiv: Die Datei {file} ({sha256[:12]}…) fehlt."
        elif any(hashlib.sha256(path.read_bytes()).hexdigest() != sha256 for path in stored[sha256]):
            yield f"Archiv: Die Datei {file} ({sha256[:12]}…) wurde verändert."


def _archived(folder: Path) -> dict[str, list[Path]]:
    """SHA-256 that an archived file is named after → the files."""
    stored: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        stored[path.stem].append(path)
    return stored


def orphans(ledger: Ledger, archive_folder: Path) -> list[str]:
    """Names of archived files that belong to no return: of drafts that were made anew, or laid there by hand."""
    with ledger.reading() as connection:
        known = set() if connection is None else set(connection.scalars(sa.select(submissions.c.sha256)))
    return [path.name for sha256, paths in _archived(archive_folder).items() if sha256 not in known for path in paths]


def differing_seals(ledger: Ledger, kept: Mapping[Month, str]) -> list[str]:
    """Sentences on months whose seal is not the one that somebody kept (month → its first digits, at least)."""
    with ledger.reading() as connection:
        approved = sa.select(runs.c.month, runs.c.digest).where(runs.c.state == APPROVED, runs.c.kind.is_(None))
        seals = {} if connection is None else dict(connection.execute(approved).all())
    return [
        f"{german_month(month)}: Das Prüfsiegel im Buch ist nicht das angegebene; das Buch wurde ausgetauscht oder neu geschrieben."
        if month in seals
        else f"{german_month(month)}: Der Monat ist im Buch nicht freigegeben, das angegebene Prüfsiegel fehlt."
        for month, digest in kept.items()
        if not seals.get(month, "").startswith(digest)
    ]
