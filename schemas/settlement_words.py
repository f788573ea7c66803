"""What is settled of a line's cost, in two words, and what these words mean: on paper and on the page the same."""

from collections.abc import Collection

from schemas.programme.terms import Allowance
from schemas.results import Reason

TO_PAY, REFUND, COUNTY_BEARS, MUNICIPALITY_BEARS = "zu zahlen", "Erstattung", "Kreis trägt", "Kommune trägt"
TAKEN_BACK, NOTHING = "Rücknahme", "kein Betrag"

SETTLEMENT_EXPLAINED = {
    TO_PAY: f"„{TO_PAY}“: Der Betrag geht zulasten der Kommune. Bei Arbeitsgelegenheiten hat der Kreis die Kosten für sie ausgelegt.",
    REFUND: f"„{REFUND}“: Der Betrag geht zugunsten der Kommune. Bei Arbeitsgelegenheiten hat sie die Kosten für den Kreis ausgelegt.",
    COUNTY_BEARS: f"„{COUNTY_BEARS}“: Der Kreis trägt die Kosten und zahlt sie selbst aus. Die Zeile dient der Übersicht; zu zahlen sind 0,00 €.",
    MUNICIPALITY_BEARS: f"„{MUNICIPALITY_BEARS}“: Die Kommune trägt die Kosten und zahlt sie selbst aus; abzurechnen sind 0,00 €.",
    TAKEN_BACK: f"„{TAKEN_BACK}“: Die Position steht nicht mehr in der gültigen Meldung; ein früher abgerechneter Betrag wird ausgeglichen.",
    NOTHING: f"„{NOTHING}“: Für diesen Monat ist nichts abzurechnen, zum Beispiel vor Ablauf der Wartezeit.",
}


def settlement_word(
    reasons: Collection[str], computed_cents: int, provider_kind: str | None, allowance: Allowance | None
) -> str:
    """Who is left with the cost of a line (RULES section 2), of `reason`, `computed_cents`, `provider_kind` in results.LINES.

    SETTLEMENT_EXPLAINED says what the words mean.
    """
    if Reason.WITHDRAWN in reasons:
        return TAKEN_BACK
    if computed_cents:
        return TO_PAY if computed_cents > 0 else REFUND
    if allowance is None or provider_kind is None:
        return NOTHING
    bearer = allowance.payer.by_provider_kind()[provider_kind]
    return COUNTY_BEARS if bearer == "county" else MUNICIPALITY_BEARS
