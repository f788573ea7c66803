"""How a message prints a command that the reader is to run: as it can be copied."""

import re
from collections.abc import Sequence

NAME = "placement-premium"
_PRINTED = re.compile(f"„({NAME} [^“]*)“")


def command(*words: object) -> str:
    """A command in a sentence; words in capitals are for the reader to fill in.

    >>> command("settle", "2025-03", "--accept", "GRUND")
    '„placement-premium settle 2025-03 --accept GRUND“'
    >>> command("opening", "alte Salden.csv")
    '„placement-premium opening "alte Salden.csv"“'
    """
    return f"„{' '.join([NAME, *map(_word, words)])}“"


def completed(sentence: str, options: Sequence[object]) -> str:
    """A sentence in which every printed command carries these options too: it runs where the first one ran.

    >>> completed(f"Bitte zuerst {command('settle', '2025-03')} ausführen.", ["--programme", "dueren"])
    'Bitte zuerst „placement-premium settle 2025-03 --programme dueren“ ausführen.'
    """
    words = [_word(option) for option in options]
    return _PRINTED.sub(lambda found: f"„{' '.join([found[1], *words])}“", sentence)


def _word(word: object) -> str:
    text = str(word)
    return f'"{text}"' if re.search(r"\s", text) else text


# For what the next settlement would not bring about by itself.
MANUAL_LINE = command(
    "adjust", "AGS", "BETRAG", "--month", "MONAT", "--reason", "GRUND", "--voucher", "BELEG", "--by", "NAME"
)
