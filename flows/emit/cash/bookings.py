"""The booking list of an approved month: `Buchungen-<month>.csv`, in the form that the programme file asks for."""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from flows.durable import replacing
from flows.emit.files import no_formula
from flows.emit.wording.offsets import WAITS
from schemas.documents import GERMAN_DOCUMENT_KIND, REVERSAL, DocumentKind, Run
from schemas.finance import BOOKINGS
from schemas.months import Month, first_day, german_month
from schemas.offsets import sum_of
from schemas.programme.programme import Programme
from schemas.results import GERMAN_LINE_KIND, LineKind

_AMOUNTS = ("amount", "amount_absolute", "payable")  # the only columns in which a leading minus is a sign


def bookings(*, lines: pl.DataFrame, documents: pl.DataFrame, reversals: pl.DataFrame) -> pl.DataFrame:
    """What a run books per document, kind and service month (finance.BOOKINGS): reversals first, then by AGS.

    `lines` is a results.LINES frame, `documents` a DOCUMENTS frame, `reversals` finance.REVERSALS. Cents; together
    they are the total of the documents and reversals. What adds up to 0 is nothing to book and left out.
    """
    sums = lines.group_by("ags", "kind", "service_month").agg(amount_cents=pl.col("delta_cents").sum())
    numbers = documents.select("ags", "number")
    booked = sums.filter(pl.col("amount_cents") != 0).join(numbers, on="ags", how="left", validate="m:1")
    settled = booked.sort("ags", "service_month", "kind").with_columns(cancelled=pl.lit(None, pl.String))
    return BOOKINGS.validate(
        pl.concat(
            [frame.select(*BOOKINGS.columns) for frame in (reversals.filter(pl.col("amount_cents") != 0), settled)]
        )
    )


def write_bookings(path: Path, run: Run, programme: Programme, reversals: pl.DataFrame) -> None:
    """The booking list: a heading, then a row per booking; columns, separators and encoding as in [bookings].

    Text that a spreadsheet would take for a formula gets a leading apostrophe. The same run gives the same bytes.
    """
    form = programme.bookings
    documents = {row["ags"]: row for row in run.documents.iter_rows(named=True)}
    payable = _payable(run, reversals)
    cells = [
        _cells(row, documents[row["ags"]], run.month, programme, payable[row["number"]])
        for row in bookings(lines=run.lines, documents=run.documents, reversals=reversals).iter_rows(named=True)
    ]
    columns = {
        column.heading: pl.Series(
            [cell[column.source] if column.source else column.value for cell in cells], dtype=pl.String
        )
        for column in form.used_columns
    }
    text = [column.heading for column in form.used_columns if column.source not in _AMOUNTS]
    frame = pl.DataFrame(columns).with_columns(no_formula(pl.col(name)) for name in text)
    content = frame.write_csv(separator=form.separator, line_terminator="\r\n")
    with replacing(path) as part:
        part.write_bytes(content.encode(form.encoding))


def fiscal_year(programme: Programme, service_month: Month, document_date: date | None) -> int:
    """The Haushaltsjahr of a booking: that of its service month or, where the programme asks for it, of its document.

    A draft has no date yet; its year is that of the service month.
    """
    if programme.bookings.fiscal_year == "document_date" and document_date is not None:
        return document_date.year
    return first_day(service_month).year


class _Payable(NamedTuple):
    """What is transferred for a document, and what its bookings say where that is not its amount."""

    cents: int
    why: str = ""


def _payable(run: Run, reversals: pl.DataFrame) -> dict[str, _Payable]:
    """Document or Storno → what is transferred for it, positive where the municipality pays."""
    found: dict[str, _Payable] = {}
    for ags, number, total in run.documents.select("ags", "number", "total_cents").iter_rows():
        own = run.offsets.of(ags)
        why = WAITS if own.waiting_cents else ""
        if own.used:
            why = f"verrechnet mit {', '.join(each.number for each in own.used)}"
        found[number] = _Payable(own.payable(total), why)
    totals = reversals.group_by("number", "cancelled").agg(pl.col("amount_cents").sum())
    for number, cancelled, total in totals.iter_rows():
        back = run.offsets.back(cancelled)
        if back.settled_cents is not None:
            found[number] = _Payable(back.settled_cents, "soweit verrechnet oder ausgezahlt")
        else:
            numbers = ", ".join(each.number for each in back.released)
            found[number] = _Payable(
                total + sum_of(back.released), f"Verrechnung aufgehoben: {numbers}" if numbers else ""
            )
    return found


def _cells(
    booking: dict[str, Any], document: dict[str, Any], month: Month, programme: Programme, payable: _Payable
) -> dict[str, str]:
    """Source → text, for every source that a column may name."""
    form, member = programme.bookings, programme.members[booking["ags"]]
    kind, amount = LineKind(booking["kind"]), booking["amount_cents"]
    service_month = booking["service_month"]
    dated, cancelled = document["document_date"], booking["cancelled"]
    asked = programme.accounting.due_date(dated) if payable.cents else None
    due = asked if cancelled else document["due_date"]
    purpose = f"{GERMAN_LINE_KIND[kind]} {german_month(service_month)}, {member.name}"
    transferred = _amount(payable.cents, form.decimal_separator)
    why = f"; {payable.why}, Zahlbetrag {transferred}" if payable.why else ""
    return {
        "number": booking["number"],
        "document_kind": REVERSAL if cancelled else GERMAN_DOCUMENT_KIND[DocumentKind(document["kind"])],
        "document_date": form.day(dated),
        "due_date": form.day(due) if due else "",
        "fiscal_year": str(fiscal_year(programme, service_month, dated)),
        "service_month": form.month(first_day(service_month)),
        "settled_in": form.month(first_day(month)),
        "kind": GERMAN_LINE_KIND[kind],
        "account": form.accounts.of(kind) or "",
        "cost_centre": form.cost_centre or "",
        "debtor": programme.recipient(member, month).debtor,
        "ags": member.ags,
        "municipality": member.name,
        "amount": _amount(amount, form.decimal_separator),
        "amount_absolute": _amount(abs(amount), form.decimal_separator),
        "debit_credit": "S" if amount > 0 else "H",
        "currency": "EUR",
        "payable": transferred,
        "text": (f"{REVERSAL} {cancelled}: {purpose}" if cancelled else purpose) + why,
    }


def _amount(amount_cents: int, decimal_separator: str) -> str:
    """An amount as accounting programs read it, without separators of thousands.

    >>> _amount(-123456, ","), _amount(5, ".")
    ('-1234,56', '0.05')
    """
    whole, rest = divmod(abs(amount_cents), 100)
    return f"{'-' if amount_cents < 0 else ''}{whole}{decimal_separator}{rest:02d}"
