"""Long work: begun by a page, told by it while it goes on, and told of after a restart."""

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from fastapi import Request

from flows.durable import replacing
from flows.orchestration import Progress
from flows.web.logs import told
from flows.web.wording import sentence
from schemas.refusal import Refusal

Ending = Literal["running", "done", "refused", "failed", "interrupted"]
FOLDER = ".arbeiten"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A piece of long work of a programme's month: what it is, who began it, how far it is or how it ended."""

    programme: str
    month: str
    what: str
    by: str
    state: Ending = "running"
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""  # what came of it

    @property
    def key(self) -> str:
        """One piece of work for each month."""
        return f"{self.programme}-{self.month}"


class Jobs:
    """The work of a workspace, one piece after the other; how each ended is kept beside the outputs."""

    def __init__(self, outputs: Path) -> None:
        self._folder = outputs / FOLDER
        self._running: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="arbeit")

    def start(self, job: Job, work: Callable[[Progress], str]) -> bool:
        """Begin a piece of work, which is given whom to tell how far it is and returns what came of it.

        False where the month has one that goes on already.
        """
        with self._lock:
            if job.key in self._running:
                return False
            self._running[job.key] = job
        self._keep(job)
        self._worker.submit(self._run, job, work)
        return True

    def of(self, programme: str, month: str) -> Job | None:
        """The newest work of a month; what a crash ended is called interrupted."""
        key = f"{programme}-{month}"
        with self._lock:
            if key in self._running:
                return self._running[key]
        path = self._folder / f"{key}.json"
        try:
            kept = Job(**json.loads(path.read_text(encoding="utf-8")))
        except (FileNotFoundError, json.JSONDecodeError, TypeError):
            return None
        return replace(kept, state="interrupted") if kept.state == "running" else kept

    def _run(self, job: Job, work: Callable[[Progress], str]) -> None:
        def tell(stage: str, done: int, total: int) -> None:
            with self._lock:
                self._running[job.key] = replace(self._running[job.key], stage=stage, done=done, total=total)

        ended = replace(job, state="failed")
        try:
            ended = replace(job, state="done", message=work(tell))
        except Refusal as refusal:
            ended = replace(job, state="refused", message=sentence(refusal))
        except BaseException as error:
            _LOG.error("%s failed: %s", job.what, told(error))
            raise
        finally:
            self._keep(ended)
            with self._lock:
                del self._running[job.key]

    def _keep(self, job: Job) -> None:
        with replacing(self._folder / f"{job.key}.json") as part:
            part.write_text(json.dumps(asdict(job), ensure_ascii=False), encoding="utf-8")


def jobs_of(request: Request) -> Jobs:
    """The work of this workspace."""
    found: Jobs = request.app.state.jobs
    return found
