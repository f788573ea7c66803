"""What a running workspace knows: its folders, its accounts, and how people come in."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flows.people import Accounts, Receipts, receipts_of
from schemas.refusal import Refusal

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Proxy:
    """A county's proxy that signs people in: what it says counts from its address alone."""

    address: str
    user_header: str | None = None  # names who has signed in there, by login


@dataclass
class Beside:
    """What stands beside the workspace, for its administration: where the Prefect server answers once it does, and by what one gets in."""

    address: str | None = None
    key: Path | None = None  # a file, where the server is our own
    hindered: Refusal | None = None  # why none stands
    left_out: tuple[str, ...] = ()  # schedules


@dataclass(frozen=True)
class Setup:
    """How a workspace was started."""

    inputs: Path
    outputs: Path
    accounts: Accounts
    with_accounts: bool = True  # else on one's own PC: a name is asked for, no password
    secure: bool = False  # behind TLS: the cookie goes over it alone
    proxy: Proxy | None = None
    hosts: tuple[str, ...] = LOCAL_NAMES  # by which names it may be called
    direct: bool = False  # long work runs without Prefect, also where a server is configured
    beside: Beside | None = None  # unless it is direct

    @cached_property
    def receipts(self) -> Receipts:
        """What municipalities have handed in."""
        return receipts_of(self.outputs)
