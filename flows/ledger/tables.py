"""The ledger's tables, its append-only triggers, and opening it (RULES section 8)."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from schemas.documents import DOCUMENTS
from schemas.findings import FINDINGS_COLUMNS
from schemas.refusal import Refusal
from schemas.results import CASES, LINES, frame_schema
from schemas.returns import TABLES

DRAFT, APPROVED = "draft", "approved"
BUSY_SECONDS = 15
UNWRITABLE = {
    "BUSY": "ein anderer Lauf schreibt gerade",
    "LOCKED": "ein anderer Lauf schreibt gerade",
    "FULL": "der Datenträger ist voll",
    "IOERR": "der Datenträger meldet einen Fehler",
    "READONLY": "die Datei ist schreibgeschützt",
    "CANTOPEN": "die Datei lässt sich nicht öffnen",
}

Types = Mapping[str, Any]  # column name → Polars type

LINE_TYPES: Types = {name: dtype for name, dtype in frame_schema(LINES).items() if name != "settled_in"}
CASE_TYPES: Types = frame_schema(CASES)
DOCUMENT_TYPES: Types = frame_schema(DOCUMENTS)
FINDING_TYPES: Types = dict.fromkeys(FINDINGS_COLUMNS, pl.String)
ROW_TYPES: dict[str, Types] = {
    name: {"sheet": pl.String, "row": pl.Int64} | {column.name: column.dtype for column in table.columns}
    for name, table in TABLES.items()
}

_SQL_TYPES: dict[Any, type[sa.types.TypeEngine[Any]]] = {
    pl.String: sa.Text,
    pl.Int64: sa.BigInteger,
    pl.Date: sa.Date,
    pl.Boolean: sa.Boolean,
    pl.Decimal: sa.Text,  # exact, as it is written
    pl.List: sa.Text,  # JSON
}

metadata = sa.MetaData()


def _columns(types: Types) -> list[sa.Column[Any]]:
    return [sa.Column(name, _SQL_TYPES[dtype.base_type()]) for name, dtype in types.items()]


def _run() -> sa.Column[int]:
    return sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False, index=True)


runs = sa.Table(
    "runs", metadata,
    sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("month", sa.Text, nullable=False, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("drafted_by", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("document_date", sa.Date),
    sa.Column("predecessor_digest", sa.Text),  # empty for the first sealed run
    sa.Column("digest", sa.Text),
)  # fmt: skip
submissions = sa.Table(
    "submissions", metadata,
    sa.Column("submission_id", sa.Integer, primary_key=True, autoincrement=True),
    _run(),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ags", sa.Text),
    sa.Column("month", sa.Text),
    sa.Column("return_kind", sa.Text),
    sa.Column("reported_on", sa.Date),
    sa.Column("confirmed_by", sa.Text),
    sa.Column("layout", sa.Text, nullable=False),  # JSON: table → [sheet, {column: letters}]
)  # fmt: skip
lines = sa.Table("lines", metadata, _run(), *_columns(LINE_TYPES))
cases = sa.Table("cases", metadata, _run(), *_columns(CASE_TYPES))
documents = sa.Table(
    "documents", metadata, _run(), *_columns(DOCUMENT_TYPES),
    sa.Column("year", sa.Integer), sa.Column("running_number", sa.Integer),
    sa.UniqueConstraint("year", "running_number"), sa.UniqueConstraint("number"),
)  # fmt: skip
findings = sa.Table("findings", metadata, _run(), *_columns(FINDING_TYPES))
rows = {
    name: sa.Table(
        f"rows_{name}", metadata,
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.submission_id"), nullable=False, index=True),
        *_columns(types),
    )
    for name, types in ROW_TYPES.items()
}  # fmt: skip

_OF_RUN = (submissions, lines, cases, documents, findings)


def _append_only() -> Iterator[str]:
    """Triggers that keep every sealed run as it is, whoever writes."""
    sealed_run = f"(SELECT state FROM runs WHERE run_id = OLD.run_id) = '{APPROVED}'"
    sealed_rows = f"(SELECT runs.state FROM runs JOIN submissions USING (run_id) WHERE submission_id = OLD.submission_id) = '{APPROVED}'"
    conditions = {"runs": f"OLD.state = '{APPROVED}'"}
    conditions |= {table.name: sealed_run for table in _OF_RUN}
    conditions |= {table.name: sealed_rows for table in rows.values()}
    for table, condition in conditions.items():
        for action in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER IF NOT EXISTS sealed_{table}_{action.lower()} BEFORE {action} ON {table} "
                f"WHEN {condition} BEGIN SELECT RAISE(ABORT, 'sealed'); END"
            )
    for table in (item.name for item in _OF_RUN):
        yield (
            f"CREATE TRIGGER IF NOT EXISTS sealed_{table}_insert BEFORE INSERT ON {table} "
            f"WHEN (SELECT state FROM runs WHERE run_id = NEW.run_id) = '{APPROVED}' "
            "BEGIN SELECT RAISE(ABORT, 'sealed'); END"
        )


class Ledger:
    """A programme's ledger in an SQLite file; the file comes into being with the first draft."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        """Whether anything was ever drafted."""
        return self.path.exists()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction that locks the ledger for writing: everything inside happens, or nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        engine = _engine(self.path)
        try:
            with engine.begin() as connection:
                metadata.create_all(connection)
                for statement in _append_only():
                    connection.execute(sa.text(statement))
                yield connection
        except sa.exc.OperationalError as error:
            reason = UNWRITABLE.get(
                getattr(error.orig, "sqlite_errorname", "").rpartition("SQLITE_")[2].partition("_")[0]
            )
            if reason is None:
                raise  # a defect of ours, not a state of the machine
            raise Refusal(
                f"Das Buch {self.path} lässt sich gerade nicht schreiben: {reason}. Bitte danach noch einmal starten; gebucht wurde nichts."
            ) from error
        finally:
            engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection | None]:
        """A connection for reading; None where no ledger exists yet (nothing is created)."""
        if not self.exists:
            yield None
            return
        engine = _engine(self.path, "BEGIN")
        try:
            with engine.connect() as connection:
                yield connection
        except sa.exc.DatabaseError as error:
            raise Refusal(
                f"Das Buch {self.path} lässt sich nicht lesen ({error.orig}). Bitte die Sicherung einspielen."
            ) from error
        finally:
            engine.dispose()


