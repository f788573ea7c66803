"""How far long work is, for the page that began it."""

from fastapi import Request
from starlette.responses import Response

from flows.web.jobs import jobs_of
from flows.web.locations import location_of
from flows.web.rendering import part


def progress_of(request: Request, programme: str, work: str) -> Response:
    """How far it is (`jobs.Job.month`: the last piece of its page's path); once it has ended, the page is loaded anew."""
    location_of(request, programme)
    job = jobs_of(request).of(programme, work)
    if job is None or job.state != "running":
        return Response(headers={"HX-Refresh": "true"})
    return part(request, "arbeit.html", job=job, path=f"/{programme}/{work}")
