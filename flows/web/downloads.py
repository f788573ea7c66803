"""Files to be saved: nothing that is not a page is shown in the browser itself."""

from urllib.parse import quote

from starlette.responses import Response


def download(name: str, content: bytes) -> Response:
    """A file under its name, whatever letters that has."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type="application/octet-stream", headers={"Content-Disposition": disposition})
