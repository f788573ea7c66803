"""What happens by itself beside the workspace: which flow, when, and by which name it is left out (OUTPUTS section 2)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command's options name the schedules, and wait for no library
    from schemas.programme.programme import Programme

TIMEZONE = "Europe/Berlin"
_IN_EVERY_MONTH = 28  # the last day that every month has


@dataclass(frozen=True)
class When:
    """A time that comes again: as cron has it and in words."""

    cron: str
    words: str


@dataclass(frozen=True)
class Schedule:
    """A flow that the clock starts for each programme; `option` leaves it out."""

    flow: str
    option: str
    does: str
    when: "Callable[[Programme], When]"


def _day_after_due(programme: "Programme") -> int:
    day = programme.returns.due_day + 1
    return day if day <= _IN_EVERY_MONTH else 1


def _draft(programme: "Programme") -> When:
    day = _day_after_due(programme)
    return When(f"0 6 {day} * *", f"am {day}. jedes Monats um 6:00 Uhr, nach dem Abgabetermin")


SCHEDULES = (
    Schedule("intake", "eingang", "den Eingang ansehen", lambda _: When("30 5 * * *", "täglich um 5:30 Uhr")),
    Schedule("draft", "entwurf", "den Monat entwerfen, der an der Reihe ist", _draft),
    Schedule(
        "report",
        "bericht",
        "den Bericht über das letzte Quartal schreiben",
        lambda _: When("0 7 1 2,5,8,11 *", "am 1. Februar, Mai, August und November um 7:00 Uhr"),
    ),
)
