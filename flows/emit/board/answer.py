"""Does it work? The answer in a few sentences, before all figures; only from what the report shows."""

from fractions import Fraction

from flows.emit.board.figures import Figure, newest, sentence, total
from schemas.indicators import Area
from schemas.report import Report


def answer(report: Report) -> str:
    """Target, retention, what the municipalities keep, coverage and places; nothing of a figure that is suppressed."""
    said = (_target(report), _retention(report), _neutrality(report), _coverage(report), _places(report), _gaps(report))
    return " ".join(filter(None, said))


def _value(figure: Figure | None) -> Fraction:
    return (figure.value if figure else None) or Fraction(0)


def _target(report: Report) -> str:
    share = total(report, "placements_target_share")
    reached = "im Plan" if _value(share) >= 1 else "unter dem Plan"
    return sentence(
        f"Bei der Vermittlung liegt das Programm {reached}: {{0:1 anrechenbare Vermittlung|# anrechenbare Vermittlungen|keine anrechenbare Vermittlung}}, geplant waren bis hierher {{1}}.",
        total(report, "placements_year_to_date"),
        total(report, "placements_target"),
        share,
    )


def _retention(report: Report) -> str:
    """Of the longest time after which there is anybody to look at."""
    names = ("placements_retained_share", "placements_retained", "placements_observed")
    told = [
        found
        for found in zip(*(newest(report, name, "after") for name in names), strict=True)
        if found[0].value is not None
    ]
    return (
        sentence(f"Nach {told[-1][0].category} sind {{0}} noch beschäftigt ({{1}} von {{2}}).", *told[-1])
        if told
        else ""
    )


def _neutrality(report: Report) -> str:
    savings, premiums, net = (total(report, name) for name in ("savings", "premiums", "net_effect"))
    if not _value(savings):
        return ""
    covered = _value(savings) >= _value(premiums)
    both = (
        "Die Kommunen haben mehr erspart ({0}), als ihnen an Prämien in Rechnung gestellt wurde ({1})"
        if covered
        else "Die Kommunen haben {0} erspart, und {1} Prämien wurden ihnen in Rechnung gestellt"
    )
    start_up = total(report, "start_up")
    if not _value(start_up):
        return sentence(f"{both}.", savings, premiums)
    even = "ist damit ausgeglichen" if _value(net) >= 0 else "ist damit noch nicht ausgeglichen"
    return sentence(f"{both}; die Anschubfinanzierung ({{2}}) {even}.", savings, premiums, start_up, net)


def _coverage(report: Report) -> str:
    return sentence(
        "Prämien und Anschubfinanzierung decken bisher {0} der Jahreskosten des Trägers.", total(report, "coverage")
    )


def _places(report: Report) -> str:
    if Area.OPPORTUNITIES not in report.areas:
        return ""
    planned = sentence(
        "Von {0} geplanten Plätzen des Förderprojekts {1:ist 1|sind #|ist keiner} besetzt ({2}).",
        total(report, "agh_target"),
        total(report, "agh_support_positions"),
        total(report, "agh_support_share"),
    )
    filled = sentence(
        "Insgesamt {0:ist 1 Arbeitsgelegenheit|sind # Arbeitsgelegenheiten|ist keine Arbeitsgelegenheit} besetzt; seit Beginn des Programmjahres {1:nahm 1 Person|nahmen # Personen|nahm niemand} teil.",
        total(report, "agh_positions"),
        total(report, "agh_participants"),
    )
    work = sentence(
        "Von den Ausgeschiedenen fanden {0} binnen sechs Monaten Arbeit ({1} von {2}).",
        total(report, "agh_to_employment_share"),
        total(report, "agh_to_employment"),
        total(report, "agh_observed"),
    )
    return " ".join(filter(None, (planned, filled, work)))


def _gaps(report: Report) -> str:
    missing = total(report, "returns_missing")
    return (
        sentence("Meldungen, die noch fehlen: {0}; so weit sind die Zahlen unvollständig.", missing)
        if _value(missing)
        else ""
    )
