"""Teilnahmebescheinigung: a PDF per participant, without a name, to be completed and signed by hand."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from flows.durable import replacing
from flows.emit.pdf.typesetting import typeset
from flows.emit.wording.words import folder_name
from schemas.documents import NONE
from schemas.identifiers import Ags, CaseId
from schemas.months import german_date
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme

_TITLE = "Teilnahmebescheinigung"


def write_certificates(participations: pl.DataFrame, programme: Programme, created: date, folder: Path) -> list[Path]:
    """A certificate for every case of a PARTICIPATIONS frame, in the folder of its municipality; their paths.

    `created` is the day of the run and stands in the file's properties only: place and date are written by hand.
    """
    written = []
    for (ags, case_id), own in participations.group_by("ags", "case_id", maintain_order=True):
        member = programme.members[Ags(str(ags))]
        # A slash separates folders; no case number contains an underscore.
        name = str(case_id).replace("/", "_")
        path = folder / folder_name(member) / f"{_TITLE}-{name}.pdf"
        with replacing(path) as part:
            part.write_bytes(typeset("certificate", _content(own, CaseId(str(case_id)), member, programme), created))
        written.append(path)
    return written


def _content(own: pl.DataFrame, case_id: CaseId, member: Municipality, programme: Programme) -> dict[str, object]:
    county, address = programme.programme.county, programme.accounting.county_address
    begin, end = own["begin"].min(), own["end"].max()
    assert isinstance(begin, date)
    assert isinstance(end, date)
    return {
        "title": _TITLE,
        "subtitle": "Arbeitsgelegenheit nach § 5 Asylbewerberleistungsgesetz",
        "county": county,
        "sender": f"{address.street} · {address.postcode} {address.city}",
        "foot": f"{_TITLE} · {county} · Fallnummer {case_id}",
        "facts": [
            ["Fallnummer", case_id],
            ["Ort", member.name],
            ["Zeitraum", f"{german_date(begin)} bis {german_date(end)}"],
            ["Programm", programme.programme.title],
        ],
        "confirmation": (
            "Wir bescheinigen, dass die oben genannte Person in diesem Zeitraum an einer Arbeitsgelegenheit teilgenommen "
            "und dabei die folgenden Stunden geleistet hat."
        ),
        "rows": list(_rows(own)),
        "hours": _hours(int(own["hours_hundredths"].sum())),
        "thanks": "Wir danken herzlich für die geleistete Arbeit und wünschen für den weiteren Weg alles Gute.",
    }


def _rows(own: pl.DataFrame) -> Iterator[list[str]]:
    for row in own.iter_rows(named=True):
        yield [
            row["workplace"] or NONE,
            row["provider_kind"],
            german_date(row["begin"]),
            german_date(row["end"]),
            _hours(row["hours_hundredths"]),
        ]


def _hours(hundredths: int) -> str:
    """Hours as a German reader writes them.

    >>> _hours(123450)
    '1.234,50'
    """
    return f"{Decimal(hundredths).scaleb(-2):,.2f}".translate(str.maketrans(",.", ".,"))
