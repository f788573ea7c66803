"""Commands: the board report of a quarter or a key date, the premium calculation."""

from pathlib import Path
from typing import Any

import click

from flows.clock import today
from flows.commands.console import GermanCommand
from flows.commands.ending import DONE
from flows.commands.options import given_day, location_of, location_options, print_report, runner_options, use_cases
from schemas.refusal import Refusal


@click.command(
    cls=GermanCommand,
    help="Schreibt den Bericht an den Projektbeirat: für ein Quartal oder, mit --as-of, einen Stichtag.",
)
@click.argument("quarter", metavar="[QUARTAL]", required=False, help="Quartal wie 2016-Q1 oder Q1/2016.")
@click.option("--as-of", metavar="DATUM", help="Stichtag wie 14.04.2025, anstelle eines Quartals.")
@click.option(
    "--preliminary",
    is_flag=True,
    help="Auch vor der Freigabe aller Monate; jede Seite ist dann als vorläufig gekennzeichnet.",
)
@click.option(
    "--for",
    "audience",
    default="beirat",
    metavar="EMPFÄNGER",
    help="beirat (Vorgabe), kreis (mit den Beträgen je Kommune) oder ein Gemeindeschlüssel (mit den eigenen).",
)
@click.option(
    "--date",
    "edited_on",
    metavar="DATUM",
    help="Redaktionsdatum wie 14.04.2025 (Vorgabe: Freigabe des letzten Monats, frühestens das Ende des Zeitraums).",
)
@location_options
@runner_options
def report(
    *,
    quarter: str | None,
    as_of: str | None,
    preliminary: bool,
    audience: str,
    edited_on: str | None,
    mode: str | None,
    runner: Any,
    **where: Any,
) -> int:
    """Write a board report."""
    from schemas import report as reports

    if (quarter is None) == (as_of is None):
        raise Refusal("no-period")
    period = reports.key_date(given_day(as_of)) if as_of is not None else reports.quarter(quarter or "")
    reports.check_begun(period, today())
    edited = given_day(edited_on) if edited_on is not None else None
    location = location_of(**where)
    with use_cases(mode, runner) as (office, _):
        outcome = office.report(location, period, preliminary, audience, edited)
    print_report(outcome)
    return DONE


@click.command(
    cls=GermanCommand,
    help="Rechnet aus, welche Prämie die Kosten des Trägers deckt und keine Kommune schlechter stellt.",
)
@click.option(
    "--assumptions",
    metavar="DATEI",
    type=click.Path(path_type=Path),
    help="Annahmen statt abgerechneter Fälle, vor der ersten Vermittlung (Muster: inputs/dueren/annahmen.toml).",
)
@click.option("--date", "on", metavar="DATUM", help="Datum der Kalkulation wie 15.05.2016 (Vorgabe: heute).")
@location_options
def calibrate(assumptions: Path | None, on: str | None, **where: Any) -> int:
    """Calibrate the premium."""
    from flows.calibration import calibrate as calculation

    day = given_day(on) if on is not None else today()
    found = calculation(location_of(**where), assumptions, day)
    click.echo(found.recommendation)
    click.echo(f"  {found.calibration.source} · Rechnung: {found.path}")
    return DONE
