"""Days, months and quarters as they may be typed: the ISO way and the German ones, and nothing that could mean two."""

from datetime import date
from pathlib import Path

import pytest

from flows.cli import cli
from flows.commands.options import given_day, given_month
from schemas.refusal import Refusal
from schemas.report import quarter
from tests.command import call

MONTH, DAY = "13/2025", "31.02.2025"  # there are none of these
BY, WHY = ["--by", "Eva"], ["--reason", "Grund"]
TYPED = [
    ["forms", MONTH],
    ["settle", MONTH],
    ["approve", MONTH, *BY],
    ["approve", "2025-01", *BY, "--date", DAY],
    ["emit", MONTH],
    ["certificates", MONTH],
    ["send-out", MONTH],
    ["explain", "FRB-01", "--month", MONTH],
    ["adjust", "14522150", "12,50", "--month", MONTH, "--voucher", "V-1", *WHY, *BY],
    ["adjust", "14522150", "--withdraw", "--month", MONTH, "--voucher", "V-1", *WHY, *BY],
    ["opening", "salden.csv", *BY, "--approve", "--date", DAY],
    ["erase", "--before", "2024", *BY, "--date", DAY],
    ["report", "--as-of", DAY],
    ["report", "2025-Q1", "--date", DAY],
    ["calibrate", "--date", DAY],
    ["law", DAY],
    ["outstanding", "--on", DAY],
    ["remind", "--on", DAY, *BY],
]
ASKING = {("init", "MONAT")}  # has a folder of its own (tests/unit/test_beginning.py)


@pytest.mark.parametrize(
    "text", ["2025-03", "2025-3", "03/2025", "3/2025", "03.2025", "3.2025", "März 2025", "MÄRZ  2025", "Ma\u0308rz 2025", " 2025-03 "]
)  # fmt: skip
def test_months(text: str) -> None:
    assert given_month(text) == "2025-03"


@pytest.mark.parametrize(
    "text", ["3/25", "25-03", "2025", "März", "März 25", "Maerz 2025", "13/2025", "2025-00", "2025-W3", "01.03.2025", "2025-03-01", "3-2025", ""]
)  # fmt: skip
def test_what_is_no_month_is_refused_with_the_form_that_is_one(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        given_month(text)
    assert str(refused.value) == f"„{text}“ ist kein Monat. Bitte Jahr und Monat wie 2025-03 oder 03/2025 angeben."


@pytest.mark.parametrize(
    "text", ["2025-03-01", "01.03.2025", "1.3.2025", "1.3.25", "1. März 2025", "01. märz 2025", " 01.03.2025 "]
)
def test_days(text: str) -> None:
    assert given_day(text) == date(2025, 3, 1)


@pytest.mark.parametrize(
    "text", ["01/03/2025", "1-3-2025", "20250301", "2025-W09-6", "29.02.2025", "1. Mrz 2025", "30. Februar 2025", "1.3.", "März 2025", "gestern", ""]
)  # fmt: skip
def test_what_is_no_day_is_refused_with_the_form_that_is_one(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        given_day(text)
    assert str(refused.value) == f"„{text}“ ist kein Datum. Bitte wie 12.02.2025 oder 2025-02-12 angeben."


@pytest.mark.parametrize("text", ["2016-Q1", "2016-q1", "Q1/2016", "Q1 2016", "1. Quartal 2016"])
def test_quarters_have_one_name(text: str) -> None:
    assert quarter(text).name == "2016-Q1"


@pytest.mark.parametrize("text", ["1/2016", "Q5/2016", "0000-Q1", "2016-Q1-Q2", "1. Quartal"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="ist kein Quartal"):
        quarter(text)


@pytest.mark.parametrize("arguments", TYPED, ids=" ".join)
def test_every_command_refuses_what_there_is_none_of(arguments: list[str], tmp_path: Path) -> None:
    """It is told before anything of the place is looked at."""
    answer = call(*arguments, "--inputs", tmp_path)
    typed, kind = (MONTH, "Monat") if MONTH in arguments else (DAY, "Datum")
    assert answer.code == 2
    assert answer.err.startswith(f"„{typed}“ ist kein {kind}. Bitte ")


def test_no_command_that_takes_a_month_or_a_day_is_left_out() -> None:
    taking = {
        (name, str(parameter.metavar).strip("[]"))
        for name, command in cli.commands.items()
        for parameter in command.params
    }
    tried = {(name, "MONAT" if MONTH in words else "DATUM") for name, *words in TYPED}
    assert {entry for entry in taking if entry[1] in ("MONAT", "DATUM")} == tried | ASKING
