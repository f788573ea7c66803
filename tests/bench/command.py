"""Whole commands, from process start to finished workbooks."""

import shutil
import tempfile

from tests.bench.timing import seconds
from tests.command import run


def measure() -> None:
    """A month of 15 returns from process start to finished workbooks, and the help text."""
    with tempfile.TemporaryDirectory() as folder:

        def settle() -> None:
            shutil.rmtree(folder, ignore_errors=True)
            answer = run("settle", "2024-12", "--programme", "mittelsachsen", "--direct", "--outputs", folder)
            assert answer.code == 0, answer.err

        print(f"settle --direct, 15 returns, whole process   {seconds(settle):6.2f} s   (at most 2)")
    print(f"--help, whole process                        {seconds(lambda: run('--help')):6.2f} s   (at most 0.3)")
