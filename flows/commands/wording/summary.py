"""What a run brought about, in a few German lines for the person at the keyboard."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from flows.commands.printed import command
from schemas.documents import (
    CORRECTION_FOLDER,
    FINDINGS_SHEET,
    DocumentKind,
    ReturnState,
    Run,
    WaitingOrder,
    order_in_words,
)
from schemas.earlier_months import differences_in_words, never_settled_in_words
from schemas.finding_groups import Entry, grouped, in_words
from schemas.findings import GERMAN_SEVERITY
from schemas.identifiers import Ags
from schemas.journal import GERMAN_ACT, german_moment
from schemas.journal import Entry as Done
from schemas.money import euros
from schemas.months import Month, german_month
from schemas.passed_over import PassedOver, Why
from schemas.programme.programme import Programme
from schemas.report import Report
from schemas.spelling import counted


def summary(
    run: Run,
    reversals: pl.DataFrame,
    programme: Programme,
    folder: Path,
    replaced_drafts: tuple[Month, ...],
    skipped: tuple[Month, ...],
    passed_over: tuple[PassedOver, ...] = (),
) -> Iterator[str]:
    """Returns, missing and held back ones by name, what happened to other months, sums and where the documents lie.

    `reversals`: finance.REVERSALS of the run.
    """
    own = run.received.filter(pl.col("state") == str(ReturnState.ACCEPTED))
    held_back = run.received.filter(pl.col("state") == str(ReturnState.HELD_BACK))["file"].to_list()
    state = "Entwurf" if run.draft else "Freigegeben"
    accepted = counted(own.height, "Meldung", "Meldungen")
    yield f"{state}: {german_month(run.month)} · {accepted} übernommen, {len(held_back)} zurückgestellt"
    nobody_waits_for = set(own.filter(pl.col("month") == run.month)["ags"]) | programme.left(run.month)
    missing = [ags for ags in run.documents["ags"] if ags not in nobody_waits_for]
    if missing:
        yield f"  Ohne übernommene Meldung für diesen Monat: {'; '.join(programme.named(ags) for ags in missing)}"
    if held_back:
        reasons = f"Gründe in der Finanzübersicht, Blatt „{FINDINGS_SHEET}“; Korrekturmappen unter {CORRECTION_FOLDER}"
        yield f"  Zurückgestellt ({reasons}): {'; '.join(held_back)}"
    for month in replaced_drafts:
        yield f"  Der spätere Entwurf für {german_month(month)} wurde verworfen."
    yield from (f"  {told}" for told in never_settled_in_words(skipped))
    for each in passed_over:
        yield f"  {'' if each.why is Why.UNPACKED else 'Achtung: '}{each.sentence}"
    yield from (f"  {told}" for told in differences_in_words(run))
    yield from _reversed(reversals, programme)
    yield f"  {_documents(run)}{_booked(run, reversals)} · Unterlagen: {folder}"


def handing_over(folder: Path) -> str:
    """Who gets which of an approved month's documents: they lie in `folder`."""

    def there(*patterns: str) -> list[str]:
        return sorted(path.name for pattern in patterns for path in folder.glob(pattern))

    steps = ["Abrechnungen und E-Rechnungen (Ordner „Kommunen“) den Kommunen senden"]
    steps += [f"{name} der Kasse geben" for name in there("Buchungen-*.csv")]
    steps += [f"{name} im Bankprogramm einlesen und dort freigeben" for name in there("Zahlungen-*.xml")]
    steps += [f"Korrekturmappen (Ordner „{name}“) zurücksenden" for name in there(CORRECTION_FOLDER)]
    return f"Weiter: {'; '.join(steps)}."


def left_out(files: Sequence[str]) -> Iterator[str]:
    """What came after the draft and is not in what was approved."""
    if files:
        yield f"  Nicht enthalten, weil nach dem Entwurf gekommen: {'; '.join(files)}. Bitte in den Ordner des nächsten Monats legen."


