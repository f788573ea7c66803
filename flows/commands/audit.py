"""Commands on the ledger: check it, back it up, restore it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.clock import today
from flows.commands.console import GermanCommand, ProgressBar
from flows.commands.ending import DONE, hindrance
from flows.commands.options import as_data_option, folder_options, given_day, given_month, location_of, location_options
from flows.commands.printed import command, told
from schemas.identifiers import Ags, typed_case
from schemas.months import NO_MONTH, Month, german_month
from schemas.refusal import Refusal
from schemas.seals import given_seal

if TYPE_CHECKING:
    from flows.audit import Verified


@click.command(
    cls=GermanCommand,
    help="Prüft das Buch: Prüfsummen, Nummern, Summen, Prämiengarantie, archivierte Dateien, Unterlagen auf dem Datenträger.",
)
@click.option(
    "--seal",
    "seals",
    multiple=True,
    metavar="MONAT=SIEGEL",
    help="Prüfsiegel eines Monats, wie es auf seinen Unterlagen steht (mindestens die ersten 16 Zeichen); mehrfach möglich.",
)
@click.option(
    "--full",
    is_flag=True,
    help="Auch die Meldungen noch einmal lesen, die eine frühere Prüfung verglichen hat und die seither unverändert sind.",
)
@as_data_option
@location_options
def verify(*, seals: tuple[str, ...], full: bool, as_data: bool, **where: Any) -> int:
    """Check the ledger."""
    from flows import audit as flow
    from flows.orchestration import direct

    kept = dict(map(given_seal, seals))
    with ProgressBar() as progress, direct("auto", progress) as stages:
        found = flow.verify(location_of(**where, auditing=True), kept, stages, full)
    if as_data:
        from flows.commands.wording.as_data import text, verify_data

        click.echo(text(verify_data(found, kept, click.get_current_context())))
        _check_holds(found)
        return DONE
    _tell(found, kept)
    return DONE


def _check_holds(found: "Verified") -> None:
    if found.problems:
        raise Refusal("ledger-broken", ledger=found.ledger, problem=found.problems[0])
    if found.months:
        raise Refusal("documents-changed", month=found.months[0])


def _tell(found: "Verified", kept: Mapping[Month, str]) -> None:
    """What a check found; Refusal where something does not hold."""
    context = click.get_current_context()
    for problem in (*found.problems, *found.documents):
        click.echo(told(problem, context))
    if found.orphans:
        click.echo(
            f"Hinweis: Im Archiv liegt, was zu keiner Meldung gehört (etwa aus einem neu gemachten Entwurf): {', '.join(found.orphans)}."
        )
    for note in found.notes:
        click.echo(f"Hinweis: {told(note, context)}")
    for month in found.unlooked:
        click.echo(
            f"Hinweis: {german_month(month)}: Welche Unterlagen ausgegeben wurden, ist nicht festgehalten (der Monat ist älter als diese "
            f"Aufzeichnung); {command('emit', month)} schreibt sie noch einmal und hält sie fest."
        )
    _check_holds(found)
    if found.spared:
        months = "eines Monats" if found.spared == 1 else f"von {found.spared} Monaten"
        click.echo(
            f"Hinweis: Die Meldungen {months} hat eine frühere Prüfung mit dem Archiv verglichen; Buch und Dateien sind seither "
            f"dieselben. Noch einmal liest sie {command('verify', '--full')}."
        )
    for sealed in kept:
        click.echo(f"{german_month(sealed)}: Das Prüfsiegel stimmt überein.")
    count = found.approved_months
    if count == 0 and not found.opened:
        click.echo("Noch ist kein Monat freigegeben; es gibt nichts zu prüfen.")
        return
    months = f"{count} {'freigegebener Monat' if count == 1 else 'freigegebene Monate'}"
    click.echo(
        f"Geprüft: {months if count else 'die Eröffnungssalden (noch ist kein Monat freigegeben)'}, {'was sich vergleichen ließ, stimmt' if found.notes or found.unlooked else 'alles stimmt'}."
    )


@click.command(
    cls=GermanCommand,
    help="Sichert ein Programm in eine Datei, auch während andere arbeiten: Buch, empfangene Dateien, Programmdatei, eigenes Recht, veröffentlichte Zahlen.",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="DATEI",
    help="Neue Datei oder vorhandener Ordner (Vorgabe: im Ordner der Ergebnisse, nach dem Tag benannt).",
)
@location_options
def backup(*, to: Path | None, **where: Any) -> int:
    """Back a programme up."""
    from flows.backup import back_up

    done = back_up(location_of(**where, auditing=True), to, today())
    content, said = done.content, done.content.manifest
    click.echo(f"Gesichert: {done.path} ({done.size // 1024 + 1} KiB)")
    click.echo(f"  {_state(said.month, said.seal)}")
    click.echo(f"  SHA-256 der Datei: {done.sha256}")
    click.echo(
        f"  Darin: Buch, {content.archived} empfangene Dateien, Programmdatei und Ordner der Meldungen, eigenes Recht, Berichte und "
        "veröffentlichte Zahlen, Konten und Eingangsbestätigungen des Arbeitsplatzes, die Prüfsummen aller ausgegebenen Unterlagen."
    )
    click.echo(
        "  Nicht darin: die Unterlagen der Monate (sie werden beim Wiederherstellen Byte für Byte neu geschrieben), Formulare, "
        "Bescheinigungen und Versand (ihre Befehle schreiben sie neu)."
    )
    if said.documents:
        click.echo(
            f"  Darin sind auch die Unterlagen, deren Falldaten gelöscht sind, für {', '.join(map(german_month, said.documents))}."
        )
    for file in content.left_out:
        click.echo(
            f"Hinweis: Nicht gesichert ist {file}: eine Verknüpfung, oder ein Name, den nicht jedes System annimmt."
        )
    if not content.with_accounts:
        click.echo("Hinweis: Die Konten des Arbeitsplatzes ließen sich nicht lesen; sie sind nicht gesichert.")
    if content.missing:
        click.echo(
            f"Hinweis: Empfangene Dateien, die im Archiv fehlen oder verändert sind: {len(content.missing)}. Welche, zeigt {command('verify')}."
        )
    click.echo("Die Datei enthält Falldaten; bitte an einem anderen Ort verwahren, den nur Befugte lesen können.")
    click.echo(f"Zurück kommt alles mit {command('restore', done.path, '--to', 'ORDNER')}.")
    return DONE


@click.command(
    cls=GermanCommand,
    help="Stellt eine Sicherung in einem leeren Ordner wieder her, schreibt die Unterlagen neu und prüft alles.",
)
@click.argument("file", metavar="DATEI", type=click.Path(path_type=Path), help="Die Sicherung.")
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path),
    metavar="ORDNER",
    help="Neuer oder leerer Ordner; er wird der Ordner des Kreises. Das Buch kommt als Datei dorthin oder, wo PLACEMENT_PREMIUM_LEDGER gesetzt ist, auf den Server.",
)
@click.option(
    "--seal",
    "seals",
    multiple=True,
    metavar="MONAT=SIEGEL",
    help="Prüfsiegel eines Monats, wie es auf seinen Unterlagen steht (mindestens die ersten 16 Zeichen); mehrfach möglich. Es zeigt, ob die Sicherung neu genug ist.",
)
def restore(*, file: Path, to: Path, seals: tuple[str, ...]) -> int:
    """Restore a backup."""
    from flows.restoring import restore as restored

    kept = dict(map(given_seal, seals))
    with ProgressBar() as progress:
        done = restored(file, to, kept, progress)
    programme, mended = done.location.programme, done.mended
    newest = max(done.known.seals, default=NO_MONTH)
    click.echo(f"Wiederhergestellt: {programme} in {to} · Buch: {done.verified.ledger}")
    click.echo(f"  {_state(newest, done.known.seals.get(newest, ''))}")
    if not done.accounts_filled:
        click.echo("  Auf dem Server gibt es schon Konten; sie bleiben, wie sie sind, und die der Sicherung fehlen.")
    if mended.months:
        click.echo(f"  Unterlagen neu geschrieben: {', '.join(map(german_month, mended.months))}.")
    for month in mended.unwritten:
        click.echo(
            f"  Die Unterlagen für {german_month(month)} ließen sich nicht schreiben; gebucht bleibt, was gebucht ist."
        )
    if mended.hindered is not None:
        click.echo(f"  Unterlagen stehen noch aus: {hindrance(mended.hindered, click.get_current_context())}")
    _tell(done.verified, kept)
    click.echo(
        "Was nach dieser Sicherung freigegeben wurde, fehlt hier. Bevor weitergearbeitet wird, bitte den neuesten Stand auf den ausgegebenen "
        "Unterlagen ansehen; ob sein Prüfsiegel im Buch steht, zeigt --seal."
    )
    click.echo(f"Weiter: {command('status', '--programme', programme, '--home', to)}")
    return DONE


def _state(month: Month, seal: str) -> str:
    """How far the books of a backup came."""
    if not month:
        return "Stand: noch kein Monat freigegeben."
    return f"Stand: freigegeben bis {german_month(month)}, Prüfsiegel {seal[:16]}…"


@click.command(
    cls=GermanCommand,
    help="Leitet die Beträge eines Falls her: jeder Schritt mit Rechtsgrundlage und Zelle der Meldung.",
)
@click.argument("case", metavar="FALLNUMMER", help="Fallnummer, wie sie in Meldung und Abrechnung steht.")
@click.option("--month", required=True, metavar="MONAT", help="Leistungsmonat wie 2025-01 oder 01/2025.")
@click.option(
    "--ags", metavar="AGS", help="Gemeindeschlüssel; nötig, wenn es die Fallnummer in mehreren Kommunen gibt."
)
@location_options
def explain(*, case: str, month: str, ags: str | None, **where: Any) -> int:
    """Derive a case's figures."""
    from flows.audit import explain as derivation
    from flows.commands.wording.explanation import explanation

    service_month, of = given_month(month), Ags(ags) if ags is not None else None
    for line in explanation(derivation(location_of(**where), typed_case(case), service_month, of)):
        click.echo(line)
    return DONE


@click.command(
    cls=GermanCommand,
    help="Zeigt das Recht, mit dem an einem Tag gerechnet wird (Vorgabe: heute), mit Fundstellen und dem, was ausläuft.",
)
@click.argument("day", metavar="[DATUM]", required=False, help="Tag wie 12.02.2025 (Vorgabe: heute).")
@folder_options
def law(day: str | None, inputs: Path, outputs: Path) -> int:  # noqa: ARG001  # the same options as everywhere
    """Show the law in force."""
    from flows.audit import law as in_force
    from flows.commands.wording.law import law_listing

    on = given_day(day) if day is not None else today()
    for line in law_listing(in_force(inputs, on), on):
        click.echo(line)
    return DONE
