"""Zahlungserinnerung: what a municipality has not paid although it was due, as a letter and as the text of a mail."""

from collections.abc import Iterator

from flows.emit.balance.letter import letter
from flows.emit.wording.words import contact_line, iban_in_groups
from schemas.money import euros
from schemas.months import german_date
from schemas.open_items import Reminder
from schemas.programme.programme import Programme
from schemas.spelling import counted

TITLE = "Zahlungserinnerung"


def reminder(programme: Programme, reminding: Reminder) -> bytes:
    """The letter as a PDF."""
    return letter(
        programme,
        programme.members[reminding.recipient],
        reminding.on,
        subject=subject(reminding),
        facts=[("Zahlbar bis", german_date(reminding.pay_until))],
        opening=["Sehr geehrte Damen und Herren,", _request(reminding)],
        heading=("Beleg", "Wofür", "Fällig am", "Betrag", _settled(reminding), "Offen"),
        rows=list(_rows(programme, reminding)),
        totals=[("", "Zu zahlen", "", "", "", euros(reminding.open_cents))],
        figures=3,
        closing=list(_closing(programme, reminding)),
    )


def _settled(reminding: Reminder) -> str:
    """What is not open any more of a document."""
    return "Gezahlt, verrechnet" if any(item.offset_cents for item in reminding.items) else "Gezahlt"


def mail_text(programme: Programme, reminding: Reminder) -> str:
    """The mail that the letter is attached to."""
    listed = "\n".join(
        f"- {item.asking}, fällig am {german_date(item.open_due)}: {euros(item.open_cents)}"
        for item in reminding.items
        if item.open_due
    )
    paragraphs = [
        "Sehr geehrte Damen und Herren,",
        _request(reminding),
        listed,
        *_closing(programme, reminding),
        f"Fragen beantwortet: {contact_line(programme)}\n\nMit freundlichen Grüßen\n{programme.programme.county}",
    ]
    return "\n\n".join(paragraphs) + "\n"


def subject(reminding: Reminder) -> str:
    """What it is called."""
    return f"{TITLE} vom {german_date(reminding.on)}"


def _request(reminding: Reminder) -> str:
    number = len(reminding.items)
    one, many = (
        ("Forderung", "Forderungen")
        if any(item.is_claimed_back for item in reminding.items)
        else ("Rechnung", "Rechnungen")
    )
    documents = f"ist eine {one}" if number == 1 else f"sind {number} {many}"
    known = (
        f" Eingänge bis zum {german_date(reminding.paid_until)} sind berücksichtigt." if reminding.paid_until else ""
    )
    return (
        f"nach unseren Büchern {documents} noch nicht ausgeglichen. Sicher ist das nur übersehen worden: Bitte überweisen Sie "
        f"{euros(reminding.open_cents)} bis zum {german_date(reminding.pay_until)}.{known}"
    )


def _rows(programme: Programme, reminding: Reminder) -> Iterator[tuple[str, ...]]:
    for item in reminding.items:
        name = "" if item.ags == reminding.recipient else f" ({programme.name_of(item.ags)})"
        assert item.open_due is not None
        yield (
            str(item.asking),
            f"{counted(item.overdue_days, 'Tag', 'Tage')} überfällig{name}",
            german_date(item.open_due),
            euros(item.asked_cents),
            euros(item.asked_cents - item.open_cents),
            euros(item.open_cents),
        )


def _closing(programme: Programme, reminding: Reminder) -> Iterator[str]:
    account = iban_in_groups(programme.accounting.county_iban)
    numbers = ", ".join(str(item.asking) for item in reminding.items)
    debtor = programme.members[reminding.recipient].debtor
    together = "; eine Überweisung für alle genügt" if len(reminding.items) > 1 else ""
    yield (
        f"Konto: {programme.county_holder}, IBAN {account}. Bitte nennen Sie als Verwendungszweck {numbers} und Ihr Personenkonto "
        f"{debtor}{together}."
    )
    if reminding.owed_cents:
        yield (
            f"Zu Ihren Gunsten stehen noch {euros(reminding.owed_cents)}; sie sind oben nicht abgezogen. Sagen Sie uns gern, wenn wir sie "
            "verrechnen sollen."
        )
    if reminding.waiting_cents:
        yield f"Ihr Guthaben von {euros(reminding.waiting_cents)} aus Gutschriften verrechnen wir mit Ihrer nächsten Rechnung; oben ist es nicht abgezogen."
    yield "Haben Sie inzwischen gezahlt, betrachten Sie dieses Schreiben bitte als erledigt. Stimmt etwas nicht, melden Sie sich bitte bei uns."
