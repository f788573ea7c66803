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
    secure: bool = False  # behind TLS: the cookie goes over it alone
    hosts: tuple[str, ...] = LOCAL_NAMES  # by which names it may be called
