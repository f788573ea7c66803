"""Files of a form, as they came."""

from fastapi import Request
from starlette.datastructures import UploadFile

from schemas.receiving import HandedIn


async def uploaded(request: Request) -> list[HandedIn]:
    """The chosen files of the field `dateien`; a field without a choice sends one without a name."""
    form = await request.form()
    chosen = [entry for entry in form.getlist("dateien") if isinstance(entry, UploadFile) and entry.filename]
    return [HandedIn(entry.filename or "", await entry.read()) for entry in chosen]
