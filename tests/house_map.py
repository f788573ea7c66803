"""The map of all modules in CONTRIBUTING.md, made of their first lines: `python -m tests.house_map` writes it anew."""

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[1]
CONTRIBUTING = HOUSE / "CONTRIBUTING.md"
BEGIN, END = "<!-- map: written by python -m tests.house_map -->\n", "<!-- end of map -->\n"


def house_map() -> str:
    """A table for each room: the doors and use cases first, then flows' rooms by name, then the schemas."""
    flows = HOUSE / "flows"
    rooms = [*sorted(path.parent for path in flows.glob("*/__init__.py")), HOUSE / "schemas"]
    tables = [_table(flows, sorted(flows.glob("*.py"))), *(_table(room, sorted(room.rglob("*.py"))) for room in rooms)]
    return "\n".join(tables)


def _table(room: Path, modules: list[Path]) -> str:
    name = room.relative_to(HOUSE).as_posix()
    own = room / "__init__.py"
    rows = [f"| `{_called(path, room)}` | {first_line(path)} |" for path in modules if path != own]
    head = [f"### {name}/", "", first_line(own), "", "| module | what it is for |", "| --- | --- |"]
    return "\n".join([*head, *rows, ""])


def _called(path: Path, room: Path) -> str:
    """The module below its room; an inner room by its folder."""
    inner = path.relative_to(room).as_posix()
    return inner.removesuffix("__init__.py")


def first_line(path: Path) -> str:
    """What a module says of itself first."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0].replace("|", "\\|")


def parts(text: str) -> Iterator[str]:
    """What stands before the map, the map, and what stands behind it."""
    before, _, rest = text.partition(BEGIN)
    within, _, behind = rest.partition(END)
    yield from (before, within, behind)


if __name__ == "__main__":
    before, _, behind = parts(CONTRIBUTING.read_text(encoding="utf-8"))
    CONTRIBUTING.write_text(f"{before}{BEGIN}{house_map()}{END}{behind}", encoding="utf-8")
