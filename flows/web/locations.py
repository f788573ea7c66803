"""Which programme a path names."""

from fastapi import HTTPException, Request

from flows.belonging import check_belongs
from flows.location import Location, find_location, programmes
from flows.web.security import setup_of


def location_of(request: Request, programme: str) -> Location:
    """The programme's location; a page of a programme that there is not is not there."""
    setup = setup_of(request)
    if programme not in programmes(setup.inputs):
        raise HTTPException(404)
    location = find_location(setup.inputs, setup.outputs, programme)
    check_belongs(location)
    return location


def all_locations(request: Request) -> list[Location]:
    """The locations of all programmes."""
    return [location_of(request, programme) for programme in programmes(setup_of(request).inputs)]
