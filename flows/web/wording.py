"""A refusal in a page's words: fields and buttons by their names, people and cases by theirs, for whoever reads is signed in."""

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
