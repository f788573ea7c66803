"""Commands of the cash office: manual lines, reversals, opening balances, closed years."""

from pathlib import Path
from typing import Any

import click

from flows.clock import today
from flows.commands.console import GermanCommand, SignedCommand
from flows.commands.ending import DONE
from flows.commands.options import (
    document_day,
    given_month,
    given_name,
    location_of,
    location_options,
)
from flows.commands.printed import command
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.opening_balances import HEADINGS
from schemas.refusal import Refusal

_NEXT = "Das gilt ab dem nächsten Entwurf und wird mit seiner Freigabe durch eine zweite Person gebucht."
_BY = click.option("--by", required=True, metavar="NAME", help="Wer es anordnet; freigeben muss eine zweite Person.")
_REASON = click.option(
    "--reason", required=True, metavar="GRUND", help="Warum, in einem Satz; wird aufbewahrt und gedruckt."
)

_WITHDRAW = click.option(
    "--withdraw",
    is_flag=True,
    help="Eine Anordnung zurückziehen, die noch nicht freigegeben ist; --reason und --by nennen Grund und Namen.",
)


@click.command(
    cls=SignedCommand,
    help="Ordnet eine manuelle Buchung mit Beleg an; der nächste Entwurf enthält sie. --withdraw zieht sie vor der Freigabe zurück.",
)
@click.argument("ags", metavar="AGS", help="Gemeindeschlüssel der Kommune, 8 Ziffern.")
@click.argument(
    "amount", metavar="[BETRAG]", required=False, help="In Euro: 12,50 zulasten, -12,50 zugunsten der Kommune."
)
@click.option("--month", required=True, metavar="MONAT", help="Leistungsmonat wie 2025-01 oder 01/2025.")
@_REASON
@click.option("--voucher", required=True, metavar="BELEG", help="Nummer des Belegs, der die Buchung begründet.")
@_BY
@_WITHDRAW
@location_options
def adjust(
    *, ags: str, amount: str | None, month: str, reason: str, voucher: str, by: str, withdraw: bool, **where: Any
) -> int:
    """Order a manual line, or withdraw it."""
    from flows import office as flow
    from schemas.given import given_amount, given_reason, given_voucher
    from schemas.money import euros
    from schemas.months import german_month

    voucher, service_month, reason = given_voucher(voucher), given_month(month), given_reason(reason)
    name = given_name(by)
    cents = given_amount(amount) if amount is not None else None
    line: dict[str, Any] = {"ags": Ags(ags), "month": service_month, "reason": reason, "voucher": voucher, "by": name}
    if withdraw:
        gone = flow.withdraw_adjustment(location_of(**where), amount_cents=cents, **line)
        what = f"manuelle Buchung über {euros(gone.amount_cents)} für {ags}, {german_month(service_month)}, Beleg {voucher}"
        _say_withdrawn(what, ordered_by=gone.ordered_by, draft=gone.draft)
        return DONE
    if cents is None:
        raise Refusal("amount-missing")
    flow.adjust(location_of(**where), amount_cents=cents, today=today(), **line)
    click.echo(
        f"Vorgemerkt: manuelle Buchung über {euros(cents)} für {ags}, {german_month(service_month)}, Beleg {voucher}."
    )
    click.echo(_NEXT)
    return DONE


def _say_withdrawn(what: str, *, ordered_by: str, draft: Month | None) -> None:
    """What was withdrawn, where that is told, and what to do where a draft went with it."""
    from schemas.months import german_month

    click.echo(f"Zurückgezogen: {what}, angeordnet von {ordered_by}.")
    click.echo(
        "Wer das angeordnet und wer es warum zurückgezogen hat, steht in der nächsten Finanzübersicht (Blatt „Hinweise“)."
    )
    if draft is not None:
        click.echo(
            f"Der Entwurf für {german_month(draft)} beruhte darauf und ist verworfen. Weiter: {command('settle', draft)}."
        )


@click.command(
    cls=GermanCommand,
    help="Storniert einen Beleg in voller Höhe; seine Positionen werden mit dem nächsten Monat neu abgerechnet. "
    "--withdraw zieht den Storno vor der Freigabe zurück.",
)
@click.argument("number", metavar="NUMMER", help="Nummer des Belegs wie AGH-2025-0006.")
@_REASON
@_BY
@_WITHDRAW
@location_options
def cancel(*, number: str, reason: str, by: str, withdraw: bool, **where: Any) -> int:
    """Order the reversal of a document, or withdraw it."""
    from flows import office as flow
    from schemas.given import given_reason

    given = given_reason(reason)
    if withdraw:
        gone = flow.withdraw_cancellation(location_of(**where), number=number, reason=given, by=given_name(by))
        _say_withdrawn(f"Storno des Belegs {number}", ordered_by=gone.ordered_by, draft=gone.draft)
        return DONE
    name = flow.cancel(location_of(**where), number=number, reason=given, by=given_name(by))
    click.echo(f"Vorgemerkt: Storno des Belegs {number} an {name}; seine Positionen werden neu abgerechnet.")
    click.echo(_NEXT)
    return DONE


