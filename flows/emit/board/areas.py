"""What a board report says on each area: headline figures, a paragraph, a chart."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.emit.board.figures import SUPPRESSED, Figure, by_quarter, figures, newest, of_category, sentence, total
from flows.emit.wording.words import guarantee_sentence
from schemas.indicators import INDICATORS, Area
from schemas.months import german_date, last_day, newest_ended
from schemas.report import Report
from schemas.returns import FACILITY

HEADLINES: dict[Area, tuple[str, ...]] = {
    Area.PLACEMENTS: (
        "placements_year_to_date",
        "placements_target",
        "placements_target_share",
        "potential",
        "potential_working_age_share",
    ),
    Area.NEUTRALITY: ("savings", "premiums", "net_effect", "coverage"),
    Area.OPPORTUNITIES: ("agh_positions", "agh_facility_share", "agh_participants", "agh_hours", "agh_cost"),
    Area.SUPPORT: ("agh_support_positions", "agh_target", "agh_support_share", "agh_hourly_rate"),
    Area.COUNSELLING: ("counselling_contacts", "counselling_women", "counselling_women_share"),
    Area.QUALITY: ("returns_on_time", "returns_late", "returns_missing", "returns_on_time_share"),
}
SHARE_OF = {
    "placements_target_share": "des Ziels bis hierher",
    "potential_working_age_share": "der Personen im Verfahren",
    "placements_retained_share": "der Vermittlungen, die lange genug zurückliegen",
    "coverage": "der Vertragskosten des Trägers",
    "agh_facility_share": "der besetzten Plätze",
    "agh_places_filled_share": "der gemeldeten Plätze",
    "agh_voluntary_share": "der Teilnehmenden",
    "agh_to_employment_share": "der Ausgeschiedenen, deren letzter AGH-Tag sechs Monate zurückliegt",
    "agh_support_share": "der geplanten Plätze",
    "counselling_women_share": "aller Beratungskontakte",
    "returns_on_time_share": "der erwarteten Meldungen",
}


@dataclass(frozen=True)
class Bars:
    """A chart of bars: one group per category, one bar per series, each with its text."""

    sheet: str  # of the workbook
    title: str
    names: tuple[str, ...]  # of the series
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]
    texts: tuple[str, ...] | None = None  # beside the first series' bars, in place of their values

    @property
    def description(self) -> str:
        """Alternative text: every value in words."""
        said = "; ".join(
            f"{label}: " + ", ".join(f"{name} {one.text}" for name, one in zip(self.names, bars, strict=True))
            for label, bars in self.groups
        )
        return f"Balkendiagramm. {said}."


def headlines(report: Report, area: Area) -> list[Figure]:
    """The headline figures of an area that the report has."""
    found = (total(report, name) for name in HEADLINES[area])
    return [entry for entry in found if entry is not None]


def share_of(figure: Figure) -> str:
    """What a share is a share of, as one reads on behind its per cent; empty for anything else."""
    return SHARE_OF[figure.indicator] if INDICATORS[figure.indicator].denominator else ""


def paragraph(report: Report, area: Area) -> str:
    """The area in one paragraph of plain German."""
    return " ".join(sentence for sentence in _SAID[area](report) if sentence)


def charts(report: Report, area: Area) -> list[Bars]:
    """The charts of an area."""
    return [chart for chart in (build(report) for build in _CHARTS.get(area, ())) if chart is not None]


def _placements(report: Report) -> list[str]:
    begin = german_date(report.year_from)
    sentences = [
        sentence(
            f"Im {report.year_number}. Programmjahr (ab {begin}) {{0:wurde 1 anrechenbare Vermittlung|wurden # anrechenbare Vermittlungen|wurde keine anrechenbare Vermittlung}} begonnen; geplant waren bis hierher {{1}}, das sind {{2}} des Ziels bis hierher.",
            total(report, "placements_year_to_date"),
            total(report, "placements_target"),
            total(report, "placements_target_share"),
        ),
        sentence(
            "Im Verfahren {0:ist 1 Person|sind # Personen|ist niemand}, davon {1} von 18 bis 65 Jahren ({2}).",
            total(report, "potential"),
            of_category(report, indicator="potential", dimension="age_group", category="18 bis 65"),
            total(report, "potential_working_age_share"),
        ),
        sentence(
            "Außerdem {0:hat 1 Person|haben # Personen|hat niemand} einen Ankunftsnachweis (BÜMA).",
            of_category(report, indicator="potential", dimension="status", category="Ankunftsnachweis"),
        ),
    ]
    targets = figures(report, "placements_target_year", "programme_year")
    if targets:
        sentences.append(
            "Jahresziele: " + ", ".join(f"{entry.text} im {entry.category}. Programmjahr" for entry in targets) + "."
        )
    return sentences


def _neutrality(report: Report) -> list[str]:
    savings = total(report, "savings")
    net = total(report, "net_effect")
    keeps = (
        "Nach Abzug bleiben den Kommunen {0}."
        if net and (net.value or 0) >= 0
        else "Ersparnis abzüglich Prämien und Anschubfinanzierung: {0}."
    )
    even = newest(report, "break_even_month")
    found = figures(report, "break_even_month")
    reached = (
        "Der Ausgleich von Ersparnis, Prämien und Anschubfinanzierung ist noch nicht erreicht."
        if even and even[0].value == 0 and not any(entry.value for entry in found)
        else ""
    )
    return [
        sentence(
            f"Vom Beginn des Programmjahres bis zum {_until(savings)} haben die Kommunen {{0}} erspart; an Prämien wurden ihnen {{1}} in Rechnung gestellt.",
            savings,
            total(report, "premiums"),
        ),
        sentence("Dazu kam die Anschubfinanzierung von {0}.", _unless_zero(total(report, "start_up"))),
        sentence(keeps, net),
        sentence(
            "Prämien und Anschubfinanzierung decken {0} der Vertragskosten des Trägers von {1} im Programmjahr.",
            total(report, "coverage"),
            total(report, "carrier_cost"),
        ),
        reached,
        f"Für jeden Fall gilt: Prämien sind nie höher als das bis dahin Ersparte. {guarantee_sentence(report.programme)}",
    ]


def _opportunities(report: Report) -> list[str]:
    hours = total(report, "agh_hours")
    return [
        sentence(
            "{0:Besetzt ist 1 Arbeitsgelegenheit|Besetzt sind # Arbeitsgelegenheiten|Besetzt ist keine Arbeitsgelegenheit}, {1} davon in Gemeinschaftseinrichtungen und {2} bei Kommunen und Vereinen; der Anteil in Gemeinschaftseinrichtungen beträgt {3} der besetzten Plätze.",
            total(report, "agh_positions"),
            of_category(report, indicator="agh_positions", dimension="provider_kind", category=FACILITY),
            total(report, "agh_positions_outside"),
            total(report, "agh_facility_share"),
        ),
        sentence(
            "Seit Beginn des Programmjahres {0:hat 1 Person|haben # Personen|hat niemand} teilgenommen.",
            total(report, "agh_participants"),
        ),
        sentence(
            f"Bis zum {_until(hours)} {{0:wurde 1 Stunde|wurden # Stunden|wurde keine Stunde}} geleistet; das kostete {{1}}.",
            hours,
            total(report, "agh_cost"),
        ),
        sentence(
            "Davon trug der Kreis {0}, die Kommunen {1}.",
            of_category(report, indicator="agh_cost", dimension="payer", category="county"),
            of_category(report, indicator="agh_cost", dimension="payer", category="municipality"),
        ),
        sentence(
            f"Die Bedarfsmeldungen der Kommunen zählen für sich: Nach ihnen waren am {german_date(last_day(newest_ended(report.period.last)))} von {{0}} gemeldeten Plätzen {{1}} besetzt.",
            total(report, "agh_places_reported"),
            total(report, "agh_places_filled"),
        ),
        sentence("{0} der Teilnehmenden nahmen freiwillig teil.", total(report, "agh_voluntary_share")),
    ]


def _support(report: Report) -> list[str]:
    funding = [
        f"{entry.name}: {entry.notice.rstrip('.')}, ab {german_date(entry.start)}{f' bis {german_date(entry.end)}' if entry.end else ''}."
        for entry in report.programme.funding
    ]
    return [
        sentence(
            "In den Kommunen des Förderprojekts {0:ist 1|sind #|ist keiner} von {1} geplanten Plätzen besetzt ({2} der geplanten Plätze).",
            total(report, "agh_support_positions"),
            total(report, "agh_target"),
            total(report, "agh_support_share"),
        ),
        sentence("Die Mehraufwandsentschädigung beträgt {0} je Stunde.", total(report, "agh_hourly_rate")),
        *(f"Förderung {entry}" for entry in funding),
    ]


def _counselling(report: Report) -> list[str]:
    services = sorted(
        (entry for entry in newest(report, "counselling_contacts", "service") if entry.value),
        key=lambda entry: -(entry.value or 0),
    )
    most = ", ".join(f"{entry.category} ({entry.text})" for entry in services[:4])
    return [
        sentence(
            "Gemeldet {0:ist 1 Beratungskontakt|sind # Beratungskontakte|ist kein Beratungskontakt}, {1} davon mit Frauen ({2} aller Kontakte).",
            total(report, "counselling_contacts"),
            total(report, "counselling_women"),
            total(report, "counselling_women_share"),
        ),
        f"Am häufigsten waren: {most}." if most else "",
    ]


def _quality(report: Report) -> list[str]:
    return [
        sentence(
            "Von {0} erwarteten Meldungen {1:kam 1|kamen #|kam keine} pünktlich und {2:1|#|keine} verspätet, {3:1 fehlt|# fehlen|keine fehlt}.",
            total(report, "returns_expected"),
            total(report, "returns_on_time"),
            total(report, "returns_late"),
            total(report, "returns_missing"),
        ),
        sentence(
            "{0:1 wurde|# wurden|Keine wurde} zurückgestellt, {1:1|#|keine} berichtigt.",
            total(report, "returns_held_back"),
            total(report, "returns_corrected"),
        ),
        "Die Zahlen dieses Berichts beruhen nur auf übernommenen Meldungen.",
    ]


def _until(figure: Figure | None) -> str:
    return german_date(figure.until) if figure else ""


def _unless_zero(figure: Figure | None) -> Figure | None:
    return figure if figure and figure.value else None


_SAID: dict[Area, Callable[[Report], list[str]]] = {
    Area.PLACEMENTS: _placements,
    Area.NEUTRALITY: _neutrality,
    Area.OPPORTUNITIES: _opportunities,
    Area.SUPPORT: _support,
    Area.COUNSELLING: _counselling,
    Area.QUALITY: _quality,
}


def _against_target(report: Report) -> Bars | None:
    actual = {entry.period_to: entry for entry in figures(report, "placements_year_to_date")}
    planned = {entry.period_to: entry for entry in figures(report, "placements_target")}
    ends = sorted(actual.keys() & planned.keys())
    groups = tuple((f"bis {german_date(end)}", (actual[end], planned[end])) for end in ends)
    return (
        Bars("Grafik Ziel", "Vermittlungen gegen das Ziel bis hierher", ("begonnen", "Ziel"), groups)
        if groups
        else None
    )


def _retention(report: Report) -> Bars | None:
    shares = newest(report, "placements_retained_share", "after")
    retained, observed = newest(report, "placements_retained", "after"), newest(report, "placements_observed", "after")
    groups = tuple((f"nach {entry.category}", (entry,)) for entry in shares)
    if not any(entry.value is not None for entry in shares):
        return None
    texts = tuple(
        f"{share.text} ({of.text} von {enough.text})"
        for share, of, enough in zip(shares, retained, observed, strict=True)
    )
    return Bars(
        "Grafik Verbleib",
        "Noch beschäftigt, von den Vermittlungen, die lange genug zurückliegen",
        ("Verbleibsquote",),
        groups,
        texts,
    )


def _saving_and_premium(report: Report) -> Bars | None:
    premiums = {(entry.period_from, entry.period_to): entry for entry in by_quarter(report, "premiums")}
    groups = tuple(
        (entry.period, (entry, premiums[entry.period_from, entry.period_to]))
        for entry in by_quarter(report, "savings")
        if (entry.period_from, entry.period_to) in premiums
    )
    return (
        Bars("Grafik Ersparnis", "Ersparnis und Prämien je Quartal", ("Ersparnis", "Prämien"), groups)
        if groups
        else None
    )


def _by_provider(report: Report) -> Bars | None:
    found = newest(report, "agh_positions", "provider_kind")
    groups = tuple((entry.category, (entry,)) for entry in found)
    return (
        Bars("Grafik Trägerart", "Besetzte Plätze nach Trägerart", ("Plätze",), groups)
        if any(entry.value for entry in found)
        else None
    )


def _towns(report: Report) -> Bars | None:
    planned = {entry.category: entry for entry in newest(report, "agh_target", "municipality")}
    filled = newest(report, "agh_support_positions", "municipality")
    groups = tuple((entry.category, (entry, planned[entry.category])) for entry in filled if entry.category in planned)
    return Bars("Grafik Förderprojekt", "Plätze im Förderprojekt", ("besetzt", "geplant"), groups) if groups else None


def _targets(report: Report) -> Bars | None:
    found = [
        entry
        for entry in newest(report, "counselling_contacts", "target_group")
        if entry.value or entry.text == SUPPRESSED
    ]
    groups = tuple((entry.category, (entry,)) for entry in found)
    return Bars("Grafik Zielgruppen", "Beratungskontakte nach Zielgruppe", ("Kontakte",), groups) if groups else None


_CHARTS: dict[Area, tuple[Callable[[Report], Bars | None], ...]] = {
    Area.PLACEMENTS: (_against_target, _retention),
    Area.NEUTRALITY: (_saving_and_premium,),
    Area.OPPORTUNITIES: (_by_provider,),
    Area.SUPPORT: (_towns,),
    Area.COUNSELLING: (_targets,),
}
