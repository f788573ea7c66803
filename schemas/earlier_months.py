"""What a run brings to earlier months that whoever approves it must know, in words: on the keyboard and on the page the same."""

from collections.abc import Collection, Iterator

import polars as pl

from schemas.documents import CLOSED_SHEET, Run
from schemas.money import euros
from schemas.months import Month, german_month
from schemas.results import GERMAN_CAUSE, LINE_KEY, Cause
from schemas.spelling import counted
from schemas.standing import carried_over


def differences_in_words(run: Run) -> Iterator[str]:
    """Differences of earlier months beside those that municipalities reported, a sentence each, with their sums."""
    yield from _accepted(run)
    yield from _of_closed_months(run)


def never_settled_in_words(months: Collection[Month]) -> Iterator[str]:
    """Earlier months with returns that no run took in: after an approval none of them can be settled any more."""
    if months:
        never = ", ".join(german_month(month) for month in months)
        yield (
            f"Achtung: Meldungen für {never} liegen im Ordner, sind aber nie abgerechnet worden. Wird dieser Monat "
            "freigegeben, bitte in den Ordner eines späteren Monats legen."
        )


def _accepted(run: Run) -> Iterator[str]:
    """What the county accepted without a municipality's doing, and why: a sentence for each reason."""
    own = run.corrections.filter(pl.col("accepted_reason").is_not_null())
    for (reason,), rows in own.group_by("accepted_reason", maintain_order=True):
        occurring = set(rows["cause"])
        causes = ", ".join(GERMAN_CAUSE[cause] for cause in Cause if cause in occurring)
        yield f"Angenommene Differenzen freigegebener Monate ({causes}): {_sum(rows)}. Grund: {reason}"


def _of_closed_months(run: Run) -> Iterator[str]:
    """What differs in closed months (RULES section 5, "Closed years"): settled by an open month, and not settled."""
    carried = carried_over(run.cases, run.neutrality.closed_until)
    for differences, settled in (
        (run.closed_differences.filter(carried), True),
        (run.closed_differences.filter(~carried), False),
    ):
        if differences.is_empty():
            continue
        how = "im ersten offenen Monat ausgeglichen" if settled else "nicht abgerechnet"
        yield (
            f"Differenzen abgeschlossener Monate, {how}: {_sum(differences)} (Finanzübersicht, Blatt „{CLOSED_SHEET}“)."
        )


def _sum(corrections: pl.DataFrame) -> str:
    positions = corrections.n_unique(LINE_KEY)
    return (
        f"{counted(positions, 'Position', 'Positionen')}, zusammen {euros(int(corrections['difference_cents'].sum()))}"
    )
