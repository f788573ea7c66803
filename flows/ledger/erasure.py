"""Erasing the case data of closed years past retention; totals, numbers and digests stay (RULES section 8.5).

A case goes when no later month names it: the premium of a case that goes on follows from all its months. Of a case
that goes, the rows of the form and the case months are deleted; its posted lines keep amount, kind, month and
municipality, and name a pseudonym instead of case, reference and cell. What an erasure leaves of a sealed part is
sealed with the erasure.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from flows.ledger import journal
from flows.ledger.closings import check_no_draft, closed_in, last_approved
from flows.ledger.erasure_record import digest, erased_parts, erased_until, needed_files
from flows.ledger.four_eyes import same_person
from flows.ledger.store.case_months import as_calculated
from flows.ledger.store.frames import next_key
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.seal import Part, parts
from flows.ledger.store.tables import (
    APPROVED,
    ERASED_SAVINGS_COLUMNS,
    cases,
    corrections,
    erased_savings,
    erasures,
    findings,
    lines,
    remains,
    rows,
    runs,
    seals,
    submissions,
    taken_over,
)
from flows.ledger.store.triggers import MONTH_OF_FINDING
from flows.ledger.submissions import newest_seal
from schemas.identifiers import PSEUDONYM
from schemas.journal import Act
from schemas.months import NO_MONTH, Month, month_in, year_of
from schemas.programme.parties import Retention
from schemas.refusal import Refusal

CASES, CASE_MONTHS, LINES, FINDINGS, FILES = "cases", "case_months", "lines", "findings", "files"

Case = tuple[str, str]  # AGS and case number


@dataclass
class Plan:
    """What an erasure would remove: year → what (CASES … FILES, or a table of the form) → how many."""

    counts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    going: set[Case] = field(default_factory=set)
    staying: int = 0  # cases of these years that a later month names


_ROWS = {name: table for name, table in rows.items() if "case_id" in table.c}
_NAMING = (lines, corrections, cases)  # tables that name a case and its service month

_own = sa.MetaData()
_pseudonyms = sa.Table(
    "pseudonyms",
    _own,
    sa.Column("ags", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text, nullable=False, index=True),
    sa.Column("pseudonym", sa.Text, nullable=False),
    prefixes=["TEMPORARY"],
)
_references = sa.Table(
    "pseudonym_references",
    _own,
    sa.Column("ags", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text, nullable=False, index=True),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("pseudonym", sa.Text, nullable=False),
    prefixes=["TEMPORARY"],
)


def propose(ledger: Ledger, year: int, by: str, on: date, retention: Retention) -> Plan:
    """What erasing the service months before a year would remove, proposed for a second person to confirm.

    Refusal where it may not go, or there is nothing.
    """
    with ledger.transaction() as connection:
        planned = _plan(connection, year, on, retention)
        journal.note(connection, ledger.account, Act.ERASURE_PROPOSED, by, year, _looked_at(connection, year, planned))
        return planned


def erase(ledger: Ledger, year: int, by: str, on: date, retention: Retention) -> Plan:
    """Erase the service months before a year and note it, in one transaction; archived files go afterwards.

    Refusal where nobody proposed this erasure, or the one who confirms it did, or something has changed since.
    """
    with ledger.transaction() as connection:
        planned = _plan(connection, year, on, retention)
        proposed_by = _check_proposed(connection, year, by, planned)
        erasure_id = next_key(connection, erasures.c.erasure_id)
        connection.execute(
            sa.insert(erasures).values(
                erasure_id=erasure_id,
                year=year,
                done_by=by,
                done_on=on,
                after_month=last_approved(connection),
                counts=json.dumps(planned.counts, ensure_ascii=False, sort_keys=True),
                proposed_by=proposed_by,
            )
        )
        _erase(connection, erasure_id, month_in(year, 1), planned.going)
        _note_remains(connection, erasure_id)
        done = digest(connection, erasure_id)
        connection.execute(sa.update(erasures).where(erasures.c.erasure_id == erasure_id).values(digest=done))
        journal.note(connection, ledger.account, Act.ERASURE, by, year, done)
    return planned


def _check_proposed(connection: sa.Connection, year: int, by: str, planned: Plan) -> str:
    """Who proposed an erasure that somebody else confirms (RULES section 8.5)."""
    found = journal.newest(connection, Act.ERASURE_PROPOSED, year)
    if found is None:
        raise Refusal("erasure-not-proposed", year=year)
    proposed_by, content = found
    if same_person(by, proposed_by):
        raise Refusal("erasure-same-person", year=year, name=proposed_by)
    if content != _looked_at(connection, year, planned):
        raise Refusal("erasure-changed", year=year)
    return proposed_by


def _looked_at(connection: sa.Connection, year: int, planned: Plan) -> str:
    """What somebody looked at: how much would go, of which state of the books; no case can be guessed from it."""
    looked_at = [newest_seal(connection), year, planned.counts, planned.staying]
    return hashlib.sha256(json.dumps(looked_at, sort_keys=True).encode()).hexdigest()


def _plan(connection: sa.Connection, year: int, on: date, retention: Retention) -> Plan:
    if year > on.year:
        raise Refusal("erasure-ahead", year=year, latest=on.year)
    check_no_draft(connection)
    if not any(year - 1 <= entry.year for entry in closed_in(connection)):
        raise Refusal("erasure-not-closed", year=year - 1)
    planned = _counted(connection, month_in(year, 1))
    if not planned.counts:
        before = erased_until(connection)
        if before:
            raise Refusal("nothing-more-to-erase", year=year, erased_before=year_of(before) + 1)
        raise Refusal("nothing-to-erase", year=year)
    _check_retention(connection, year, on, retention)
    return planned


def _check_retention(connection: sa.Connection, year: int, on: date, retention: Retention) -> None:
    query = sa.select(sa.func.max(runs.c.document_date)).join(lines, lines.c.run_id == runs.c.run_id)
    posted = connection.scalar(query.where(runs.c.state == APPROVED, lines.c.service_month < month_in(year, 1)))
    last = posted or date(year - 1, 12, 31)
    if on < (first := retention.over(last)):
        raise Refusal("erasure-too-early", year=year, on=last, years=retention.years, day=first)


def _counted(connection: sa.Connection, first_kept: Month) -> Plan:
    planned = Plan()
    named: dict[Case, set[str]] = defaultdict(set)  # case → months that name it
    for query in _naming():
        for ags, case_id, month in connection.execute(query):
            if not case_id.startswith(PSEUDONYM):
                named[ags, case_id].add(month)
    early = {case for case, months in named.items() if min(months) < first_kept}
    planned.going = {case for case in early if max(named[case]) < first_kept}
    planned.staying = len(early - planned.going)
    of_year: dict[str, set[Case]] = defaultdict(set)
    for case in planned.going:
        for month in named[case]:
            of_year[month[:4]].add(case)
    for year, found in of_year.items():
        planned.counts[year][CASES] = len(found)
    for what, query in (
        *((name, _rows_of(table)) for name, table in _ROWS.items()),
        (CASE_MONTHS, sa.select(cases.c.ags, cases.c.case_id, cases.c.service_month).distinct()),
        (LINES, sa.select(lines.c.ags, lines.c.case_id, lines.c.service_month)),
    ):
        for ags, case_id, month in connection.execute(query):
            if month < first_kept and (ags, case_id) in planned.going:
                _count(planned, month, what)
    for month in connection.scalars(sa.select(_month_of_finding()).select_from(findings)):
        if month < first_kept:
            _count(planned, month, FINDINGS)
    for month in needed_files(connection).values():
        if month < first_kept:
            _count(planned, month, FILES)
    planned.counts = {year: dict(planned.counts[year]) for year in sorted(planned.counts)}
    return planned


def _count(planned: Plan, month: Month, what: str) -> None:
    of_year = planned.counts[month[:4]]
    of_year[what] = of_year.get(what, 0) + 1


def _naming() -> Iterable[sa.Select[Any]]:
    """AGS, case and month wherever a case is named."""
    for table in _NAMING:
        named = (table.c.ags, table.c.case_id, table.c.service_month)
        yield sa.select(*named).where(table.c.case_id != "").distinct()
    for table in _ROWS.values():
        yield _rows_of(table).distinct()


def _rows_of(table: sa.Table) -> sa.Select[Any]:
    return (
        sa.select(submissions.c.ags, table.c.case_id, submissions.c.month)
        .join(submissions, submissions.c.submission_id == table.c.submission_id)
        .where(table.c.case_id.is_not(None), table.c.case_id != "")
    )


def _month_of_finding() -> sa.ColumnElement[Any]:
    return sa.literal_column(MONTH_OF_FINDING.format(record=findings.name), sa.Text)


def _erase(connection: sa.Connection, erasure_id: int, first_kept: Month, going: set[Case]) -> None:
    _own.create_all(connection)
    _name_anew(connection, first_kept, going)
    _keep_savings(connection, erasure_id)
    for table in (lines, corrections):
        own = (table.c.service_month < first_kept, *_same_case(table, _references))
        connection.execute(
            sa.update(table)
            .where(*own, table.c.reference == _references.c.reference)
            .values(reference=_references.c.pseudonym)
        )
        traces = dict.fromkeys({"file_sha256", "sheet", "row"} & set(table.c.keys()))
        reasons = {"reason": "[]"} if "reason" in table.c else {}
        connection.execute(
            sa.update(table)
            .where(table.c.service_month < first_kept, *_same_case(table, _pseudonyms))
            .values(case_id=_pseudonyms.c.pseudonym, **traces, **reasons)
        )
    for table in (cases, taken_over):
        gone = sa.exists().where(*_same_case(table, _pseudonyms))
        connection.execute(sa.delete(table).where(table.c.service_month < first_kept, gone))
    connection.execute(sa.delete(findings).where(_month_of_finding() < first_kept))
    for table in _ROWS.values():
        own = (
            submissions.c.submission_id == table.c.submission_id,
            submissions.c.month < first_kept,
            _pseudonyms.c.ags == submissions.c.ags,
            _pseudonyms.c.case_id == table.c.case_id,
        )
        connection.execute(sa.delete(table).where(sa.exists().where(*own)))
    _own.drop_all(connection)


def _same_case(table: sa.Table, names: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.ags == names.c.ags, table.c.case_id == names.c.case_id)


def _name_anew(connection: sa.Connection, first_kept: Month, going: set[Case]) -> None:
    """A pseudonym for every case, in an order that tells nothing of the case numbers, and numbers for its references."""
    last = _last_pseudonym(connection)
    salt = newest_seal(connection)
    mixed = sorted(going, key=lambda case: hashlib.sha256("|".join((salt, *case)).encode()).digest())
    pseudonyms = [
        {"ags": ags, "case_id": case_id, "pseudonym": f"{PSEUDONYM}{number:06d}"}
        for number, (ags, case_id) in enumerate(mixed, last + 1)
    ]
    if pseudonyms:
        connection.execute(sa.insert(_pseudonyms), pseudonyms)
    references: dict[Case, set[str]] = defaultdict(set)
    for table in (lines, corrections):
        query = sa.select(table.c.ags, table.c.case_id, table.c.reference).where(
            table.c.service_month < first_kept, table.c.reference != ""
        )
        for ags, case_id, reference in connection.execute(query.distinct()):
            references[ags, case_id].add(reference)
    numbered = [
        {"ags": ags, "case_id": case_id, "reference": reference, "pseudonym": str(number)}
        for ags, case_id in mixed
        for number, reference in enumerate(sorted(references[ags, case_id]), 1)
    ]
    if numbered:
        connection.execute(sa.insert(_references), numbered)


def _last_pseudonym(connection: sa.Connection) -> int:
    found = [
        connection.scalar(sa.select(sa.func.max(table.c.case_id)).where(table.c.case_id.startswith(PSEUDONYM)))
        for table in (lines, corrections, erased_savings)
    ]
    return max(int(name.removeprefix(PSEUDONYM)) if name else 0 for name in found)


def _keep_savings(connection: sa.Connection, erasure_id: int) -> None:
    """What the guarantee needs of the cases that go, from the newest calculation."""
    newest = as_calculated(last_approved(connection) or NO_MONTH)
    kept = [newest.c[name] for name in ERASED_SAVINGS_COLUMNS]
    kept[ERASED_SAVINGS_COLUMNS.index("case_id")] = _pseudonyms.c.pseudonym
    same_case = (_pseudonyms.c.ags == newest.c.ags, _pseudonyms.c.case_id == newest.c.case_id)
    source = sa.select(sa.literal(erasure_id), *kept).where(*same_case)
    connection.execute(sa.insert(erased_savings).from_select(["erasure_id", *ERASED_SAVINGS_COLUMNS], source))


def _note_remains(connection: sa.Connection, erasure_id: int) -> None:
    """Seal what is left of every part that has changed."""
    before = erased_parts(connection)
    for run_id in connection.scalars(sa.select(runs.c.run_id).where(runs.c.state == APPROVED)).all():
        stored = connection.execute(
            sa.select(*(seals.c[name] for name in Part._fields)).where(seals.c.run_id == run_id)
        )
        left = {(part.content, part.year): part for part in parts(connection, run_id)}
        changed = []
        for content, year, entries, sealed in stored.all():
            nothing = Part(content, year, 0, hashlib.sha256(b"").hexdigest())
            now = left.get((content, year), nothing)
            if (now.entries, now.digest) != before.get((run_id, content, year), (entries, sealed)):
                changed.append({"erasure_id": erasure_id, "sealed_run": run_id, **now._asdict()})
        if changed:
            connection.execute(sa.insert(remains), changed)
