"""Sheet `Kontrolle`: control sums over the workbook's own tables, each with its verdict by formula."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from flows.emit.overview.account import TABLE as ACCOUNT_TABLE
from flows.emit.overview.bookings import TABLE as BOOKING_TABLE
from flows.emit.overview.changes import TABLE as CHANGE_TABLE
from flows.emit.overview.corrections import TABLE as CORRECTION_TABLE
from flows.emit.overview.guarantee import TABLE as GUARANTEE_TABLE
from flows.emit.overview.layout import (
    CHECKS,
    DEVIATION,
    OK,
    subtitle,
)
from flows.emit.overview.lists import LINE_TABLE, RECEIVED_TABLE
from flows.emit.overview.payments import TABLE as PAYMENT_TABLE
from flows.emit.overview.payments import certain
from flows.emit.overview.reversals import TABLE as REVERSAL_TABLE
from flows.emit.overview.summary import OFFSET_TABLE
from flows.emit.overview.summary import TABLE as SUMMARY_TABLE
from flows.emit.wording.differences import Change
from flows.emit.wording.lines import Line
from flows.emit.wording.words import HELD
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, month_number
from schemas.documents import (
    GERMAN_DOCUMENT_KIND,
    GERMAN_RETURN_STATE,
    DocumentKind,
    Overview,
    ReturnState,
    return_states,
)
from schemas.guarantee import held
from schemas.money import in_euros
from schemas.offsets import sum_of
from schemas.payments import Payment
from schemas.results import CARRIER_KINDS, GERMAN_LINE_KIND

_TABLE = Table(
    CHECKS,
    Column("check", "Prüfung", 70),
    Column("expected", "Erwartet", 17, True),
    Column("found", "Gefunden", 17, True),
    Column("difference", "Differenz", 17, True),
    Column("verdict", "Ergebnis", 16),
)


class Check(NamedTuple):
    """Two figures that must agree, as formula and value (cents, or a count); one from outside the workbook has no formula."""

    title: str
    expected: str
    expected_value: int
    found: str
    found_value: int
    money: bool = False


def checks(
    overview: Overview,
    lines: list[Line],
    bookings: pl.DataFrame,
    corrections: list[Change],
    payments: Sequence[Payment],
) -> list[Check]:
    """Lines = documents = bookings; corrections; files and municipalities by state; the carrier's account; payments; the guarantee."""
    return [
        *_amounts(overview, lines, bookings),
        *_corrections(overview, lines, corrections),
        *_returns(overview),
        *_account(overview, lines),
        *_payments(overview, certain(payments)),
        *_guarantee(overview),
    ]


def _amounts(overview: Overview, lines: list[Line], bookings: pl.DataFrame) -> Iterator[Check]:
    documents = overview.documents.height
    total = sum(overview.documents["total_cents"])
    totals = SUMMARY_TABLE.rows(documents, "total")
    computed, posted, delta = (LINE_TABLE.rows(len(lines), column) for column in ("computed", "posted_before", "delta"))
    delta_sum = sum(line.delta_cents for line in lines)
    yield Check(
        "Summe der Dokumente = Summe aller Positionen", f"=SUM({delta})", delta_sum, f"=SUM({totals})", total, True
    )
    reversals = overview.finance.reversals
    reversed_cents = sum(reversals["amount_cents"])
    # Where nothing is reversed there is no such sheet.
    also, named = (
        (f"+SUM({REVERSAL_TABLE.rows(reversals.height, 'amount')})", " und Stornos") if reversals.height else ("", "")
    )
    booked = BOOKING_TABLE.rows(bookings.height, "amount")
    yield Check(
        f"Summe der Buchungen = Summe der Dokumente{named}",
        f"=SUM({totals}){also}",
        total + reversed_cents,
        f"=SUM({booked})",
        sum(bookings["amount_cents"]),
        True,
    )
    yield Check(
        "Abzurechnen − Bereits abgerechnet = Summe aller Positionen",
        f"=SUM({delta})",
        delta_sum,
        f"=SUM({computed})-SUM({posted})",
        sum(line.computed_cents - line.posted_before_cents for line in lines),
        True,
    )
    changes = overview.finance.changes
    yield Check(
        f"Vorige Abrechnung + Veränderungen = Summe der Dokumente{named}",
        f"=SUM({totals}){also}",
        total + reversed_cents,
        f"=SUM({CHANGE_TABLE.rows(changes.height, 'total_cents')})",
        sum(changes["total_cents"]),
        True,
    )


