"""Where the use cases run for a door: in this process, or as runs of the Prefect server that is configured."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.orchestration import Cluster, Kind, Progress, direct, server
from flows.use_cases import Here, UseCases
from schemas.refusal import Refusal


def nobody(address: str) -> None:
    """A run that nobody looks at."""


@contextmanager
def use_cases(
    mode: str | None,
    kind: Kind,
    progress: Progress,
    *,
    orchestrated: bool = False,
    begun: Callable[[str], None] = nobody,
) -> Iterator[UseCases]:
    """The use cases as `mode` wants them run (direct, orchestrated); without one as Prefect's if a server is configured, or if `orchestrated`.

    A cluster is reached by Prefect alone. `begun` is told the address of each run on the Prefect server. Refusal where that does not answer.
    """
    clustered = isinstance(kind, Cluster)
    if clustered and mode == "direct":
        raise Refusal("cluster-direct")
    if mode == "direct" or not (mode or orchestrated or clustered or server.is_configured()):
        with direct(kind, progress) as stages:
            yield Here(stages)
        return
    with server.available():
        from flows.flow_runs import Flows  # with Prefect, which takes longer than a settlement

        yield Flows(kind, progress, begun)
