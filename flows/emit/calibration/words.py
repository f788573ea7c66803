"""The answer of a calibration in German: values, and the recommendation in one sentence."""

from schemas.calibration import Calibration, Gap
from schemas.money import euros, percent, rounded
from schemas.spelling import counted


def in_placements(units: int) -> str:
    """Placements, as a number with at most two places.

    >>> in_placements(250000), in_placements(125000)
    ('25', '12,5')
    """
    return percent(rounded(units, 100)).removesuffix(" %")


def value(answer: Calibration, of: int | None) -> str:
    """A share or an amount; none: no value does it."""
    if of is None:
        return "keiner"
    return euros(of) if answer.milestones else percent(of)


def cap(cap_cents: int | None) -> str:
    """A cap per case."""
    return "ohne Höchstbetrag" if cap_cents is None else f"Höchstbetrag {euros(cap_cents)} je Fall"


def coverage(units: int | None) -> str:
    """A coverage in ten-thousandths; none where there is no cost."""
    return "keine Vertragskosten" if units is None else percent(units)


def recommendation(answer: Calibration) -> str:
    """Which premium is right, in one sentence."""
    what = "Betrag" if answer.milestones else "Anteil"
    terms = cap(answer.cap_cents)
    limits = answer.limits
    if not answer.cost_cents:
        return (
            f"Vertragskosten des Trägers sind nicht vereinbart, zu decken gibt es nichts ({terms}); höchster {what} ohne "
            f"Nachteil für eine Kommune: {value(answer, limits.neutral)}."
        )
    if limits.both:
        return (
            f"Empfohlen wird ein {what} von {value(answer, limits.covering)} ({terms}): Er ist der niedrigste, der die "
            f"Vertragskosten des Trägers deckt, und keine Kommune steht schlechter da; das bliebe bis "
            f"{value(answer, limits.neutral)} so."
        )
    gap = answer.gap
    assert gap is not None
    if limits.neutral is None:
        covers = (
            f"der niedrigste deckende {what} wäre {value(answer, limits.covering)}"
            if limits.covering is not None
            else f"kein {what} deckt die Vertragskosten des Trägers"
        )
        worse = answer.at_chosen.filter(answer.at_chosen["net_cents"] < 0).height
        return (
            f"Kein {what} lässt alle Kommunen ohne Nachteil ({terms}): Schon ohne Prämie übersteigt in {counted(worse, 'Kommune', 'Kommunen')} die "
            f"Anschubfinanzierung die Ersparnis, zusammen um {euros(gap.shortfall_cents)} ({closing(gap)}); {covers}."
        )
    return (
        f"Kein {what} deckt die Vertragskosten des Trägers und lässt zugleich alle Kommunen ohne Nachteil ({terms}): Beim "
        f"höchsten verträglichen {what} von {value(answer, limits.neutral)} fehlen {euros(gap.missing_cents)}; "
        f"{closing(gap)}."
    )


def closing(gap: Gap) -> str:
    """What would close the gap."""
    if gap.placements is None:
        less = f"auszugleichen durch um {euros(gap.missing_cents)} niedrigere Vertragskosten"
        return "ohne Ersparnis nicht auszugleichen" if gap.shortfall_cents else less
    more = f"{counted(gap.placements, 'weitere Vermittlung', 'weitere Vermittlungen')} mit gleichem Verlauf"
    months = counted(gap.months or 0, "Beschäftigungsmonat", "Beschäftigungsmonate")
    if gap.shortfall_cents:
        return f"auszugleichen in diesen Kommunen durch {more} oder durch {months} mehr"
    return f"auszugleichen durch {more}, zusammen {months}, oder durch um {euros(gap.missing_cents)} niedrigere Vertragskosten"
