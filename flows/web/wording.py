"""A page's words: a refusal, with fields and buttons by their names, people and cases by theirs, and what a line is for."""

from schemas.months import german_date
from schemas.references import agh_position
from schemas.refusals.wording import German, Said


class Page(German):
    """The words of the workspace (refusals.Door): a field by its label, a button by what stands on it."""

    def field(self, name: str) -> str:
        """A field by its label; what no page has a field for, as the workspace is started with it."""
        return "„serve --direct“" if name == "direct" else super().field(name)

    def confidential(self, what: str, text: str) -> str:  # noqa: ARG002  # of whatever it is
        """As it is: whoever sees this page may read it."""
        return text


def sentence(said: Said) -> str:
    """What is wrong and, of a refusal, the mend."""
    return said.sentence(Page())


def position(kind: str, reference: str) -> str:
    """What a line is for: an AGH place with its first day, or whatever its reference names."""
    found = agh_position(kind, reference)
    return f"{found[0]} ab {german_date(found[1])}" if found else reference
