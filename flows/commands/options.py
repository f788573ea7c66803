"""What the subcommands share: exit codes, options, where a programme lies, one way to print an outcome."""

from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.clock import today
from flows.commands.console import ProgressBar
from flows.commands.ending import hindrance, will_be_asked
from flows.commands.printed import command
from flows.home import HOME, INPUTS, OUTPUTS, found_home
from schemas.months import Month, german_month, typed_day, typed_month
from schemas.refusal import Refusal
from schemas.spelling import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.location import Location
    from flows.orchestration import Kind
    from flows.report import Outcome as Reported
    from flows.settle import Outcome
    from flows.use_cases import UseCases


_FOLDERS = {"inputs": INPUTS, "outputs": OUTPUTS}


def folder_options(function: Any) -> Any:
    """--inputs, --outputs and --home."""
    inputs = click.option(
        "--inputs",
        type=click.Path(path_type=Path),
        metavar="ORDNER",
        help=f"Ordner der Eingaben (Vorgabe: {INPUTS} im Ordner des Kreises).",
    )
    return inputs(outputs_option(function))


def outputs_option(function: Any) -> Any:
    """--outputs and --home; the command gets the folders, its own or those of the county's folder."""

    @wraps(function)
    def placed(*, home: Path | None, **given: Any) -> Any:
        missing = {name: folder for name, folder in _FOLDERS.items() if name in given and given[name] is None}
        if missing or home is not None:
            county = found_home(home)
            found = {name: county / folder for name, folder in missing.items()}
            click.get_current_context().params.update(found)  # where the command works, for whatever asks later
            given |= found
        return function(**given)

    outputs = click.option(
        "--outputs",
        type=click.Path(path_type=Path),
        metavar="ORDNER",
        help=f"Ordner der Ergebnisse (Vorgabe: {OUTPUTS} im Ordner des Kreises).",
    )
    county = click.option(
        "--home",
        type=click.Path(path_type=Path),
        metavar="ORDNER",
        help=f"Ordner des Kreises (Vorgabe: {HOME}, sonst der Ordner, in dem der Befehl läuft).",
    )
    return outputs(county(placed))


def location_options(function: Any) -> Any:
    """--programme, --inputs and --outputs."""
    programme = click.option(
        "--programme", metavar="NAME", help="Programm (Ordner unter --inputs); entfällt, wenn es nur eines gibt."
    )
    return programme(folder_options(function))


as_data_option = click.option(
    "--json", "as_data", is_flag=True, help="Als JSON ausgeben, für Skripte und Überwachung; Exitcodes wie sonst."
)


def runner_options(function: Any) -> Any:
    """--orchestrated, --direct, --runner and --dask-address; the command gets one `runner` (orchestration.Kind)."""

    @wraps(function)
    def on_workers(*, runner: str, dask_address: str | None, **given: Any) -> Any:
        if (runner == "dask") != (dask_address is not None):
            raise Refusal("cluster-without-address")
        if dask_address is None:
            return function(runner=runner, **given)
        from flows.orchestration import Cluster

        return function(runner=Cluster(dask_address), **given)

    orchestrated = click.option(
        "--orchestrated",
        "mode",
        flag_value="orchestrated",
        help="Als Lauf von Prefect; so auch ohne diese Option, wo ein Prefect-Server eingestellt ist.",
    )
    direct = click.option(
        "--direct",
        "mode",
        flag_value="direct",
        help="Ohne Prefect, auch wo ein Server eingestellt ist; das Ergebnis ist dasselbe.",
    )
    runner = click.option(
        "--runner",
        type=click.Choice(["auto", "threads", "processes", "dask"]),
        default="auto",
        metavar="ART",
        help="Womit Dateien gelesen und geschrieben werden: threads, processes oder dask (Vorgabe: auto, je nach Anzahl).",
    )
    address = click.option(
        "--dask-address",
        metavar="ADRESSE",
        help="Bei --runner dask: wo der Verteiler der Rechner antwortet, wie tcp://rechner:8786.",
    )
    return orchestrated(direct(runner(address(on_workers))))


@contextmanager
def use_cases(mode: str | None, runner: "Kind", orchestrated: bool = False) -> "Iterator[tuple[UseCases, ProgressBar]]":
    """The use cases as the options want them run; `orchestrated`: as Prefect's, unless the options say otherwise."""
    from flows import running

    with ProgressBar() as progress, running.use_cases(mode, runner, progress, orchestrated=orchestrated) as office:
        yield office, progress


def location_of(programme: str | None, inputs: Path, outputs: Path, auditing: bool = False) -> "Location":
    """The location that the options name, with all that was settled in it finished.

    Refusal where ledger and outputs do not belong together; `auditing`: that is what the command tells.
    """
    from flows.aftermath import asking
    from flows.belonging import astray
    from flows.location import find_location

    location = find_location(inputs, outputs, programme)
    mismatch = astray(location)
    if mismatch is not None and not (auditing and mismatch.code == "ledger-older"):
        raise mismatch
    if mismatch is None:
        _mend(location)
    will_be_asked(click.get_current_context(), asking(location))
    return location


def _mend(location: "Location") -> None:
    """Finish by itself what an interrupted run left: the next command, whichever it is, begins with it."""
    from flows.mending import mend

    with ProgressBar() as progress:
        mended = mend(location, progress)
    for month in mended.months:
        click.echo(f"Nach einer Unterbrechung neu geschrieben: die Unterlagen für {german_month(month)}.", err=True)
    for month in mended.unwritten:
        click.echo(
            f"Die Unterlagen für {german_month(month)} ließen sich nicht neu schreiben; gebucht bleibt, was gebucht ist. "
            f"Woran es liegt, zeigt {command('emit', month)}.",
            err=True,
        )
    if mended.hindered is not None:
        context = click.get_current_context()
        click.echo(f"Nach einer Unterbrechung steht noch etwas aus: {hindrance(mended.hindered, context)}", err=True)
    if mended.erased_files:
        click.echo(f"Dateien mit gelöschten Falldaten entfernt: {mended.erased_files}.", err=True)


def given_name(text: str) -> str:
    """A person's name; Refusal where it is empty."""
    name = visible(text)
    if not name:
        raise Refusal("name-empty")
    return name


def given_month(text: str) -> Month:
    """A month as it is typed; Refusal where it is none."""
    month = typed_month(text)
    if month is None:
        raise Refusal("no-month", text=text)
    return month


def given_day(text: str) -> date:
    """A day as it is typed; Refusal where it is none."""
    day = typed_day(text)
    if day is None:
        raise Refusal("no-day", text=text)
    return day


def document_day(on: str | None) -> date:
    """The date of documents: as it was typed, else today's. Refusal where it is still to come.

    No later document may carry an earlier date, so a year mistyped here could never be put right.
    """
    day = given_day(on) if on is not None else today()
    if day > today():
        raise Refusal("day-ahead", day=day)
    return day


def print_outcome(outcome: "Outcome") -> None:
    """What a run brought about, in a few lines."""
    from flows.commands.wording.summary import summary

    programme, others = outcome.programme, outcome.replaced_drafts
    told = summary(
        outcome.run, outcome.reversals, programme, outcome.folder, others, outcome.skipped, outcome.passed_over
    )
    for line in told:
        click.echo(line)


def print_report(outcome: "Reported") -> None:
    """What a report is about and where it lies."""
    from flows.commands.wording.summary import report_summary

    for line in report_summary(outcome.report, outcome.folder):
        click.echo(line)
