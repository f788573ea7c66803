"""Vergleicht jede Datei dieses Pakets mit der Liste SHA256SUMS und sieht nach, ob dieses Python passt."""

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def wrong() -> "list[str]":
    """What is not as it was packed."""
    found = []
    for line in (HERE / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        path = HERE / name
        if not path.is_file():
            found.append(name + " fehlt")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            found.append(name + " ist verändert")
    return found


def main() -> None:
    """Say what stands in the way, in one sentence, or nothing."""
    versions = (HERE / "versionen.txt").read_text(encoding="utf-8").split()
    here = ".".join(map(str, sys.version_info[:2]))
    if here not in versions:
        sys.exit("Dieses Paket braucht Python {}; gefunden wurde Python {}.".format(" oder ".join(versions), here))
    if sys.maxsize <= 2**32:
        sys.exit("Dieses Paket braucht ein Python mit 64 Bit.")
    found = wrong()
    if found:
        sys.exit(
            "Das Paket ist nicht vollständig: {}. Bitte noch einmal herunterladen oder kopieren.".format(
                "; ".join(found)
            )
        )


if __name__ == "__main__":
    main()
