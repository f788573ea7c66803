"""The results: computed lines, settled lines, case months and documents, as strict Pandera models.

Money is Int64 cents, hours and rates are Decimal, months are text `YYYY-MM`.
"""

from collections.abc import Callable
from enum import StrEnum

import pandera.polars as pa
import polars as pl

QUANTITY = pl.Decimal(18, 2)
RATE = pl.Decimal(18, 4)


class LineKind(StrEnum):
    """What a line charges."""

    ALLOWANCE = "allowance"
    EXPENSE = "expense"
    PREMIUM = "premium"
    NEUTRALITY = "neutrality"
    START_UP = "start_up"
    ADJUSTMENT = "adjustment"


AGH = (str(LineKind.ALLOWANCE), str(LineKind.EXPENSE))  # of work opportunities

GERMAN_LINE_KIND = {
    LineKind.ALLOWANCE: "Mehraufwandsentschädigung",
    LineKind.EXPENSE: "Nachgewiesener Mehraufwand",
    LineKind.PREMIUM: "Prämie",
    LineKind.NEUTRALITY: "Ausgleich zur Kostenneutralität",
    LineKind.START_UP: "Anschubfinanzierung",
    LineKind.ADJUSTMENT: "Manuelle Buchung",
}


GERMAN_LINE_KIND_IN_FULL = {
    LineKind.ALLOWANCE: "Mehraufwandsentschädigung AGH (§ 5 AsylbLG)",
    LineKind.EXPENSE: "Nachgewiesener Mehraufwand AGH (§ 5 Abs. 2 AsylbLG)",
    LineKind.PREMIUM: "Prämien für Vermittlungen",
    LineKind.NEUTRALITY: "Ausgleich zur Kostenneutralität",
    LineKind.START_UP: "Anschubfinanzierung",
    LineKind.ADJUSTMENT: "Manuelle Buchungen",
}


# What municipalities owe for the carrier's work.
CARRIER_KINDS = (LineKind.PREMIUM, LineKind.NEUTRALITY, LineKind.START_UP)


class Unit(StrEnum):
    """What a line counts."""

    HOUR = "hour"
    MONTH = "month"
    PIECE = "piece"


GERMAN_UNIT = {Unit.HOUR: "Stunde", Unit.MONTH: "Monat", Unit.PIECE: "Stück"}


class Reason(StrEnum):
    """Why a placement is not eligible (RULES section 4.1), or why a line was reversed."""

    NOT_INSURED = "not_insured"
    MARGINAL = "marginal"
    HOURS = "hours"
    STATUS = "status"
    NO_CONSENT = "no_consent"
    LATE_CONSENT = "late_consent"
    NO_WORK_PERMIT = "no_work_permit"
    OUTSIDE_PROGRAMME = "outside_programme"
    WITHDRAWN = "withdrawn"


GERMAN_REASON = {
    Reason.NOT_INSURED: "Die Beschäftigung ist nicht sozialversicherungspflichtig.",
    Reason.MARGINAL: "Der Bruttolohn liegt nicht über der Geringfügigkeitsgrenze (Minijob).",
    Reason.HOURS: "Die Wochenstunden liegen unter der vereinbarten Mindestzahl.",
    Reason.STATUS: "Der Aufenthaltsstatus gehört nicht zur Zielgruppe des Programms.",
    Reason.NO_CONSENT: "Die Zustimmung der Kommune fehlt.",
    Reason.LATE_CONSENT: "Die Zustimmung der Kommune liegt nach dem Beginn der Beschäftigung.",
    Reason.NO_WORK_PERMIT: "Eine Beschäftigungserlaubnis bis zum Beginn ist nicht angegeben.",
    Reason.OUTSIDE_PROGRAMME: "Die Beschäftigung begann außerhalb der Laufzeit des Programms.",
    Reason.WITHDRAWN: "Die Position steht nicht mehr in der gültigen Meldung; der frühere Betrag wird zurückgenommen.",
}


def reasons_in_words(reasons: list[str]) -> str:
    """The reasons as German sentences; what is no known reason (a manual line's own words) stays as it is.

    >>> reasons_in_words(["marginal", "no_consent"])
    'Der Bruttolohn liegt nicht über der Geringfügigkeitsgrenze (Minijob). Die Zustimmung der Kommune fehlt.'
    """
    known = set(Reason)
    return " ".join(GERMAN_REASON[Reason(reason)] if reason in known else reason for reason in reasons)


