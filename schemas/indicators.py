"""The indicators of the board report: what each one counts, in which unit, and over which denominator.

One definition for each indicator; calculation, disclosure control, workbook and PDF all read it from here.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandera.polars as pa
import polars as pl

from schemas.findings import FINDING_TITLES
from schemas.months import last_day, newest_ended
from schemas.returns import AGE_GROUPS, FACILITY, YES

WORKING_AGE = AGE_GROUPS[1]


class Area(StrEnum):
    """The parts of the report, as they are headed."""

    PLACEMENTS = "Vermittlung in Arbeit"
    NEUTRALITY = "Ersparnis und Prämie"
    OPPORTUNITIES = "Arbeitsgelegenheiten"
    SUPPORT = "Förderprojekt"
    COUNSELLING = "Beratung"
    QUALITY = "Datenqualität"


class Measure(StrEnum):
    """The unit of a value."""

    PERSONS = "persons"
    EMPLOYMENTS = "employments"
    PLACES = "places"
    CONTACTS = "contacts"
    CERTIFICATES = "certificates"
    RETURNS = "returns"
    FINDINGS = "findings"
    HOURS = "hours"
    EUR = "EUR"
    EUR_PER_HOUR = "EUR/hour"
    SHARE = "share"  # 0 … 1; above 1 where more is covered than it costs
    MONTHS = "months"


GERMAN_MEASURE = {
    Measure.PERSONS: "Personen",
    Measure.EMPLOYMENTS: "Vermittlungen",
    Measure.PLACES: "Plätze",
    Measure.CONTACTS: "Kontakte",
    Measure.CERTIFICATES: "Bescheinigungen",
    Measure.RETURNS: "Meldungen",
    Measure.FINDINGS: "Befunde",
    Measure.HOURS: "Stunden",
    Measure.EUR: "Euro",
    Measure.EUR_PER_HOUR: "Euro je Stunde",
    Measure.SHARE: "Anteil",
    Measure.MONTHS: "Monate",
}
# Counts of these are counts of persons: each stands for one person, and disclosure control protects them.
OF_PERSONS = frozenset({Measure.PERSONS, Measure.EMPLOYMENTS, Measure.CONTACTS, Measure.CERTIFICATES})


class Dimension(StrEnum):
    """What an indicator is broken down by; empty: the total."""

    TOTAL = ""
    PROVIDER_KIND = "provider_kind"
    PAYER = "payer"
    MUNICIPALITY = "municipality"
    VOLUNTARY = "voluntary"
    OUTCOME = "outcome"
    AFTER = "after"
    STEP = "step"
    REASON = "reason"
    STATUS = "status"
    AGE_GROUP = "age_group"
    SERVICE = "service"
    TARGET_GROUP = "target_group"
    PARTNER = "partner"
    CODE = "code"
    PROGRAMME_YEAR = "programme_year"


GERMAN_DIMENSION = {
    Dimension.TOTAL: "insgesamt",
    Dimension.PROVIDER_KIND: "Trägerart",
    Dimension.PAYER: "Kostenträger",
    Dimension.MUNICIPALITY: "Kommune",
    Dimension.VOLUNTARY: "Freiwillig",
    Dimension.OUTCOME: "Verbleib",
    Dimension.AFTER: "nach",
    Dimension.STEP: "Schritt",
    Dimension.REASON: "Grund",
    Dimension.STATUS: "Status",
    Dimension.AGE_GROUP: "Altersgruppe",
    Dimension.SERVICE: "Leistung",
    Dimension.TARGET_GROUP: "Zielgruppe",
    Dimension.PARTNER: "Partner",
    Dimension.CODE: "Befund",
    Dimension.PROGRAMME_YEAR: "Programmjahr",
}
# Categories that are not German already; the others stand as they are printed.
GERMAN_CATEGORY = {
    Dimension.CODE: {code: f"{title} ({code})" for code, title in FINDING_TITLES.items()},
    Dimension.PAYER: {"county": "Kreis", "municipality": "Kommunen"},
    Dimension.AFTER: {"6 weeks": "6 Wochen", "3 months": "3 Monaten", "6 months": "6 Monaten", "12 months": "12 Monaten"},
    Dimension.STEP: {
        "proposed": "vorgeschlagen", "approved": "zugestimmt", "rejected": "abgelehnt",
        "profiled": "Kompetenzprofil erstellt", "placed": "vermittelt",
    },
    Dimension.REASON: {
        "not_insured": "nicht sozialversicherungspflichtig", "marginal": "geringfügig", "hours": "zu wenige Wochenstunden",
        "status": "Status außerhalb der Zielgruppe", "no_consent": "keine Zustimmung", "late_consent": "Zustimmung zu spät",
        "no_work_permit": "keine Beschäftigungserlaubnis", "outside_programme": "außerhalb der Programmlaufzeit",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Indicator:
    """One indicator. `denominator` names the indicator that a share is a share of, `numerator` what is counted in it.

    `part` says by which dimension and category, where that is not the share's own.
    """

    name: str
    label: str
    measure: Measure
    area: Area
    definition: str
    numerator: str = ""
    denominator: str = ""
    part: "tuple[Dimension, str] | None" = None

    @property
    def of_persons(self) -> bool:
        """Whether its counts are counts of persons."""
        return self.measure in OF_PERSONS

    @property
    def by_month(self) -> bool:
        """Whether it adds up what whole months brought: those that end in its period."""
        of_months = self.area in (Area.NEUTRALITY, Area.COUNSELLING, Area.QUALITY) or self.name in (
            "agh_hours",
            "agh_cost",
        )
        return of_months and self.name != "carrier_cost"  # of a whole programme year

    def until(self, first: date, last: date) -> date:
        """The last day that it knows of the period: of months the end of the last one that ends in it, if any does.

        >>> INDICATORS["agh_hours"].until(date(2024, 12, 1), date(2025, 4, 14))
        datetime.date(2025, 3, 31)
        """
        ended = last_day(newest_ended(last))
        return ended if self.by_month and ended >= first else last


def _catalogue() -> tuple[Indicator, ...]:
    m, a = Measure, Area
    return (
        Indicator("potential", "Potenzial: Personen im Verfahren", m.PERSONS, a.PLACEMENTS, "Personen mit Aufenthaltsgestattung oder Duldung nach der letzten Bestandsmeldung; Personen mit Ankunftsnachweis (BÜMA) und anderem Status nur in der Aufteilung nach Status. Die Altersgruppen zählen nur die Personen im Verfahren."),
        Indicator("potential_working_age_share", "Anteil der 18- bis 65-Jährigen", m.SHARE, a.PLACEMENTS, "Personen im Verfahren von 18 bis 65 Jahren, geteilt durch alle Personen im Verfahren.", "potential", "potential", (Dimension.AGE_GROUP, WORKING_AGE)),
        Indicator("participants", "Teilnehmende nach Schritt", m.PERSONS, a.PLACEMENTS, "Personen, deren Schritt (Vorschlag, Zustimmung, Ablehnung, Kompetenzprofil, Beginn der ersten anrechenbaren Vermittlung) in den Zeitraum fällt."),
        Indicator("placements_started", "Begonnene Vermittlungen", m.EMPLOYMENTS, a.PLACEMENTS, "Beschäftigungen mit Beginn im Zeitraum, anrechenbar oder nicht."),
        Indicator("placements_eligible", "Anrechenbare Vermittlungen", m.EMPLOYMENTS, a.PLACEMENTS, "Im Zeitraum begonnene Beschäftigungen, die in mindestens einem Monat alle Bedingungen der Prämie erfüllen."),
        Indicator("placements_rejected", "Nicht anrechenbare Vermittlungen", m.EMPLOYMENTS, a.PLACEMENTS, "Im Zeitraum begonnene Beschäftigungen, die keine Prämie auslösen; bei mehreren Gründen zählt der erste in der Reihenfolge der Regel."),
        Indicator("placements_year_to_date", "Vermittlungen im Programmjahr", m.EMPLOYMENTS, a.PLACEMENTS, "Anrechenbare Vermittlungen mit Beginn vom Anfang des Programmjahres bis zum Ende des Zeitraums."),
        Indicator("placements_target", "Ziel bis hierher", m.EMPLOYMENTS, a.PLACEMENTS, "Jahresziel mal vergangene Tage des Programmjahres, geteilt durch seine Tage (gerade Linie), auf ganze Vermittlungen gerundet."),
        Indicator("placements_target_year", "Jahresziel", m.EMPLOYMENTS, a.PLACEMENTS, "Vereinbarte Vermittlungen des ganzen Programmjahres."),
        Indicator("placements_target_share", "Zielerreichung", m.SHARE, a.PLACEMENTS, "Vermittlungen im Programmjahr, geteilt durch das Ziel bis hierher.", "placements_year_to_date", "placements_target"),
        Indicator("placements_observed", "Vermittlungen, die lange genug zurückliegen", m.EMPLOYMENTS, a.PLACEMENTS, "Anrechenbare Vermittlungen seit Programmbeginn, deren Beginn am Ende des Zeitraums mindestens so lange zurückliegt und deren Verlauf bis dahin gemeldet ist."),
        Indicator("placements_retained", "Davon noch beschäftigt", m.EMPLOYMENTS, a.PLACEMENTS, "Davon Vermittlungen, in denen die Person so lange ohne Lücke beschäftigt blieb; ein Wechsel innerhalb der vereinbarten Überbrückung zählt als fortgesetzt."),
        Indicator("placements_retained_share", "Verbleibsquote", m.SHARE, a.PLACEMENTS, "Noch Beschäftigte, geteilt durch die Vermittlungen, die lange genug zurückliegen.", "placements_retained", "placements_observed"),
        Indicator("savings", "Ersparnis der Kommunen", m.EUR, a.NEUTRALITY, "Ersparte Leistungen und Krankenkosten der Leistungsmonate des Zeitraums, abzüglich entgangener Landespauschalen."),
        Indicator("premiums", "Prämien", m.EUR, a.NEUTRALITY, "Gebuchte Vermittlungsprämien der Leistungsmonate des Zeitraums, Ausgleich zur Kostenneutralität und Berichtigungen eingerechnet; ohne geltende Eröffnungssalden, deren Ersparnis auch nicht mitzählt."),
        Indicator("start_up", "Anschubfinanzierung", m.EUR, a.NEUTRALITY, "Gebuchte Anschubbeiträge der Leistungsmonate des Zeitraums."),
        Indicator("net_effect", "Was den Kommunen bleibt", m.EUR, a.NEUTRALITY, "Ersparnis abzüglich Prämien und Anschubfinanzierung."),
        Indicator("carrier_cost", "Vertragskosten des Trägers", m.EUR, a.NEUTRALITY, "Vereinbarte Kosten des Trägers im ganzen Programmjahr."),
        Indicator("coverage", "Kostendeckung", m.SHARE, a.NEUTRALITY, "Prämien (mit Ausgleich zur Kostenneutralität und Eröffnungssalden) und Anschubfinanzierung der Leistungsmonate des Programmjahres, geteilt durch die Vertragskosten des Trägers im ganzen Programmjahr.", "premiums", "carrier_cost"),
        Indicator("break_even_month", "Ausgleich erreicht", m.MONTHS, a.NEUTRALITY, "Programmmonat, ab dem die Ersparnis seit Programmbeginn Prämien und Anschubfinanzierung deckt und gedeckt bleibt; 0: noch nicht erreicht. Die Kategorie nennt den Kalendermonat."),
        Indicator("agh_positions", "Besetzte AGH-Plätze", m.PLACES, a.OPPORTUNITIES, "Arbeitsgelegenheiten, die am Stichtag besetzt sind."),
        Indicator("agh_positions_outside", "Davon außerhalb von Gemeinschaftseinrichtungen", m.PLACES, a.OPPORTUNITIES, "Am Stichtag besetzte Arbeitsgelegenheiten bei Kommunen und Vereinen."),
        Indicator("agh_facility_share", "Anteil in Gemeinschaftseinrichtungen", m.SHARE, a.OPPORTUNITIES, "Am Stichtag besetzte Plätze in Gemeinschaftseinrichtungen, geteilt durch alle besetzten Plätze.", "agh_positions", "agh_positions", (Dimension.PROVIDER_KIND, FACILITY)),
        Indicator("agh_participants", "Teilnehmende", m.PERSONS, a.OPPORTUNITIES, "Personen mit mindestens einem AGH-Tag im Zeitraum; Trägerart und Freiwilligkeit nach ihrer ersten AGH im Zeitraum."),
        Indicator("agh_hours", "Geleistete Stunden", m.HOURS, a.OPPORTUNITIES, "Gebuchte AGH-Stunden der Leistungsmonate des Zeitraums, ohne geltende Eröffnungssalden."),
        Indicator("agh_cost", "Kosten", m.EUR, a.OPPORTUNITIES, "Mehraufwandsentschädigungen und nachgewiesener Mehraufwand der Leistungsmonate des Zeitraums, nach Trägerart und danach, wer sie trägt; ohne geltende Eröffnungssalden."),
        Indicator("agh_places_reported", "Gemeldete Plätze", m.PLACES, a.OPPORTUNITIES, "Gemeldete Bedarfe an AGH-Plätzen nach der letzten Meldung."),
        Indicator("agh_places_filled", "Davon besetzt", m.PLACES, a.OPPORTUNITIES, "Besetzte unter den gemeldeten Plätzen nach der letzten Meldung."),
        Indicator("agh_places_filled_share", "Besetzungsquote", m.SHARE, a.OPPORTUNITIES, "Besetzte Plätze, geteilt durch gemeldete Plätze.", "agh_places_filled", "agh_places_reported"),
        Indicator("agh_certificates", "Teilnahmebescheinigungen", m.CERTIFICATES, a.OPPORTUNITIES, "Im Zeitraum ausgestellte Bescheinigungen."),
        Indicator("agh_voluntary_share", "Anteil freiwillig", m.SHARE, a.OPPORTUNITIES, "Teilnehmende, deren erste AGH im Zeitraum freiwillig war, geteilt durch alle Teilnehmenden.", "agh_participants", "agh_participants", (Dimension.VOLUNTARY, YES)),
        Indicator("agh_ended", "Beendete Teilnahmen nach Verbleib", m.PERSONS, a.OPPORTUNITIES, "Teilnahmen mit gemeldetem Verbleib, deren letzter Tag in den Zeitraum fällt."),
        Indicator("agh_observed", "Ausgeschiedene, deren letzter AGH-Tag sechs Monate zurückliegt", m.PERSONS, a.OPPORTUNITIES, "Personen, deren letzter AGH-Tag am Ende des Zeitraums mindestens sechs Monate zurückliegt, seit Programmbeginn."),
        Indicator("agh_to_employment", "Davon in Arbeit", m.PERSONS, a.OPPORTUNITIES, "Davon Personen mit sozialversicherungspflichtiger Beschäftigung innerhalb von sechs Monaten nach dem letzten AGH-Tag, nach Vermittlungen oder gemeldetem Verbleib."),
        Indicator("agh_to_employment_share", "Übergang in Arbeit", m.SHARE, a.OPPORTUNITIES, "In Arbeit Gelangte, geteilt durch die Ausgeschiedenen, deren letzter AGH-Tag sechs Monate zurückliegt.", "agh_to_employment", "agh_observed"),
        Indicator("agh_target", "Geplante Plätze des Förderprojekts", m.PLACES, a.SUPPORT, "Mit der Kommune vereinbarte AGH-Plätze."),
        Indicator("agh_support_positions", "Besetzte Plätze im Förderprojekt", m.PLACES, a.SUPPORT, "Am Stichtag besetzte Arbeitsgelegenheiten in den Kommunen mit vereinbarten Plätzen."),
        Indicator("agh_support_share", "Besetzung der geplanten Plätze", m.SHARE, a.SUPPORT, "Besetzte Plätze, geteilt durch geplante Plätze.", "agh_support_positions", "agh_target"),
        Indicator("agh_hourly_rate", "Mehraufwandsentschädigung", m.EUR_PER_HOUR, a.SUPPORT, "Satz je Stunde am Stichtag, § 5 Abs. 2 AsylbLG."),
        Indicator("counselling_contacts", "Beratungskontakte", m.CONTACTS, a.COUNSELLING, "Gemeldete Kontakte der Monate des Zeitraums."),
        Indicator("counselling_women", "Davon mit Frauen", m.CONTACTS, a.COUNSELLING, "Gemeldete Kontakte mit Frauen."),
        Indicator("counselling_women_share", "Frauenanteil", m.SHARE, a.COUNSELLING, "Kontakte mit Frauen, geteilt durch alle Kontakte.", "counselling_women", "counselling_contacts"),
        Indicator("returns_expected", "Erwartete Meldungen", m.RETURNS, a.QUALITY, "Kommunen mal Monate des Zeitraums, die abgerechnet sind."),
        Indicator("returns_on_time", "Pünktlich", m.RETURNS, a.QUALITY, "Übernommene Meldungen, deren Datum der Meldung spätestens am vereinbarten Tag des Folgemonats liegt; ohne Datum zählt, dass sie mit ihrem Monat abgerechnet wurden."),
        Indicator("returns_late", "Verspätet", m.RETURNS, a.QUALITY, "Übernommene Meldungen, die später kamen."),
        Indicator("returns_missing", "Fehlend", m.RETURNS, a.QUALITY, "Monate einer Kommune ohne übernommene Meldung."),
        Indicator("returns_on_time_share", "Anteil pünktlich", m.SHARE, a.QUALITY, "Pünktliche Meldungen, geteilt durch erwartete Meldungen.", "returns_on_time", "returns_expected"),
        Indicator("returns_held_back", "Zurückgestellt", m.RETURNS, a.QUALITY, "Dateien, die wegen eines Fehlers zurückgestellt wurden."),
        Indicator("returns_corrected", "Berichtigt", m.RETURNS, a.QUALITY, "Monate einer Kommune, für die eine Korrektur übernommen wurde."),
        Indicator("findings", "Befunde", m.FINDINGS, a.QUALITY, "Befunde der Abrechnungen des Zeitraums nach ihrem Kennzeichen."),
    )  # fmt: skip


INDICATORS = {entry.name: entry for entry in _catalogue()}

_PROTECTED = (
    "• : nicht veröffentlicht, zum Schutz kleiner Zahlen. Zahlen von Personen von 1 bis unter {minimum_count} stehen nicht im "
    "Bericht, ebenso weitere Zahlen, Anteile und Beträge, aus denen sie sich berechnen ließen, auch zusammen mit früheren Berichten. Nicht "
    "geschützt ist der Unterschied zweier veröffentlichter Gesamtzahlen, etwa zu zwei Stichtagen, den kein Bericht selbst nennt."
)
LEGEND = (_PROTECTED, "– : kein Wert, weil der Nenner 0 ist.")

KEY = ("indicator", "dimension", "category", "period_from", "period_to")
_NAMES = {
    "indicator": pa.Column(pl.String, pa.Check.isin(list(INDICATORS))),
    "dimension": pa.Column(pl.String, pa.Check.isin([str(entry) for entry in Dimension])),
    "category": pa.Column(pl.String),  # empty text: the total
}
_MARKS = {
    "unit": pa.Column(pl.String, pa.Check.isin([str(entry) for entry in Measure])),
    "suppressed": pa.Column(pl.Boolean),
    "period_from": pa.Column(pl.Date),
    "period_to": pa.Column(pl.Date),
}

# The figures of a report, exact: a value is numerator / denominator (EUR and hours are whole hundredths). Both null: a
# value that is suppressed, or a share of nothing.
FIGURES = pa.DataFrameSchema(
    _NAMES
    | {
        "numerator": pa.Column(pl.Int64, nullable=True),
        "denominator": pa.Column(pl.Int64, pa.Check.gt(0), nullable=True),
    }
    | _MARKS,
    strict=True,
    ordered=True,
    unique=list(KEY),
)

# indicators.parquet: the same with a value as a floating-point number, for programs that read it.
INDICATOR_ROWS = pa.DataFrameSchema(
    _NAMES | {"value": pa.Column(pl.Float64, nullable=True)} | _MARKS, strict=True, ordered=True, unique=list(KEY)
)


def indicator_rows(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures (FIGURES) as indicators.parquet holds them (INDICATOR_ROWS): the one place where a figure becomes a float."""
    value = pl.col("numerator") / pl.col("denominator")
    return INDICATOR_ROWS.validate(figures.with_columns(value=value).select(INDICATOR_ROWS.columns.keys()))
