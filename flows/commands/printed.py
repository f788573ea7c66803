"""How a message prints a command that the reader is to run: as it can be copied, and where this one runs."""

import re
from collections.abc import Sequence

import click
from click.core import ParameterSource

from schemas.refusal import Refusal
from schemas.refusals import Action
from schemas.refusals.wording import Said

NAME = "placement-premium"
WHERE = ("programme", "inputs", "outputs", "home")  # options of every command that say where it works


def command(*words: object) -> str:
    """A command in a sentence, with the caller's options that say where; words in capitals are for the reader to fill in.

    >>> command("settle", "2025-03", "--accept", "GRUND")
    '„placement-premium settle 2025-03 --accept GRUND“'
    >>> command("opening", "alte Salden.csv")
    '„placement-premium opening "alte Salden.csv"“'
    """
    return f"„{' '.join([NAME, *map(_word, [*words, *_where(words)])])}“"


def refused(refusal: Refusal, context: click.Context) -> str:
    """The refusal of a command in a sentence: options by their names, the action that helps as a command."""
    return told(refusal, context)


def told(said: Said, context: click.Context) -> str:
    """What a command says in a sentence."""
    return said.sentence(_Terminal(context))


class _Terminal:
    """The words of the command line (refusals.Door)."""

    def __init__(self, context: click.Context) -> None:
        self._own = {each.name: each for each in context.command.params if isinstance(each, click.Argument)}
        root = context.find_root().command
        self._commands = root.commands if isinstance(root, click.Group) else {context.command.name: context.command}

    def field(self, name: str) -> str:
        """What stands behind the command under this name, else an option."""
        return _metavar(self._own[name]) if name in self._own else f"--{name}"

    def action(self, action: Action) -> str:
        """The command of a use case; what a person has to give is named as in its help."""
        known = self._commands[action.use_case].params
        options = {option: each for each in known for option in each.opts}
        arguments = {each.name: each for each in known if isinstance(each, click.Argument)}
        words: list[object] = [action.use_case]
        for name, value in action.arguments.items():
            parameter = arguments.get(name) or options[f"--{name}"]
            given = [] if value is True else [_metavar(parameter) if value is None else value]
            words += given if name in arguments else [f"--{name}", *given]
        return command(*words)

    def confidential(self, what: str, text: str) -> str:  # noqa: ARG002  # of whatever it is
        """As it is: whoever sits here has the files themselves."""
        return text


def _metavar(parameter: click.Parameter) -> str:
    return (parameter.metavar or "").strip("[]")


def _where(words: Sequence[object]) -> list[object]:
    """The options by which the caller said where, as they were given, that the printed command has too."""
    context = click.get_current_context(silent=True)
    if context is None:
        return []
    known = _options_of(context.find_root().command, words)
    given = [
        (parameter.opts[0], context.params[parameter.name])
        for parameter in context.command.params
        if parameter.name in WHERE
        and parameter.name in context.params
        and (known is None or parameter.name in known)
        and context.get_parameter_source(parameter.name) is not ParameterSource.DEFAULT
    ]
    return [word for option in given for word in option]


def _options_of(root: click.Command, words: Sequence[object]) -> set[str | None] | None:
    """The names of what the printed command takes; None where the root does not know it."""
    found = root
    for word in words:
        if not isinstance(found, click.Group):
            break
        if str(word) not in found.commands:
            return None
        found = found.commands[str(word)]
    return None if found is root else {parameter.name for parameter in found.params}


def _word(word: object) -> str:
    text = str(word)
    return f'"{text}"' if re.search(r"\s", text) else text
