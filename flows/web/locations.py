"""Which programme and which month a path names."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from flows.belonging import check_belongs
from flows.location import Location, find_location, programmes
from flows.web.security import session_of, setup_of
from schemas.months import Month, is_month


def location_of(request: Request, programme: str) -> Location:
    """The programme's location; a page of a programme that there is not is not there."""
    setup = setup_of(request)
    if programme not in programmes(setup.inputs):
        raise HTTPException(404)
    location = find_location(setup.inputs, setup.outputs, programme)
    check_belongs(location)
    session = session_of(request)
    login = session.account.login if session else ""  # without accounts there is none, and the system's counts
    return replace(location, account=login or None)


def all_locations(request: Request) -> list[Location]:
    """The locations of all programmes."""
    return [location_of(request, programme) for programme in programmes(setup_of(request).inputs)]


def _month_of(month: str) -> Month:
    if not is_month(month):
        raise HTTPException(404)
    return month


PathMonth = Annotated[Month, Depends(_month_of)]  # a page of what is no month is not there
