"""A derivation in German sentences, the same at every door."""

from schemas.derivation import Account, Guarantee, Stays
from schemas.money import euros
from schemas.months import Month, german_month


def state_in_words(approved_until: Month | None, draft: Month | None) -> str:
    """For which state of the ledger the derivation speaks."""
    approved = f"freigegeben bis {german_month(approved_until)}" if approved_until else "noch nichts freigegeben"
    drafted = f", dazu der Entwurf für {german_month(draft)} (noch nicht freigegeben)" if draft else ""
    return f"Stand: {approved}{drafted}. Neu gerechnet mit den heutigen Rechtstabellen und der heutigen Programmdatei."


# What becomes of a difference, behind „Die Differenz von 48,00 €“.
_DIFFERENCE = {
    None: "kommt mit der nächsten Abrechnung.",
    Stays.CARRIED: "rechnet der erste offene Monat des Falls ab, denn das Jahr ist abgeschlossen und für seine Monate bleibt, was gebucht ist.",
    Stays.CLOSED: (
        "wird nicht abgerechnet, denn das Jahr ist abgeschlossen; sie steht in der Finanzübersicht im Blatt „Abgeschlossen“. "
        "Abgerechnet wird sie nur, wenn der Kreis das Jahr wieder öffnet."
    ),
}
# How the difference between premiums computed and settled so far is made up for.
_GUARANTEE = {
    None: "den Unterschied gleicht die nächste Abrechnung aus",
    Stays.CARRIED: "den Unterschied gleicht der erste offene Monat des Falls aus",
    Stays.CLOSED: "das Jahr ist abgeschlossen, es bleibt, was gebucht ist",
}


def conclusion_in_words(account: Account) -> str:
    """Whether today's amount is settled, and what becomes of a difference."""
    today, settled = euros(account.today_cents), euros(account.settled_cents)
    if account.stays is Stays.OPENING:
        return f"Vor Einführung dieses Verfahrens sind {settled} berechnet worden (Eröffnungssaldo). Dabei bleibt es, solange die Kommune für diesen Monat nichts meldet."
    if account.today_cents != account.settled_cents:
        difference = euros(account.today_cents - account.settled_cents)
        return f"Heute ergeben sich {today}, abgerechnet sind {settled}. Die Differenz von {difference} {_DIFFERENCE[account.stays]}"
    if not account.bookings:
        return f"Es ergeben sich {today}; eine Buchung ist nicht nötig."
    drafted = "" if all(booking.approved for booking in account.bookings) else ", den Entwurf eingeschlossen"
    return f"Abgerechnet sind zusammen {settled}{drafted}; das ist der hier hergeleitete Betrag."


def guarantee_in_words(guarantee: Guarantee, month: Month) -> str:
    """Premiums never exceed the saving (RULES section 5)."""
    charged, saved, settled = map(euros, (guarantee.charged_cents, guarantee.saved_cents, guarantee.settled_cents))
    differs = guarantee.settled_cents != guarantee.charged_cents
    so_far = f" (abgerechnet sind bisher {settled}; {_GUARANTEE[guarantee.stays]})" if differs else ""
    if guarantee.saved_cents <= 0:
        why = "Solange ein Fall der Kommune nichts gespart hat, zahlt sie für ihn keine Prämie."
    else:
        why = "Die Kommune zahlt damit höchstens, was der Fall ihr bis dahin gespart hat."
    return f"Bis Ende {german_month(month)} betragen die Prämien für diesen Fall zusammen {charged}{so_far}, seine Ersparnis {saved}. {why}"
