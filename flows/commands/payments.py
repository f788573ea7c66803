"""Commands on money: movements on the county's account taken in and allocated."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.clock import today
from flows.commands.console import GermanCommand
from flows.commands.ending import DONE
from flows.commands.options import document_day, given_day, given_name, location_of, location_options
from flows.commands.printed import command
from schemas.refusal import Refusal

if TYPE_CHECKING:
    from flows.location import Location
    from flows.payments import Assigning


@click.command(
    cls=GermanCommand,
    help="Übernimmt Umsätze des Kontos des Kreises: Kontoauszüge (camt.053) oder die Liste der Kasse (CSV). "
    "Ohne Datei zeigt es, was ungeklärt ist.",
)
@click.argument(
    "files",
    nargs=-1,
    metavar="[DATEI]...",
    type=click.Path(path_type=Path),
    help="Kontoauszüge als camt.053, oder Listen der Kasse, deren Name auf .csv endet. Alle werden übernommen oder keine.",
)
@click.option("--by", metavar="NAME", help="Wer die Umsätze übernimmt; wird aufbewahrt.")
@location_options
def receipts(*, files: tuple[Path, ...], by: str | None, **where: Any) -> int:
    """Take in movements, or list the unclear ones."""
    from flows import payments as flow
    from flows.commands.wording import payments as wording

    if not files:
        programme, unclear = flow.unclear(location_of(**where))
        click.echo("Ungeklärte Umsätze:" if unclear else "Kein Umsatz ist ungeklärt.")
        for entry in unclear:
            for line in wording.unclear(programme, entry):
                click.echo(f"  {line}")
        if unclear:
            click.echo(wording.next_step(unclear[0].stored.id))
        return DONE
    if by is None:
        raise Refusal("receipts-by-missing")
    name = given_name(by)
    programme, taken = flow.take_in(location_of(**where), files, name)
    for each in taken:
        for line in wording.taken_in(programme, each):
            click.echo(line)
    open_ones = [key for each in taken for key, match in each.matched if match.why is None]
    if open_ones:
        click.echo(wording.next_step(open_ones[0]))
    return DONE


@click.command(
    cls=GermanCommand,
    help="Sagt, wozu ein ungeklärter Umsatz gehört; --release hebt eine Zuordnung wieder auf.",
)
@click.argument("movement", metavar="UMSATZ", type=int, help="Nummer des Umsatzes, wie „receipts“ sie zeigt.")
@click.option(
    "--to",
    "targets",
    multiple=True,
    metavar="ZIEL",
    help="Nummer des Belegs wie AGH-2025-0006, Gemeindeschlüssel (ohne Beleg) oder Zahlung an den Träger wie VP-2025-06; bei mehreren mit Betrag: AGH-2025-0006=12,50.",
)
@click.option("--foreign", is_flag=True, help="Der Umsatz gehört nicht zu diesem Programm.")
@click.option("--release", is_flag=True, help="Die Zuordnung des Umsatzes aufheben; er ist dann wieder ungeklärt.")
@click.option("--reason", required=True, metavar="GRUND", help="Warum, in einem Satz; wird aufbewahrt.")
@click.option("--by", required=True, metavar="NAME", help="Wer es sagt; wird aufbewahrt.")
@location_options
def assign(
    *, movement: int, targets: tuple[str, ...], foreign: bool, release: bool, reason: str, by: str, **where: Any
) -> int:
    """Allocate a movement, or take that back."""
    from flows import payments as flow
    from flows.commands.wording import payments as wording
    from schemas.given import given_reason

    if sum((bool(targets), foreign, release)) > 1:
        raise Refusal("movement-several-wishes")
    if not (targets or foreign or release):
        raise Refusal("movement-no-target", movement=movement)
    given, name = given_reason(reason), given_name(by)
    wanted = [_target(text) for text in targets]
    if len(wanted) > 1 and any(each.amount_cents is None for each in wanted):
        raise Refusal("movement-several-rests")
    location = location_of(**where)
    if release:
        programme, stood = flow.release(location, movement, reason=given, by=name)
        click.echo(f"Aufgehoben: Umsatz {movement} war zugeordnet: {wording.released(programme, stood)}.")
        click.echo(wording.next_step(movement))
        return DONE
    programme, stored = flow.assign(location, movement, wanted, foreign=foreign, reason=given, by=name)
    for line in wording.assigned(programme, stored):
        click.echo(line)
    return DONE


def _target(text: str) -> "Assigning":
    """A document or a municipality as it is typed, with its amount behind a sign of equality."""
    from flows.payments import Assigning
    from schemas.money import typed_cents

    target, separator, amount = text.partition("=")
    cents = typed_cents(amount) if separator else None
    if separator and cents is None:
        raise Refusal("no-amount", text=amount)
    return Assigning(target.strip().upper(), cents)


@click.command(
    cls=GermanCommand,
    help="Zeigt, was an einem Tag offen ist, je Beleg mit den Tagen seit der Fälligkeit, und schreibt es als Tabelle.",
)
@click.option("--date", "--on", "on", metavar="DATUM", help="Stichtag wie 30.06.2025 (Vorgabe: heute).")
@click.option("--remind", "reminding", is_flag=True, help="Danach Zahlungserinnerungen schreiben wie „remind“.")
@click.option("--by", metavar="NAME", help="Mit --remind: wer erinnert; wird aufbewahrt.")
@location_options
def outstanding(*, on: str | None, reminding: bool, by: str | None, **where: Any) -> int:
    """Open items of a day, and reminders."""
    from flows import payments as flow
    from flows.commands.wording import payments as wording

    if by is not None and not reminding:
        raise Refusal("outstanding-by-alone")
    if reminding:
        name, day = given_name(by or ""), document_day(on)
    else:
        day = given_day(on) if on is not None else today()
    location = location_of(**where)
    programme, money = flow.outstanding(location, day)
    for line in wording.outstanding(programme, money):
        click.echo(line)
    click.echo(f"Geschrieben: {location.folder / f'Offene-Posten-{day}.xlsx'} (für Programme: open_items.parquet).")
    return _reminded(location, day, name) if reminding else DONE


@click.command(
    cls=GermanCommand,
    help="Schreibt Zahlungserinnerungen (Brief und Mail) an Kommunen mit überfälligen Rechnungen, nach den Regeln unter [reminders].",
)
@click.option(
    "--date", "--on", "on", metavar="DATUM", help="Stichtag und Datum der Briefe wie 30.06.2025 (Vorgabe: heute)."
)
@click.option("--by", required=True, metavar="NAME", help="Wer erinnert; wird aufbewahrt.")
@location_options
def remind(*, on: str | None, by: str, **where: Any) -> int:
    """Write reminders; nothing is sent."""
    name, day = given_name(by), document_day(on)
    return _reminded(location_of(**where), day, name)


def _reminded(location: "Location", day: date, by: str) -> int:
    from flows.reminding import remind as flow
    from schemas.money import euros
    from schemas.spelling import counted

    written = flow(location, day, by)
    if not written.reminders:
        click.echo("Zu erinnern ist niemand.")
        return DONE
    letters = counted(len(written.reminders), "Zahlungserinnerung", "Zahlungserinnerungen")
    click.echo(f"{letters} geschrieben: {written.folder}")
    for each in written.reminders:
        numbers = ", ".join(str(item.number) for item in each.items)
        click.echo(f"  {written.programme.name_of(each.recipient)}: {euros(each.open_cents)} ({numbers})")
    if written.unclear:
        click.echo(
            f"Achtung: {counted(written.unclear, 'Umsatz ist', 'Umsätze sind')} ungeklärt ({command('receipts')}). "
            "Bitte vor dem Senden ansehen: Vielleicht ist schon gezahlt."
        )
    click.echo(
        "Weiter: Briefe unterschreiben, oder die .eml-Dateien im Mailprogramm öffnen und senden. Gesendet ist noch nichts."
    )
    return DONE


@click.command(
    cls=GermanCommand,
    help="Schreibt Kontoauszüge der Kommunen für ein Jahr: Belege, Stornos, Zahlungen und Saldo; nach Jahresende mit Saldenbestätigung.",
)
@click.argument("year", metavar="JAHR", type=int, help="Jahr wie 2025; vom laufenden wird gezeigt, was bisher war.")
@click.option("--for", "ags", metavar="AGS", help="Nur für diese Kommune.")
@location_options
def account(*, year: int, ags: str | None, **where: Any) -> int:
    """Write the accounts of a year."""
    from flows.reminding import accounts
    from schemas.identifiers import Ags
    from schemas.spelling import counted

    written = accounts(location_of(**where), year, today(), Ags(ags) if ags else None)
    statements = counted(len(written.accounts), "Kontoauszug", "Kontoauszüge")
    click.echo(
        f"{statements} für {year} geschrieben: {written.folder}"
        if written.accounts
        else f"Für {year} gibt es keine Buchungen."
    )
    return DONE
