"""Long work: begun by a page, told of by it while it goes on, and told of after a restart."""

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from fastapi import Request

from flows.durable import replacing
from flows.running import use_cases
from flows.use_cases import UseCases
from flows.web.logs import told
from flows.web.security import setup_of
from flows.web.wording import sentence
from schemas.months import german_month, is_month
from schemas.refusal import Refusal

Ending = Literal["running", "done", "refused", "failed", "interrupted"]
GERMAN_ENDING: dict[Ending, str] = {
    "running": "läuft",
    "done": "fertig",
    "refused": "abgelehnt",
    "failed": "gescheitert",
    "interrupted": "unterbrochen",
}
FOLDER = ".arbeiten"
SHORT = 1.0  # seconds: work that takes no longer is answered with what came of it
_LASTING = {"state", "message", "run"}  # what is told after a restart; how far it is changes too often
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
    code: str = ""  # of the refusal that ended it
    run: str = ""  # where it is shown on the Prefect server, if it runs there

    @property
    def key(self) -> str:
        """One piece of work for each month."""
        return _key(self.programme, self.month)

    @property
    def title(self) -> str:
        """What it is and of which month."""
        return f"{self.what} {german_month(self.month)}" if is_month(self.month) else self.what


def _key(programme: str, month: str) -> str:
    return f"{programme}-{month}"


class Telling:
    """What a piece of work tells while it goes on."""

    def __init__(self, tell: Callable[..., None]) -> None:
        self._tell = tell

    def progress(self, stage: str, done: int, total: int) -> None:
        """How far it is (orchestration.Progress)."""
        self._tell(stage=stage, done=done, total=total)

    def run(self, address: str) -> None:
        """Where it is shown on the Prefect server."""
        self._tell(run=address)


Work = Callable[[Telling], str]  # returns what came of it


class Jobs:
    """The work of a workspace, one piece after the other; how each ended is kept beside the outputs."""

    def __init__(self, outputs: Path) -> None:
        self._folder = outputs / FOLDER
        self._known: dict[str, Job] = {}  # of this process: the newest of each month
        self._ended: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="arbeit")

    def start(self, job: Job, work: Work) -> None:
        """Begin a piece of work. Refusal where the month has one that goes on already."""
        with self._lock:
            before = self._known.get(job.key)
            if before is not None and before.state == "running":
                raise Refusal("work-goes-on", what=before.what, name=before.by)
            self._keep(job)
            self._known[job.key] = job
            self._ended[job.key] = threading.Event()
        self._worker.submit(self._run, job, work)

    def wait(self, programme: str, month: str, seconds: float) -> bool:
        """Whether the work of a month ends within so many seconds."""
        ended = self._ended.get(_key(programme, month))
        return ended is None or ended.wait(seconds)

    def of(self, programme: str, month: str) -> Job | None:
        """The newest work of a month; what a crash ended is called interrupted.

        A page asks before it reads what the work changes. Then work that ends in between is told as going on, and the page
        asks again; the other way round it would show how things stood before, and nothing more would come.
        """
        key = _key(programme, month)
        with self._lock:
            if key in self._known:
                return self._known[key]
        try:
            kept = Job(**json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, json.JSONDecodeError, TypeError):
            return None
        return replace(kept, state="interrupted") if kept.state == "running" else kept

    def newest(self, programme: str) -> list[Job]:
        """The newest work of each month of a programme, and of its reports and checks."""
        kept = {path.stem for path in self._folder.glob(f"{programme}-*.json")}
        found = [self.of(programme, key.removeprefix(f"{programme}-")) for key in sorted(kept, reverse=True)]
        return [job for job in found if job is not None and job.programme == programme]

    def _run(self, job: Job, work: Work) -> None:
        def tell(**now: Any) -> None:
            with self._lock:
                self._known[job.key] = replace(self._known[job.key], **now)
                if now.keys() & _LASTING:
                    self._keep(self._known[job.key])

        _LOG.info("%s %s: begonnen", job.programme, job.title)
        ended: dict[str, Any] = {"state": "failed"}
        try:
            ended = {"state": "done", "message": work(Telling(tell))}
        except Refusal as refusal:
            ended = {"state": "refused", "message": sentence(refusal), "code": refusal.code}
        except OSError as error:
            _LOG.error("%s %s: %s", job.programme, job.title, told(error))
            ended = {"state": "refused", "message": sentence(Refusal("disk-hindered"))}
        except BaseException as error:
            _LOG.error("%s %s: %s", job.programme, job.title, told(error))
            raise
        finally:
            _LOG.info("%s %s: %s", job.programme, job.title, GERMAN_ENDING[ended["state"]])
            try:
                tell(**ended)
            finally:
                self._ended[job.key].set()

    def _keep(self, job: Job) -> None:
        with replacing(self._folder / f"{job.key}.json") as part:
            part.write_text(json.dumps(asdict(job), ensure_ascii=False), encoding="utf-8")


def jobs_of(request: Request) -> Jobs:
    """The work of this workspace."""
    found: Jobs = request.app.state.jobs
    return found


def orchestrated(request: Request, work: Callable[[UseCases], str]) -> Work:
    """Work of use cases, which runs on the Prefect server where one is configured."""
    mode = "direct" if setup_of(request).direct else None

    def running(tell: Telling) -> str:
        with use_cases(mode, "auto", tell.progress, begun=tell.run) as office:
            return work(office)

    return running


def begin(request: Request, job: Job, work: Work) -> None:
    """Begin a piece of work, and wait a moment: short work has ended by then. Refusal where other work of it goes on."""
    jobs = jobs_of(request)
    jobs.start(job, work)
    jobs.wait(job.programme, job.month, SHORT)
