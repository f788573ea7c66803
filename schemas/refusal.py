"""The one exception that a user reads: what is wrong and what helps, as data that each door words."""

from functools import partial
from typing import Any

from schemas.refusals import REFUSALS, Action, Door
from schemas.refusals.wording import Plain, worded


class Refusal(Exception):
    """Wrong use or unusable input: nothing was changed (exit code 2).

    `code` is a key of the catalogue, `figures` are what its sentences and its action name.
    """

    def __init__(self, code: str, /, **figures: object) -> None:
        if figures.keys() != REFUSALS[code].figures:
            raise TypeError(f"{code} wants {sorted(REFUSALS[code].figures)}, was given {sorted(figures)}")
        super().__init__(code)
        self.code, self.figures = code, figures

    @property
    def action(self) -> Action | None:
        """The use case that helps, with its arguments."""
        template = REFUSALS[self.code].action
        if template is None:
            return None
        taken = {name: self.figures[of] if isinstance(of, str) else of for name, of in template.arguments.items()}
        return Action(template.use_case, taken)

    @property
    def fields(self) -> tuple[str, ...]:
        """The options, or fields of a form, that are to be corrected or filled in."""
        return REFUSALS[self.code].fields

    def sentence(self, door: Door) -> str:
        """What is wrong and the mend, in the door's words."""
        return worded(REFUSALS[self.code], self.figures, self.action, door)

    def __str__(self) -> str:
        return self.sentence(Plain())

    def __reduce__(self) -> tuple[Any, ...]:
        """Figures travel by name between processes."""
        return partial(Refusal, self.code, **self.figures), ()
