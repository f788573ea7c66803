"""What a run brought about, in a few German lines for the person at the keyboard."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from flows.emit.protocol import Entry, grouped
from schemas.documents import DocumentKind, ReturnState, Run
from schemas.findings import GERMAN_SEVERITY
from schemas.money import euros
from schemas.months import german_month
from schemas.programme import Programme
from schemas.report import Report


def summary(
    run: Run,
    programme: Programme,
    folder: Path,
    held_back: tuple[str, ...],
    replaced_drafts: tuple[str, ...],
    skipped: tuple[str, ...],
) -> Iterator[str]:
    """Returns, missing and held back ones by name, what happened to other months, sums and where the documents lie."""
    own = run.received.filter(pl.col("state") == str(ReturnState.ACCEPTED))
    state = "Entwurf" if run.draft else "Freigegeben"
    accepted = _counted(own.height, "Meldung", "Meldungen")
    yield f"{state}: {german_month(run.month)} · {accepted} übernommen, {len(held_back)} zurückgestellt"
    reported = set(own.filter(pl.col("month") == run.month)["ags"])
    missing = [ags for ags in run.documents["ags"] if ags not in reported]
    if missing:
        yield f"  Ohne übernommene Meldung für diesen Monat: {'; '.join(_named(ags, programme) for ags in missing)}"
    if held_back:
        yield f"  Zurückgestellt (Gründe in findings.csv, Korrekturmappen unter Korrekturen): {'; '.join(held_back)}"
    for month in replaced_drafts:
        yield f"  Der spätere Entwurf für {german_month(month)} wurde verworfen."
    if skipped:
        named = ", ".join(german_month(month) for month in skipped)
        yield (
            f"  Achtung: Meldungen für {named} liegen im Ordner, sind aber nie abgerechnet worden. Wird dieser Monat "
            "freigegeben, bitte in den Ordner eines späteren Monats legen."
        )
    yield f"  {_documents(run)} · Unterlagen: {folder}"


def _documents(run: Run) -> str:
    """How many documents charge, how many of them in the municipality's favour, and their sum."""
    kinds = run.documents["kind"].to_list()
    credits = kinds.count(DocumentKind.CREDIT_NOTE)
    charged = _counted(len(kinds) - kinds.count(DocumentKind.NIL), "Abrechnung", "Abrechnungen")
    among = f" (davon {_counted(credits, 'Gutschrift', 'Gutschriften')})" if credits else ""
    return f"{charged}{among} über zusammen {euros(int(run.documents['total_cents'].sum()))}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _named(ags: str, programme: Programme) -> str:
    return f"{programme.members[ags].name} ({ags})" if ags in programme.members else ags


def finding_lines(findings: pl.DataFrame) -> Iterator[str]:
    """Findings (findings.FINDINGS_MODEL) file by file, a line each; equal ones share the line of the first."""
    for (file,), own in findings.group_by("file", maintain_order=True):
        for first, *others in grouped(Entry(*row) for row in own.select(Entry._fields).iter_rows()):
            more = f" … und {len(others)} weitere" if others else ""
            yield f"{GERMAN_SEVERITY[first.severity]} {first.code} · {file} · {first.place}: {first.message}{more}"


def report_summary(report: Report, folder: Path) -> Iterator[str]:
    """What a report is about, how much of it is suppressed, and where it lies."""
    marked = ", vorläufig" if report.preliminary else ""
    yield f"{report.title}{marked} · {report.programme.programme.county} · Datenstand: {report.data_state}"
    hidden = report.indicators.filter("suppressed").height
    yield f"  {report.indicators.height} Kennzahlen, {hidden} zum Schutz kleiner Zahlen unterdrückt · Unterlagen: {folder}"
