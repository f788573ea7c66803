"""Writes the shipped sample programmes under `inputs/`: `python -m tests.sample`."""

from pathlib import Path

from tests.sample import dueren, mittelsachsen
from tests.sample.statements import write_statements
from tests.sample.submission import write_programme

INPUTS = Path(__file__).parents[2] / "inputs"

if __name__ == "__main__":
    for county in (mittelsachsen, dueren):
        write_programme(INPUTS / county.KEY, county.programme(), county.RETURNS)
    write_statements(INPUTS / mittelsachsen.KEY, mittelsachsen.TOWNS)