def _corrections(overview: Overview, lines: list[Line], corrections: list[Change]) -> Iterator[Check]:
    if not corrections:
        return
    months, amounts = (LINE_TABLE.rows(len(lines), column) for column in ("service_month", "delta"))
    yield Check(
        "Summe der Korrekturen = Positionen früherer Monate",
        f'=SUMIF({months},"<>{month_number(overview.month)}",{amounts})',
        sum(line.delta_cents for line in lines if line.service_month != overview.month),
        f"=SUM({CORRECTION_TABLE.rows(len(corrections), 'difference')})",
        sum(change.difference_cents for change in corrections),
        True,
    )


def _returns(overview: Overview) -> Iterator[Check]:
    documents, received = overview.documents.height, overview.received.height
    left = overview.programme.left(overview.month)
    members = len(overview.programme.members.keys() - left | set(overview.lines["ags"]))
    states, own_states = RECEIVED_TABLE.rows(received, "state"), SUMMARY_TABLE.rows(documents, "state")
    count = Counter(ReturnState(state) for state in overview.received["state"])
    own = Counter(return_states(overview.received, overview.month, overview.documents["ags"], left).values())
    missing = GERMAN_RETURN_STATE[ReturnState.MISSING]

    def counted(place: str, found: tuple[ReturnState, ...]) -> str:
        return "=" + "+".join(f'COUNTIF({place},"{GERMAN_RETURN_STATE[state]}")' for state in found)

    read = (ReturnState.ACCEPTED, ReturnState.HELD_BACK, ReturnState.DUPLICATE)
    yield Check(
        "Eingegangene Dateien = übernommen + zurückgestellt + doppelt",
        f'=COUNTA({states})-COUNTIF({states},"{missing}")',
        received - count[ReturnState.MISSING],
        counted(states, read),
        sum(count[state] for state in read),
    )
    yield Check(
        "Kommunen des Programms = Zeilen der Übersicht",
        "",
        members,
        f"=COUNTA({SUMMARY_TABLE.rows(documents, 'ags')})",
        documents,
    )
    yield Check(
        "Kommunen des Programms = abgerechnet + zurückgestellt + fehlend",
        "",
        members,
        counted(own_states, tuple(GERMAN_RETURN_STATE)),
        sum(own.values()),
    )
    yield Check(
        "Fehlende Meldungen: Übersicht = Blatt „Meldungen“",
        f'=COUNTIF({own_states},"{missing}")',
        own[ReturnState.MISSING],
        f'=COUNTIF({states},"{missing}")',
        count[ReturnState.MISSING],
    )


def _account(overview: Overview, lines: list[Line]) -> Iterator[Check]:
    """What the carrier is owed is what the lines charge for it; what was owed is paid or carried forward."""
    account = overview.finance.account
    if account is None:
        return
    kinds, amounts = (LINE_TABLE.rows(len(lines), column) for column in ("kind", "delta"))
    row = FIRST_TABLE_ROW + account.height - 1
    reversals = overview.finance.reversals
    taken_back = dict(reversals.group_by("kind").agg(pl.col("amount_cents").sum()).iter_rows())
    for kind in CARRIER_KINDS:
        word = GERMAN_LINE_KIND[kind]
        owed, named = f'=SUMIF({kinds},"{word}",{amounts})', "Summe der Positionen"
        if reversals.height:
            reversed_kinds, reversed_amounts = (REVERSAL_TABLE.rows(reversals.height, of) for of in ("kind", "amount"))
            owed, named = owed + f'+SUMIF({reversed_kinds},"{word}",{reversed_amounts})', f"{named} und Stornos"
        yield Check(
            f"Trägerkonto dieser Abrechnung, {word} = {named}",
            owed,
            sum(line.delta_cents for line in lines if line.kind == kind) + taken_back.get(str(kind), 0),
            f"={ACCOUNT_TABLE.elsewhere(row, row, str(kind))}",
            account[f"{kind}_cents"][-1],
            True,
        )
    owed = "+".join(f"SUM({ACCOUNT_TABLE.rows(account.height, column)})" for column in map(str, CARRIER_KINDS))
    yield Check(
        "Trägerkonto: Auszahlungen + Saldo = Prämien + Ausgleich + Anschubfinanzierung",
        f"={owed}",
        sum(sum(account[f"{kind}_cents"]) for kind in CARRIER_KINDS),
        f"=SUM({ACCOUNT_TABLE.rows(account.height, 'payment')})+{ACCOUNT_TABLE.elsewhere(row, row, 'balance')}",
        sum(account["payment_cents"]) + account["carried_forward_cents"][-1],
        True,
    )


