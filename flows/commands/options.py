"""What the subcommands share: exit codes, options, where a programme lies, one way to print an outcome."""

import getpass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.console import ProgressBar
from schemas.months import german_date, german_month, typed_day, typed_month
from schemas.refusal import Refusal

if TYPE_CHECKING:
    from flows.report import Outcome as Reported
    from flows.settle import Outcome
    from flows.workspace import Place

DONE, HELD_BACK, REFUSED = 0, 1, 2


def folder_options(function: Any) -> Any:
    """--inputs and --outputs."""
    inputs = click.option("--inputs", type=click.Path(path_type=Path), default=Path("inputs"), metavar="ORDNER", help="Ordner der Eingaben (Vorgabe: inputs).")  # fmt: skip
    outputs = click.option("--outputs", type=click.Path(path_type=Path), default=Path("outputs"), metavar="ORDNER", help="Ordner der Ergebnisse (Vorgabe: outputs).")  # fmt: skip
    return inputs(outputs(function))


def place_options(function: Any) -> Any:
    """--programme, --inputs and --outputs."""
    programme = click.option("--programme", metavar="NAME", help="Programm (Ordner unter --inputs); entfällt, wenn es nur eines gibt.")  # fmt: skip
    return programme(folder_options(function))


def runner_options(function: Any) -> Any:
    """--direct and --runner."""
    direct = click.option("--direct", is_flag=True, help="Ohne Orchestrierung (Prefect) rechnen; das Ergebnis ist dasselbe.")  # fmt: skip
    runner = click.option("--runner", type=click.Choice(["threads", "processes"]), default="threads", metavar="ART", help="Womit Dateien gelesen und geschrieben werden: threads oder processes.")  # fmt: skip
    return direct(runner(function))


def place_of(programme: str | None, inputs: Path, outputs: Path) -> "Place":
    """The place that the options name, with all that was settled in it finished."""
    from flows.workspace import find_place

    place = find_place(inputs, outputs, programme)
    _mend(place)
    return place


def _mend(place: "Place") -> None:
    """Finish by itself what an interrupted run left: the next command, whichever it is, begins with it."""
    from flows.emit.month_folder import leftovers
    from flows.ledger.document_state import unfinished

    erased = place.to_erase()
    if not unfinished(place.ledger) and not leftovers(place.folder, place.archive) and not erased:
        return
    from flows.settle import mend

    with ProgressBar() as progress:
        months = mend(place, progress)
    for month in months:
        click.echo(f"Nach einer Unterbrechung neu geschrieben: die Unterlagen für {german_month(month)}.", err=True)
    if erased:
        click.echo(f"Dateien mit gelöschten Falldaten entfernt: {len(erased)}.", err=True)


def system_user() -> str:
    """Who is signed in; Refusal where the system does not tell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise Refusal("Bitte mit --by angeben, wer entwirft; das System nennt keinen Namen.") from error


def given_reason(text: str | None) -> str | None:
    """A reason, if one was given; Refusal where it is empty."""
    if text is not None and not text.strip():
        raise Refusal("Der Grund ist leer. Bitte in einem Satz angeben; er wird aufbewahrt und gedruckt.")
    return text.strip() if text is not None else None


def given_name(text: str) -> str:
    """A person's name; Refusal where it is empty."""
    if not text.strip():
        raise Refusal("Bitte mit --by den Namen angeben.")
    return text.strip()


def given_month(text: str) -> str:
    """A month as it is typed; Refusal where it is none."""
    month = typed_month(text)
    if month is None:
        raise Refusal(f"„{text}“ ist kein Monat. Bitte Jahr und Monat wie 2025-03 oder 03/2025 angeben.")
    return month


def given_day(text: str) -> date:
    """A day as it is typed; Refusal where it is none."""
    day = typed_day(text)
    if day is None:
        raise Refusal(f"„{text}“ ist kein Datum. Bitte wie 12.02.2025 oder 2025-02-12 angeben.")
    return day


def document_day(on: str | None) -> date:
    """The date of documents: as it was typed, else today's. Refusal where it is still to come.

    No later document may carry an earlier date, so a year mistyped here could never be put right.
    """
    today = date.today()  # noqa: DTZ011  # the day of the approval, in the office's own time
    day = given_day(on) if on is not None else today
    if day > today:
        raise Refusal(f"Das Datum {german_date(day)} liegt in der Zukunft. Bitte --date prüfen; die Vorgabe ist heute.")
    return day


def print_outcome(outcome: "Outcome") -> None:
    """What a run brought about, in a few lines."""
    from flows.emit.terminal.summary import summary

    programme, others = outcome.programme, outcome.replaced_drafts
    told = summary(outcome.run, outcome.reversals, programme, outcome.folder, others, outcome.skipped)
    for line in told:
        click.echo(line)


def print_report(outcome: "Reported") -> None:
    """What a report is about and where it lies."""
    from flows.emit.terminal.summary import report_summary

    for line in report_summary(outcome.report, outcome.folder):
        click.echo(line)
