"""Every command that a message prints is one that can be run, and no message prints one in another way."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from flows.cli import cli
from flows.commands.printed import NAME, command
from schemas.refusals import REFUSALS
from tests.refusals import printed, sample

SOURCES = sorted(path for folder in ("flows", "schemas") for path in Path(folder).rglob("*.py"))
FILLED_IN = "2016"  # stands for a word that only the message knows: a month, a year, a file
COMMAND = re.compile(f"„{NAME} ([^“]*)“")


def written() -> Iterator[tuple[str, ...]]:
    """The words of every call of `command`, and where it stands."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "command":
                words = [word for word in node.args if not isinstance(word, ast.Starred)]
                if words:
                    yield (
                        f"{path}:{node.lineno}",
                        *(str(word.value) if isinstance(word, ast.Constant) else FILLED_IN for word in words),
                    )


def helping() -> Iterator[tuple[str, ...]]:
    """The words of the command that a refusal prints as the action that helps, and its code."""
    for code, entry in REFUSALS.items():
        if entry.action is not None:
            found = COMMAND.search(printed(sample(code)))
            assert found is not None, code
            yield code, *shlex.split(found[1])


PRINTED = [*written(), *helping()]


@pytest.mark.parametrize("words", [words for _, *words in PRINTED], ids=[place for place, *_ in PRINTED])
def test_a_printed_command_parses(words: list[str]) -> None:
    name, *arguments = words
    where = {"inputs": "inputs", "outputs": "outputs", "programme": "dueren"}
    if name == "serve":  # it shows all programmes
        del where["programme"]
    options = [word for option, value in where.items() for word in (f"--{option}", value)]
    found = cli.commands[name]
    if isinstance(found, click.Group):
        name, *arguments = arguments
        found = found.commands[name]
    if name in ("init", "restore"):  # they say where themselves
        options, where = [], {}
    with found.make_context(name, [*arguments, *options]) as context:
        assert {option: str(context.params[option]) for option in where} == where


def test_every_kind_of_command_that_messages_print_was_found() -> None:
    assert {words[0] for _, *words in PRINTED} >= {"settle", "approve", "opening", "close", "erase", "status", "adjust"}


def test_no_message_prints_a_command_by_hand() -> None:
    """The help of the bare command lists some as examples, and a ledger's version is told by the program's name."""
    elsewhere = {"flows/cli.py", "flows/commands/console.py", "schemas/refusals/ledger.py"}
    by_hand = [
        f"{path}: {node.value}"
        for path in SOURCES
        if path.as_posix() not in elsewhere
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and f"{NAME} " in str(node.value)
    ]
    assert [entry for entry in by_hand if ">>>" not in entry] == []


def test_the_options_that_say_where_are_added_to_each_command() -> None:
    assert command("status") == f"„{NAME} status“"
    with cli.commands["status"].make_context("status", ["--outputs", "mein Ordner"]):
        assert command("opening", "alte Salden.csv", "--by", "NAME") == (
            '„placement-premium opening "alte Salden.csv" --by NAME --outputs "mein Ordner"“'
        )


def test_help_waits_for_no_library() -> None:
    """What the commands need they import when they run."""
    heavy = "polars", "pandera", "pydantic", "sqlalchemy", "prefect", "openpyxl", "xlsxwriter"
    found = subprocess.run(
        [sys.executable, "-c", "import sys, flows.cli; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert not set(heavy) & set(found.stdout.split())


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
    shared = [name for name in options if name in {"--programme", "--inputs", "--outputs", "--home", "--help"}]
    assert options[-len(shared) :] == shared
    assert "Positional" not in help_text
