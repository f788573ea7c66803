"""Commands: a county of one's own begins, and its programme file is explained and checked."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from flows.clock import today
from flows.commands.console import GermanCommand, GermanGroup
from flows.commands.ending import DONE
from flows.commands.options import given_month, location_options
from flows.commands.printed import command, refused
from schemas.months import Month, german_month, later, month_of
from schemas.refusal import Refusal
from schemas.spelling import UMLAUTS, visible

if TYPE_CHECKING:
    from flows.beginning import Begun
    from schemas.programme.blank import Answers

SAMPLES = ("dueren", "mittelsachsen")
KINDS = {"agh": (True, False), "praemie": (False, True), "beides": (True, True)}
Answer = TypeVar("Answer")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_MEMBER = re.compile(r"([0-9]{8})[\s;,]+(.+)")


@click.command(
    cls=GermanCommand,
    help="Beginnt einen eigenen Kreis: fragt nach dem Nötigsten, legt Ordner und Programmdatei an und sagt, was noch einzutragen ist.",
)
@click.argument(
    "folder", metavar="ORDNER", type=click.Path(path_type=Path), help="Wo der Kreis seine Daten hat; wird angelegt."
)
@click.option(
    "--from",
    "sample",
    type=click.Choice(SAMPLES),
    metavar="MUSTER",
    help=f"Statt zu fragen, mit den Angaben eines mitgelieferten Programms beginnen: {' oder '.join(SAMPLES)}.",
)
@click.option("--county", metavar="NAME", help="Name des Kreises; ohne diese Angabe wird danach gefragt.")
@click.option("--key", metavar="KURZNAME", help="Kurzname des Programms; ohne diese Angabe wird danach gefragt.")
@click.option(
    "--kind",
    type=click.Choice([*KINDS]),
    metavar="ART",
    help="Was abgerechnet wird: agh, praemie oder beides; ohne diese Angabe wird danach gefragt.",
)
@click.option("--start", metavar="MONAT", help="Erster Monat wie 2027-01; ohne diese Angabe wird danach gefragt.")
@click.option(
    "--member",
    "members",
    multiple=True,
    metavar="KOMMUNE",
    help='Gemeindeschlüssel und Name wie "14522050 Brand-Erbisdorf"; mehrfach möglich, ohne diese Angabe wird danach gefragt.',
)
def init(
    *,
    folder: Path,
    sample: str | None,
    county: str | None,
    key: str | None,
    kind: str | None,
    start: str | None,
    members: tuple[str, ...],
) -> int:
    """Begin a county's own folder."""
    from flows.beginning import begin, begin_like

    if sample is not None:
        _tell(folder, begin_like(folder, sample))
    else:
        _tell(folder, begin(folder, _answers(county, key=key, kind=kind, start=start, members=members)))
    return DONE


@click.group(cls=GermanGroup, help="Die Programmdatei: prüfen und erklären, was der Kreis vereinbart hat.")
def programme() -> None:
    """The programme file."""


@programme.command(
    cls=GermanCommand,
    help="Erklärt die Programmdatei, Angabe für Angabe, und nennt, was falsch ist oder noch einmal angesehen werden sollte.",
)
@location_options
def check(*, inputs: Path, outputs: Path, programme: str | None) -> int:
    """Explain and check a programme file."""
    from flows.beginning import examine
    from flows.commands.wording.programme import examined_lines

    for line in examined_lines(examine(inputs, outputs, programme, today())):
        click.echo(line)
    return DONE


def _answers(
    county: str | None, *, key: str | None, kind: str | None, start: str | None, members: tuple[str, ...]
) -> "Answers":
    from schemas.programme.blank import Answers

    name = _answered(county, _given_county, "Wie heißt der Kreis (zum Beispiel Landkreis Mittelsachsen)")
    short = _answered(key, _given_key, "Kurzname für Ordner und Deckblätter", _short(name))
    which = _answered(kind, _given_kind, f"Was wird abgerechnet ({', '.join(KINDS)})", "agh")
    first = _answered(start, given_month, "Erster Monat", later(month_of(today()), 1))
    allowance, premium = KINDS[which]
    return Answers(name, short, allowance, premium, first, [*map(_given_member, members)] or _asked_members())


