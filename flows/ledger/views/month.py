"""Reading a settled month back from the ledger: all its documents are made from this."""

import json
from typing import Any

import polars as pl
import sqlalchemy as sa

from flows.ledger.guarantee import neutrality
from flows.ledger.store.case_months import read_case_months
from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Reading
from flows.ledger.store.lines import lines_of
from flows.ledger.store.tables import (
    CANCELLATION,
    CORRECTION_TYPES,
    DOCUMENT_TYPES,
    DRAFT,
    FINDING_TYPES,
    Types,
    columns,
    corrections,
    documents,
    erasures,
    findings,
    lines,
    orders,
    runs,
    submissions,
)
from flows.ledger.withdrawals import withdrawals_of
from schemas.documents import CORRECTED, RECEIVED, Letters, Run
from schemas.months import Month
from schemas.refusal import Refusal
from schemas.results import LINE_KEY, Cause, frame_schema


def read_run(ledger: Reading, month: Month) -> Run:
    """A settled month with everything its documents show."""
    with ledger.reading() as connection:
        found = (
            []
            if connection is None
            else connection.execute(sa.select(runs).where(runs.c.month == month)).mappings().all()
        )
        if connection is None or not found:
            raise Refusal("month-not-settled", month=month)
        run: Any = found[0]
        own = run["run_id"]
        received = (
            sa.select(
                submissions.c.ags,
                submissions.c.month,
                submissions.c.return_kind,
                submissions.c.state,
                submissions.c.file,
                submissions.c.sha256,
                submissions.c.reported_on,
                submissions.c.confirmed_by,
            )
            .where(submissions.c.run_id == own)
            .order_by(submissions.c.submission_id)
        )
        named = (
            sa.select(submissions.c.sha256, submissions.c.file, submissions.c.layout)
            .join(runs, runs.c.run_id == submissions.c.run_id)
            .where(runs.c.month <= month)
            .order_by(submissions.c.submission_id)
        )

        def frame(
            table: sa.Table, types: Types, *order: str, which: sa.ColumnElement[bool] | None = None
        ) -> pl.DataFrame:
            query = sa.select(*columns(table, types)).where(table.c.run_id == own, *([] if which is None else [which]))
            return read_frame(connection, query.order_by(*(table.c[name] for name in order)), types)

        lines = lines_of(connection, runs.c.run_id == own, settled=True)
        files = connection.execute(named).all()
        origins = set(lines["file_sha256"])
        return Run(
            month=month,
            draft=run["state"] == DRAFT,
            drafted_by=run["drafted_by"],
            approved_by=run["approved_by"],
            document_date=run["document_date"],
            lines=lines,
            corrections=frame(corrections, CORRECTION_TYPES, *LINE_KEY, "cause", which=corrections.c.settled),
            closed_differences=frame(corrections, CORRECTION_TYPES, *LINE_KEY, "cause", which=~corrections.c.settled),
            cases=read_case_months(connection, month),
            documents=frame(documents, DOCUMENT_TYPES, "ags"),
            corrected=corrected_documents(connection, own, month),
            received=RECEIVED.validate(read_frame(connection, received, frame_schema(RECEIVED))),
            findings=frame(
                findings, FINDING_TYPES, "file", "severity", "sheet", "code", "cell", "column", "value", "message"
            ),
            files={entry.sha256: entry.file for entry in files},
            letters={entry.sha256: letters_of(entry.layout) for entry in files if entry.sha256 in origins},
            erased_before=connection.scalar(
                sa.select(sa.func.max(erasures.c.year)).where(erasures.c.after_month < month)
            ),
            seal=run["digest"],
            withdrawals=withdrawals_of(connection, own),
            neutrality=neutrality(connection, month),
        )


def letters_of(layout: str) -> Letters:
    """Where the columns stand in a received file, from what is stored of it.

    >>> letters_of('{"benefits": ["Leistungen", {"case_id": "A"}]}')
    {'benefits': {'case_id': 'A'}}
    """
    return {table: letters for table, (_, letters) in json.loads(layout).items()}


def corrected_documents(connection: sa.Connection, run_id: int, month: Month) -> pl.DataFrame:
    """The numbered documents in which lines stand that the run settles anew, and those that it reverses (CORRECTED).

    A document that was reversed, earlier or in this run, is taken back already and corrected by nothing else. A line
    that a reversal alone settles anew corrects nothing either.
    """
    types = frame_schema(CORRECTED)
    own, before = lines.alias("own"), lines.alias("before")
    same_key = [own.c[name] == before.c[name] for name in LINE_KEY]
    named = (documents.c.ags, documents.c.number, documents.c.document_date)
    reversed_numbers = (
        sa.select(orders.c.reference)
        .join(runs, runs.c.run_id == orders.c.run_id)
        .where(orders.c.kind == CANCELLATION, runs.c.month <= month)
    )
    cause_is_reversal = corrections.c.cause == str(Cause.CANCELLATION)
    told = [corrections.c.run_id == own.c.run_id, *(corrections.c[name] == own.c[name] for name in LINE_KEY)]
    changed, charged_anew = (sa.exists().where(*told, which) for which in (~cause_is_reversal, cause_is_reversal))
    corrected = (
        sa.select(*named, sa.literal(value=False))
        .distinct()
        .select_from(own)
        .join(before, sa.and_(*same_key, before.c.run_id != own.c.run_id))
        .join(runs, runs.c.run_id == before.c.run_id)
        .join(documents, sa.and_(documents.c.run_id == before.c.run_id, documents.c.ags == own.c.ags))
        .where(
            own.c.run_id == run_id,
            own.c.delta_cents != 0,
            own.c.reversal_of.is_(None),
            before.c.reversal_of.is_(None),
            runs.c.month < month,
            documents.c.number.is_not(None),
            documents.c.number.not_in(reversed_numbers),
            sa.or_(changed, ~charged_anew),
        )
    )
    taken_back = (
        sa.select(*named, sa.literal(value=True))
        .join(orders, orders.c.reference == documents.c.number)
        .where(orders.c.run_id == run_id, orders.c.kind == CANCELLATION)
    )
    found = [read_frame(connection, query, types) for query in (corrected, taken_back)]
    return CORRECTED.validate(pl.concat(found).sort("ags", "document_date", "number"))
