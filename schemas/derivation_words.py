"""A derivation in German sentences, the same at every door."""

from schemas.derivation import Account, Guarantee
from schemas.money import euros
from schemas.months import Month, german_month


def state_in_words(approved_until: Month | None, draft: Month | None) -> str:
    """For which state of the ledger the derivation speaks."""
    approved = f"freigegeben bis {german_month(approved_until)}" if approved_until else "noch nichts freigegeben"
    drafted = f", dazu der Entwurf für {german_month(draft)} (noch nicht freigegeben)" if draft else ""
    return f"Stand: {approved}{drafted}. Neu gerechnet mit den heutigen Rechtstabellen und der heutigen Programmdatei."


def conclusion_in_words(account: Account) -> str:
    """Whether today's amount is settled."""
    today, settled = euros(account.today_cents), euros(account.settled_cents)
    if account.today_cents != account.settled_cents:
        difference = euros(account.today_cents - account.settled_cents)
        return f"Heute ergeben sich {today}, abgerechnet sind {settled}. Die Differenz von {difference} kommt mit der nächsten Abrechnung."
    if not account.bookings:
        return f"Es ergeben sich {today}; eine Buchung ist nicht nötig."
    drafted = "" if all(booking.approved for booking in account.bookings) else ", den Entwurf eingeschlossen"
    return f"Abgerechnet sind zusammen {settled}{drafted}; das ist der hier hergeleitete Betrag."


def guarantee_in_words(guarantee: Guarantee, month: Month) -> str:
    """Premiums never exceed the saving (RULES section 5)."""
    charged, saved, settled = map(euros, (guarantee.charged_cents, guarantee.saved_cents, guarantee.settled_cents))
    differs = guarantee.settled_cents != guarantee.charged_cents
    so_far = (
        f" (abgerechnet sind bisher {settled}; den Unterschied gleicht die nächste Abrechnung aus)" if differs else ""
    )
    if guarantee.saved_cents <= 0:
        why = "Solange ein Fall der Kommune nichts gespart hat, zahlt sie für ihn keine Prämie."
    else:
        why = "Die Kommune zahlt damit höchstens, was der Fall ihr bis dahin gespart hat."
    return f"Bis Ende {german_month(month)} betragen die Prämien für diesen Fall zusammen {charged}{so_far}, seine Ersparnis {saved}. {why}"
