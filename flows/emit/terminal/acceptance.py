"""Differences of approved months that no municipality brought about: nothing is settled until they are accepted."""

import polars as pl

from flows.emit.wording.words import GERMAN_CAUSE
from schemas.commands import command
from schemas.money import euros
from schemas.months import german_month
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.results import Cause


def check_accepted(waiting: pl.DataFrame, programme: Programme, month: str) -> None:
    """Refusal that lists them, cause by cause and municipality by municipality; nothing where there are none.

    `waiting`: results.CORRECTIONS that nobody has accepted.
    """
    if waiting.is_empty():
        return
    sums = (
        waiting.group_by("cause", "ags")
        .agg(
            pl.col("difference_cents").sum(), pl.len(),
            first=pl.col("service_month").min(), last=pl.col("service_month").max(),
        ).sort("cause", "ags")
    )  # fmt: skip
    listed = [
        f"  {GERMAN_CAUSE[Cause(row['cause'])]} · {row['ags']} {_name(programme, row['ags'])} · {_months(row['first'], row['last'])} · "
        f"{row['len']} {'Position' if row['len'] == 1 else 'Positionen'} · {euros(row['difference_cents'])}"
        for row in sums.iter_rows(named=True)
    ]
    raise Refusal(
        "\n".join(
            [
                "Bereits freigegebene Monate ergäben heute andere Beträge, ohne dass eine Kommune etwas anderes gemeldet hat:",
                *listed,
                (
                    f"Zusammen {euros(int(waiting['difference_cents'].sum()))}. Bitte prüfen, ob die Änderung gewollt ist; wenn ja: "
                    f"{command('settle', month, '--accept', 'GRUND', '--by', 'NAME')}. Entworfen wurde nichts."
                ),
            ]
        )
    )


def _name(programme: Programme, ags: str) -> str:
    return programme.members[ags].name if ags in programme.members else ""


def _months(first: str, last: str) -> str:
    return german_month(first) if first == last else f"{german_month(first)} bis {german_month(last)}"
