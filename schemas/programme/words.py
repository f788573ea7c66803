"""The programme file explained: what a county agreed, in German, with the key under which it stands in the file."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from schwifty import IBAN

from schemas.money import euros, percent, share_units
from schemas.months import german_date, german_month
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme
from schemas.programme.terms import Allowance, Carrier, Premium, Savings
from schemas.results import GERMAN_LINE_KIND
from schemas.spelling import thousands

SIDES = {"county": "der Kreis", "municipality": "die Kommune"}


class Agreed(NamedTuple):
    """Something that was agreed: what it is, what holds, what that means, and where it stands in programme.toml."""

    what: str
    holds: str
    meaning: str
    key: str


class AgreedSection(NamedTuple):
    """What was agreed on a subject."""

    title: str
    entries: tuple[Agreed, ...]


def explained(programme: Programme) -> list[AgreedSection]:
    """The programme file in German, subject by subject."""
    sections = [("Programm", _term(programme))]
    if programme.allowance is not None:
        sections.append(("Arbeitsgelegenheiten", _allowance(programme.allowance)))
    if programme.carrier is not None and programme.savings is not None:
        sections += [("Träger", _carrier(programme.carrier)), ("Ersparnis", _savings(programme.savings))]
    for terms in programme.premium:
        sections.append((f"Prämie für Vermittlungen ab {german_date(terms.start)}", _premium(terms)))
    if programme.start_up is not None:
        sections.append(("Anschubfinanzierung", _start_up(programme)))
    sections += [("Verfahren", _procedure(programme)), ("Buchung", _bookings(programme))]
    return [AgreedSection(title, tuple(entries)) for title, entries in sections]


def members_explained(programme: Programme) -> AgreedSection:
    """The municipalities, each with what its documents carry."""
    return AgreedSection("Kommunen", tuple(map(_member, programme.municipality)))


def _account(iban: str, holder: str | None) -> str:
    """An account, with the name under which the bank keeps it where that is another."""
    return IBAN(iban).formatted + (f" (Kontoinhaber {holder})" if holder else "")


def _member(member: Municipality) -> Agreed:
    account = _account(member.iban, member.account_holder) if member.iban else "keine IBAN"
    targets = "" if member.agh_target is None else f", {member.agh_target} Plätze geplant"
    left = f", bis {german_month(member.until)}" if member.until else ""
    heir = f", danach {member.successor}" if member.successor else ""
    return Agreed(
        f"{member.ags} {member.name}",
        f"{member.street}, {member.postcode} {member.city}; {member.email}",
        f"Leitweg-ID {member.buyer_reference}, Personenkonto {member.debtor}, {account}{targets}{left}{heir}.",
        "municipality",
    )


def hours(hundredths: int) -> str:
    """Hours from their hundredths.

    >>> hours(100_00), hours(19_50)
    ('100 Stunden', '19,5 Stunden')
    """
    return f"{(Decimal(hundredths) / 100).normalize():f}".replace(".", ",") + " Stunden"


def _until(end: date | None) -> str:
    return f"bis {german_date(end)}" if end else "ohne Ende"


def _term(programme: Programme) -> Iterator[Agreed]:
    term = programme.programme
    yield Agreed("Name", f"{term.title}, {term.county}", f"Ordner und Deckblätter nennen es {term.key}.", "programme.title, programme.county, programme.key")  # fmt: skip
    yield Agreed("Laufzeit", f"{german_date(term.start)} {_until(term.end)}", "Programmjahre zählen ab dem ersten Tag.", "programme.start, programme.end")  # fmt: skip
    if term.agreement is not None:
        yield Agreed("Vereinbarung", f"vom {german_date(term.agreement.day)}, Aktenzeichen {term.agreement.file_number}", "Steht auf Brief und E-Rechnung.", "programme.agreement")  # fmt: skip
    if term.target_group:
        yield Agreed("Zielgruppe", ", ".join(term.target_group), "Nur Vermittlungen dieser Personen sparen und bringen Prämien.", "programme.target_group")  # fmt: skip
    left = [f"{member.name} bis {german_month(member.until)}" for member in programme.municipality if member.until]
    joined = f"{len(programme.municipality)} Kommunen" + (f"; ausgeschieden: {', '.join(left)}" if left else "")
    yield Agreed("Mitglieder", joined, "Jede erhält jeden Monat eine Abrechnung oder Nullmitteilung.", "municipality")
    for funding in programme.funding:
        yield Agreed("Förderung", f"{funding.name}, ab {german_date(funding.start)} {_until(funding.end)}", funding.notice, "funding")  # fmt: skip


def _allowance(terms: Allowance) -> Iterator[Agreed]:
    severity = {"error": "Darüber wird die Meldung zurückgestellt.", "warning": "Darüber wird gewarnt."}
    yield Agreed("Stunden im Monat", f"höchstens {hours(terms.max_hours_per_month_hundredths)} je Fall", severity[terms.hours_over_cap], "allowance.max_hours_per_month, allowance.hours_over_cap")  # fmt: skip
    yield Agreed("Stunden in der Woche", f"höchstens {hours(terms.max_hours_per_week_hundredths)} im Schnitt", "Darüber wird gewarnt.", "allowance.max_hours_per_week")  # fmt: skip
    paid, handed = terms.payer.by_provider_kind(), terms.disbursed_by.by_provider_kind()
    for kind, side in paid.items():
        meaning = f"Ausgezahlt werden sie durch {SIDES[handed[kind]].replace('der Kreis', 'den Kreis')}."
        yield Agreed(f"Kosten bei {kind}", f"trägt {SIDES[side]}", meaning, f"allowance.payer.{kind}, allowance.disbursed_by.{kind}")  # fmt: skip


def _carrier(carrier: Carrier) -> Iterator[Agreed]:
    known = f" Sein Konto führt die Bank unter {carrier.account_holder}." if carrier.account_holder else ""
    yield Agreed("Träger", carrier.name, f"An ihn gehen die Prämien.{known}", "carrier.name, carrier.iban")
    paid = {
        "with_invoice": ("mit den Rechnungen", "Sobald sie fällig sind, ob die Kommunen gezahlt haben oder nicht."),
        "when_received": ("was eingegangen ist", "Mit jeder Abrechnung, was die Kommunen bis dahin gezahlt haben."),
    }
    yield Agreed("Auszahlung an den Träger", *paid[carrier.pay], "carrier.pay")
    for row in carrier.cost:
        yield Agreed("Kosten des Trägers", f"{euros(row.amount_cents)} im Jahr ab {german_date(row.start)}", "Daran wird die Deckung gemessen.", "carrier.cost")  # fmt: skip


def _savings(terms: Savings) -> Iterator[Agreed]:
    bases = {"reported": "die gemeldete", "statutory": "die nach dem Gesetz berechnete"}
    yield Agreed("Ersparnis an Leistung", bases[terms.basis], "Bedarf ohne Arbeit weniger Leistung mit Arbeit.", "savings.basis")  # fmt: skip
    for row in terms.health:
        yield Agreed("Gesundheitskosten", f"{euros(row.amount_cents)} im Monat ab {german_date(row.start)}", "So viel spart die Kommune, wenn eine Person durch Arbeit gesetzlich versichert ist.", "savings.health")  # fmt: skip
    for row in terms.lost_state_grant:
        yield Agreed("Entgangene Pauschale des Landes", f"{euros(row.amount_cents)} im Monat ab {german_date(row.start)}", "Mindert die Ersparnis in Monaten ohne Leistung, wenn für den Fall Landespauschale = ja gemeldet ist.", "savings.lost_state_grant")  # fmt: skip
    if not terms.lost_state_grant:
        yield Agreed("Entgangene Pauschale des Landes", "keine", "Die Ersparnis wird um nichts gemindert.", "savings.lost_state_grant")  # fmt: skip
    whose = {
        "municipality": (
            "der Kommune",
            "Was eine Kommune mehr zahlte, als alle ihre Fälle sparten, wird ausgeglichen.",
        ),
        "case": ("dem Fall", "Kein Fall kostet mehr, als er spart."),
    }
    yield Agreed("Kostenneutralität", f"garantiert {whose[terms.guarantee][0]}", whose[terms.guarantee][1], "savings.guarantee")  # fmt: skip
    bases = {"gross": "Bruttolohn", "net": "Nettolohn"}
    yield Agreed("Freibetrag", f"vom {bases[terms.income_base]}", "Worauf sich der Prozentsatz des Freibetrags bezieht.", "savings.income_base")  # fmt: skip
    yield Agreed("Toleranz", euros(terms.tolerance_cents), "Weicht die gemeldete Leistung weiter ab, wird gewarnt.", "savings.tolerance_eur")  # fmt: skip


def _premium(terms: Premium) -> Iterator[Agreed]:
    if terms.share is not None:
        yield Agreed("Anteil", f"{percent(share_units(terms.share))} der Ersparnis", "Monat für Monat, wie gespart wird.", "premium.share")  # fmt: skip
    if terms.amount_cents is not None:
        parts = ", ".join(
            f"{percent(share_units(each.share))} nach {each.after_days} Tagen" for each in terms.milestones
        )
        yield Agreed("Betrag", f"{euros(terms.amount_cents)}: {parts}", "Höchstens so viel, wie bis dahin gespart ist.", "premium.amount_eur, premium.milestones")  # fmt: skip
    if terms.cap_cents is not None:
        yield Agreed("Höchstbetrag", f"{euros(terms.cap_cents)} je Fall", "Darüber bleibt die Ersparnis ganz der Kommune.", "premium.cap_eur")  # fmt: skip
    yield Agreed("Monate", f"höchstens {terms.max_months} je Fall", "Nur so viele Monate zählen.", "premium.max_months")
    if terms.schedule == "as_saved":
        yield Agreed("Wartezeit", f"{terms.waiting_days} Tage", "Vorher wird nichts fällig; danach auch für die Zeit davor.", "premium.waiting_days")  # fmt: skip
    yield Agreed("Unterbrechung", f"bis {terms.bridge_days} Tage", "Eine kürzere Lücke beendet die Beschäftigung nicht.", "premium.bridge_days")  # fmt: skip
    changes = {"continues": "zählt weiter", "breaks": "beginnt neu"}
    yield Agreed("Wechsel des Arbeitgebers", changes[terms.employer_change], "Ob die Beschäftigungszeit weiterläuft.", "premium.employer_change")  # fmt: skip
    if terms.min_weekly_hours_hundredths:
        yield Agreed("Wochenstunden", f"mindestens {hours(terms.min_weekly_hours_hundredths)}", "Weniger ist keine Vermittlung mit Prämie.", "premium.min_weekly_hours")  # fmt: skip
    times = {"month": "in jedem Monat", "start": "am Beginn der Beschäftigung"}
    yield Agreed("Status", f"beurteilt {times[terms.status_at]}", "Wann jemand zur Zielgruppe gehören muss.", "premium.status_at")  # fmt: skip
    permit = ("nötig", "Ohne ihr Datum gibt es keine Prämie.") if terms.require_work_permit else ("nicht verlangt", "Ihr Datum darf fehlen.")  # fmt: skip
    yield Agreed("Arbeitserlaubnis", *permit, "premium.require_work_permit")


def _start_up(programme: Programme) -> Iterator[Agreed]:
    terms = programme.start_up
    assert terms is not None
    own = [f"{each.name} {euros(each.start_up_cents)}" for each in programme.municipality if each.start_up_cents is not None]  # fmt: skip
    holds = f"{euros(terms.amount_cents)} je Kommune" + (f"; abweichend: {', '.join(own)}" if own else "")
    yield Agreed("Betrag", holds, f"Einmal, mit der Abrechnung für {german_month(terms.service_month)}.", "start_up.eur_per_municipality, start_up.service_month, municipality.start_up_eur")  # fmt: skip


def _procedure(programme: Programme) -> Iterator[Agreed]:
    accounting, limits = programme.accounting, programme.limits
    yield Agreed("Abgabetermin", f"{programme.returns.due_day}. des Folgemonats", "Danach gilt eine Meldung als verspätet.", "returns.due_day")  # fmt: skip
    moved = "Fällt der Tag auf ein Wochenende oder einen Feiertag der Banken, gilt der nächste Bankarbeitstag."
    counted = f"Nach dem Datum des Belegs. {moved}" if accounting.bank_days else "Nach dem Datum des Belegs."
    yield Agreed("Zahlungsziel", f"{accounting.payment_days} Tage", counted, "accounting.payment_days, accounting.bank_days")  # fmt: skip
    credits_are = {
        "pay": ("werden ausgezahlt", "An dem Tag, an dem Rechnungen des Monats fällig sind."),
        "offset": (
            "werden verrechnet",
            "Mit der nächsten Rechnung derselben Kommune; ausgezahlt wird nur, wo keine mehr folgt.",
        ),
    }
    yield Agreed("Gutschriften", *credits_are[accounting.credits], "accounting.credits")
    address = accounting.county_address
    yield Agreed("Konto des Kreises", _account(accounting.county_iban, accounting.county_account_holder), "Dorthin zahlen die Kommunen.", "accounting.county_iban")  # fmt: skip
    yield Agreed("Absender", f"{address.street}, {address.postcode} {address.city}", f"Fragen beantwortet {address.contact}, {address.phone}, {address.email}.", "accounting.county_address")  # fmt: skip
    eyes = "ja" if accounting.four_eyes else "nein"
    yield Agreed("Vier-Augen-Prinzip", eyes, "Wer entwirft oder anordnet, gibt nicht frei.", "accounting.four_eyes")
    yield Agreed(
        "Belegnummern", f"{accounting.number_prefix}-JAHR-NUMMER", "Fortlaufend je Jahr.", "accounting.number_prefix"
    )
    yield Agreed("Kleine Zahlen", f"unter {programme.disclosure.minimum_count} Personen unterdrückt", "Im Bericht an den Projektbeirat.", "disclosure.minimum_count")  # fmt: skip
    if programme.reminders is not None:
        dunning = programme.reminders
        start = f"ab {dunning.after_days} Tagen nach der Fälligkeit, ab {euros(dunning.minimum_cents)} je Kommune"
        yield Agreed("Zahlungserinnerung", start, f"Sie lässt {dunning.pay_days} Tage zum Zahlen.", "reminders.after_days, reminders.minimum_eur, reminders.pay_days")  # fmt: skip
    if programme.retention is not None:
        kept = f"{programme.retention.years} {'Jahr' if programme.retention.years == 1 else 'Jahre'}"
        yield Agreed("Aufbewahrung", kept, "Vom Ende des Jahres der letzten Buchung an; erst danach werden Falldaten gelöscht.", "retention.years")  # fmt: skip
    if programme.targets.placements_per_year:
        planned = ", ".join(map(str, programme.targets.placements_per_year))
        yield Agreed("Ziel", f"{planned} Vermittlungen je Programmjahr", "Die letzte Zahl gilt für alle weiteren Jahre.", "targets.placements_per_year")  # fmt: skip
    yield Agreed("Größe einer Meldung", f"höchstens {limits.file_mib} MiB, {thousands(limits.rows_per_sheet)} Zeilen je Blatt", "Größere Dateien werden nicht gelesen.", "limits.file_mib, limits.unpacked_mib, limits.rows_per_sheet")  # fmt: skip


def _bookings(programme: Programme) -> Iterator[Agreed]:
    for kind in programme.line_kinds:
        account = getattr(programme.bookings.accounts, str(kind), None)
        if account:
            yield Agreed(GERMAN_LINE_KIND[kind], f"Konto {account}", "Sachkonto in der Buchungsliste.", f"bookings.accounts.{kind}")  # fmt: skip
    if programme.bookings.cost_centre:
        yield Agreed("Kostenstelle", programme.bookings.cost_centre, "In jeder Zeile der Buchungsliste.", "bookings.cost_centre")  # fmt: skip
    form, letters = programme.bookings, {"\t": "Tabulator"}
    parts = f"{letters.get(form.separator, form.separator)} zwischen den Spalten, {form.decimal_separator} vor den Cent, Tage als {form.date_format}"
    yield Agreed("Form der Liste", parts, f"{len(form.used_columns)} Spalten, Zeichensatz {form.encoding}.", "bookings.separator, bookings.decimal_separator, bookings.date_format, bookings.encoding, bookings.columns")  # fmt: skip
    taken = programme.receipts
    yield Agreed("Umsatzliste der Kasse", f"{', '.join(column.heading for column in taken.columns)}; Tage als {taken.date_format}", "So wird gelesen, was die Kasse statt eines Kontoauszugs (camt.053) übergibt.", "receipts.columns, receipts.separator, receipts.decimal_separator, receipts.date_format, receipts.encoding")  # fmt: skip
    years = {"service_month": "dem Leistungsmonat", "document_date": "dem Belegdatum"}
    yield Agreed("Haushaltsjahr", f"nach {years[programme.bookings.fiscal_year]}", "In der Buchungsliste.", "bookings.fiscal_year")  # fmt: skip
