"""Recht: what is in force on a day, with its sources, what runs out, and what the programme files agree on."""

from itertools import groupby
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from flows.audit import law as in_force
from flows.clock import today
from flows.location import programmes
from flows.municipality import locations_of
from flows.viewing import programme_file
from flows.web.rendering import page
from flows.web.security import allowed, setup_of
from flows.web.wording import sentence
from schemas.accounts import Account, Right
from schemas.law_words import LawLine, law_lines, running_out
from schemas.months import german_date, typed_day
from schemas.programme.words import AgreedSection, explained
from schemas.refusal import Refusal

router = APIRouter()
Reader = Annotated[Account, allowed(Right.SEE_LAW)]


class _File(NamedTuple):
    """A programme file explained, or what is wrong with it."""

    key: str
    title: str
    sections: list[AgreedSection]
    wrong: str | None


@router.get("/recht")
def law_page(request: Request, account: Reader, tag: str = "") -> Response:
    """The law of a day, today's unless another one is asked for."""
    setup, day, refusal = setup_of(request), today(), None
    if tag:
        asked = typed_day(tag)
        refusal = None if asked else Refusal("no-day", text=tag)
        day = asked or day
    tables, wrong = [], None
    try:
        tables = in_force(setup.inputs, day)
    except Refusal as refused:
        wrong = sentence(refused)
    return page(
        request,
        "recht.html",
        f"Recht am {german_date(day)}",
        422 if refusal else 200,
        refusal=refusal,
        day=day,
        typed=tag or german_date(day),
        tables=[(entry.table, _rows(law_lines(entry))) for entry in tables],
        ends=running_out(tables),
        wrong=wrong,
        files=[_file(request, key) for key in _readable(request, account)],
    )


def _rows(lines: list[LawLine]) -> list[tuple[LawLine, int]]:
    """Lines of a table, each with how many rows its source stands for; 0 where the one above holds."""
    sizes = [len(list(same)) for _, same in groupby(lines, key=lambda line: line.source)]
    spans = [span for size in sizes for span in (size, *[0] * (size - 1))]
    return list(zip(lines, spans, strict=True))


def _readable(request: Request, account: Account) -> list[str]:
    """A municipality reads what it is a member of."""
    setup = setup_of(request)
    if account.may(Right.OWN_MUNICIPALITY):
        return [location.programme for location in locations_of(setup.inputs, setup.outputs, account.own_ags)]
    return programmes(setup.inputs)


def _file(request: Request, key: str) -> _File:
    try:
        programme = programme_file(setup_of(request).inputs, key)
    except Refusal as refusal:
        return _File(key, key, [], sentence(refusal))
    return _File(key, f"{programme.programme.county}: {programme.programme.title}", explained(programme), None)
