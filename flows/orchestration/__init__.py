"""How stages run: here, or as tasks of Prefect; and which Prefect server takes them.

`stages` knows no orchestrator, `server` finds or starts one, `tasks` hands it the stages. Importing this room or
`server` does not import Prefect, which takes longer than a settlement.
"""

from flows.orchestration.stages import Progress as Progress
from flows.orchestration.stages import Stages as Stages
from flows.orchestration.stages import direct as direct
from flows.orchestration.stages import unseen as unseen
from flows.orchestration.workers import Cluster as Cluster
from flows.orchestration.workers import Kind as Kind
