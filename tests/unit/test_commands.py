"""Every command that a message prints is one that can be run, and no message prints one in another way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from flows.cli import cli
from schemas import commands

SOURCES = sorted(path for folder in ("flows", "schemas") for path in Path(folder).rglob("*.py"))
FILLED_IN = "2016"  # stands for a word that only the message knows: a month, a year, a file


def printed() -> Iterator[tuple[str, ...]]:
    """The words of every call of `command`, and where it stands."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "command":
                yield (
                    f"{path}:{node.lineno}",
                    *(str(word.value) if isinstance(word, ast.Constant) else FILLED_IN for word in node.args),
                )


PRINTED = list(printed())


@pytest.mark.parametrize("words", [words for _, *words in PRINTED], ids=[place for place, *_ in PRINTED])
def test_a_printed_command_parses(words: list[str]) -> None:
    name, *arguments = words
    where = ["--inputs", "inputs", "--outputs", "outputs", "--programme", "dueren"]
    with cli.commands[name].make_context(name, [*arguments, *where]) as context:
        assert context.params["programme"] == "dueren"


def test_every_kind_of_command_that_messages_print_was_found() -> None:
    assert {words[0] for _, *words in PRINTED} >= {"settle", "approve", "opening", "close", "erase", "status", "adjust"}


def test_no_message_prints_a_command_by_hand() -> None:
    """The help of the bare command lists some as examples, and a ledger's version is told by the program's name."""
    elsewhere = {"flows/cli.py", "flows/console.py", "flows/ledger/store/migrations/__init__.py"}
    by_hand = [
        f"{path}: {node.value}"
        for path in SOURCES
        if path.as_posix() not in elsewhere
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and f"{commands.NAME} " in str(node.value)
    ]
    assert [entry for entry in by_hand if ">>>" not in entry] == []


def test_the_options_that_say_where_are_added_to_each_command() -> None:
    sentence = (
        f"Bitte {commands.command('status')} oder {commands.command('opening', 'alte Salden.csv', '--by', 'NAME')}."
    )
    assert commands.completed(sentence, ["--outputs", "mein Ordner"]) == (
        'Bitte „placement-premium status --outputs "mein Ordner"“ oder '
        '„placement-premium opening "alte Salden.csv" --by NAME --outputs "mein Ordner"“.'
    )
    assert commands.completed(sentence, []) == sentence


@pytest.mark.parametrize("name", cli.commands)
def test_help_explains_every_argument_and_begins_with_what_the_command_is_about(name: str) -> None:
    help_text = cli.commands[name].get_help(click.Context(cli.commands[name], info_name=name))
    told, listed = help_text.split("Optionen:\n")
    arguments = told.split("Angaben:\n")[1:]
    assert len(arguments) == any(isinstance(parameter, click.Argument) for parameter in cli.commands[name].params)
    entries = [
        line.split(maxsplit=1) for text in (*arguments, listed) for line in text.splitlines() if line[2:3].strip()
    ]
    assert [entry[0] for entry in entries if len(entry) == 1] == []
    options = [entry[0] for entry in entries if entry[0].startswith("--")]
    shared = [name for name in options if name in {"--programme", "--inputs", "--outputs", "--help"}]
    assert options[-len(shared) :] == shared
    assert "Positional" not in help_text
