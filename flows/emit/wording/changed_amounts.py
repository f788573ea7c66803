"""Why a municipality is charged another amount than with the settlement before."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from schemas.documents import Overview, ReturnState
from schemas.months import german_month
from schemas.results import COUNTY_CAUSES, GERMAN_CAUSE, Cause, LineKind
from schemas.returns import ReturnKind

_ONCE = {LineKind.START_UP: "Anschubfinanzierung.", LineKind.ADJUSTMENT: "Manuelle Buchung."}
_ONCE_BEFORE = "Einmalige Beträge der vorigen Abrechnung entfallen."


class Reasons:
    """What the ledger knows of why a municipality's amount changed."""

    def __init__(self, overview: Overview) -> None:
        self._returns: dict[str, list[str]] = defaultdict(list)
        for sentence_of, sentence in _returns(overview):
            self._returns[sentence_of].append(sentence)
        self._causes: dict[str, set[Cause | None]] = defaultdict(set)
        for ags, cause in overview.corrections.select("ags", "cause").unique().iter_rows():
            self._causes[ags].add(Cause(cause))
        changed = overview.lines.filter(pl.col("delta_cents") != 0)
        for ags in changed.filter(pl.col("service_month") != overview.month)["ags"].unique():
            self._causes[ags].add(None)  # settled anew, though the ledger may be older than causes
        self._once: dict[str, dict[LineKind, int]] = defaultdict(dict)  # what the run posts of each kind
        for ags, kind, cents in _posted(overview).iter_rows():
            if kind in _ONCE and cents:
                self._once[ags][LineKind(kind)] = cents

    def of(self, change: dict[str, Any], told: str = "") -> str:
        """What is said of a row of finance.CHANGES: returns, lines, causes of corrections, what was once; `told`: where they stand one by one."""
        return " ".join(self._of(change, told)) or "Unverändert."

    def _of(self, change: dict[str, Any], told: str) -> Iterator[str]:
        ags = change["ags"]
        yield from self._returns[ags]
        if change["current_cents"]:
            if change["lines"] != change["previous_lines"]:
                yield f"{change['lines']} statt {change['previous_lines']} Positionen mit Betrag im laufenden Monat."
            else:
                yield "Andere Beträge bei gleicher Zahl der Positionen im laufenden Monat."
        causes = self._causes[ags]
        if change["earlier_cents"] and not causes:
            yield "Die Nachträge der vorigen Abrechnung entfallen."
        # Late returns, corrections and manual lines are told by the returns and by what was once.
        others = [
            GERMAN_CAUSE[cause] for cause in (Cause.CANCELLATION, Cause.REOPENING, *COUNTY_CAUSES) if cause in causes
        ]
        if others:
            yield f"{', '.join(others)}{told}."
        if change["once_cents"]:
            once = self._once[ags]
            yield from (told for kind, told in _ONCE.items() if kind in once)
            if sum(once.values()) != change["once_cents"]:
                yield _ONCE_BEFORE


def _posted(overview: Overview) -> pl.DataFrame:
    """AGS, kind and cents that the run posts with its documents and Stornos."""
    lines = overview.lines.select("ags", "kind", cents="delta_cents")
    reversals = overview.finance.reversals.select("ags", "kind", cents="amount_cents")
    return pl.concat([lines, reversals]).group_by("ags", "kind").agg(pl.col("cents").sum())


def _returns(overview: Overview) -> Iterator[tuple[str, str]]:
    """AGS and sentence for every return that is late, corrected, held back or missing."""
    accepted = overview.received.filter(pl.col("state") == str(ReturnState.ACCEPTED))
    for ags, of, kind in accepted.sort("month", "file").select("ags", "month", "return_kind").iter_rows():
        if kind == ReturnKind.CORRECTION or of != overview.month:
            came = "berichtigt" if kind == ReturnKind.CORRECTION else "nachgereicht"
            closed = of <= overview.neutrality.closed_until
            stands = "; das Jahr ist abgeschlossen, für den Monat selbst wird nichts mehr abgerechnet" if closed else ""
            yield ags, f"Meldung für {german_month(of)} {came}{stands}."
    own = overview.finance.outstanding.filter(pl.col("month") == overview.month)
    for ags, held_back in own.select("ags", "held_back").iter_rows():
        yield ags, f"Meldung für {german_month(overview.month)} {'zurückgestellt' if held_back else 'fehlt'}."
