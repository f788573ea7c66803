"""Reading a settled month back from the ledger: all its documents are made from this."""

import json
from typing import Any

import polars as pl
import sqlalchemy as sa

from flows.ledger.corrected import corrected_documents
from flows.ledger.frames import read_frame
from flows.ledger.lines import lines_of
from flows.ledger.store import Ledger
from flows.ledger.tables import (
    CASE_TYPES,
    CORRECTION_TYPES,
    DOCUMENT_TYPES,
    DRAFT,
    FINDING_TYPES,
    Types,
    cases,
    columns,
    corrections,
    documents,
    erasures,
    findings,
    runs,
    submissions,
)  # fmt: skip
from flows.ledger.withdrawing import withdrawals_of
from schemas.documents import RECEIVED, Letters, Run
from schemas.months import german_month
from schemas.refusal import Refusal
from schemas.results import LINE_KEY, frame_schema


def read_run(ledger: Ledger, month: str) -> Run:
    """A settled month with everything its documents show."""
    with ledger.reading() as connection:
        found = (
            []
            if connection is None
            else connection.execute(sa.select(runs).where(runs.c.month == month)).mappings().all()
        )
        if connection is None or not found:
            raise Refusal(f"Für {german_month(month)} ist nichts abgerechnet. Bitte den Monat prüfen.")
        run: Any = found[0]
        own = run["run_id"]
        received = sa.select(
            submissions.c.ags, submissions.c.month, submissions.c.return_kind, submissions.c.state, submissions.c.file,
            submissions.c.sha256, submissions.c.reported_on, submissions.c.confirmed_by,
        ).where(submissions.c.run_id == own).order_by(submissions.c.submission_id)  # fmt: skip
        named = (
            sa.select(submissions.c.sha256, submissions.c.file, submissions.c.layout)
            .join(runs, runs.c.run_id == submissions.c.run_id)
            .where(runs.c.month <= month).order_by(submissions.c.submission_id)
        )  # fmt: skip

        def frame(
            table: sa.Table, types: Types, *order: str, which: sa.ColumnElement[bool] | None = None
        ) -> pl.DataFrame:
            query = sa.select(*columns(table, types)).where(table.c.run_id == own, *([] if which is None else [which]))
            return read_frame(connection, query.order_by(*(table.c[name] for name in order)), types)

        lines = lines_of(connection, runs.c.run_id == own, settled=True)
        files = connection.execute(named).all()
        origins = set(lines["file_sha256"])
        return Run(
            month=month, draft=run["state"] == DRAFT, drafted_by=run["drafted_by"], approved_by=run["approved_by"],
            document_date=run["document_date"], lines=lines,
            corrections=frame(corrections, CORRECTION_TYPES, *LINE_KEY, "cause", which=corrections.c.settled),
            closed_differences=frame(corrections, CORRECTION_TYPES, *LINE_KEY, "cause", which=~corrections.c.settled),
            cases=frame(cases, CASE_TYPES, "ags", "case_id", "service_month"),
            documents=frame(documents, DOCUMENT_TYPES, "ags"),
            corrected=corrected_documents(connection, own, month),
            received=RECEIVED.validate(read_frame(connection, received, frame_schema(RECEIVED))),
            findings=frame(findings, FINDING_TYPES, "file", "severity", "sheet", "code", "cell", "column", "value", "message"),
            files={entry.sha256: entry.file for entry in files},
            letters={entry.sha256: letters_of(entry.layout) for entry in files if entry.sha256 in origins},
            erased_before=connection.scalar(sa.select(sa.func.max(erasures.c.year)).where(erasures.c.after_month < month)),
            withdrawals=withdrawals_of(connection, own),
        )  # fmt: skip


def letters_of(layout: str) -> Letters:
    """Where the columns stand in a received file, from what is stored of it.

    >>> letters_of('{"benefits": ["Leistungen", {"case_id": "A"}]}')
    {'benefits': {'case_id': 'A'}}
    """
    return {table: letters for table, (_, letters) in json.loads(layout).items()}
