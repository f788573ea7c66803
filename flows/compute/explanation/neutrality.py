"""Derivation of what is made good to the municipality of a case, from what is posted (RULES section 5.2)."""

import polars as pl

from schemas.derivation import CaseHistory, Fact, Section, Step
from schemas.months import Month, german_month
from schemas.programme.programme import Programme

_TITLE = "Ausgleich zur Kostenneutralität der Kommune"


def neutrality_section(history: CaseHistory, programme: Programme, month: Month) -> Section:
    """What all cases of the municipality saved and were charged by the end of the month, and what is made good."""
    if not programme.made_good:
        return Section(_TITLE, (Fact("Vereinbart", "in diesem Programm nicht; die Zusage gilt für jeden Fall allein"),))
    balances = history.neutrality.balances.filter(pl.col("service_month") <= month)
    saved, charged, made_good = (
        int(balances[name].sum()) for name in ("saved_cents", "premium_cents", "neutrality_cents")
    )
    own = int(balances.filter(service_month=month)["neutrality_cents"].sum())
    until = f"bis {german_month(month)}, alle Fälle"
    return Section(
        _TITLE,
        (
            Step(f"Ersparnis {until}", saved, "zählende und nicht zählende Monate"),
            Step(f"Prämien {until}", charged, "wie gebucht"),
            Step(
                "Prämien und Ausgleich",
                charged + made_good,
                "nicht mehr als die Ersparnis; eine negative zählt als 0,00 €",
                parts=(Step("Prämien", charged), Step("Ausgleich", made_good)),
            ),
            Step(f"davon Ausgleich für {german_month(month)}", own),
        ),
    )
