"""Hilfe: how each role works here, with a section for every page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from flows.web.rendering import page
from flows.web.security import signed_in
from schemas.accounts import GERMAN_ROLE, ROLE_IN_WORDS, Role, Session

router = APIRouter()

# The chapter of the handbook that is a role's own (docs/handbuch).
CHAPTERS = {
    Role.CLERK: "sachbearbeitung",
    Role.APPROVER: "sachbearbeitung",
    Role.MUNICIPALITY: "kommune",
    Role.BOARD: "projektbeirat",
    Role.AUDITOR: "pruefung",
    Role.ADMINISTRATOR: "administration",
}


@router.get("/hilfe")
def guide(request: Request, session: Annotated[Session, Depends(signed_in)]) -> Response:
    """What whoever asks can do here, in the order in which it is done."""
    role = session.account.role
    named, chapter = GERMAN_ROLE[role], CHAPTERS[role]
    return page(request, "hilfe.html", "Hilfe", role=named, in_words=ROLE_IN_WORDS[role], chapter=chapter)
