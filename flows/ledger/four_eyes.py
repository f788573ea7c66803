"""Four eyes: whether two names are one person's."""


def same_person(one: str, other: str) -> bool:
    """Whether two names are the same, however they are written.

    >>> same_person(" eva ENTWURF ", "Eva Entwurf")
    True
    """
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
