"""Which versions of the lock a machine needs: the markers are asked for that machine, not for the one that builds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True)
class Machine:
    """A kind of machine: by which name the package goes, how Python calls it, and what wheels for it are called."""

    name: str
    markers: dict[str, str]
    tags: tuple[str, ...]


LINUX = Machine(
    "linux",
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    # glibc 2.34 and older: Debian 12, Ubuntu 22.04, RHEL 9 and later ones take all of them.
    (*tuple(f"manylinux_2_{minor}_x86_64" for minor in range(34, 4, -1)), "manylinux2014_x86_64", "manylinux1_x86_64"),
)
WINDOWS = Machine(
    "windows",
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    ("win_amd64",),
)
MACHINES = {machine.name: machine for machine in (LINUX, WINDOWS)}


def needed(lock: str, machine: Machine, python: str) -> Iterator[str]:
    """The entries of the lock, name and version with their hashes, that this machine needs with this Python."""
    environment = machine.markers | {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock):
        if entry.startswith("#") or "==" not in entry:
            continue
        stated = entry.split("\\", 1)[0].strip()
        requirement = Requirement(stated)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            hashes = re.findall(r"--hash=\S+", entry)
            yield " ".join([f"{requirement.name}{requirement.specifier}", *hashes])
