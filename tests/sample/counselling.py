"""Rows of Beratung: the counselling contacts of a month."""

from tests.sample.submission import variant
from tests.sample.workbook import Row

# Service, target group, partner; with the contacts of an ordinary month in a town where the project works.
_CONTACTS = (
    ("Kompetenzprofil", "Arbeitsuchende", "Fallmanagement", 6),
    ("Sozialpädagogische Beratung", "Arbeitsuchende", "Migrationssozialarbeit", 11),
    ("Bewerbungsunterlagen", "Arbeitsuchende", "Ehrenamt", 5),
    ("Vermittlung in Arbeit", "Arbeitsuchende", "Arbeitgeberservice", 4),
    ("Vermittlung in Praktikum", "Jugendliche", "Unternehmen", 2),
    ("Berufsorientierung", "Jugendliche", "Bildungseinrichtung", 3),
    ("Fallbesprechung", "Träger", "Einrichtungsbezogene Betreuung", 4),
    ("Unternehmensberatung", "Unternehmen", "Agentur für Arbeit", 1),
)


def counselling_rows(ags: str, month: str) -> list[Row]:
    """The month's contacts of a municipality where the project counsels."""
    return [
        _row(ags, month, service, target_group, partner, usual)
        for service, target_group, partner, usual in _CONTACTS
        if variant(ags, month, service, choices=4)  # one in four does not take place
    ]


def _row(ags: str, month: str, service: str, target_group: str, partner: str, usual: int) -> Row:
    contacts = usual + variant(month, ags, service, choices=usual + 1)
    women = variant(service, month, ags, choices=contacts // 2 + 1)
    names = {"service": service, "target_group": target_group, "partner": partner}
    return names | {"contacts": contacts, "contacts_women": women}
