"""Sheet `Trägerkonto`: what is owed to the carrier and what was paid, run by run, with a running balance."""

import polars as pl

from flows.emit.overview.layout import ACCOUNT, LINES, subtitle
from flows.emit.wording.words import iban_in_groups
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, month_number
from schemas.documents import NONE, Overview
from schemas.money import euros, in_euros
from schemas.months import german_date
from schemas.results import CARRIER_KINDS

TABLE = Table(
    ACCOUNT,
    Column("settled_in", "Abrechnung", 13),
    Column("brought_forward", "Vortrag", 17, True),
    Column("premium", "Prämien", 17, True),
    Column("neutrality", "Ausgleich zur\nKostenneutralität", 18, True),
    Column("start_up", "Anschubfinanzierung", 20, True),
    Column("payment", "Auszahlung", 17, True),
    Column("balance", "Saldo nach Auszahlung", 20, True),
)


RECEIVED_TABLE = Table(
    ACCOUNT, *TABLE.columns, Column("received", "Davon bis dahin von\nden Kommunen gezahlt", 20, True)
)  # where the carrier is paid what was received


def write_account(book: Book, overview: Overview, account: pl.DataFrame) -> None:
    """A row per run (finance.CARRIER_ACCOUNT): brought forward + premiums + neutrality + start-up − payment = balance, as formulas."""
    received = overview.finance.received
    sheet = book.table(RECEIVED_TABLE if received else TABLE, "Konto des Trägers", subtitle(overview))
    row = first = FIRST_TABLE_ROW
    for run in account.iter_rows(named=True):
        sheet.number(row, "settled_in", month_number(run["settled_in"]), "body_month")
        brought, balance = run["brought_forward_cents"], run["carried_forward_cents"]
        if row == first:
            sheet.money(row, "brought_forward", brought)
        else:
            sheet.live_money(row, "brought_forward", f"={sheet.cell(row - 1, 'balance')}", brought)
        for kind in CARRIER_KINDS:
            sheet.money(row, str(kind), run[f"{kind}_cents"])
        owed = f"SUM({sheet.cell(row, 'brought_forward')}:{sheet.cell(row, 'start_up')})"
        sheet.live_money(
            row, "payment", _payment(sheet, row, owed, run["settled_in"] in received), run["payment_cents"]
        )
        if run["settled_in"] in received:
            sheet.money(row, "received", received[run["settled_in"]])
        elif received:
            sheet.text(row, "received", NONE, "body_money")
        sheet.live_money(row, "balance", f"=ROUND({owed}-{sheet.cell(row, 'payment')},2)", balance)
        row += 1
    _write_sums(sheet, row, account)
    _write_prose(sheet, row + 2, overview)


def _payment(sheet: Sheet, row: int, owed: str, as_received: bool) -> str:
    """What is owed; where the carrier is paid what was received, no more than of that is not paid yet."""
    if not as_received:
        return f"=MAX(0,ROUND({owed},2))"
    before = (
        f"-SUM({sheet.cell(FIRST_TABLE_ROW, 'payment')}:{sheet.cell(row - 1, 'payment')})"
        if row > FIRST_TABLE_ROW
        else ""
    )
    return f"=MAX(0,ROUND(MIN({owed},{sheet.cell(row, 'received')}{before}),2))"


def _write_sums(sheet: Sheet, row: int, account: pl.DataFrame) -> None:
    sheet.result(row, "Summe")
    for column in (*map(str, CARRIER_KINDS), "payment"):
        sheet.total(row, column, FIRST_TABLE_ROW, in_euros(sum(account[f"{column}_cents"])))
    premium, start_up, payment = (sheet.cell(row, column) for column in ("premium", "start_up", "payment"))
    balance = f"=ROUND(SUM({premium}:{start_up})-{payment},2)"
    sheet.live_money(row, "balance", balance, account["carried_forward_cents"][-1], "total_money")
    sheet.name("Auszahlung_Träger", row - 1, "payment")
    sheet.name("Saldo_Träger", row - 1, "balance")


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
    if overview.month in overview.finance.received:
        row = sheet.prose(
            row,
            "Vereinbart ist, dass der Träger erhält, was die Kommunen bezahlt haben: bei einem teilweise bezahlten Beleg im Verhältnis. Gezählt sind "
            "Belege früherer Abrechnungen mit den Umsätzen, die bei der Freigabe bekannt waren; was noch aussteht, bleibt im Saldo.",
        )
    sheet.prose(
        row,
        "Prämien, Ausgleich zur Kostenneutralität und Anschubfinanzierung stehen dem Träger zu, sobald sie den Kommunen berechnet sind. Überwiegen "
        "Rücknahmen, wird der negative Saldo vorgetragen und mit der nächsten Auszahlung verrechnet; zurückgefordert wird "
        f"nichts. Die Beträge sind die Summen der Spalte „Betrag“ auf dem Blatt „{LINES}“ der jeweiligen Abrechnung, Stornos eingerechnet.",
        "small_prose",
    )
