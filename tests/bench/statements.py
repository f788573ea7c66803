"""Writing statement workbooks."""

import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from flows.emit.month import write_statements
from flows.orchestration import direct, unseen
from schemas.documents import Statement
from tests.bench.timing import seconds
from tests.golden import samples

STATEMENTS = 1000


def _statements() -> list[Statement]:
    """As many municipalities, half of them with 30 positions, half with premiums and their derivation over five months."""
    kinds = [samples.invoice(), samples.premium_statement()]
    return [
        replace(one, municipality=one.municipality.model_copy(update={"ags": f"{number:08d}"}))
        for number in range(STATEMENTS)
        for one in [kinds[number % 2]]
    ]


def parts_of(files: Iterable[Path]) -> Iterator[bytes]:
    """The unpacked bytes of workbooks, part by part."""
    for path in files:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name)


def deflate(parts: Iterable[bytes]) -> None:
    """Every part, packed as the workbooks pack them."""
    for part in parts:
        packer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -15)
        packer.compress(part)
        packer.flush()


def measure() -> None:
    """Statements written on two processes, start-up included, against deflating the same bytes on one core."""
    statements = _statements()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with direct("processes", unseen) as stages:
            written = stages.map("Abrechnungen schreiben", write_statements, statements, Path(folder))
        took = time.perf_counter() - start
        assert len(set(written)) == STATEMENTS
        parts = list(parts_of(sorted(Path(folder).rglob("*.xlsx"))))
    floor = seconds(lambda: deflate(parts), runs=3)
    print(
        f"writing {STATEMENTS} statements, two processes       {took:6.2f} s   {took / floor:5.1f} × deflating them (at most 14)"
    )
