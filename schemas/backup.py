"""A backup of a programme: what it holds, under which names, and what its manifest says (OUTPUTS section 18)."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from schemas.months import Month

FORMAT = 1
MANIFEST = "manifest.json"
INPUTS, OUTPUTS = "inputs", "outputs"  # what a member's name begins with, of files
LEDGER, ACCOUNTS = "ledger", "accounts"  # and of tables
_NAME = re.compile(r"[^\x00-\x1f\x7f\\:]+")  # what every system takes for one file's path, and none for a drive
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    programme: str
    software: str  # version that wrote it
    schema: str  # version of the ledger's tables
    identity: str  # of the ledger
    month: Month  # the newest approved, empty before the first
    seal: str  # of that month
    documents: tuple[Month, ...]  # months whose documents are in it, for nothing can make them again
    members: dict[str, str]  # name → SHA-256, all but the manifest itself

    def text(self) -> str:
        """As it stands in the backup."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def read_manifest(text: bytes) -> Manifest:
    """The manifest of a backup; ValueError where it is none. Of a newer format only `format` is looked at."""
    try:
        said: dict[str, Any] = json.loads(text)
        if int(said["format"]) > FORMAT:
            return Manifest(int(said["format"]), "", "", "", "", Month(""), "", (), {})
        found = Manifest(**{**said, "documents": tuple(said["documents"]), "members": dict(said["members"])})
    except (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError) as error:
        raise ValueError("no manifest") from error
    texts = (found.programme, found.software, found.schema, found.identity, found.month, found.seal)
    if not all(isinstance(each, str) for each in (*texts, *found.documents)):
        raise ValueError("no manifest")
    if not re.fullmatch(r"\d{4}", found.schema) or not _plain(found.programme) or "/" in found.programme:
        raise ValueError("no manifest")
    if not all(isinstance(each, str) and _DIGEST.fullmatch(each) for each in found.members.values()):
        raise ValueError("no manifest")
    return found


def written_records(columns: Sequence[str], records: Iterable[Sequence[Any]]) -> bytes:
    """A table as lines of JSON, the names of its columns first; TypeError where a value is neither text nor number."""
    lines = (json.dumps(list(values), ensure_ascii=False, separators=(",", ":")) for values in (columns, *records))
    return "".join(f"{line}\n" for line in lines).encode()


def read_records(text: bytes, known: Iterable[str]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and records of a table; ValueError or TypeError where these are not columns that are `known`."""
    columns, *records = (json.loads(line) for line in text.splitlines())
    if not set(columns) <= set(known):
        raise ValueError("other columns")
    return columns, [tuple(record) for record in records]


def permitted(name: str, programme: str) -> bool:
    """Whether a member may be put in place: below the inputs or outputs of its programme, or a table of its ledger or of the accounts.

    >>> permitted("outputs/dueren/archive/1.xlsx", "dueren"), permitted("outputs/dueren/../../etc/passwd", "dueren")
    (True, False)
    """
    first, _, rest = name.partition("/")
    if not _plain(name):
        return False
    if first in (LEDGER, ACCOUNTS):
        return "/" not in rest
    if first == INPUTS:
        return rest.startswith((f"{programme}/", "law/"))
    own = rest.removeprefix(f"{programme}/")
    return first == OUTPUTS and own != rest and not own.startswith(("ledger", "."))


def _plain(path: str) -> bool:
    """A relative path that leads nowhere but down, whatever the system."""
    parts = path.split("/")
    return bool(_NAME.fullmatch(path)) and not any(part in ("", ".", "..") or part != part.strip() for part in parts)
