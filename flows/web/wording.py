"""A refusal in a page's words: fields and buttons by their names, people and cases by theirs, for whoever reads is signed in."""

from schemas.refusal import Refusal
from schemas.refusals import Action
from schemas.refusals.wording import GERMAN_ACTION, GERMAN_FIELD


class Page:
    """The words of the workspace (refusals.Door)."""

    def field(self, name: str) -> str:
        """A field by its label."""
        return f"„{GERMAN_FIELD[name]}“"

    def action(self, action: Action) -> str:
        """A button by what stands on it."""
        return f"„{GERMAN_ACTION[action.use_case]}“"

    def confidential(self, what: str, text: str) -> str:  # noqa: ARG002  # of whatever it is
        """As it is: whoever sees this page may read it."""
        return text


def sentence(refusal: Refusal) -> str:
    """What is wrong and the mend."""
    return refusal.sentence(Page())
