"""Sheet `Trägerkonto`: what is owed to the carrier and what was paid, run by run, with a running balance."""

import polars as pl

from flows.emit.overview.layout import ACCOUNT, LINES, subtitle
from flows.emit.wording.words import iban_in_groups
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell, month_number
from schemas.documents import Overview
from schemas.money import euros
from schemas.months import german_date

_COLUMNS = (
    Column("Abrechnung", 13),
    Column("Vortrag", 17, True),
    Column("Prämien", 17, True),
    Column("Anschubfinanzierung", 20, True),
    Column("Auszahlung", 17, True),
    Column("Saldo nach Auszahlung", 20, True),
)
BROUGHT, PREMIUM, START_UP, PAYMENT, BALANCE = 1, 2, 3, 4, 5


def write_account(book: Book, overview: Overview, account: pl.DataFrame) -> None:
    """A row per run (finance.CARRIER_ACCOUNT): brought forward + premiums + start-up − payment = balance, as formulas."""
    sheet = book.table(ACCOUNT, "Konto des Trägers", subtitle(overview), _COLUMNS)
    row = first = FIRST_TABLE_ROW
    for run in account.iter_rows(named=True):
        sheet.number(row, 0, month_number(run["settled_in"]), "body_month")
        brought, balance = run["brought_forward_cents"], run["carried_forward_cents"]
        if row == first:
            sheet.money(row, BROUGHT, brought)
        else:
            sheet.live_money(row, BROUGHT, f"={cell(row - 1, BALANCE)}", brought)
        sheet.money(row, PREMIUM, run["premium_cents"])
        sheet.money(row, START_UP, run["start_up_cents"])
        owed = f"SUM({cell(row, BROUGHT)}:{cell(row, START_UP)})"
        sheet.live_money(row, PAYMENT, f"=MAX(0,ROUND({owed},2))", run["payment_cents"])
        sheet.live_money(row, BALANCE, f"=ROUND({owed}-{cell(row, PAYMENT)},2)", balance)
        row += 1
    _write_sums(book, sheet, row, account)
    _write_prose(sheet, row + 2, overview)


def _write_sums(book: Book, sheet: Sheet, row: int, account: pl.DataFrame) -> None:
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Summe", "total_left")
    for column, name in ((PREMIUM, "premium_cents"), (START_UP, "start_up_cents"), (PAYMENT, "payment_cents")):
        span = f"{cell(FIRST_TABLE_ROW, column)}:{cell(row - 1, column)}"
        sheet.live_money(row, column, f"=SUM({span})", sum(account[name]), "total_money")
    owed = f"{cell(row, PREMIUM)}+{cell(row, START_UP)}-{cell(row, PAYMENT)}"
    sheet.live_money(row, BALANCE, f"=ROUND({owed},2)", account["carried_forward_cents"][-1], "total_money")
    book.name("Auszahlung_Träger", ACCOUNT, row - 1, PAYMENT)
    book.name("Saldo_Träger", ACCOUNT, row - 1, BALANCE)


def _write_prose(sheet: Sheet, row: int, overview: Overview) -> None:
    carrier, payment = overview.programme.carrier, overview.finance.payment_cents
    if carrier is None:
        return
    account = f"{carrier.name}, {iban_in_groups(carrier.iban)}"
    if payment == 0:
        sentence = f"Mit dieser Abrechnung wird an {account} nichts ausgezahlt."
    elif overview.draft or overview.finance.payment_date is None:
        sentence = f"Mit der Freigabe werden {euros(payment)} an {account} ausgezahlt."
    else:
        sentence = (
            f"Auszahlung dieser Abrechnung: {euros(payment)} an {account}, auszuführen am "
            f"{german_date(overview.finance.payment_date)} (Datei Zahlungen-{overview.month}.xml)."
        )
    row = sheet.prose(row, sentence)
    sheet.prose(
        row,
        "Prämien und Anschubfinanzierung stehen dem Träger zu, sobald sie den Kommunen berechnet sind. Überwiegen "
        "Rücknahmen, wird der negative Saldo vorgetragen und mit der nächsten Auszahlung verrechnet; zurückgefordert wird "
        f"nichts. Die Beträge sind die Summen der Spalte „Betrag“ auf dem Blatt „{LINES}“ der jeweiligen Abrechnung, Stornos eingerechnet.",
        "small_prose",
    )
