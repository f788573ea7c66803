"""Hilfe: how each role works here, with a section for every page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from flows.web.rendering import page
from flows.web.security import signed_in
from schemas.accounts import GERMAN_ROLE, ROLE_IN_WORDS, Session

router = APIRouter()


@router.get("/hilfe")
def guide(request: Request, session: Annotated[Session, Depends(signed_in)]) -> Response:
    """What whoever asks can do here, in the order in which it is done."""
    role = session.account.role
    return page(request, "hilfe.html", "Hilfe", role=GERMAN_ROLE[role], in_words=ROLE_IN_WORDS[role])
