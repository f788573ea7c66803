"""Which programme a path names."""

from fastapi import HTTPException, Request

from flows.web.security import setup_of
from flows.workspace import Place, find_place, programmes


def place_of(request: Request, programme: str) -> Place:
    """The programme's place; a page of a programme that there is not is not there."""
    setup = setup_of(request)
    if programme not in programmes(setup.inputs):
        raise HTTPException(404)
    return find_place(setup.inputs, setup.outputs, programme)