def _engine(path: Path, begin: str = "BEGIN IMMEDIATE") -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")  # INSERT OR REPLACE deletes, and must not pass

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def write_frame(connection: sa.Connection, table: sa.Table, frame: pl.DataFrame, **fixed: Any) -> None:
    """Append a frame's rows to a table; `fixed` are columns with one value for all rows."""
    if frame.is_empty():
        return
    texts = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Decimal)]
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    records = frame.with_columns(pl.col(texts).cast(pl.String)).to_dicts()
    for record in records:
        record |= fixed
        for name in lists:
            record[name] = json.dumps(record[name], ensure_ascii=False)
    connection.execute(sa.insert(table), records)


def read_frame(connection: sa.Connection, query: sa.Select[Any], types: Types) -> pl.DataFrame:
    """The rows of a query as a frame of the given types."""
    names = list(types)
    lists = [names.index(name) for name, dtype in types.items() if dtype.base_type() is pl.List]
    decimals = [names.index(name) for name, dtype in types.items() if dtype.base_type() is pl.Decimal]
    records = [list(record) for record in connection.execute(query)]
    for record in records:
        for index in lists:
            record[index] = json.loads(record[index])
        for index in decimals:
            record[index] = None if record[index] is None else Decimal(record[index])
    return pl.DataFrame(records, schema=dict(types), orient="row")


def columns(table: sa.Table, types: Types) -> list[sa.Column[Any]]:
    """The table's columns in the order of the types."""
    return [table.c[name] for name in types]


def new_key(result: sa.CursorResult[Any]) -> int:
    """The primary key of the row just inserted."""
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])