@click.command(
    cls=GermanCommand,
    help="Übernimmt vor dem ersten Monat aus einer CSV-Datei, was bisher schon erhoben wurde; --approve gibt frei (zweite Person).",
)
@click.argument(
    "file",
    metavar="DATEI",
    type=click.Path(path_type=Path),
    help=f"CSV-Datei in UTF-8, eine Zeile je Position, mit den Spalten {'; '.join(HEADINGS)}.",
)
@click.option("--by", required=True, metavar="NAME", help="Wer vormerkt, mit --approve: wer freigibt (zweite Person).")
@click.option("--approve", is_flag=True, help="Die vorgemerkte Datei freigeben.")
@click.option("--date", "on", metavar="DATUM", help="Datum der Freigabe wie 12.02.2025 (Vorgabe: heute).")
@location_options
def opening(file: Path, by: str, approve: bool, on: str | None, **where: Any) -> int:
    """Take over opening balances."""
    from flows import office as flow
    from schemas.money import euros

    name, day = given_name(by), document_day(on)
    rows, cents = flow.opening(location_of(**where), file, name, approve, day)
    click.echo(f"{'Freigegeben' if approve else 'Vorgemerkt'}: {rows} Eröffnungssalden über zusammen {euros(cents)}.")
    if not approve:
        click.echo(f"Weiter: {command('opening', file, '--approve', '--by', 'NAME')} (zweite Person).")
    return DONE


@click.command(
    cls=GermanCommand,
    help="Schließt die Leistungsmonate bis zum Ende eines Jahres ab; --reopen öffnet sie wieder.",
)
@click.argument("year", metavar="[JAHR]", type=int, required=False, help="Jahr, das abgeschlossen wird, wie 2024.")
@click.option("--reopen", type=int, metavar="JAHR", help="Dieses Jahr und alle späteren wieder öffnen.")
@click.option("--reason", metavar="GRUND", help="Warum wieder geöffnet wird; wird aufbewahrt.")
@click.option("--by", metavar="NAME", help="Wer abschließt oder öffnet (Vorgabe: angemeldete Person).")
@location_options
def close(*, year: int | None, reopen: int | None, reason: str | None, by: str | None, **where: Any) -> int:
    """Close a year or open it again."""
    from flows import office as flow
    from flows.location import system_user
    from schemas.given import given_reason

    if (year is None) == (reopen is None):
        raise Refusal("no-year")
    name = given_name(by) if by is not None else system_user()
    if reopen is not None:
        if reason is None:
            raise Refusal("reopening-without-reason")
        flow.reopen(location_of(**where), reopen, reason=given_reason(reason), by=name)
        click.echo(f"Geöffnet: Leistungsmonate ab Januar {reopen} werden wieder abgerechnet.")
    elif year is not None:
        flow.close(location_of(**where), year, name)
        click.echo(
            f"Abgeschlossen: Leistungsmonate bis Dezember {year}. Spätere Differenzen werden aufgeführt, nicht abgerechnet."
        )
    return DONE


@click.command(
    cls=GermanCommand,
    help="Merkt vor, dass die Falldaten abgeschlossener Jahre gelöscht werden, und zeigt, was das umfasst; --confirm löscht (zweite Person).",
)
@click.option("--before", "year", required=True, type=int, metavar="JAHR", help="Leistungsmonate vor diesem Jahr.")
@click.option(
    "--by",
    required=True,
    metavar="NAME",
    help="Wer vormerkt, mit --confirm: wer bestätigt (zweite Person); wird aufbewahrt.",
)
@click.option(
    "--date", "on", metavar="DATUM", help="Datum der Löschung wie 12.02.2035, nicht in der Zukunft (Vorgabe: heute)."
)
@click.option(
    "--confirm",
    is_flag=True,
    help="Löschen, was eine andere Person vorgemerkt hat; das lässt sich nicht rückgängig machen.",
)
@location_options
def erase(*, year: int, by: str, on: str | None, confirm: bool, **where: Any) -> int:
    """Erase case data past retention."""
    from flows import office as flow
    from flows.commands.wording.erasure import listing

    name, day = given_name(by), document_day(on)
    location = location_of(**where)
    done = flow.erase(location, year, name, day, confirm)
    click.echo(
        f"Gelöscht: Falldaten vor {year}."
        if confirm
        else f"Zur Löschung vorgemerkt: Falldaten vor {year}; gelöscht ist noch nichts."
    )
    for sentence in listing(done.plan.counts, len(done.documents), len(done.of_no_month), done.plan.staying, year):
        click.echo(sentence)
    if done.others:
        click.echo(
            f"Nicht vom Programm geschrieben, bitte selbst ansehen: {', '.join(str(path) for path in done.others)}."
        )
    click.echo(
        f"Meldungen unter {location.received}, Sicherungen und was mit --to in andere Ordner geschrieben wurde, bleiben; bitte selbst löschen."
    )
    if not confirm:
        click.echo(
            f"Weiter: {command('erase', '--before', year, '--by', 'NAME', '--confirm')} (zweite Person); das ist endgültig."
        )
    return DONE
