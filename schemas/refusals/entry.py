"""What the catalogue says of a refusal: what is wrong, the mend, and the action that helps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Protocol

FIELD, ACTION = "field", "action"  # what a template leaves to the door to name


def figures_of(template: str) -> frozenset[str]:
    """The names that a template gives its figures."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


@dataclass(frozen=True)
class Action:
    """A use case that helps, with its arguments: what is known of them; None stands where a person has to give one."""

    use_case: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A refusal's sentences, as templates over its figures.

    `{month:month}` is a figure, worded as `schemas.refusals.wording` does; `{field:by}` an option or a field of a form and
    `{action}` the action, both as a door names them. An argument of the action is the name of a figure, True for what is
    simply set, or None.
    """

    wrong: str
    mend: str = ""
    action: Action | None = None

    @property
    def figures(self) -> frozenset[str]:
        """The names of the figures that the sentences and the action want."""
        named = figures_of(self.wrong) | figures_of(self.mend)
        taken = self.action.arguments.values() if self.action else ()
        return named - {FIELD, ACTION} | frozenset(name for name in taken if isinstance(name, str))

    @property
    def fields(self) -> tuple[str, ...]:
        """The options or fields of a form that the mend names, in its order."""
        return tuple(spec or "" for _, name, spec, _ in Formatter().parse(self.mend) if name == FIELD)


def helped_by(use_case: str, **arguments: str | bool | None) -> Action:
    """An action as the catalogue writes it."""
    return Action(use_case, arguments)


class Door(Protocol):
    """How people enter: it names what they may do in its own words."""

    def field(self, name: str) -> str:
        """An option or a field of a form."""

    def action(self, action: Action) -> str:
        """A use case with its arguments."""

    def confidential(self, what: str, text: str) -> str:
        """A person, a case, a received file, an amount, or a finding that may name one: as far as those who enter here may read it."""
