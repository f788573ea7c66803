"""A correction workbook is the same, byte for byte, whatever process writes it: hash seeds and time zones play no part."""

import os
import subprocess
import sys
from pathlib import Path

from tests.unit.test_correction import original, saved

WRITER = """
import sys
from pathlib import Path
from flows.emit.correction.workbook import write_correction
from tests.broken.forms import correction
from tests.unit.test_correction import findings_frame, wrong
own = correction("a.xlsx", findings_frame([wrong("B2"), wrong("A3", "W12")]))
write_correction(Path(sys.argv[2]), Path(sys.argv[1]).read_bytes(), own)
"""


def test_the_same_input_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "source.xlsx").write_bytes(saved(original()))
    for seed in ("1", "2", "3"):
        subprocess.run(
            [sys.executable, "-c", WRITER, tmp_path / "source.xlsx", tmp_path / f"{seed}.xlsx"],
            check=True, env=os.environ | {"PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"},
        )  # fmt: skip
    assert len({(tmp_path / f"{seed}.xlsx").read_bytes() for seed in ("1", "2", "3")}) == 1
