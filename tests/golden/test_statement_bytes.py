"""Statements and overviews are the same, byte for byte, whatever process or thread writes them."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flows.emit.statement.workbook import write_statement
from tests.command import contents
from tests.golden import samples

WRITER = """
import sys
from pathlib import Path
from flows.emit.overview.workbook import write_overview
from flows.emit.statement.workbook import write_statement
from tests.golden import samples
folder = Path(sys.argv[1])
write_statement(folder / "premium.xlsx", samples.premium_statement())
write_statement(folder / "invoice.xlsx", samples.invoice())
write_overview(folder / "overview.xlsx", samples.overview())
"""


def test_the_same_input_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"}
        subprocess.run([sys.executable, "-c", WRITER, tmp_path / seed], check=True, env=environment)
    first = contents(tmp_path / "1")
    assert sorted(first) == ["invoice.xlsx", "overview.xlsx", "premium.xlsx"]
    assert contents(tmp_path / "2") == first


def test_threads_side_by_side_write_the_same_bytes_as_one_after_the_other(tmp_path: Path) -> None:
    makers = [samples.premium_statement, samples.invoice, samples.milestones, samples.credit_note] * 3
    statements = [make() for make in makers]
    for number, statement in enumerate(statements):
        write_statement(tmp_path / "serial" / f"{number}.xlsx", statement)
    with ThreadPoolExecutor(4) as threads:
        list(
            threads.map(
                lambda entry: write_statement(tmp_path / "threads" / f"{entry[0]}.xlsx", entry[1]),
                enumerate(statements),
            )
        )
    assert contents(tmp_path / "threads") == contents(tmp_path / "serial")
