"""All read returns of an intake together: who they are, what contradicts what, what is accepted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from flows.ingest.checks.context import Context, Problem, frames_of
from flows.ingest.checks.history import HISTORY_CHECKS, foreign_corrections, missing_placements
from flows.ingest.checks.row import ROW_CHECKS
from flows.ingest.checks.sheet import SHEET_CHECKS
from flows.ingest.form.values import excerpt
from flows.ingest.read import ReadReturn
from schemas.documents import ReturnState
from schemas.findings import MOST_FINDINGS, Finding, finding, findings_frame
from schemas.identifiers import Ags
from schemas.intake import Intake, Known, Submission
from schemas.months import Month, german_month
from schemas.programme.programme import Programme
from schemas.returns import COVER, ReturnKind, Table, frame_model
from schemas.spelling import folded, natural

Problems = dict[str, list[Finding]]  # SHA-256 of a return → its findings


def validate(
    reads: list[ReadReturn], programme: Programme, month: Month, known: Known, agh_law: pl.DataFrame
) -> Intake:
    """Accepted rows of all municipalities, and every finding of every return.

    A return with any error is held back whole; the others go ahead. `month` is the month being settled,
    `agh_law` the rows of the AGH allowance table. The order of files is the order of acceptance:
    Erstmeldungen before Korrekturen, then by Datum der Meldung, then by name in natural order (9 before 10).
    """
    ordered = sorted(reads, key=_order)
    returns = _fresh(ordered, known)
    problems: Problems = {
        sha: [*entry.findings, *_identity_findings(entry, programme, month)] for sha, entry in returns.items()
    }
    _add(problems, _rivals(returns, known))
    context = Context(programme, returns, frames_of(returns.values(), programme.tables), agh_law, known)
    for check in (*ROW_CHECKS, *SHEET_CHECKS):
        _add(problems, check(context))
        context = _without_the_countless(context, problems)
    context = replace(context, held_back=_held_back(problems))
    for check in (foreign_corrections, missing_placements):
        _add(problems, check(context))
        context = replace(context, held_back=_held_back(problems))
    for check in HISTORY_CHECKS:
        _add(problems, check(context))
    outcomes = [_outcome(entry, returns, problems, known, programme) for entry in ordered]
    submissions = [submission for submission, _ in outcomes]
    accepted = [entry.sha256 for entry in submissions if entry.state == ReturnState.ACCEPTED]
    rows = {
        name: _modelled(table, context.frames[name].filter(pl.col("file_sha256").is_in(accepted)))
        for name, table in programme.tables.items()
    }
    named = [problem._replace(ags=entry.ags or "") for entry, findings in outcomes for problem in findings]
    held_back = tuple(entry.file for entry in submissions if entry.state == ReturnState.HELD_BACK)
    return Intake(submissions, rows, findings_frame(named), held_back)


def _modelled(table: Table, accepted: pl.DataFrame) -> pl.DataFrame:
    """Accepted rows, checked against the strict model; without rows there is nothing to check but types, which are given."""
    return frame_model(table).validate(accepted) if accepted.height else accepted


def _order(entry: ReadReturn) -> tuple[bool, str, list[str | int], str]:
    return entry.is_correction, str(entry.cover.values.get("reported_on", "")), natural(entry.file), entry.path


def _fresh(ordered: list[ReadReturn], known: Known) -> dict[str, ReadReturn]:
    """The returns to judge by their SHA-256: every content once, and none that an approved run accepted before."""
    fresh = dict[str, ReadReturn]()
    for entry in ordered:
        if entry.sha256 not in known.files:
            fresh.setdefault(entry.sha256, entry)
    return fresh


def _add(problems: Problems, found: Iterable[Problem]) -> None:
    for problem in found:
        problems[problem.file_sha256].append(problem.finding)


def _without_the_countless(context: Context, problems: Problems) -> Context:
    """F03 for returns with more findings than are told one by one; no further check looks at their rows."""
    countless = [sha for sha, findings in problems.items() if len(findings) > MOST_FINDINGS]
    if not countless:
        return context
    for sha in countless:
        allowed = f"{MOST_FINDINGS:,}".replace(",", ".")
        problems[sha] = [finding("F03/findings", file=context.returns[sha].file, allowed=allowed)]
    frames = {name: frame.filter(~pl.col("file_sha256").is_in(countless)) for name, frame in context.frames.items()}
    return replace(context, frames=frames)


def _held_back(problems: Problems) -> frozenset[str]:
    return frozenset(sha for sha, findings in problems.items() if any(entry.severity == "error" for entry in findings))


def _cover_finding(variant: str, entry: ReadReturn, label: str, **words: str) -> Finding:
    heading = next(column.heading for column in COVER if column.name == label)
    cover, value = entry.cover, excerpt(str(entry.cover.values[label]))
    return finding(
        variant, file=entry.file, sheet=cover.sheet, cell=cover.cells[label], column=heading, value=value, **words
    )


def _identity_findings(entry: ReadReturn, programme: Programme, settled_month: Month) -> Iterator[Finding]:
    """F07 and F08: is this return one of ours, and is its month one that can be settled now?"""
    cover, term = entry.cover.values, programme.programme
    if "programme" in cover and folded(str(cover["programme"])) != folded(term.key):
        yield _cover_finding("F07/programme", entry, "programme", expected=term.key)
    if "ags" in cover and cover["ags"] not in programme.members:
        name = folded(str(cover.get("municipality", "")))
        meant = [member for member in programme.members.values() if name and folded(member.name) == name]
        hint = f"; {meant[0].name} hat den Schlüssel {meant[0].ags}" if meant else ""
        yield _cover_finding("F07/municipality", entry, "ags", hint=hint)
    if "month" not in cover:
        return
    month = cover["month"]
    member = programme.members.get(cover["ags"]) if "ags" in cover else None
    until = member.until if member else None
    limits = (
        ("F08/before", programme.first_month, month < programme.first_month),
        ("F08/after", programme.last_month, programme.last_month is not None and month > programme.last_month),
        ("F08/left", until, until is not None and month > until),
        ("F08/later", settled_month, month > settled_month),
    )
    for variant, limit, broken in limits:
        if broken and limit is not None:
            yield _cover_finding(variant, entry, "month", month=german_month(month), limit=german_month(limit))
            return


def _rivals(returns: dict[str, ReadReturn], known: Known) -> Iterator[Problem]:
    """F09: an Erstmeldung beside an approved return or beside another Erstmeldung; F11: a Korrektur of nothing."""
    groups: dict[tuple[Ags, Month], list[ReadReturn]] = defaultdict(list)
    for entry in returns.values():
        ags, month = entry.identity
        if "return_kind" in entry.cover.values and ags is not None and month is not None:
            groups[ags, month].append(entry)
    for (ags, month), entries in groups.items():
        spoken, approved = german_month(month), known.holding(ags, month)
        firsts = [entry for entry in entries if entry.cover.values["return_kind"] == ReturnKind.FIRST]
        for entry in firsts:
            if approved:
                yield Problem(entry.sha256, _cover_finding("F09/approved", entry, "return_kind", month=spoken))
            elif len(firsts) > 1:
                others = ", ".join(other.file for other in firsts if other is not entry)
                yield Problem(
                    entry.sha256, _cover_finding("F09/intake", entry, "return_kind", month=spoken, others=others)
                )
        if not firsts and not approved:
            yield Problem(entries[0].sha256, _cover_finding("F11/first", entries[0], "return_kind"))


def _outcome(
    entry: ReadReturn, returns: dict[str, ReadReturn], problems: Problems, known: Known, programme: Programme
) -> tuple[Submission, list[Finding]]:
    """What became of a file, and its findings.

    F10: the very same file a second time is read once. Only what was accepted counts: the copy of a file that
    is held back is held back with the same findings, as its sender may mend either.
    """
    findings = [problem._replace(file=entry.file) for problem in problems.get(entry.sha256, ())]
    failed = any(problem.severity == "error" for problem in findings)
    judged = returns.get(entry.sha256)
    state = ReturnState.HELD_BACK if failed else ReturnState.ACCEPTED
    if judged is not entry and not failed:
        state = ReturnState.DUPLICATE
        others = judged.file if judged else known.files[entry.sha256]
        findings = [finding("F10", file=entry.file, others=others)]
    return _submission(entry, state, programme), findings


def _submission(entry: ReadReturn, state: ReturnState, programme: Programme) -> Submission:
    cover = entry.cover.values
    ags, month = entry.identity
    return Submission(
        file=entry.file,
        path=entry.path,
        sha256=entry.sha256,
        state=state,
        ags=ags if ags in programme.members else None,
        month=month,
        return_kind=cover.get("return_kind"),
        reported_on=cover.get("reported_on"),
        confirmed_by=cover.get("confirmed_by"),
        layout={name: (read.sheet, read.letters) for name, read in entry.tables.items()},
    )
