"""The parameters of the flows: what Prefect checks before a run, and what its form says to whoever starts one.

Who acts and why is a secret: Prefect masks what this process hands to a flow. What is typed into its own form it keeps.
"""

import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr

from flows import home
from schemas import months


def _shown(title: str, description: str, **constraints: Any) -> Any:
    """A parameter with its words; Prefect overwrites the title and description that Field itself takes."""
    return Field(json_schema_extra={"title": title, "description": description}, **constraints)


_MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
_PERIOD = r"^[0-9]{4}-(Q[1-4]|(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))$"
_KEPT = "Was hier eingetragen wird, speichert der Prefect-Server."

ProgrammeName = Annotated[
    str | None, _shown("Programm", "Ordner unter den Eingaben; leer, wenn es nur ein Programm gibt.")
]
Inputs = Annotated[Path, _shown("Ordner der Eingaben", "Vom Arbeitsordner des Laufs aus.")]
Outputs = Annotated[Path, _shown("Ordner der Ergebnisse", "Vom Arbeitsordner des Laufs aus.")]

Month = Annotated[months.Month, _shown("Abrechnungsmonat", "Wie 2025-01.", pattern=_MONTH)]
DueMonth = Annotated[
    months.Month | None,
    _shown("Abrechnungsmonat", "Wie 2025-01; leer: der Monat, der an der Reihe ist.", pattern=_MONTH),
]
Drafter = Annotated[
    SecretStr | None,
    _shown("Entworfen von", f"Name; leer: das Konto, unter dem der Lauf arbeitet. {_KEPT}", min_length=1),
]
Approver = Annotated[
    SecretStr, _shown("Freigegeben von", f"Name der zweiten Person (Vier-Augen-Prinzip). {_KEPT}", min_length=1)
]
Reason = Annotated[
    SecretStr | None,
    _shown(
        "Grund für Differenzen",
        f"Warum Differenzen freigegebener Monate richtig sind, die keine Kommune verursacht hat. {_KEPT}",
        min_length=1,
    ),
]
Ahead = Annotated[
    bool,
    _shown(
        "Vor dem Monatsende",
        "Auch einen Monat entwerfen, der noch nicht zu Ende ist; die Meldungen sind dann nicht vollständig.",
    ),
]
DocumentDate = Annotated[date | None, _shown("Datum der Belege", "Leer: der Tag des Laufs.")]
WithoutNew = Annotated[
    bool,
    _shown(
        "Ohne später Gekommenes",
        "Auch freigeben, wenn nach dem Entwurf noch Meldungen kamen; sie zählen erst im nächsten Monat.",
    ),
]

Draft = Annotated[
    str | None, _shown("Prüfsumme des Entwurfs", "Wenn angegeben, wird nur der Entwurf freigegeben, der sie trägt.")
]

PeriodName = Annotated[
    str | None,
    _shown(
        "Zeitraum",
        "Quartal wie 2016-Q1 oder Stichtag wie 2025-04-14; leer: das zuletzt beendete Quartal.",
        pattern=_PERIOD,
    ),
]
Preliminary = Annotated[
    bool, _shown("Vorläufig", "Auch vor der Freigabe aller Monate; jede Seite ist dann gekennzeichnet.")
]
Audience = Annotated[
    str, _shown("Empfänger", "beirat, kreis (mit den Beträgen je Kommune) oder ein Gemeindeschlüssel.")
]
EditedOn = Annotated[
    date | None,
    _shown("Redaktionsdatum", "Leer: Freigabe des letzten Monats, frühestens das Ende des Zeitraums."),
]

Seals = Annotated[
    dict[months.Month, str] | None,
    _shown("Prüfsiegel", "Monat und Prüfsiegel, wie es auf seinen Unterlagen steht; leer: nur das Buch selbst."),
]
Full = Annotated[
    bool, _shown("Alles noch einmal", "Auch die Meldungen lesen, die eine frühere Prüfung verglichen hat.")
]

_COUNTY = Path(os.environ.get(home.HOME, ""))
INPUTS, OUTPUTS = _COUNTY / home.INPUTS, _COUNTY / home.OUTPUTS
