"""The e-invoices of an approved month: XRechnung as the original, and beside it a PDF to read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from flows.durable import replacing
from flows.emit.cash.bookings import bookings
from flows.emit.wording.reversals import came_for, reversals_of
from flows.emit.wording.words import folder_name
from schemas.documents import STATEMENT_FOLDER, Run
from schemas.identifiers import Ags
from schemas.invoices import Corrected, Invoice, Position
from schemas.programme.programme import Programme
from schemas.results import Cause, LineKind, Unit, parted


def invoices(run: Run, programme: Programme, reversals: pl.DataFrame) -> list[Invoice]:
    """Every document of an approved run that has an amount, by number: reversals (finance.REVERSALS) and settlements.

    A draft has none; nor has a Nullmitteilung or a statement without an amount.
    """
    if run.document_date is None:
        return []
    return sorted(
        [*_reversals(run, programme, reversals), *_settlements(run, programme, reversals)], key=lambda each: each.number
    )


def write_invoices(batch: list[Invoice], folder: Path) -> list[Path]:
    """Write a batch of e-invoices and their reading copies below a month's folder; the paths, relative to it."""
    # These take long to load, and a draft needs neither.
    from flows.emit.invoice.pdf import reading_copy
    from flows.emit.invoice.xml import xrechnung

    written = []
    for invoice in batch:
        place = Path(STATEMENT_FOLDER) / folder_name(invoice.municipality)
        for ending, content in ((".xml", xrechnung(invoice)), (".pdf", reading_copy(invoice))):
            path = place / f"{invoice.number}{ending}"
            with replacing(folder / path) as part:
                part.write_bytes(content)
            written.append(path)
    return written


def _settlements(run: Run, programme: Programme, reversals: pl.DataFrame) -> Iterator[Invoice]:
    booked = bookings(lines=run.lines, documents=run.documents, reversals=reversals).filter(
        pl.col("cancelled").is_null()
    )
    lines_of, booked_of, corrections_of, corrected_of = (
        parted(frame, "ags")
        for frame in (run.lines, booked, run.corrections, run.corrected.filter(~pl.col("taken_back")))
    )
    for document in run.documents.filter(pl.col("total_cents") != 0).iter_rows(named=True):
        ags = document["ags"]
        own = booked_of(ags).select("kind", "service_month", "amount_cents")
        invoice = _invoice(
            run,
            programme,
            ags,
            document["number"],
            document["due_date"],
            own,
            corrected_of(ags),
        )
        offsets = run.offsets.of(ags)
        invoice = replace(invoice, waits=offsets.waiting_cents > 0, credits=offsets.used)
        if not invoice.transfers:
            invoice = replace(invoice, due_date=None)
        causes = _sole_causes(corrections_of(ags))
        hours = _hours(lines_of(ags))
        keys = [(each.kind, each.service_month) for each in invoice.positions]
        positions = (
            replace(each, cause=causes.get(key), hours=hours.get(key))
            for each, key in zip(invoice.positions, keys, strict=True)
        )
        charged = {(str(position.kind), position.service_month) for position in invoice.positions}
        replaced = (each for each in reversals_of(run, reversals, ags) if each.parts & charged)
        manual = lines_of(ags).filter(pl.col("delta_cents") != 0, kind=str(LineKind.ADJUSTMENT))
        vouchers = manual.sort("service_month", "reference")["reference"].unique(maintain_order=True)
        yield replace(invoice, positions=tuple(positions), replaces=tuple(replaced), vouchers=tuple(vouchers))


def _sole_causes(corrections: pl.DataFrame) -> dict[tuple[str, str], Cause]:
    """Kind and service month → the cause, where all differences have the same (results.CORRECTIONS of a municipality)."""
    causes = corrections.group_by("kind", "service_month").agg(pl.col("cause").unique())
    return {(kind, month): Cause(cause) for kind, month, (cause, *others) in causes.iter_rows() if not others}


def _hours(lines: pl.DataFrame) -> dict[tuple[str, str], Decimal]:
    """Kind and service month → hours, where all its lines (results.LINES of a municipality) are settled for the first time.

    Lines for and against the municipality have no hours in common, and what corrects a line does not charge its hours.
    """
    charged = lines.filter(pl.col("delta_cents") != 0, unit=str(Unit.HOUR), kind=str(LineKind.ALLOWANCE))
    sums = charged.group_by("kind", "service_month").agg(
        pl.col("quantity").sum(),
        new=(pl.col("posted_before_cents") == 0).all(),
        sides=pl.col("delta_cents").sign().n_unique(),
    )
    return {(kind, month): hours for kind, month, hours, new, sides in sums.iter_rows() if new and sides == 1}


def _reversals(run: Run, programme: Programme, reversals: pl.DataFrame) -> Iterator[Invoice]:
    key = ("ags", "number", "cancelled", "reason")
    for (ags, number, cancelled, reason), own in reversals.group_by(key, maintain_order=True):
        if own["amount_cents"].sum():
            reversal = _invoice(
                run,
                programme,
                Ags(str(ags)),
                str(number),
                None,
                own.select("kind", "service_month", "amount_cents"),
                run.corrected.filter(pl.col("number") == cancelled),
                str(reason),
            )
            back = run.offsets.back(str(cancelled))
            came = came_for(run, str(cancelled), -int(own["amount_cents"].sum()))
            reversal = replace(reversal, credits=back.released, back=back, came=came)
            yield reversal if reversal.payable_cents else replace(reversal, due_date=None)


def _invoice(
    run: Run,
    programme: Programme,
    ags: Ags,
    number: str,
    due_date: date | None,
    sums: pl.DataFrame,
    corrected: pl.DataFrame,
    reversal_reason: str | None = None,
) -> Invoice:
    """`sums`: kind, service month, amount in cents."""
    assert run.document_date is not None
    positions = (Position(LineKind(kind), month, amount) for kind, month, amount in sums.rows() if amount)
    return Invoice(
        programme=programme.concerning(programme.members[ags]),
        municipality=programme.members[ags],
        month=run.month,
        number=number,
        document_date=run.document_date,
        due_date=due_date or programme.accounting.due_date(run.document_date),
        positions=tuple(sorted(positions, key=lambda each: (each.service_month, list(LineKind).index(each.kind)))),
        corrects=tuple(Corrected(*row) for row in corrected.select("number", "document_date").rows()),
        reversal_reason=reversal_reason,
    )
