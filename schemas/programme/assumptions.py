"""The assumptions file: a year's placements before there are any, for the calibration (PROGRAMME section 17)."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.programme.file import read_toml
from schemas.programme.programme import Programme
from schemas.programme.values import Ags, Amount, Section, Share
from schemas.refusal import Refusal


class Course(Section):
    """A share of the placements whose employment lasts so many whole months."""

    months: Annotated[int, Field(ge=1, le=120)]
    share: Share


class Assumptions(Section):
    """Placements of one programme year, their saving and how long they last."""

    placements: Annotated[dict[Ags, Annotated[int, Field(ge=0, le=10_000)]], Field(min_length=1)]
    saved_cents_per_month: Annotated[Amount, Field(alias="saved_eur_per_month")]
    cost_cents: Annotated[Amount | None, Field(alias="cost_eur")] = None  # else as contracted
    employment: Annotated[tuple[Course, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum((course.share for course in self.employment), Decimal(0)) != 1:
            raise ValueError('Die Anteile (share) unter [[employment]] müssen zusammen "1" ergeben')
        if len({course.months for course in self.employment}) < len(self.employment):
            raise ValueError("Unter [[employment]] darf jede Dauer (months) nur einmal stehen")
        if not any(self.placements.values()):
            raise ValueError("Unter [placements] steht keine Vermittlung")
        return self


def load_assumptions(path: Path, programme: Programme) -> Assumptions:
    """The assumptions of a file; Refusal names file, key and what is expected."""
    assumptions = read_toml(path, Assumptions, "assumptions-missing")
    unknown = sorted(set(assumptions.placements) - set(programme.members))
    if unknown:
        raise Refusal("assumptions-of-others", path=path, unknown=unknown)
    return assumptions