class Cause(StrEnum):
    """Why a line of an earlier month settles a difference, in the order in which causes are told apart."""

    CANCELLATION = "cancellation"  # a document was reversed; its lines settle anew
    SOFTWARE = "software"  # the same inputs give another amount today
    REOPENING = "reopening"  # a closed year was opened again: its months no longer stand as posted
    LAW = "law"  # rows of the law tables changed
    PROGRAMME = "programme"  # the programme file changed
    LATE_RETURN = "late_return"  # the first return of its municipality and month
    CORRECTION = "correction"  # the municipality now reports otherwise, withdrawn rows included
    ADJUSTMENT = "adjustment"  # a manual line


GERMAN_CAUSE = {
    Cause.CANCELLATION: "Storno",
    Cause.SOFTWARE: "Geänderte Software",
    Cause.REOPENING: "Wieder geöffnetes Jahr",
    Cause.LAW: "Rechtsänderung",
    Cause.PROGRAMME: "Geänderte Programmdatei",
    Cause.LATE_RETURN: "Verspätete Meldung",
    Cause.CORRECTION: "Korrekturmeldung",
    Cause.ADJUSTMENT: "Manuelle Buchung",
}

GERMAN_CAUSE_IN_FULL = {
    Cause.CANCELLATION: "Ein früheres Dokument wurde storniert; seine Positionen werden neu abgerechnet.",
    Cause.SOFTWARE: "Eine neue Fassung des Rechenprogramms ergibt aus denselben Angaben einen anderen Betrag.",
    Cause.REOPENING: "Der Kreis hat ein abgeschlossenes Jahr wieder geöffnet; seine Monate werden wieder je für sich abgerechnet.",
    Cause.LAW: "Ein Satz oder eine Grenze im Recht für diesen Monat wurde berichtigt oder nachgetragen.",
    Cause.PROGRAMME: "Die Vereinbarung (Programmdatei) wurde für diesen Monat geändert.",
    Cause.LATE_RETURN: "Ihre Meldung für diesen Monat kam erst nach seiner Abrechnung.",
    Cause.CORRECTION: "Ihre Kommune hat die Angaben, auf denen der Betrag beruht, neu gemeldet.",
    Cause.ADJUSTMENT: "Der Kreis hat von Hand gebucht.",
}

# Causes that no municipality brought about: a difference of an approved month has to be accepted.
COUNTY_CAUSES = (Cause.SOFTWARE, Cause.LAW, Cause.PROGRAMME)

# What identifies a line for good (RULES section 7.1).
LINE_KEY = ("service_month", "ags", "case_id", "kind", "reference")

_kind = pa.Check.isin([str(kind) for kind in LineKind])
_unit = pa.Check.isin([str(unit) for unit in Unit])
_month = pa.Check.str_matches(r"^\d{4}-(0[1-9]|1[0-2])$")

_KEY_COLUMNS = {
    "service_month": pa.Column(pl.String, _month),
    "ags": pa.Column(pl.String),
    "case_id": pa.Column(pl.String),  # empty text for a line without a case
    "kind": pa.Column(pl.String, _kind),
    "reference": pa.Column(pl.String),
}
_MEASURE_COLUMNS = {
    "provider_kind": pa.Column(pl.String, nullable=True),
    "quantity": pa.Column(QUANTITY),
    "unit": pa.Column(pl.String, _unit),
    "rate_cents": pa.Column(RATE, nullable=True),
    "cost_cents": pa.Column(pl.Int64),
    "computed_cents": pa.Column(pl.Int64),
}
_EVIDENCE_COLUMNS = {
    "reason": pa.Column(pl.List(pl.String)),
    "legal_basis": pa.Column(pl.String),
    "file_sha256": pa.Column(pl.String, nullable=True),  # none for a line that no return brought about
    "sheet": pa.Column(pl.String, nullable=True),
    "row": pa.Column(pl.Int64, nullable=True),
}

# All lines of all service months, as the rules give them today.
COMPUTED_LINES = pa.DataFrameSchema(
    _KEY_COLUMNS | _MEASURE_COLUMNS | _EVIDENCE_COLUMNS, strict=True, ordered=True, unique=list(LINE_KEY)
)

