"""What lies among the returns and is not read: named with the reason, so that nobody takes it for settled."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why it is not read."""

    OPEN = "open"  # a program's note that the file beside it is open
    SPECIAL = "special"  # no file and no folder
    NO_MONTH = "no_month"  # a folder beside those of the months
    NO_FOLDER = "no_folder"  # a file beside the folders of the months
    PACKED = "packed"  # an archive or a mail that a settlement will unpack
    UNPACKED = "unpacked"  # an archive or a mail, taken out now that its files lie there
    NOT_UNPACKED = "not_unpacked"  # an archive or a mail that holds what cannot be taken in
    NO_RETURN = "no_return"  # a file in an archive or a mail that no return can be


_SENTENCES = {
    Why.OPEN: "„{name}“ zeigt, dass eine Meldung noch geöffnet ist; gelesen wird der Stand, der zuletzt gespeichert wurde.",
    Why.SPECIAL: "„{name}“ ist weder Datei noch Ordner und wird nicht gelesen.",
    Why.NO_MONTH: "Der Ordner „{name}“ wird nicht gelesen: Er heißt nicht wie ein Monat. Bitte umbenennen wie 2025-03, oder die Meldungen in den Ordner ihres Monats legen.",
    Why.NO_FOLDER: "Die Datei „{name}“ wird nicht gelesen: Sie liegt in keinem Ordner eines Monats. Bitte dorthin verschieben.",
    Why.PACKED: "„{name}“ wird beim Abrechnen ausgepackt; geprüft werden die Meldungen darin erst dann.",
    Why.UNPACKED: "„{name}“ wurde ausgepackt ({detail}) und liegt nun im Ordner Herausgenommen.",
    Why.NOT_UNPACKED: "„{name}“ wurde nicht ganz ausgepackt ({detail}). Bitte von Hand auspacken, oder den Absender um die Meldungen selbst bitten.",
    Why.NO_RETURN: "„{name}“ aus „{detail}“ wurde nicht übernommen: Eine solche Datei ist keine Meldung.",
}  # fmt: skip


@dataclass(frozen=True)
class PassedOver:
    """Something that is not read as it lies there, by its name below the folder that was looked at."""

    name: str
    why: Why
    detail: str = ""  # how many files, or what hindered

    @property
    def sentence(self) -> str:
        """What it is, why it is not read, and the mend.

        >>> PassedOver("Februar", Why.NO_MONTH).sentence
        'Der Ordner „Februar“ wird nicht gelesen: Er heißt nicht wie ein Monat. Bitte umbenennen wie 2025-03, oder die Meldungen in den Ordner ihres Monats legen.'
        """
        return _SENTENCES[self.why].format(name=self.name, detail=self.detail)
