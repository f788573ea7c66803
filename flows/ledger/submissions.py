"""Received returns in the ledger and the archive: storing them, and reading back those that hold."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from flows.durable import write_all
from flows.ledger.erasure_record import erased_files
from flows.ledger.store.frames import next_key, read_frame, write_frame
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, ROW_TYPES, columns, rows, runs, submissions
from schemas.documents import ReturnState
from schemas.intake import KNOWN_RETURNS, NOTHING_KNOWN, Intake, Known, Submission
from schemas.months import Month
from schemas.operations import Closing
from schemas.refusal import Refusal
from schemas.returns import ORIGIN, TABLES


def archive(intake: list[Submission], folder: Path) -> None:
    """Keep every received file under its SHA-256, for good and as it was read; one that is there whole stays.

    Refusal where a file is no longer the one that was read: the archive would hold what nobody settled.
    """
    write_all(folder, _to_keep(intake, folder))


def _to_keep(intake: list[Submission], folder: Path) -> Iterator[tuple[str, bytes]]:
    for entry in {entry.sha256: entry for entry in intake}.values():
        name = f"{entry.sha256}{Path(entry.file).suffix.lower()}"
        if (folder / name).is_file() and _sha256((folder / name).read_bytes()) == entry.sha256:
            continue
        content = Path(entry.path).read_bytes()
        if _sha256(content) != entry.sha256:
            raise Refusal("return-replaced", file=entry.file)
        yield name, content


def archived(folder: Path) -> dict[str, list[Path]]:
    """SHA-256 that an archived file is named after → the files; looked up once, for to ask the folder for each takes long."""
    stored: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        stored[path.stem].append(path)
    return dict(stored)


def check_archived(ledger: Ledger, month: Month, folder: Path) -> None:
    """Refusal where a file that a month's draft took in is not in the archive as it was read: nothing is sealed without it."""
    with ledger.reading() as connection:
        query = sa.select(submissions.c.file, submissions.c.sha256).join(runs, runs.c.run_id == submissions.c.run_id)
        taken_in = [] if connection is None else connection.execute(query.where(runs.c.month == month)).all()
    there = archived(folder)
    for file, sha256 in taken_in:
        kept = there.get(sha256)
        if not kept or any(_sha256(path.read_bytes()) != sha256 for path in kept):
            raise Refusal("archive-not-whole", file=file, month=month)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def known(ledger: Ledger) -> Known:
    """What approved runs accepted: for each municipality and month the return accepted last, and its rows."""
    with ledger.reading() as connection:
        return NOTHING_KNOWN if connection is None else known_in(connection)


def known_in(connection: sa.Connection, closed: Sequence[Closing] = ()) -> Known:
    """What approved runs accepted, as a transaction sees it; of a closed month, the return that held when it was closed."""
    holding = _holding_submissions(closed)
    returns = read_frame(
        connection,
        sa.select(submissions.c.ags, submissions.c.month, submissions.c.sha256, submissions.c.file)
        .where(submissions.c.submission_id.in_(holding))
        .order_by(submissions.c.submission_id),
        KNOWN_RETURNS,
    )
    last_approved = connection.scalar(sa.select(sa.func.max(runs.c.month)).where(runs.c.state == APPROVED))
    rows_held = {name: rows_of(connection, name, holding) for name in TABLES}
    accepted = (
        sa.select(submissions.c.sha256, submissions.c.file)
        .join(runs, runs.c.run_id == submissions.c.run_id)
        .where(runs.c.state == APPROVED, submissions.c.state == str(ReturnState.ACCEPTED))
        .order_by(submissions.c.submission_id)
    )
    files = dict(connection.execute(accepted).all())
    return Known(last_approved, returns, rows_held, files, newest_seal(connection))


def newest_seal(connection: sa.Connection) -> str:
    """The digest of the run that was sealed last, empty before the first."""
    query = sa.select(runs.c.digest).where(runs.c.state == APPROVED).order_by(runs.c.month.desc()).limit(1)
    return connection.scalar(query) or ""