def _payments(overview: Overview, payments: Sequence[Payment]) -> Iterator[Check]:
    """What is paid out is what the carrier is owed and what credit notes state."""
    if not payments:
        return
    amount = "payable" if overview.offsets.own else "total"
    kinds, totals = (OFFSET_TABLE.rows(overview.documents.height, column) for column in ("kind", amount))
    credited = sum(overview.documents.filter(kind=str(DocumentKind.CREDIT_NOTE))["total_cents"])
    credited += sum(own.waiting_cents for own in overview.offsets.own.values())
    owed, named = f'=-SUMIF({kinds},"{GERMAN_DOCUMENT_KIND[DocumentKind.CREDIT_NOTE]}",{totals})', "Gutschriften"
    if overview.offsets.own:
        named = "Gutschriften ohne die vorgemerkten"
    if left_over := sum(sum_of(own.paid_out) for own in overview.offsets.own.values()):
        owed, named = f"{owed}+{in_euros(left_over)}", f"{named} + Guthaben früherer Monate"
        credited -= left_over
    account = overview.finance.account
    if account is not None:
        row = FIRST_TABLE_ROW + account.height - 1
        owed, named = f"{owed}+{ACCOUNT_TABLE.elsewhere(row, row, 'payment')}", f"{named} + Auszahlung an den Träger"
    yield Check(
        f"Summe der Auszahlungen = {named}",
        owed,
        overview.finance.payment_cents - credited,
        f"=SUM({PAYMENT_TABLE.rows(len(payments), 'amount')})",
        sum(payment.amount_cents for payment in payments),
        True,
    )


def _guarantee(overview: Overview) -> Iterator[Check]:
    """What was posted ≤ saving to date, of every municipality (or case) in every open month."""
    checked, kept = overview.neutrality.guaranteed.height, overview.neutrality.guaranteed.filter(held()).height
    if not checked:
        return
    months, verdicts = (GUARANTEE_TABLE.rows(checked, column) for column in ("service_month", "held"))
    title = (
        "Gebuchte Prämien und Ausgleich ≤ Ersparnis: Monate der Kommunen geprüft = erfüllt"
        if overview.programme.made_good
        else "Gebuchte Prämien ≤ Ersparnis: Fallmonate geprüft = erfüllt"
    )
    yield Check(title, f"=COUNTA({months})", checked, f'=COUNTIF({verdicts},"{HELD}")', kept)


def write_checks(
    book: Book,
    overview: Overview,
    lines: list[Line],
    bookings: pl.DataFrame,
    corrections: list[Change],
    payments: Sequence[Payment],
) -> None:
    """Every check with both figures, their difference and OK or ABWEICHUNG; the verdict on all below."""
    sheet = book.table(_TABLE, "Kontrollsummen", subtitle(overview))
    row = FIRST_TABLE_ROW
    agreed = True
    for check in checks(overview, lines, bookings, corrections, payments):
        style = "body_money" if check.money else "body_count"
        scale = in_euros if check.money else int
        sheet.text(row, "check", check.title)
        if check.expected:
            sheet.live(row, "expected", check.expected, scale(check.expected_value), style)
        else:
            sheet.number(row, "expected", scale(check.expected_value), style)
        sheet.live(row, "found", check.found, scale(check.found_value), style)
        difference = check.found_value - check.expected_value
        apart = f"=ROUND({sheet.cell(row, 'found')}-{sheet.cell(row, 'expected')},2)"
        sheet.live(row, "difference", apart, scale(difference), style)
        verdict = f'=IF({sheet.cell(row, "difference")}=0,"{OK}","{DEVIATION}")'
        sheet.live(row, "verdict", verdict, DEVIATION if difference else OK, "body_after")
        sheet.warn_unless(row, "verdict", OK)
        agreed = agreed and not difference
        row += 1
    verdicts = _TABLE.span(FIRST_TABLE_ROW, row - 1, "verdict")
    sheet.result(row, "Gesamtergebnis")
    formula = f'=IF(COUNTIF({verdicts},"{OK}")=ROWS({verdicts}),"{OK}","{DEVIATION}")'
    sheet.live(row, "verdict", formula, OK if agreed else DEVIATION, "total_after")
    sheet.warn_unless(row, "verdict", OK)
    sheet.name("Gesamtergebnis", row, "verdict")
    sheet.prose(
        row + 2,
        f"„{OK}“: Beide Zahlen stimmen überein. „{DEVIATION}“: Bitte den Lauf nicht freigeben und die Ursache klären. "
        "„Meldungen“ zählt alle Dateien dieses Laufs, auch verspätete für frühere Monate.",
        "small_prose",
    )
