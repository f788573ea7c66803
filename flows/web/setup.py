"""What a running workspace knows: its folders, its accounts, and how people come in."""

from dataclasses import dataclass
from pathlib import Path

from flows.people import Accounts

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Setup:
    """How a workspace was started."""

    inputs: Path
    outputs: Path
    accounts: Accounts
    with_accounts: bool = True  # else on one's own PC: a name is asked for, no password
    secure: bool = False  # behind TLS: cookies only over it
    hosts: tuple[str, ...] = LOCAL_NAMES  # by which names it may be called
    trusted_proxy: str | None = None  # the address whose header names who is signed in
    user_header: str | None = None
    runs_at: str | None = None  # where the orchestrator shows its runs, for the administrator
