"""Four eyes: whether two names are one person's (RULES section 8.2)."""

import unicodedata

# What looks like a Latin letter, in lower case: Cyrillic, Greek, phonetic letters, digits. Capital I and small l are one.
_LOOK_ALIKES = str.maketrans(
    "авеһіїјкмнорсѕтухԁԛԝӏгαβεηικνορτυχγωıɡɑ01|l",
    "abehiijkmhopcstyxdqwirabeniknoptuxywigaoiii",
)  # fmt: skip


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are written: case, blanks, punctuation, letters that look alike.

    >>> same_person(" eva ENTWURF ", "Eva Entwurf")
    True
    >>> same_person("Eva-Maria Entwurf", "Еva Маria\u200b Entwurf.")  # with a Cyrillic Е and М
    True
    >>> same_person("Eva Entwurf", "Ewa Entwurf")
    False
    """
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(char for char in plain if char.isalnum() or char == "|").translate(_LOOK_ALIKES)
