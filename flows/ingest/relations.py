"""Parts of an Office container and the relations between them."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from functools import lru_cache
from posixpath import join, normpath
from types import MappingProxyType


def part(parts: dict[str, bytes], name: str) -> bytes | None:
    """A part by its name, which is compared without case."""
    return parts.get(name.lower())


@lru_cache(maxsize=64)
def targets(relations: bytes, folder: str) -> Mapping[str, str]:
    """Relation → name of the part it points to, as seen from the folder; empty where there are no relations."""
    if not relations:
        return MappingProxyType({})
    return MappingProxyType(
        {
            node.get("Id", ""): normpath(join(f"/{folder}", node.get("Target", "").replace("\\", "/"))).lstrip("/")
            for node in ElementTree.fromstring(relations)
        }
    )