def check_archive(ledger: Ledger, folder: Path) -> None:
    """Refusal where the ledger's archive is not here: it belongs to other outputs (a server's ledger is not in them)."""
    with ledger.reading() as connection:
        if connection is None or (folder.is_dir() and any(folder.iterdir())):
            return
        sealed = sa.select(submissions.c.sha256).join(runs, runs.c.run_id == submissions.c.run_id)
        if set(connection.scalars(sealed.where(runs.c.state == APPROVED))) - erased_files(connection):
            raise Refusal("archive-elsewhere", ledger=ledger.name, folder=folder)


def _holding_submissions(closed: Sequence[Closing]) -> sa.Select[tuple[int]]:
    """For each municipality and month the approved return that was accepted last."""
    too_late = [sa.and_(submissions.c.month <= closing.until, runs.c.month > closing.after_month) for closing in closed]
    return (
        sa.select(sa.func.max(submissions.c.submission_id))
        .join(runs, runs.c.run_id == submissions.c.run_id)
        .where(runs.c.state == APPROVED, submissions.c.state == str(ReturnState.ACCEPTED))
        .where(*map(sa.not_, too_late))
        .group_by(submissions.c.ags, submissions.c.month)
    )


def rows_of(
    connection: sa.Connection, name: str, holding: sa.Select[tuple[int]], *which: sa.ColumnElement[bool]
) -> pl.DataFrame:
    """The rows of a table of the form that stand in the submissions `holding`, only those `which` asks for."""
    table, types = rows[name], ROW_TYPES[name]
    origin = {key: dtype for key, dtype in ORIGIN.items() if key not in types}
    query = (
        sa.select(submissions.c.ags, submissions.c.month, submissions.c.sha256, *columns(table, types))
        .join(submissions, submissions.c.submission_id == table.c.submission_id)
        .where(table.c.submission_id.in_(holding), *which)
        .order_by(table.c.submission_id, table.c.row)
    )
    return read_frame(connection, query, {**origin, **types})


def store(connection: sa.Connection, run_id: int, intake: Intake) -> None:
    """Store a draft's received files and the rows of the accepted ones, file by file in the order of acceptance."""
    if not intake.submissions:
        return
    numbered = [*enumerate(intake.submissions, next_key(connection, submissions.c.submission_id))]
    connection.execute(sa.insert(submissions), [_record(entry, number, run_id) for number, entry in numbered])
    accepted = pl.DataFrame(
        [(entry.sha256, number) for number, entry in numbered if entry.state == ReturnState.ACCEPTED],
        schema={"file_sha256": pl.String, "submission_id": pl.Int64},
        orient="row",
    )
    for name, types in ROW_TYPES.items():
        own = accepted.join(intake.rows[name], on="file_sha256", maintain_order="left_right")
        write_frame(connection, rows[name], own.select(*types, "submission_id"))


def _record(entry: Submission, submission_id: int, run_id: int) -> dict[str, object]:
    return {
        "submission_id": submission_id,
        "run_id": run_id,
        "file": entry.file,
        "sha256": entry.sha256,
        "state": str(entry.state),
        "ags": entry.ags,
        "month": entry.month,
        "return_kind": entry.return_kind,
        "reported_on": entry.reported_on,
        "confirmed_by": entry.confirmed_by,
        "layout": json.dumps(entry.layout or {}, ensure_ascii=False),
    }


def not_drafted(ledger: Ledger, month: Month, contents: Mapping[str, str]) -> tuple[str, ...]:
    """Of the files in a month's folder (name → SHA-256), those that its draft did not take in."""
    with ledger.reading() as connection:
        query = sa.select(submissions.c.sha256).join(runs, runs.c.run_id == submissions.c.run_id)
        taken_in = set() if connection is None else set(connection.scalars(query.where(runs.c.month == month)))
    return tuple(name for name, sha256 in contents.items() if sha256 not in taken_in)


def discard(connection: sa.Connection, run_id: int) -> None:
    """Remove a draft's received files and rows."""
    own = sa.select(submissions.c.submission_id).where(submissions.c.run_id == run_id)
    for table in rows.values():
        connection.execute(sa.delete(table).where(table.c.submission_id.in_(own)))
    connection.execute(sa.delete(submissions).where(submissions.c.run_id == run_id))