def _reversed(reversals: pl.DataFrame, programme: Programme) -> Iterator[str]:
    for (number, cancelled, ags), rows in reversals.group_by("number", "cancelled", "ags", maintain_order=True):
        given = f"Storno {number}" if number else "der Storno erhält seine Nummer mit der Freigabe"
        charged = -int(rows["amount_cents"].sum())
        kind = "Gutschrift " if charged < 0 else ""
        yield f"  Storniert: {kind}{cancelled} an {programme.named(Ags(str(ags)))} über {euros(abs(charged))} ({given})."


def _documents(run: Run) -> str:
    """How many documents charge, how many of them in the municipality's favour, and their sum."""
    kinds = run.documents["kind"].to_list()
    credits = kinds.count(DocumentKind.CREDIT_NOTE)
    charged = counted(len(kinds) - kinds.count(DocumentKind.NIL), "Abrechnung", "Abrechnungen")
    among = f" (davon {counted(credits, 'Gutschrift', 'Gutschriften')})" if credits else ""
    return f"{charged}{among} über zusammen {euros(int(run.documents['total_cents'].sum()))}"


def _booked(run: Run, reversals: pl.DataFrame) -> str:
    """With reversals: how many, and the sum that the booking list comes to."""
    if reversals.is_empty():
        return ""
    taken_back = int(reversals["amount_cents"].sum())
    number = counted(reversals.n_unique("cancelled"), "Storno", "Stornos")
    booked = euros(int(run.documents["total_cents"].sum()) + taken_back)
    return f" · {number} über zusammen {euros(taken_back)} · zu buchen: {booked}"


def order_lines(orders: Iterable[WaitingOrder], programme: Programme) -> Iterator[str]:
    """Orders that nobody has approved, a line each: what was ordered, by whom and why, and how it is taken back."""
    for order in orders:
        state = f"Im Entwurf für {german_month(order.draft)}" if order.draft else "Vorgemerkt für den nächsten Entwurf"
        what = f"{order_in_words(order, programme)}, angeordnet von {order.ordered_by} (Grund: {order.reason})."
        yield f"{state}: {what} Zurückziehen: {_withdrawal(order)}."


def journal_lines(entries: Iterable[Done]) -> Iterator[str]:
    """Who did what, a line each, in order."""
    for entry in entries:
        by = f"{entry.name and f' · {entry.name}'} (Konto {entry.account})" if entry.account else ""
        about = entry.subject_in_words and f" · {entry.subject_in_words}"
        yield f"{german_moment(entry.at)} · {GERMAN_ACT[entry.act]}{about}{by}"


def _withdrawal(order: WaitingOrder) -> str:
    if order.reversal:
        return command("cancel", order.reference, "--withdraw", "--reason", "GRUND", "--by", "NAME")
    return command(
        "adjust",
        order.ags,
        "--month",
        order.service_month,
        "--voucher",
        order.reference,
        "--withdraw",
        "--reason",
        "GRUND",
        "--by",
        "NAME",
    )


def finding_lines(findings: pl.DataFrame) -> Iterator[str]:
    """Findings (findings.FINDINGS_MODEL) under the name of their file, a line each; equal ones share the line of the first."""
    for (file,), own in findings.group_by("file", maintain_order=True):
        entries = [Entry(*row) for row in own.select(Entry._fields).iter_rows()]
        yield f"{file}: {in_words(entries)}"
        for first, *others in grouped(entries):
            more = f" … und {len(others)} weitere" if others else ""
            yield f"  {GERMAN_SEVERITY[first.severity]} {first.code} · {first.place}: {first.message}{more}"


def report_summary(report: Report, folder: Path) -> Iterator[str]:
    """What a report is about, how much of it is suppressed, and where it lies."""
    marked = ", vorläufig" if report.preliminary else ""
    yield f"{report.title}{marked} · {report.programme.programme.county} · Datenstand: {report.data_state}"
    hidden = report.indicators.filter("suppressed").height
    yield f"  {report.indicators.height} Kennzahlen, {hidden} zum Schutz kleiner Zahlen unterdrückt · Unterlagen: {folder}"
