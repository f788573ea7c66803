"""Flow: the board report of a quarter or a key date (read the ledger → indicators → disclosure control → documents)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flows.compute.indicators.report import indicators
from flows.compute.law import Law
from flows.emit.board.kept import kept_reports, read_report, write_indicators
from flows.emit.board.pdf import write_board_pdf
from flows.emit.board.published import published, with_published
from flows.emit.board.shown import shown
from flows.emit.board.workbook import write_board_workbook
from flows.ledger import month_state, publications
from flows.ledger.erasure_record import check_kept
from flows.ledger.views.report import read_report_books
from flows.location import Location
from flows.orchestration import Stages
from flows.provenance import read_law, read_programme
from schemas.board import KeptReport, ShownReport
from schemas.indicators import indicator_rows
from schemas.programme.programme import Programme
from schemas.programme.years import programme_year
from schemas.refusal import Refusal
from schemas.report import Period, Report, ReportBooks, check_audience, check_reportable, data_state, first_month_told


@dataclass(frozen=True)
class Job:
    """A report to write, checked: everything it needs is there."""

    location: Location
    programme: Programme
    law: Law
    period: Period
    books: ReportBooks
    preliminary: bool
    audience: str
    edited_on: date


@dataclass(frozen=True)
class Outcome:
    """What a report brought about."""

    report: Report
    folder: Path


def prepare(location: Location, period: Period, preliminary: bool, audience: str, edited_on: date | None) -> Job:
    """Everything that can be refused is refused here, before anything is written."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    check_audience(programme, audience)
    ahead = period.ahead_of(month_state.approved_months(location.ledger))
    books = read_report_books(location.ledger, with_draft=preliminary or ahead)
    marked = check_reportable(programme, period, books, preliminary)
    check_kept(location.ledger, first_month_told(programme, period))
    edited = edited_on or books.edition_day(period)
    return Job(location, programme, read_law(location.inputs), period, books, marked, audience, edited)


def write_report(job: Job, stages: Stages) -> Outcome:
    """Compute the indicators and write the report's files; one run at a time, for what is published counts for the next."""
    with job.location.ledger.alone():
        return _write_report(job, stages)


def _write_report(job: Job, stages: Stages) -> Outcome:
    earlier = published(job.location.folder)
    publications.check_register(job.location.ledger, earlier)
    rows: pl.DataFrame = stages.call(
        "Kennzahlen berechnen", indicators, job.books, job.programme, job.law, job.period, job.audience, earlier
    )
    year = programme_year(job.programme, job.period.last)
    report = Report(
        programme=job.programme,
        period=job.period,
        year_from=year.first,
        year_to=year.last,
        year_number=year.number,
        data_state=data_state(job.books),
        edited_on=job.edited_on,
        preliminary=job.preliminary,
        audience=job.audience,
        indicators=rows,
        sealed_month=job.books.approved[-1] if job.books.approved else None,
        seal=job.books.seal,
    )
    folder = job.location.folder / job.period.name
    told = indicator_rows(rows)
    register = with_published(job.location.folder, earlier, told)
    stages.write("Kennzahlen schreiben", write_indicators, folder / report.indicators_file, report)
    stages.write("Arbeitsmappe schreiben", write_board_workbook, folder / f"{report.stem}.xlsx", report)
    stages.write("PDF schreiben", write_board_pdf, folder / f"{report.stem}.pdf", report)
    publications.note(job.location.ledger, period=job.period.name, audience=job.audience, register=register)
    return Outcome(report, folder)


def written_reports(location: Location) -> list[KeptReport]:
    """The reports that were written, the newest first."""
    return sorted(kept_reports(location.folder), key=lambda kept: kept.order, reverse=True)


def view_report(location: Location, name: str) -> ShownReport:
    """A written report, from the figures that were published with it. Refusal where there is none of that name."""
    kept = next((entry for entry in kept_reports(location.folder) if entry.name == name), None)
    if kept is None:
        raise Refusal("page-unknown")
    programme = read_programme(location.inputs, location.programme, location.ledger)
    check_audience(programme, kept.audience)
    return shown(read_report(location.folder, kept, programme))


def report_file(location: Location, report: ShownReport, file: str) -> Path:
    """A file of a report by its name. Refusal for whatever is none of them, or is gone."""
    path = location.folder / report.kept.period.name / file
    if file not in report.files or not path.is_file():
        raise Refusal("page-unknown")
    return path
