"""A refusal in German: its figures as German readers write them, and what a door names in the door's words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from string import Formatter
from typing import Any, NamedTuple, Protocol, runtime_checkable

from schemas.identifiers import Ags
from schemas.months import Month, german_date, german_month, is_month
from schemas.refusals.entry import ACTION, FIELD, Action, Door, Entry

GERMAN_ACTION = {
    "backup": "Sichern",
    "settle": "Entwurf rechnen",
    "approve": "Freigeben",
    "emit": "Unterlagen schreiben",
    "status": "Übersicht",
    "adjust": "Manuelle Buchung",
    "receipts": "Umsätze übernehmen",
    "assign": "Umsatz zuordnen",
    "cancel": "Storno",
    "opening": "Eröffnungssalden übernehmen",
    "close": "Jahresabschluss",
    "init": "Kreis beginnen",
    "erase": "Falldaten löschen",
}

GERMAN_FIELD = {
    "ags": "Gemeindeschlüssel",
    "ahead": "vor dem Monatsende",
    "amount": "Betrag",
    "approve": "Freigeben",
    "as-of": "Stichtag",
    "assumptions": "Annahmen",
    "by": "Name",
    "confirm-date": "Datum bestätigen",
    "date": "Datum",
    "direct": "ohne Prefect",
    "runner": "Art der Arbeit",
    "dask-address": "Adresse des Verteilers",
    "for": "Empfänger",
    "foreign": "gehört nicht zum Programm",
    "home": "Ordner des Kreises",
    "host": "Adresse",
    "inputs": "Eingaben",
    "month": "Monat",
    "name": "Name",
    "outputs": "Ergebnisse",
    "port": "Port",
    "preliminary": "vorläufig",
    "programme": "Programm",
    "reason": "Grund",
    "remind": "Erinnern",
    "release": "Zuordnung aufheben",
    "reopen": "Wieder öffnen",
    "to": "Ziel",
    "trusted-proxy": "Adresse des Proxys",
    "voucher": "Beleg",
    "withdraw": "Zurückziehen",
    "without-new": "Ohne diese Dateien freigeben",
}

# Argument that makes another action of a use case → that one's name.
_OWN_NAME = {
    "withdraw": GERMAN_FIELD["withdraw"],
    "reopen": GERMAN_FIELD["reopen"],
    "accept": "Änderung annehmen",
}


_CONFIDENTIAL = {
    "person": "(Name)",
    "case": "(Fallnummer)",
    "finding": "(siehe Prüfung)",
    "file": "(Dateiname)",
    "amount": "(Betrag)",
    "differences": "(Liste)",
}


class Difference(NamedTuple):
    """What approved months of a municipality would come to now, by one cause."""

    cause: str  # results.Cause
    ags: Ags
    name: str
    first_month: Month
    last_month: Month
    positions: int
    difference_cents: int


class German:
    """What a reader may do, by its German name: what a form's label and a button say."""

    def field(self, name: str) -> str:
        """Its German name."""
        return f"„{GERMAN_FIELD[name]}“"

    def action(self, action: Action) -> str:
        """Its German name; of what takes an order or a closing back, or accepts what has changed, that one's."""
        own = next((name for argument, name in _OWN_NAME.items() if argument in action.arguments), None)
        return f"„{own or GERMAN_ACTION[action.use_case]}“"


class Plain(German):
    """Words for a log, a state or a traceback (refusals.Door): nobody and no case is named there."""

    def confidential(self, what: str, text: str) -> str:  # noqa: ARG002  # this door tells nobody
        """That there is something."""
        return _CONFIDENTIAL[what]


@runtime_checkable
class Said(Protocol):
    """What a door words: a refusal, or what a check of the ledger found."""

    @property
    def code(self) -> str:
        """Its key in a catalogue."""

    def sentence(self, door: Door) -> str:
        """In the door's words."""


def worded(entry: Entry, figures: Mapping[str, object], action: Action | None, door: Door) -> str:
    """What is wrong and the mend; `action` is the entry's with the figures that it takes."""
    words = {**figures, FIELD: _FIELDS, ACTION: door.action(action) if action else ""}
    return " ".join(filled(template, words, door) for template in (entry.wrong, entry.mend) if template)


def filled(template: str, figures: Mapping[str, object], door: Door) -> str:
    """A template with its figures as German readers write them, and what a door names in the door's words."""
    return _German(door).vformat(template, (), figures)


_FIELDS = object()  # stands for all of them in a template: the format names one


class _German(Formatter):
    def __init__(self, door: Door) -> None:
        self._door = door
        self._wording: dict[str, Callable[[Any], str]] = {
            **_WORDING,
            **{what: partial(self._confidential, what) for what in _CONFIDENTIAL},
        }

    def _confidential(self, what: str, value: Any) -> str:
        text = value.sentence(self._door) if isinstance(value, Said) else _SHOWN.get(what, str)(value)
        return self._door.confidential(what, text)

    def format_field(self, value: Any, format_spec: str) -> str:
        """A figure in German, or a field as the door names it."""
        if value is _FIELDS:
            return self._door.field(format_spec)
        return self._wording[format_spec](value) if format_spec else str(value)


def _euros(amount_cents: int) -> str:
    from schemas.money import euros  # with Polars, for which a command's help would wait

    return euros(amount_cents)


def _municipalities(named: Iterable[tuple[str, str]]) -> str:
    """By AGS and name; a former member has no name."""
    return ", ".join(f"{ags} ({name})" if name else ags for ags, name in named)


def _differences(found: Iterable[Difference]) -> str:
    from schemas.results import GERMAN_CAUSE, Cause

    return "\n".join(
        f"  {GERMAN_CAUSE[Cause(each.cause)]} · {each.ags} {each.name} · {_span(each.first_month, each.last_month)} · "
        f"{each.positions} {'Position' if each.positions == 1 else 'Positionen'} · {_euros(each.difference_cents)}"
        for each in found
    )


def _span(first: Month, last: Month) -> str:
    return german_month(first) if first == last else f"{german_month(first)} bis {german_month(last)}"


def _subject(text: str) -> str:
    """A month in words; what is none, as it is."""
    return german_month(text) if is_month(text) else text


def _until(day: date | None) -> str:
    return f" bis {german_date(day)}" if day else ""


# What is confidential and no text: how a door that may show it does.
_SHOWN: dict[str, Callable[[Any], str]] = {
    "file": lambda files: ", ".join(files) if isinstance(files, list | tuple) else str(files),
    "amount": _euros,
    "case": lambda case_id: case_id or "–",
    "differences": _differences,
}

# Table of the ledger → what a record in it is.
_ACTS = {
    "runs": "Freigabe",
    "closings": "Jahresabschluss",
    "erasures": "Löschung",
    "publications": "Bericht",
    "account_files": "Umsätze",
}

_WORDING: dict[str, Callable[[Any], str]] = {
    "month": german_month,
    "months": lambda months: ", ".join(map(german_month, months)),
    "subject": _subject,
    "act": lambda table: _ACTS[table],
    "digest": lambda sha256: f"{sha256[:12]}…",
    "date": german_date,
    "until": _until,
    "euros": _euros,
    "list": ", ".join,
    "list-or-none": lambda words: ", ".join(words) or "–",
    "lines": "\n".join,
    "municipalities": _municipalities,
}