# What a run settles: computed minus posted (lines.parquet).
LINES = pa.DataFrameSchema(
    {"settled_in": pa.Column(pl.String, _month)}
    | _KEY_COLUMNS
    | _MEASURE_COLUMNS
    | {"posted_before_cents": pa.Column(pl.Int64), "delta_cents": pa.Column(pl.Int64)}
    | _EVIDENCE_COLUMNS,
    strict=True,
    ordered=True,
    unique=list(LINE_KEY),
)

# By which a run takes documents back: their lines with the other sign, and the number of the document.
REVERSING_LINES = pa.DataFrameSchema(
    LINES.columns | {"reversal_of": pa.Column(pl.String)},
    strict=True,
    ordered=True,
    unique=[*LINE_KEY, "reversal_of"],
)

# Why the lines of earlier months settle what they settle: a line with several causes has a row for each, and its rows
# lead from what was posted (old) to what is computed (new). A line's differences add up to its delta_cents.
CORRECTIONS = pa.DataFrameSchema(
    _KEY_COLUMNS
    | {
        "old_cents": pa.Column(pl.Int64),
        "new_cents": pa.Column(pl.Int64),
        "difference_cents": pa.Column(pl.Int64, pa.Check.ne(0)),  # new − old
        "cause": pa.Column(pl.String, pa.Check.isin([str(cause) for cause in Cause])),
        "accepted_reason": pa.Column(pl.String, nullable=True),  # of a difference that had to be accepted
    },
    strict=True,
    ordered=True,
    unique=[*LINE_KEY, "cause"],
)

# One row per case and month with a placement (cases.parquet).
CASES = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "case_id": pa.Column(pl.String),
        "service_month": pa.Column(pl.String, _month),
        "eligible": pa.Column(pl.Boolean),
        "reasons": pa.Column(pl.List(pl.String)),
        "eligible_days": pa.Column(pl.Int64),
        "spell_begin": pa.Column(pl.Date, nullable=True),
        "spell_days": pa.Column(pl.Int64, nullable=True),
        "counted_month": pa.Column(pl.Int64, nullable=True),
        "need_cents": pa.Column(pl.Int64),
        "paid_cents": pa.Column(pl.Int64),
        "relief_cents": pa.Column(pl.Int64, nullable=True),  # null where it rests on a net wage that is missing
        "saved_benefit_reported_cents": pa.Column(pl.Int64),
        "saved_benefit_statutory_cents": pa.Column(pl.Int64, nullable=True),
        "saved_health_cents": pa.Column(pl.Int64),
        "lost_grant_cents": pa.Column(pl.Int64),
        "saved_cents": pa.Column(pl.Int64),
        "saved_to_date_cents": pa.Column(pl.Int64),
        "target_cents": pa.Column(pl.Int64),
        "premium_to_date_cents": pa.Column(pl.Int64),
        "premium_cents": pa.Column(pl.Int64),
    },
    strict=True,
    ordered=True,
    unique=["ags", "case_id", "service_month"],
)

# Rows of Leistungen that the calculation finds odd (findings W02 and W03).
DOUBTS = pa.DataFrameSchema(
    {
        "code": pa.Column(pl.String, pa.Check.isin(["W02", "W03"])),
        "file_sha256": pa.Column(pl.String),
        "sheet": pa.Column(pl.String),
        "row": pa.Column(pl.Int64),
        "case_id": pa.Column(pl.String),
        "paid_cents": pa.Column(pl.Int64),
        "need_cents": pa.Column(pl.Int64),
        "counted_cents": pa.Column(pl.Int64),  # income counted against the need, 0 without a placement
        "saved_benefit_reported_cents": pa.Column(pl.Int64, nullable=True),
        "saved_benefit_statutory_cents": pa.Column(pl.Int64, nullable=True),
        "difference_cents": pa.Column(pl.Int64, nullable=True),
    },
    strict=True,
    ordered=True,
)


def frame_schema(model: pa.DataFrameSchema) -> dict[str, pl.DataType]:
    """Column names and Polars types of a model, in order, for building frames that fit it."""
    return {name: column.dtype.type for name, column in model.columns.items()}


def empty(model: pa.DataFrameSchema) -> pl.DataFrame:
    """A frame of the model without rows."""
    return pl.DataFrame(schema=frame_schema(model))


def parted(frame: pl.DataFrame, *key: str) -> Callable[..., pl.DataFrame]:
    """What stands in the columns of a key → the rows that have it, parted once: many filters of long frames take long."""
    parts, nothing = frame.partition_by(key, as_dict=True), frame.clear()
    return lambda *values: parts.get(values, nothing)
