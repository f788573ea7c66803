"""Whose drive a file lies on: this machine's, or another machine's that shares it."""

import ctypes
import os
import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
_SHARED = {"afs", "cifs", "fuse.sshfs", "fuse.glusterfs", "glusterfs", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
_ESCAPED = re.compile(r"\\([0-7]{3})")  # how the system writes blanks in a mount's path
_REMOTE = 4  # what Windows calls a drive of another machine


def network_share(path: Path) -> str | None:
    """What kind of share a path lies on; None for a drive of this machine, and where the system does not tell (macOS)."""
    place = path.resolve()
    return _on_windows(place) if os.name == "nt" else _mounted(place)


def _mounted(place: Path) -> str | None:
    """By the innermost of the mounts that the path lies below; of two in one place, the later one covers the other."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    found, kind = Path(), ""
    for line in lines:
        own, _, told = line.partition(" - ")
        mount = Path(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), own.split(" ")[4]))
        if place.is_relative_to(mount) and (not kind or mount.is_relative_to(found)):
            found, kind = mount, told.split(" ")[0]
    return kind if kind in _SHARED else None


def _on_windows(place: Path) -> str | None:
    if place.drive.startswith("\\\\"):
        return "UNC"
    kind: int = getattr(ctypes, "windll").kernel32.GetDriveTypeW(f"{place.drive}\\")  # noqa: B009  # there alone
    return place.drive if kind == _REMOTE else None
