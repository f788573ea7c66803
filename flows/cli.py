"""The command: parses arguments, calls a flow, prints one result. Everything it says is German."""

import getpass
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.console import GermanCommand, GermanGroup, ProgressBar, disk_sentence, usage_sentence
from schemas.refusal import Refusal

if TYPE_CHECKING:
    from flows.place import Place
    from flows.settle import Outcome

DONE, HELD_BACK, REFUSED = 0, 1, 2

INTRODUCTION = """Rechnet Arbeitsgelegenheiten (AGH, § 5 AsylbLG) und Vermittlungsprämien zwischen Kreis und Kommunen ab.

\b
So läuft ein Monat:
  0. placement-premium forms 2025-01           schreibt die vorausgefüllten Meldeformulare
  1. Meldungen der Kommunen nach inputs/<Programm>/returns/<Monat>/ legen
  2. placement-premium settle 2025-01          liest, prüft, rechnet, schreibt den Entwurf
  3. placement-premium approve 2025-01 --by NAME   gibt frei (zweite Person): Nummern, Buchung, Unterlagen
  4. placement-premium status                  zeigt, wie weit jeder Monat ist

\b
Zum Ansehen mit mitgelieferten Beispielen: placement-premium demo
"""


@click.group(
    cls=GermanGroup,
    help=INTRODUCTION,
    invoke_without_command=True,
    subcommand_metavar="BEFEHL …",
    options_metavar="[OPTIONEN]",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """A bare call explains itself."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _place_options(function: Any) -> Any:
    options = (
        click.option("--programme", metavar="NAME", help="Programm (Ordner unter --inputs); entfällt, wenn es nur eines gibt."),
        click.option("--inputs", type=click.Path(path_type=Path), default=Path("inputs"), metavar="ORDNER", help="Ordner der Eingaben (Vorgabe: inputs)."),
        click.option("--outputs", type=click.Path(path_type=Path), default=Path("outputs"), metavar="ORDNER", help="Ordner der Ergebnisse (Vorgabe: outputs)."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


_runner_options = (
    click.option("--direct", is_flag=True, help="Ohne Orchestrierung (Prefect) rechnen; das Ergebnis ist dasselbe."),
    click.option("--runner", type=click.Choice(["threads", "processes"]), default="threads", metavar="ART", help="Womit Dateien gelesen und geschrieben werden: threads oder processes."),
)  # fmt: skip


def _place(programme: str | None, inputs: Path, outputs: Path) -> "Place":
    from flows.place import find_place

    return find_place(inputs, outputs, programme)


@cli.command(
    cls=GermanCommand,
    help="Schreibt jeder Kommune ihr Meldeformular für den Monat, vorausgefüllt mit dem, was bekannt ist.",
)
@click.argument("month", metavar="MONAT")
@_place_options
@click.option(
    "--to",
    metavar="ORDNER",
    type=click.Path(path_type=Path),
    help="Wohin (Vorgabe: outputs/<Programm>/<Monat>-Formulare).",
)
def forms(month: str, to: Path | None, **where: Any) -> int:
    """Write the return forms."""
    from flows.collect import forms as write_forms
    from schemas.months import german_month

    place = _place(**where)
    folder = to or place.folder / f"{month}-Formulare"
    written = write_forms(place, month, folder)
    click.echo(f"{len(written)} Meldeformulare für {german_month(month)} geschrieben: {folder}")
    return DONE


@cli.command(cls=GermanCommand, help="Einen Monat abrechnen: Meldungen einlesen, prüfen, rechnen, Entwurf schreiben.")
@click.argument("month", metavar="MONAT")
@_place_options
@click.option("--by", metavar="NAME", help="Wer entwirft (Vorgabe: angemeldete Person).")
@_runner_options[0]
@_runner_options[1]
def settle(month: str, by: str | None, direct: bool, runner: Any, **where: Any) -> int:
    """Draft a month."""
    from flows import settle as flow

    place = _place(**where)
    job = flow.prepare(place, month, by or _system_user())
    with ProgressBar() as progress:
        outcome = flow.settle(job, progress, runner, direct)
    _print_outcome(outcome)
    click.echo(
        f"Weiter: Entwurf ansehen, dann „placement-premium approve {month} --programme {place.programme} --by NAME“ (zweite Person)."
    )
    return HELD_BACK if outcome.held_back else DONE


@cli.command(
    cls=GermanCommand, help="Den Entwurf eines Monats freigeben: Nummern vergeben, buchen, Unterlagen schreiben."
)
@click.argument("month", metavar="MONAT")
@_place_options
@click.option(
    "--by", required=True, metavar="NAME", help="Wer freigibt; nicht, wer entworfen hat (Vier-Augen-Prinzip)."
)
@click.option("--date", "on", metavar="DATUM", help="Datum der Belege wie 2025-02-12 (Vorgabe: heute).")
def approve(month: str, by: str, on: str | None, **where: Any) -> int:
    """Approve a month."""
    from flows import settle as flow

    document_date = _date(on) if on else date.today()  # noqa: DTZ011  # the day of the approval, in the office's own time
    with ProgressBar() as progress:
        outcome = flow.approve(_place(**where), month, by, document_date, progress)
    _print_outcome(outcome)
    return DONE


@cli.command(cls=GermanCommand, help="Die Unterlagen eines freigegebenen Monats noch einmal schreiben, Byte für Byte.")
@click.argument("month", metavar="MONAT")
@_place_options
def emit(month: str, **where: Any) -> int:
    """Write the documents of an approved month again."""
    from flows import settle as flow

    with ProgressBar() as progress:
        outcome = flow.emit(_place(**where), month, progress)
    _print_outcome(outcome)
    return DONE


@cli.command(
    cls=GermanCommand, help="Meldungen nur prüfen: schreibt findings.csv und Korrekturmappen. Sonst ändert sich nichts."
)
@click.argument("files", metavar="DATEI...", nargs=-1, required=True, type=click.Path(path_type=Path))
@_place_options
@click.option(
    "--to", metavar="ORDNER", type=click.Path(path_type=Path), help="Wohin (Vorgabe: outputs/<Programm>/check)."
)
def check(files: tuple[Path, ...], to: Path | None, **where: Any) -> int:
    """Validate returns only."""
    from flows.collect import check as check_returns
    from flows.emit.summary import finding_lines
    from schemas.months import month_of

    for path in files:
        if not path.is_file():
            raise Refusal(f"Die Datei {path} gibt es nicht. Bitte den Pfad prüfen.")
    place = _place(**where)
    target = to or place.folder / "check"
    today = date.today()  # noqa: DTZ011  # which month is current, in the office's own time
    intake = check_returns(place, list(files), target, month_of(today))
    for line in finding_lines(intake.findings):
        click.echo(line)
    corrections = f" · Korrekturmappen: {target}" if intake.held_back else ""
    passed = len(files) - len(intake.held_back)
    click.echo(f"{passed} von {len(files)} Meldungen ohne Fehler. Befunde: {target / 'findings.csv'}{corrections}")
    return HELD_BACK if intake.held_back else DONE


@cli.command(cls=GermanCommand, help="Zeigt je Monat, was eingegangen ist, was fehlt und was freigegeben ist.")
@_place_options
def status(**where: Any) -> int:
    """Status of every month."""
    from flows.collect import status as month_states
    from schemas.money import euros
    from schemas.months import german_month

    states = {None: "nicht abgerechnet", "draft": "Entwurf", "approved": "freigegeben"}
    table = [("Monat", "eingegangen", "zurückgestellt", "fehlend", "Stand", "Summe")]
    for entry in month_states(_place(**where)):
        open_month = entry.state is None
        table.append((
            german_month(entry.month), str(entry.received), "–" if open_month else str(entry.held_back),
            "–" if open_month else str(entry.missing), states[entry.state],
            "–" if entry.total_cents is None else euros(entry.total_cents),
        ))  # fmt: skip
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        cells = [
            text.rjust(width) if 0 < column != 4 else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
    return DONE


@cli.command(
    cls=GermanCommand,
    help="Leitet die Beträge eines Falls her: jeder Schritt mit Rechtsgrundlage und Zelle der Meldung.",
)
@click.argument("case", metavar="FALLNUMMER")
@click.option("--month", required=True, metavar="MONAT", help="Leistungsmonat wie 2025-01.")
@click.option(
    "--ags", metavar="AGS", help="Gemeindeschlüssel; nötig, wenn es die Fallnummer in mehreren Kommunen gibt."
)
@_place_options
def explain(case: str, month: str, ags: str | None, **where: Any) -> int:
    """Derive a case's figures."""
    from flows.collect import explain as derivation
    from flows.emit.explain import explanation

    for line in explanation(derivation(_place(**where), case, month, ags)):
        click.echo(line)
    return DONE


@cli.command(
    cls=GermanCommand, help="Prüft das Buch: Prüfsummen, Nummern, Summen, Prämiengarantie, archivierte Dateien."
)
@_place_options
def verify(**where: Any) -> int:
    """Check the ledger."""
    from flows.ledger.verify import approved_months
    from flows.ledger.verify import verify as problems

    place = _place(**where)
    found = problems(place.ledger, place.archive)
    for sentence in found:
        click.echo(sentence)
    if found:
        raise Refusal(f"Das Buch {place.ledger.path} hält der Prüfung nicht stand; zuerst: {found[0]}")
    click.echo(f"Geprüft: {approved_months(place.ledger)} freigegebene Monate, alles stimmt.")
    return DONE


@cli.command(
    cls=GermanCommand, help="Rechnet die mitgelieferten Programme von Anfang an ab und zeigt, wo die Unterlagen liegen."
)
@click.option(
    "--inputs",
    type=click.Path(path_type=Path),
    default=Path("inputs"),
    metavar="ORDNER",
    help="Ordner der Eingaben (Vorgabe: inputs).",
)
@click.option(
    "--outputs",
    type=click.Path(path_type=Path),
    default=Path("outputs"),
    metavar="ORDNER",
    help="Ordner der Ergebnisse (Vorgabe: outputs).",
)
@_runner_options[0]
@_runner_options[1]
def demo(inputs: Path, outputs: Path, direct: bool, runner: Any) -> int:
    """Run the shipped programmes."""
    from flows import demo as flow

    with ProgressBar() as progress:
        for outcome in flow.demo(inputs, outputs, progress, runner, direct):
            progress.clear()
            _print_outcome(outcome)
    click.echo(
        f"Fertig. Unterlagen je Monat unter {outputs}/<Programm>/<Monat>: Finanzübersicht, darunter „Kommunen“ mit den Abrechnungen."
    )
    return DONE


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise Refusal("Bitte mit --by angeben, wer entwirft; das System nennt keinen Namen.") from error


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"„{text}“ ist kein Datum. Bitte wie 2025-02-12 angeben.") from error


def _print_outcome(outcome: "Outcome") -> None:
    from flows.emit.summary import summary

    for line in summary(outcome.run, outcome.folder, outcome.held_back, outcome.replaced_drafts, outcome.skipped):
        click.echo(line)


def main() -> None:
    """Entry point: exit code 0 done, 1 done with returns held back, 2 refused."""
    try:
        sys.exit(cli.main(standalone_mode=False) or DONE)
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
    except OSError as error:
        click.echo(disk_sentence(error), err=True)
    except click.UsageError as error:
        click.echo(usage_sentence(error), err=True)
    except click.Abort:
        click.echo("Abgebrochen; freigegeben oder gebucht wurde dabei nichts.", err=True)
    sys.exit(REFUSED)
