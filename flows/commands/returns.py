"""Commands: return forms out, single checks, how far every month is."""

from pathlib import Path
from typing import Any

import click

from flows.clock import today
from flows.commands.console import GermanCommand
from flows.commands.ending import DONE, HELD_BACK
from flows.commands.options import as_data_option, given_month, location_of, location_options
from flows.commands.printed import command
from schemas.refusal import Refusal
from schemas.spelling import mended_name


@click.command(
    cls=GermanCommand,
    help="Schreibt jeder Kommune ihr Meldeformular für den Monat, vorausgefüllt mit dem, was bekannt ist.",
)
@click.argument("month", metavar="MONAT", help="Meldemonat wie 2025-01 oder 01/2025.")
@location_options
@click.option(
    "--to",
    metavar="ORDNER",
    type=click.Path(path_type=Path),
    help="Wohin (Vorgabe: outputs/<Programm>/<Monat>-Formulare).",
)
def forms(month: str, to: Path | None, **where: Any) -> int:
    """Write the return forms."""
    from flows.collect import forms as write_forms
    from flows.collect import forms_of
    from schemas.months import german_month, month_of
    from schemas.spelling import counted

    reported, location = given_month(month), location_of(**where)
    folder = to or forms_of(location, reported)
    written = write_forms(location, reported, folder, month_of(today()))
    made = counted(len(written), "Meldeformular", "Meldeformulare")
    click.echo(f"{made} für {german_month(reported)} geschrieben: {folder}")
    return DONE


@click.command(
    cls=GermanCommand, help="Meldungen nur prüfen: schreibt findings.csv und Korrekturmappen. Sonst ändert sich nichts."
)
@click.argument(
    "files",
    metavar="DATEI...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    help="Eine oder mehrere Meldungen (.xlsx).",
)
@location_options
@click.option(
    "--to", metavar="ORDNER", type=click.Path(path_type=Path), help="Wohin (Vorgabe: outputs/<Programm>/check)."
)
@as_data_option
def check(files: tuple[Path, ...], to: Path | None, as_data: bool, **where: Any) -> int:
    """Validate returns only."""
    from flows.collect import check as check_returns
    from flows.commands.wording.summary import finding_lines
    from schemas.months import month_of

    for path in files:
        if path.is_symlink():
            raise Refusal("file-linked", path=mended_name(str(path)))
        if path.is_dir():
            raise Refusal("file-is-folder", path=path)
        if not path.is_file():
            raise Refusal("file-missing", path=path)
    location = location_of(**where)
    target = to or location.folder / "check"
    intake = check_returns(location, list(files), target, month_of(today()))
    if as_data:
        from flows.commands.wording.as_data import check_data, text

        names = [entry.file for entry in intake.submissions]
        click.echo(text(check_data(names, intake.held_back, intake.findings)))
        return HELD_BACK if intake.held_back else DONE
    for line in finding_lines(intake.findings):
        click.echo(line)
    corrections = f" · Korrekturmappen: {target}" if intake.held_back else ""
    passed = len(files) - len(intake.held_back)
    returns = "Meldung" if len(files) == 1 else "Meldungen"
    click.echo(f"{passed} von {len(files)} {returns} ohne Fehler. Befunde: {target / 'findings.csv'}{corrections}")
    return HELD_BACK if intake.held_back else DONE


@click.command(
    cls=GermanCommand,
    help="Zeigt je Monat, was eingegangen ist, was fehlt und was freigegeben ist, und welche Anordnungen noch offen sind.",
)
@click.option("--journal", is_flag=True, help="Auch zeigen, wer wann unter welchem Konto was getan hat.")
@as_data_option
@location_options
def status(journal: bool, as_data: bool, **where: Any) -> int:
    """Status of every month."""
    from flows.arrivals import passed_over
    from flows.collect import history, pending
    from flows.collect import status as month_states
    from flows.commands.wording.summary import journal_lines, order_lines
    from flows.payments import standing
    from schemas.money import euros
    from schemas.months import german_month
    from schemas.offset_words import stranded_in_words
    from schemas.status import GERMAN_MONTH_STATE

    table = [("Monat", "eingegangen", "zurückgestellt", "fehlend", "Stand", "Summe der Buchungen")]
    location = location_of(**where)
    states = month_states(location)
    not_read = passed_over(location, *(entry.month for entry in states))
    waiting = pending(location)
    money = standing(location, today())
    if as_data:
        from flows.commands.wording.as_data import status_data, text

        click.echo(text(status_data(location.programme, states, not_read, waiting.orders, money)))
        return DONE
    for entry in states:
        open_month = entry.state is None
        table.append(
            (
                german_month(entry.month),
                str(entry.received),
                "–" if open_month else str(entry.held_back),
                "–" if open_month else str(entry.missing),
                f"{GERMAN_MONTH_STATE[entry.state]}{', Falldaten gelöscht' if entry.erased else ''}",
                "–" if entry.booked_cents is None else euros(entry.booked_cents),
            )
        )
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        cells = [
            text.rjust(width) if 0 < column != 4 else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
    for each in not_read:
        click.echo(f"Achtung: {each.sentence}")
    for line in order_lines(waiting.orders, waiting.programme):
        click.echo(line)
    if waiting.stranded:
        click.echo(stranded_in_words(waiting.stranded, waiting.programme))
    if money is not None:
        click.echo(f"{money.sentence} Je Beleg: {command('outstanding')}.")
    for line in journal_lines(history(location)) if journal else ():
        click.echo(line)
    return DONE