def _answered(
    given: str | None, understood: Callable[[str], Answer], question: str, default: str | None = None
) -> Answer:
    """What an option says; else the answer to a question, which is asked until it is understood."""
    if given is not None:
        return understood(given)
    while True:
        try:
            return understood(click.prompt(question, default=default, type=str))
        except Refusal as refusal:
            click.echo(refused(refusal, click.get_current_context()))


def _asked_members() -> list[tuple[str, str]]:
    click.echo("Welche Kommunen nehmen teil? Je Zeile Gemeindeschlüssel und Name; eine leere Zeile beendet die Liste.")
    found: list[tuple[str, str]] = []
    while True:
        text = click.prompt(f"  {len(found) + 1}. Kommune", default="", show_default=False, type=str)
        if not visible(text):
            return found
        try:
            found.append(_given_member(text))
        except Refusal as refusal:
            click.echo(refused(refusal, click.get_current_context()))


def _given_county(text: str) -> str:
    if not visible(text):
        raise Refusal("county-empty")
    return visible(text)


def _given_key(text: str) -> str:
    if not _KEY.fullmatch(text) or text == "law":  # which is the folder of the law
        raise Refusal("no-key", text=text)
    return text


def _given_kind(text: str) -> str:
    if text not in KINDS:
        raise Refusal("no-kind", text=text, known=[*KINDS])
    return text


def _given_member(text: str) -> tuple[str, str]:
    found = _MEMBER.fullmatch(visible(text))
    if found is None:
        raise Refusal("no-such-member", text=text)
    return found[1], found[2]


def _short(county: str) -> str:
    """A short name made from a county's: without the words that all have, in the letters of a folder's name.

    >>> _short("Landkreis Mittelsachsen"), _short("Kreis Düren")
    ('mittelsachsen', 'dueren')
    """
    plain = unicodedata.normalize("NFKD", county.translate(UMLAUTS).lower()).encode("ascii", "ignore").decode()
    words = [word for word in re.findall("[a-z0-9]+", plain) if word not in ("kreis", "landkreis", "der", "die", "das")]
    return "-".join(words)[:32].strip("-") or "kreis"


def _tell(folder: Path, begun: "Begun") -> None:
    month, where = Month(begun.month), ("--home", folder)
    gaps = f"{begun.gaps} Angaben fehlen noch" if begun.gaps else "mit den Angaben des Musters"
    click.echo(f"Begonnen: {folder}")
    click.echo(f"  Programmdatei: {begun.programme} ({gaps})")
    click.echo(f"  Meldungen für {german_month(month)}: {begun.returns}")
    click.echo(f"  Eigene Zeilen des Rechts, wo das mitgelieferte nicht reicht: {begun.own_law}")
    click.echo(f"  Ergebnisse: {begun.outputs}")
    click.echo("Weiter:")
    todo = (
        "wo „BITTE EINTRAGEN“ steht"
        if begun.gaps
        else "wo der eigene Kreis anderes vereinbart hat; Konten und Anschriften sind erfunden"
    )
    click.echo(f"  1. Programmdatei mit einem Texteditor ausfüllen, {todo}.")
    click.echo(f"  2. Prüfen und erklären lassen: {command('programme', 'check', *where)}")
    click.echo(f"  3. Meldeformulare schreiben: {command('forms', begun.month, *where)}")
    click.echo(f"  4. Meldungen in den Ordner legen und abrechnen: {command('settle', begun.month, *where)}")
    click.echo("Wer in diesem Ordner steht, kann --home weglassen.")
