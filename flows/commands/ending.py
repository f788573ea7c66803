"""How a command ends that did not come to its own end: the ledger is asked before anything is said of it."""

import errno
import signal
import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import click

from flows.commands.printed import command, refused
from schemas.journal import Act
from schemas.months import Month, german_month
from schemas.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.aftermath import Brought

DONE, HELD_BACK, REFUSED = 0, 1, 2
FOLLOWING, UNKNOWN = 3, 4  # it is in the ledger and files are to follow; nobody can say now whether it is
DEFECT = 70  # of this program

_NOTHING = "Freigegeben oder gebucht wurde dabei nichts."
_UNSURE = ("ledger-not-writable", "ledger-commit-lost")  # refusals after which a reader wants to know
_ASKED = "flows.aftermath"

_DISK = {
    errno.EACCES: "keine Berechtigung",
    errno.EPERM: "keine Berechtigung",
    errno.EROFS: "schreibgeschützter Datenträger",
    errno.ENOSPC: "der Datenträger ist voll",
    errno.EDQUOT: "das Speicherkontingent ist erschöpft",
    errno.ENOENT: "nicht gefunden",
    errno.ENOTDIR: "hier liegt eine Datei, wo ein Ordner sein sollte",
    errno.EEXIST: "hier liegt eine Datei, wo ein Ordner sein sollte",
    errno.EISDIR: "hier liegt ein Ordner, wo eine Datei sein sollte",
    errno.ENAMETOOLONG: "der Name ist zu lang",
}
_RIGHTS = "Bitte prüfen, ob sie noch in Excel geöffnet ist und ob die Rechte reichen"
_MENDS = {
    errno.ENOSPC: "Bitte dort Platz schaffen",
    errno.EDQUOT: "Bitte dort Platz schaffen oder das Kontingent erhöhen lassen",
    errno.EROFS: "Bitte mit --outputs einen beschreibbaren Ort nennen",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
}
_MEND = "Bitte prüfen, ob sie noch in Excel geöffnet ist, ob Rechte und Speicherplatz reichen"
_AGAIN = ", und noch einmal starten."

_BROUGHT = {
    Act.DRAFT: "Der Entwurf für {subject} ist gespeichert",
    Act.APPROVAL: "{subject} ist freigegeben",
    Act.DATE_CONFIRMED: "Das Datum der Freigabe für {subject} ist bestätigt",
    Act.OPENING: "Die Eröffnungssalden sind vorgemerkt",
    Act.OPENING_APPROVAL: "Die Eröffnungssalden sind freigegeben",
    Act.ADJUSTMENT: "Die manuelle Buchung mit Beleg {subject} ist vorgemerkt",
    Act.CANCELLATION: "Der Storno des Belegs {subject} ist vorgemerkt",
    Act.WITHDRAWAL: "Die Anordnung {subject} ist zurückgezogen",
    Act.CLOSING: "Das Jahr {subject} ist abgeschlossen",
    Act.REOPENING: "Das Jahr {subject} ist wieder geöffnet",
    Act.PUBLICATION: "Der Bericht {subject} ist geschrieben und im Verzeichnis der veröffentlichten Zahlen",
    Act.ERASURE_PROPOSED: "Die Löschung der Falldaten vor {subject} ist vorgemerkt",
    Act.ERASURE: "Die Falldaten vor {subject} sind gelöscht",
    Act.RECEIPTS: "Die Umsätze aus {subject} sind übernommen",
    Act.ASSIGNMENT: "Der Umsatz {subject} ist zugeordnet",
    Act.RELEASE: "Die Zuordnung des Umsatzes {subject} ist aufgehoben",
    Act.REMINDER: "Die Erinnerung an den Beleg {subject} ist festgehalten",
}
_OF_MONTH = (Act.DRAFT, Act.APPROVAL, Act.DATE_CONFIRMED)
_FILES_GO = "Dateien, die sie zeigen, entfernt der nächste Befehl von selbst"
DOCUMENTS_FOLLOW = "die Unterlagen folgen: Der nächste Befehl schreibt sie von selbst"


class Ending(NamedTuple):
    """An exit code and what is said."""

    code: int
    words: str


def will_be_asked(context: click.Context, brought_about: "Callable[[], Brought]") -> None:
    """From here on the command may change the ledger: how it ended is asked there."""
    context.find_root().meta[_ASKED] = brought_about


@contextmanager
def interruptible() -> "Iterator[None]":
    """What ends a process by a signal ends the command as Ctrl-C does: it says what came of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        if before[number] == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def of_refusal(refusal: Refusal, context: click.Context) -> Ending:
    """A refusal; where something was entered all the same, that is said."""
    return _told(context, refused(refusal, context), REFUSED, reassuring=refusal.code in _UNSURE)


def of_disk(error: OSError, context: click.Context) -> Ending:
    """A file or folder that cannot be read or written, or a reader (`… | head`) that has gone."""
    if error.errno == errno.EPIPE:
        return _told(context, "Die Ausgabe wird nicht mehr gelesen.", REFUSED, reassuring=True)
    wrong, mend = disk_sentences(error)
    ending = _told(context, wrong, REFUSED, reassuring=True)
    again = _AGAIN if ending.code == REFUSED else "."
    return ending._replace(words=f"{ending.words} {mend}{again}")


def of_interruption(context: click.Context) -> Ending:
    """Ctrl-C, or a signal to end."""
    return _told(context, "Abgebrochen.", REFUSED, reassuring=True)


def of_defect(error: BaseException, context: click.Context) -> Ending:
    """A defect of this program; what finds it is kept in a file."""
    from flows.commands.defects import sentence

    return _told(context, sentence(error, context), DEFECT, reassuring=True)


def _told(context: click.Context, words: str, code: int, reassuring: bool) -> Ending:
    asked = context.find_root().meta.get(_ASKED)
    try:
        brought: Brought | None = asked and asked()
    except (Refusal, OSError, KeyboardInterrupt):
        unsure = f"Ob dabei gebucht wurde, lässt sich gerade nicht feststellen: Das Buch antwortet nicht. Bitte nichts wiederholen, bevor {command('status')} es zeigt."
        return Ending(DEFECT if code == DEFECT else UNKNOWN, f"{words} {unsure}")
    if brought is None or not brought.entries:
        return Ending(code, f"{words} {_NOTHING}" if reassuring else words)
    ended = FOLLOWING if brought.following else DONE
    return Ending(DEFECT if code == DEFECT else ended, f"{words} {_sentence(brought)}")


def _sentence(brought: "Brought") -> str:
    last = brought.entries[-1]
    subject = german_month(Month(last.subject)) if last.act in _OF_MONTH else last.subject
    told = _BROUGHT[last.act].format(subject=subject)
    follows = _FILES_GO if last.act == Act.ERASURE else DOCUMENTS_FOLLOW
    return f"{told}; {follows}." if brought.following else f"{told}; es ist alles geschrieben."


def hindrance(error: Refusal | OSError, context: click.Context) -> str:
    """What stood in the way of something that is done later, and the mend."""
    return refused(error, context) if isinstance(error, Refusal) else f"{' '.join(disk_sentences(error))}."


def disk_sentences(error: OSError) -> tuple[str, str]:
    """A file or folder that cannot be read or written, in German, and the mend, which goes on."""
    number = error.errno or 0
    reason = _DISK.get(number, error.strerror or "unbekannter Fehler")
    wrong = f"{error.filename or 'Eine Datei'} lässt sich nicht lesen oder schreiben: {reason}."
    return wrong, _MENDS.get(number, _MEND)
