"""Reading returns."""

import zipfile

import pandas as pd

from flows.ingest.read import read_returns
from schemas.programme_file import load_programme
from tests.bench.timing import INPUTS, seconds


def measure() -> None:
    """Reading the shipped returns against inflating the same bytes, and against pandas with openpyxl."""
    programme = load_programme(INPUTS / "mittelsachsen")
    files = sorted((INPUTS / "mittelsachsen/returns").glob("*/*.xlsx"))

    def inflate() -> None:
        for path in files:
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    archive.read(name)

    def with_pandas() -> None:
        for path in files:
            pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")

    floor, ours = seconds(inflate), seconds(lambda: read_returns(files, programme))
    print(
        f"reading {len(files)} returns                           {ours:6.2f} s   {ours / floor:5.1f} × inflating them"
    )
    usual = seconds(with_pandas, runs=1)
    print(f"  the usual loop (pandas + openpyxl)         {usual:6.2f} s   {usual / ours:5.1f} × ours")
