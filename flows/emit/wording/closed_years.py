"""What becomes of returns for months of a closed year, in the words of a municipality's documents (RULES section 7.7)."""

from collections.abc import Iterator

from schemas.documents import Statement
from schemas.months import german_month


def closed_year_sentences(statement: Statement) -> Iterator[str]:
    """Which returns of closed months were accepted, and what of them is not settled; nothing where there were none."""
    if statement.closed_returns:
        months = " und ".join(map(german_month, statement.closed_returns))
        came = "Meldung" if len(statement.closed_returns) == 1 else "Meldungen"
        yield f"Ihre {came} für {months} haben wir übernommen, aber erst nach dem Jahresabschluss. {what_stands(statement)}"


def what_stands(statement: Statement) -> str:
    """What of a closed year is settled all the same."""
    until = german_month(statement.neutrality.closed_until)
    stands = f"Für die Monate bis {until} bleibt, was abgerechnet ist"
    again = "wird nur abgerechnet, wenn der Kreis das Jahr wieder öffnet"
    if not statement.programme.premium:
        return f"{stands}; was sich dort ändert, {again}."
    return (
        f"{stands}. Was sich an Prämien eines Falls ändert, der danach weiterläuft, und am Ausgleich zur Kostenneutralität "
        f"rechnet der erste offene Monat mit ab; alles andere {again}."
    )
