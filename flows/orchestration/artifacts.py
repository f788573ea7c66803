"""What a flow run leaves to look at on the Prefect server: sums, counts and places; no case, no person, no file's name."""

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from schemas.documents import GERMAN_RETURN_STATE, ReturnState, Run
from schemas.findings import GERMAN_SEVERITY
from schemas.identifiers import Ags
from schemas.money import euros
from schemas.months import Month, german_month
from schemas.programme.programme import Programme


def show_sums(run: Run, programme: Programme) -> None:
    """What each municipality is charged (documents.DOCUMENTS), in euros, negative where it is a credit."""
    state = "Entwurf" if run.draft else "freigegeben"
    rows = [
        {"Gemeindeschlüssel": ags, "Kommune": _named(ags, programme), "Betrag": euros(total)}
        for ags, total in run.documents.select("ags", "total_cents").iter_rows()
    ]
    _table("betraege", programme, run.month, f"Beträge je Kommune, {german_month(run.month)} ({state})", rows)


def show_findings(findings: pl.DataFrame, programme: Programme, month: Month) -> None:
    """How often each code was found (findings.FINDINGS_MODEL)."""
    counted = findings.group_by("code", "severity").len().sort("code", "severity")
    rows = [
        {"Befund": code, "Art": GERMAN_SEVERITY[severity], "Anzahl": str(number)}
        for code, severity, number in counted.iter_rows()
    ]
    _table("befunde", programme, month, f"Befunde in den Meldungen, {german_month(month)}", rows)


def show_returns(states: Mapping[Ags, ReturnState], programme: Programme, month: Month) -> None:
    """What became of each municipality's return for the month."""
    rows = [
        {"Gemeindeschlüssel": ags, "Kommune": _named(ags, programme), "Meldung": _GERMAN_ARRIVAL[state]}
        for ags, state in states.items()
    ]
    _table("eingang", programme, month, f"Eingang der Meldungen, {german_month(month)}", rows)


def show_folder(folder: Path, programme: Programme, period: str) -> None:
    """Where the documents lie."""
    create_markdown_artifact(f"Die Unterlagen liegen unter `{folder}`.", _key("unterlagen", programme, period))


# Before a month is settled nothing is taken over: a return without errors has only arrived.
_GERMAN_ARRIVAL = GERMAN_RETURN_STATE | {ReturnState.ACCEPTED: "eingegangen", ReturnState.HELD_BACK: "mit Fehlern"}


def _named(ags: Ags, programme: Programme) -> str:
    return programme.members[ags].name if ags in programme.members else ags


def _table(what: str, programme: Programme, month: Month, title: str, rows: list[dict[str, str]]) -> None:
    create_table_artifact(rows, _key(what, programme, month), title)


def _key(what: str, programme: Programme, period: str) -> str:
    """A key as Prefect wants it: the same for every run of the month, so that it shows how they differ."""
    return re.sub("[^a-z0-9]+", "-", f"{programme.programme.key}-{period}-{what}".lower())
