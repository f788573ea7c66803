"""The written inputs of the calculation: read from their files, and restored from what an earlier run kept."""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.compute.law import Law, load_law
from schemas.inputs import WrittenInputs
from schemas.law import LAW_TABLES
from schemas.programme import Programme
from schemas.programme_file import FILE, load_programme
from schemas.refusal import Refusal


def read_inputs(inputs: Path, programme: str) -> WrittenInputs:
    """Law tables and programme file as they stand today; both are loaded, and so refused, elsewhere."""
    law = {table.name: _text(inputs / "law" / f"{table.name}.csv") for table in LAW_TABLES}
    return WrittenInputs(law, _text(inputs / programme / FILE), _software())


def restored(written: WrittenInputs, programme: str) -> tuple[Programme, Law] | None:
    """Programme and law of an earlier run; None where this software no longer reads them as that run did."""
    with TemporaryDirectory() as folder:
        inputs = Path(folder)
        for part in ("law", programme):
            (inputs / part).mkdir()
        for name, text in written.law.items():
            (inputs / "law" / f"{name}.csv").write_bytes(text.encode())
        (inputs / programme / FILE).write_bytes(written.programme.encode())
        try:
            return load_programme(inputs / programme), load_law(inputs / "law")
        except Refusal:
            return None


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@cache
def _software() -> str:
    return version("placement-premium")
