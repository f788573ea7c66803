"""The carrier's payment advice and account: no case and no municipality is named, for the carrier is owed their sum."""

import csv
import io

from schemas.documents import Run
from schemas.finance import Finance
from schemas.money import euros
from schemas.months import german_date, german_month
from schemas.programme.programme import Programme

_ROWS = (
    ("brought_forward_cents", "Übertrag"),
    ("premium_cents", "Vermittlungsprämien"),
    ("neutrality_cents", "Ausgleich zur Kostenneutralität"),
    ("start_up_cents", "Anschubfinanzierung"),
    ("payment_cents", "Zahlung"),
    ("carried_forward_cents", "Vortrag"),
)


def advice(run: Run, programme: Programme, finance: Finance) -> str:
    """What the carrier is paid for the run, when, and how that came about."""
    assert programme.carrier is not None and finance.account is not None
    own = finance.account.filter(finance.account["settled_in"] == run.month).row(0, named=True)
    paid = (
        f"Wir überweisen {euros(finance.payment_cents)}"
        + (f" zum {german_date(finance.payment_date)}" if finance.payment_date else "")
        + f" auf Ihr Konto {programme.carrier.iban[:4]} … {programme.carrier.iban[-4:]}."
        if finance.payment_cents > 0
        else "In diesem Monat ist nichts zu überweisen; was offen ist, wird vorgetragen."
    )
    if run.month in finance.received:
        paid += (
            " Vereinbart ist, dass wir überweisen, was die Kommunen bezahlt haben; der Rest folgt, sobald er eingeht."
        )
    width = max(len(label) for _, label in _ROWS)
    rows = [f"  {label:<{width}}  {euros(own[name]):>16}" for name, label in _ROWS]
    return "\n".join(
        [
            "Sehr geehrte Damen und Herren,",
            "",
            f"für {german_month(run.month)} ist mit den Kommunen abgerechnet. {paid}",
            "",
            *rows,
            "",
        ]
    )


def account_table(finance: Finance) -> bytes:
    """The carrier's account month by month as CSV: semicolons, amounts the German way, UTF-8 with mark."""
    assert finance.account is not None
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Abrechnungsmonat", *(label for _, label in _ROWS)])
    for row in finance.account.iter_rows(named=True):
        writer.writerow([german_month(row["settled_in"]), *(euros(row[name]).removesuffix(" €") for name, _ in _ROWS)])
    return text.getvalue().encode("utf-8-sig")
