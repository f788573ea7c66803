"""The settlement workbook of a municipality: `Abrechnung-<ags>-<month>.xlsx`."""

from pathlib import Path

from flows.emit.statement.corrections import write_corrections_sheet
from flows.emit.statement.cover import cover_sheet, write_cover
from flows.emit.statement.evidence import write_evidence
from flows.emit.statement.neutrality import write_neutrality
from flows.emit.statement.not_eligible import write_not_eligible
from flows.emit.statement.notes import write_notes
from flows.emit.statement.positions import write_positions
from flows.emit.statement.premium import premium_cells, read_cases, write_derivation
from flows.emit.wording.lines import read_lines
from flows.emit.wording.words import DRAFT
from flows.emit.xlsx.styles import Page
from flows.emit.xlsx.workbook import new_workbook
from schemas.documents import GERMAN_DOCUMENT_KIND, Statement
from schemas.months import german_month, last_day


def write_statement(path: Path, statement: Statement) -> None:
    """Letter, positions and evidence, corrections, derivation of premiums, neutrality (where there are any) and notes, in German.

    `statement.lines` is a results.LINES frame, `statement.cases` a results.CASES frame, both in cents. Every
    calculated amount is a formula that carries its value, and the value is that of the frames. ValueError if
    the lines contradict themselves or do not add up to the statement's total: such a document is never written.
    The same statement gives the same bytes.
    """
    lines, months = read_lines(statement.lines), read_cases(statement.cases)
    total = sum(line.delta_cents for line in lines)
    if total != statement.total_cents:
        raise ValueError(
            f"the lines of {statement.municipality.ags} add up to {total} cents, the document says {statement.total_cents}"
        )
    county, member = statement.programme.programme.county, statement.municipality
    kind, month = GERMAN_DOCUMENT_KIND[statement.kind], german_month(statement.month)
    page = Page(
        left=" · ".join([f"{kind.split()[0]} {statement.number or ''}".rstrip(), month, county]),
        right=f"{member.ags} · {member.name}",
        mark=DRAFT if statement.draft else "",
    )
    created = statement.document_date or last_day(statement.month)
    subject = statement.programme.programme.title
    with new_workbook(
        path, page, title=f"{kind} {month} – {member.name}", subject=subject, author=county, created=created
    ) as book:
        cover = cover_sheet(book)
        position_rows = write_positions(book, statement, lines, premium_cells(months)) if lines else None
        write_cover(cover, statement, lines, position_rows)
        if position_rows is not None:
            write_corrections_sheet(book, statement, lines, position_rows)
        if months:
            write_derivation(book, statement, months)
        write_neutrality(book, statement, months)
        not_eligible = [month for month in months if month.reasons or not month.eligible]
        if not_eligible:
            write_not_eligible(book, statement, not_eligible)
        if lines:
            write_evidence(book, statement, lines)
        write_notes(book, statement, lines)
