"""The municipal return: one column map for reader, form, correction workbook and messages.

A column knows its heading in the German form, its name and type in the frames, its list of values and
what the form says about it. Nothing else in the house spells a heading or a list of values.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

import pandera.polars as pa
import polars as pl

Kind = Literal["case", "key", "text", "integer", "money", "hours", "date", "month", "list", "yes_no", "ags"]

DTYPES: dict[Kind, type[pl.DataType]] = {
    "case": pl.String,
    "key": pl.String,
    "text": pl.String,
    "integer": pl.Int64,
    "money": pl.Int64,  # whole cents
    "hours": pl.Int64,  # hundredths of an hour
    "date": pl.Date,
    "month": pl.String,
    "list": pl.String,
    "yes_no": pl.Boolean,
    "ags": pl.String,
}

CASE_PATTERN = r"[A-Z0-9][A-Z0-9./-]{2,19}"
NUMBER_LIMIT = 10_000_000  # every number of a return stays below it


class ReturnKind(StrEnum):
    """Meldungsart."""

    FIRST = "Erstmeldung"
    CORRECTION = "Korrektur"


STATUSES = ("Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis", "Aufenthaltserlaubnis", "Sonstige")
STATUS_SYNONYMS = {"BÜMA": "Ankunftsnachweis"}
BASIC_BENEFIT, ANALOGOUS_BENEFIT = "Grundleistung", "Analogleistung"
FACILITY, MUNICIPAL_PROVIDER, ASSOCIATION = "Gemeinschaftseinrichtung", "Kommune", "Verein"
PROVIDER_KINDS = (FACILITY, MUNICIPAL_PROVIDER, ASSOCIATION)
AGE_GROUPS = ("unter 18", "18 bis 65", "über 65")
OUTCOMES = ("Beschäftigung", "Ausbildung", "Suche", "Wegzug", "unbekannt")
PROPOSERS = ("Kommune", "Träger")
DECISIONS = ("zugestimmt", "abgelehnt", "offen")
LEAVING_REASONS = (
    "Beschäftigung", "Ausbildung", "Wegzug", "Rechtskreiswechsel", "Abbruch", "Sonstiges",
)  # fmt: skip
SERVICES = (
    "Kompetenzprofil", "Sozialpädagogische Beratung", "Berufsorientierung", "Vermittlung in Praktikum",
    "Vermittlung in Ausbildung", "Vermittlung in Arbeit", "Bewerbungsunterlagen", "Anerkennungsberatung",
    "Anpassungsqualifizierung", "Fallbesprechung", "Gruppenangebot", "Gründungsberatung",
    "Ehrenamtsvermittlung", "Unternehmensberatung", "Fördermittelberatung", "Projektentwicklung",
    "Begleitung Einarbeitung",
)  # fmt: skip
TARGET_GROUPS = (
    "Arbeitsuchende", "Arbeitslose", "SGB-II-Beziehende", "Jugendliche", "Gründungswillige",
    "Ehrenamtliche", "Unternehmen", "Träger",
)  # fmt: skip
PARTNERS = (
    "Träger", "Agentur für Arbeit", "Jobcenter", "Arbeitgeberservice", "Migrationssozialarbeit",
    "Einrichtungsbezogene Betreuung", "Fallmanagement", "Integrationszentrum", "Unternehmen",
    "Bildungseinrichtung", "Migrantenorganisation", "Ehrenamt",
)  # fmt: skip
YES, NO = "ja", "nein"


@dataclass(frozen=True, eq=False)  # one column is itself and no other, so that what was read of it can be remembered
class Column:
    """One column of a sheet, or one label of the cover sheet."""

    name: str
    heading: str
    kind: Kind
    required: bool = True  # the cell must be filled
    required_with: str = ""  # … must be filled where that other column is
    may_be_missing: bool = False  # the column need not exist
    values: tuple[str, ...] = ()
    synonyms: dict[str, str] = field(default_factory=dict)
    low: int = 0
    high: int | None = None
    above_low: bool = False  # the lower bound itself is not allowed
    empty: int | bool | None = None  # what an empty cell means
    unit: str = ""
    help: str = ""

    @property
    def title(self) -> str:
        """The heading as the form prints it, with its unit."""
        return f"{self.heading} ({self.unit})" if self.unit else self.heading

    @property
    def dtype(self) -> type[pl.DataType]:
        """Type in the frames."""
        return DTYPES[self.kind]


@dataclass(frozen=True, eq=False)
class Table:
    """One sheet of the form."""

    name: str
    sheet: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    purpose: str = ""

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    def requiring(self, name: str) -> "Table":
        """The same table with that cell required."""
        columns = tuple(replace(column, required=column.required or column.name == name) for column in self.columns)
        return replace(self, columns=columns)


def _case(required: bool = True, help: str = "") -> Column:
    return Column(
        "case_id", "Fallnummer", "case", required=required,
        help=help or "Ihr eigenes Aktenzeichen für genau eine Person, über die Monate gleich. Keine Namen.",
    )  # fmt: skip


REMARK = Column("remark", "Bemerkung", "text", required=False, may_be_missing=True, help="Freier Text, keine Namen.")

BENEFITS = Table(
    "benefits", "Leistungen", ("case_id",),
    (
        _case(),
        Column("birth_year", "Geburtsjahr", "integer", low=1920, help="Vierstellig, zum Beispiel 1990."),
        Column("sex", "Geschlecht", "list", values=("w", "m", "d"), help="w, m oder d."),
        Column("status", "Status", "list", values=STATUSES, synonyms=STATUS_SYNONYMS, help="Aufenthaltsstatus im Meldemonat."),
        Column("benefit_kind", "Leistungsart", "list", values=(BASIC_BENEFIT, ANALOGOUS_BENEFIT), help="Grundleistung (§ 3) oder Analogleistung (§ 2 AsylbLG)."),
        Column("need_stage", "Bedarfsstufe", "integer", low=1, high=6, help="Stufe 1 bis 6 laut Bescheid."),
        Column("accommodation_cents", "Unterkunftskosten", "money", required=False, empty=0, unit="EUR", help="Unterkunftskosten, die Ihre Kommune ohne Arbeit trüge. Leer bedeutet 0."),
        Column("paid_cents", "Gezahlte Leistung", "money", unit="EUR", help="Tatsächlich gewährt, Unterkunft eingeschlossen, Gesundheit nicht."),
        Column("entitled_from", "Anspruch von", "date", required=False, may_be_missing=True, help="Nur ausfüllen, wenn der Anspruch im Monat beginnt."),
        Column("entitled_to", "Anspruch bis", "date", required=False, may_be_missing=True, help="Nur ausfüllen, wenn der Anspruch im Monat endet."),
        Column("cut_cents", "Kürzung", "money", required=False, may_be_missing=True, empty=0, unit="EUR", help="Anspruchseinschränkung nach § 1a AsylbLG. Leer bedeutet 0."),
        Column("state_grant", "Landespauschale", "yes_no", required=False, may_be_missing=True, empty=False, values=(YES, NO), help="ja, wenn die Pauschale des Landes am Leistungsbezug hängt."),
        REMARK,
    ),
    "Eine Zeile je Person, die im Monat Leistungen nach dem AsylbLG bezieht oder vermittelt ist.",
)  # fmt: skip

OPPORTUNITIES = Table(
    "opportunities", "Arbeitsgelegenheiten", ("position_id", "case_id", "from_date"),
    (
        Column("position_id", "AGH-Nummer", "key", help="Nummer der Stelle, über die Monate gleich."),
        Column("provider_kind", "Trägerart", "list", values=PROVIDER_KINDS, help="Gemeinschaftseinrichtung, Kommune oder Verein."),
        Column("workplace", "Einsatzstelle", "text", required=False, required_with="case_id", help="Ort der Arbeit."),
        _case(required=False, help="Fallnummer der Person; leer, wenn die Stelle unbesetzt ist."),
        Column("from_date", "Von", "date", help="Erster Tag im Meldemonat."),
        Column("to_date", "Bis", "date", help="Letzter Tag im Meldemonat."),
        Column("hours_hundredths", "Stunden", "hours", required=False, required_with="case_id", help="Geleistete Stunden, höchstens zwei Nachkommastellen."),
        Column("expense_cents", "Mehraufwand", "money", required=False, empty=0, unit="EUR", help="Nachgewiesener höherer Mehraufwand (§ 5 Abs. 2 AsylbLG). Leer bedeutet 0."),
        Column("voluntary", "Freiwillig", "yes_no", required=False, required_with="case_id", values=(YES, NO), help="ja oder nein."),
        Column("assigned_on", "Zuweisung am", "date", required=False, may_be_missing=True, help="Datum der Zuweisung, wenn nicht freiwillig."),
        Column("certified_on", "Bescheinigung am", "date", required=False, help="Datum der Teilnahmebescheinigung, falls ausgestellt."),
        Column("outcome", "Verbleib", "list", required=False, may_be_missing=True, values=OUTCOMES, help="Wenn die Teilnahme endete: was danach kam."),
        REMARK,
    ),
    "Eine Zeile je Stelle und Person; unbesetzte Stellen ohne Fallnummer.",
)  # fmt: skip

PLACEMENTS = Table(
    "placements", "Vermittlungen", ("case_id", "begin"),
    (
        _case(),
        Column("employer", "Arbeitgeber", "text", help="Nachweis für den Kreis."),
        Column("consent_on", "Zustimmung am", "date", required=False, help="Zustimmung Ihrer Kommune zu dieser Person, spätestens am Beginn."),
        Column("work_permit_on", "Beschäftigungserlaubnis am", "date", required=False, may_be_missing=True, help="Datum der Beschäftigungserlaubnis."),
        Column("begin", "Beginn", "date", help="Erster Tag der Beschäftigung."),
        Column("end", "Ende", "date", required=False, help="Letzter Tag; leer, wenn die Beschäftigung andauert."),
        Column("insured", "SV-pflichtig", "yes_no", values=(YES, NO), help="ja, wenn sozialversicherungspflichtig."),
        Column("weekly_hours_hundredths", "Wochenstunden", "hours", low=0, high=6000, above_low=True, help="Vereinbarte Stunden je Woche."),
        Column("gross_cents", "Bruttolohn", "money", above_low=True, unit="EUR", help="Vereinbarter Bruttolohn je Monat."),
        Column("gross_month_cents", "Bruttolohn im Monat", "money", required=False, may_be_missing=True, unit="EUR", help="Bruttolohn hinter dem Nettolohn dieses Monats; leer bedeutet wie vereinbart."),
        Column("net_cents", "Nettolohn", "money", required=False, unit="EUR", help="In diesem Monat zugeflossener Nettolohn."),
        REMARK,
    ),
    "Eine Zeile je Beschäftigung, die im Monat besteht.",
)  # fmt: skip

NEEDS = Table(
    "needs", "Bedarfe", ("field_of_work", "provider_kind"),
    (
        Column("field_of_work", "Einsatzfeld", "text", help="Zum Beispiel Grünpflege."),
        Column("provider_kind", "Trägerart", "list", values=PROVIDER_KINDS, help="Gemeinschaftseinrichtung, Kommune oder Verein."),
        Column("reported_on", "Gemeldet am", "date", required=False, may_be_missing=True, help="Tag der Bedarfsmeldung."),
        Column("places_reported", "Gemeldete Plätze", "integer", help="Zahl der gemeldeten Plätze."),
        Column("places_filled", "Besetzte Plätze", "integer", help="Davon besetzt."),
    ),
    "Gemeldete und besetzte Plätze je Einsatzfeld.",
)  # fmt: skip

PARTICIPATIONS = Table(
    "participations", "Teilnahmen", ("case_id",),
    (
        _case(),
        Column("proposed_on", "Vorgeschlagen am", "date", help="Tag des Vorschlags."),
        Column("proposed_by", "Vorgeschlagen von", "list", values=PROPOSERS, help="Kommune oder Träger."),
        Column("decision", "Entscheidung", "list", values=DECISIONS, help="zugestimmt, abgelehnt oder offen."),
        Column("decided_on", "Entscheidung am", "date", required=False, help="Tag der Entscheidung."),
        Column("profiled_on", "Kompetenzprofil am", "date", required=False, help="Tag des Kompetenzprofils."),
        Column("planned_on", "Eingliederungsplan am", "date", required=False, help="Tag des Eingliederungsplans."),
        Column("left_on", "Ausgetreten am", "date", required=False, help="Letzter Tag im Programm."),
        Column("left_reason", "Grund", "list", required=False, values=LEAVING_REASONS, help="Warum die Teilnahme endete."),
    ),
    "Der Weg in das Programm, eine Zeile je Person.",
)  # fmt: skip

STOCK = Table(
    "stock", "Bestand", ("status", "age_group"),
    (
        Column("status", "Status", "list", values=STATUSES, synonyms=STATUS_SYNONYMS, help="Aufenthaltsstatus."),
        Column("age_group", "Altersgruppe", "list", values=AGE_GROUPS, help="unter 18, 18 bis 65 oder über 65."),
        Column("persons", "Personen", "integer", help="Zahl der Personen."),
    ),
    "Wer arbeiten könnte: Personen nach Status und Alter.",
)  # fmt: skip

COUNSELLING = Table(
    "counselling", "Beratung", ("service", "target_group", "partner"),
    (
        Column("service", "Leistung", "list", values=SERVICES, help="Art der Beratung."),
        Column("target_group", "Zielgruppe", "list", values=TARGET_GROUPS, help="Für wen."),
        Column("partner", "Partner", "list", values=PARTNERS, help="Mit wem."),
        Column("contacts", "Kontakte", "integer", help="Zahl der Kontakte."),
        Column("contacts_women", "davon Frauen", "integer", help="Davon mit Frauen."),
    ),
    "Beratungskontakte des Monats.",
)  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (BENEFITS, OPPORTUNITIES, PLACEMENTS, NEEDS, PARTICIPATIONS, STOCK, COUNSELLING)
}  # fmt: skip

COVER_SHEET = "Deckblatt"
FORM_VERSION = 1
COVER: tuple[Column, ...] = (
    Column("form_version", "Formularversion", "integer", low=FORM_VERSION, high=FORM_VERSION, help="Vom Kreis vorgegeben."),
    Column("programme", "Programm", "text", help="Schlüssel des Programms."),
    Column("ags", "Gemeindeschlüssel", "ags", help="Amtlicher Gemeindeschlüssel, 8 Ziffern."),
    Column("municipality", "Gemeinde", "text", required=False, help="Ihre Kommune."),
    Column("month", "Meldemonat", "month", help="Zum Beispiel 2016-03, 03/2016 oder März 2016."),
    Column("return_kind", "Meldungsart", "list", values=tuple(ReturnKind), help="Korrektur, wenn diese Meldung eine frühere für denselben Monat ersetzt."),
    Column("contact", "Ansprechperson", "text", required=False, help="Wer Rückfragen beantwortet."),
    Column("email", "E-Mail", "text", required=False, help="Wohin Rückfragen gehen."),
    Column("reported_on", "Datum der Meldung", "date", required=False, help="Tag, an dem Sie die Meldung absenden."),
    Column("confirmed_by", "Sachlich richtig", "text", help="Wer die Angaben in Ihrer Kommune bestätigt."),
    Column("total_cases", "Anzahl Leistungsfälle", "integer", help="Zeilen auf dem Blatt Leistungen."),
    Column("total_paid_cents", "Summe Gezahlte Leistung", "money", help="Summe der Spalte Gezahlte Leistung in Euro."),
    Column("total_hours_hundredths", "Summe AGH-Stunden", "hours", help="Summe der Spalte Stunden auf dem Blatt Arbeitsgelegenheiten."),
    Column("total_placements", "Anzahl Vermittlungen", "integer", help="Zeilen auf dem Blatt Vermittlungen."),
)  # fmt: skip

CONTROL_TOTALS: dict[str, tuple[str, str | None]] = {
    # cover label → (table, column to add up, or None: rows are counted)
    "total_cases": ("benefits", None),
    "total_paid_cents": ("benefits", "paid_cents"),
    "total_hours_hundredths": ("opportunities", "hours_hundredths"),
    "total_placements": ("placements", None),
}

# Where a row came from; stands on every row of every table.
ORIGIN: dict[str, type[pl.DataType]] = {
    "ags": pl.String,
    "month": pl.String,  # service month, YYYY-MM
    "file_sha256": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
}


def form_tables(
    services: tuple[str, ...] = (), target_groups: tuple[str, ...] = (), partners: tuple[str, ...] = ()
) -> dict[str, Table]:
    """The tables with a programme's own counselling lists in place of the form's, where it has some."""
    own = {"service": services, "target_group": target_groups, "partner": partners}
    columns = tuple(replace(column, values=own.get(column.name) or column.values) for column in COUNSELLING.columns)
    return TABLES | {"counselling": replace(COUNSELLING, columns=columns)}


def frame_columns(table: Table) -> dict[str, type[pl.DataType]]:
    """Columns and types of a table's frame: origin first, then the form's columns in order."""
    return ORIGIN | {column.name: column.dtype for column in table.columns}


def empty_frame(table: Table) -> pl.DataFrame:
    """A frame of the table without rows."""
    return pl.DataFrame(schema=frame_columns(table))


def frame_model(table: Table) -> pa.DataFrameSchema:
    """The strict Pandera model of a table's accepted rows, drawn from the column map.

    Required cells are filled, numbers lie in their range, list values in their list. A correct parser
    cannot break it; it is the border that a defect in the parser cannot pass.
    """
    origin = {name: pa.Column(dtype, nullable=False) for name, dtype in ORIGIN.items()}
    return pa.DataFrameSchema(origin | {column.name: _model_column(column) for column in table.columns}, strict=True)


def _model_column(column: Column) -> pa.Column:
    checks = []
    if column.kind in ("integer", "money", "hours"):
        checks.append(pa.Check.gt(column.low) if column.above_low else pa.Check.ge(column.low))
        scale = 1 if column.kind == "integer" else 100
        checks.append(pa.Check.le(column.high if column.high is not None else NUMBER_LIMIT * scale))
    if column.kind == "list":
        checks.append(pa.Check.isin(column.values))
    if column.kind == "case":
        checks.append(pa.Check.str_matches(f"^{CASE_PATTERN}$"))
    never_empty = column.required or column.empty is not None
    return pa.Column(column.dtype, checks=checks, nullable=not never_empty)
