"""A sample of every refusal of the catalogue, and how the command line prints it."""

from datetime import date

import click

from flows.cli import cli
from flows.commands.printed import NAME, refused
from schemas.problems import problem
from schemas.refusal import Refusal
from schemas.refusals import REFUSALS
from schemas.refusals.wording import Difference

FIGURES: dict[str, object] = {
    **dict.fromkeys(("month", "first", "last", "latest", "draft", "approved", "settled"), "2025-03"),
    **dict.fromkeys(("day", "today", "start", "end", "on"), date(2025, 3, 12)),
    **dict.fromkeys(("total_cents", "ordered_cents", "amount_cents", "given_cents", "open_cents"), -123_45),
    **dict.fromkeys(("opening_cents", "sum_cents", "closing_cents"), 123_45),
    **dict.fromkeys(("known", "unknown", "missing", "expected", "problems"), ("eins", "zwei")),
    **dict.fromkeys(("owners", "asked"), (("05358008", "Düren, Stadt"), ("05358024", ""))),
    "months": ("2025-01", "2025-02"),
    "differences": (Difference("law", "05358008", "Düren, Stadt", "2025-01", "2025-02", 2, 7_00),),
    "year": 2024,
    "movement": 17,
    "problem": problem("closing-gone"),
}  # a value of its type for every figure that a format words; any other figure is a text


def sample(code: str) -> Refusal:
    """A refusal with figures of the types that its sentences want; of other figures the text is their name."""
    figures = {name: FIGURES.get(name, name) for name in REFUSALS[code].figures}
    if code == "month-not-over":
        figures["last"] = date(2025, 3, 31)
    if code == "day-before-approval":
        figures["latest"] = date(2025, 3, 15)
    return Refusal(code, **figures)


def printed(refusal: Refusal, name: str = "status") -> str:
    """The sentence of a refusal as the command `name` prints it."""
    root = click.Context(cli, info_name=NAME)
    with click.Context(cli.commands[name], root, name) as context:
        return refused(refusal, context)
