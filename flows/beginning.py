"""Use case: a county of one's own begins: its folder, a programme file to fill in and to be examined, a place for own law."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.durable import make_folder, replacing
from flows.home import INPUTS, LAW, OUTPUTS, shipped
from flows.location import find_location
from flows.provenance import read_law, read_programme
from schemas.law import ANALOGOUS_RATES, BASIC_RATES, MARGINAL_THRESHOLD, OWN, LawInForce
from schemas.months import Month, month_of
from schemas.programme.blank import Answers, blank
from schemas.programme.doubts import Doubt, doubts
from schemas.programme.file import FILE
from schemas.programme.programme import Programme
from schemas.programme.written import unfilled, written
from schemas.refusal import Refusal

EVERY_YEAR = (BASIC_RATES, ANALOGOUS_RATES, MARGINAL_THRESHOLD)  # tables that want new rows every year


@dataclass(frozen=True)
class Begun:
    """What was laid out for a county."""

    key: str
    programme: Path
    gaps: int  # in the programme file
    returns: Path
    month: Month
    own_law: Path
    outputs: Path


@dataclass(frozen=True)
class Examined:
    """A programme file that can be settled with, and what is odd about it."""

    path: Path
    programme: Programme
    doubts: tuple[Doubt, ...]
    law: list[LawInForce]  # of the day


def examine(inputs: Path, outputs: Path, programme: str | None, today: date) -> Examined:
    """Read a programme file as a settlement does, and look for what an office gets wrong. Refusal for what is not right."""
    location = find_location(inputs, outputs, programme)
    found = read_programme(location.inputs, location.programme, location.ledger)
    path = location.inputs / location.programme / FILE
    return Examined(path, found, tuple(doubts(found, today)), read_law(location.inputs).on(today))


def begin(folder: Path, answers: Answers) -> Begun:
    """Lay out a county's folder by what it answered. Refusal where the programme is there already; nothing is overwritten."""
    return _laid_out(folder, blank(answers))


def begin_like(folder: Path, sample: str) -> Begun:
    """Lay out a county's folder with the terms of a shipped programme."""
    return _laid_out(folder, tomllib.loads((shipped() / sample / FILE).read_text(encoding="utf-8")))


def _laid_out(folder: Path, content: Mapping[str, Any]) -> Begun:
    inputs, key, month = folder / INPUTS, content["programme"]["key"], month_of(content["programme"]["start"])
    own_law = inputs / LAW / OWN
    begun = Begun(
        key,
        inputs / key / FILE,
        len(list(unfilled(content))),
        inputs / key / "returns" / month,
        month,
        own_law,
        folder / OUTPUTS,
    )
    if begun.programme.exists():
        raise Refusal("init-taken", path=begun.programme)
    for place in (begun.returns, begun.outputs):
        make_folder(place)
    for table in EVERY_YEAR:
        path = own_law / f"{table.name}.csv"
        if not path.exists():
            _write(path, ",".join(table.columns) + "\n")
    _write(begun.programme, written(content))  # last: with it the county has begun
    return begun


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
