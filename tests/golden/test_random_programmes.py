"""Random programmes with late and corrected returns, settled month by month with the command on real workbooks.

Every line and every case month is compared with the independent calculation (tests/reference), which reads the rows
that were written into the workbooks and knows neither frames nor ledger; `verify` holds after every month.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

import polars as pl
import pytest

from schemas.programme.file import load_programme
from schemas.returns import BENEFITS, OPPORTUNITIES, PLACEMENTS, ReturnKind
from tests.command import call
from tests.golden.test_mittelsachsen import approval_date
from tests.reference.allowance import allowance_lines
from tests.reference.premium import case_months, premium_lines
from tests.reference.settlement import KEY, key_of
from tests.reference.terms import programme_as_written
from tests.sample.random_returns import random_programme, random_returns
from tests.sample.submission import SampleReturn, holding_rows, write_programme

MONTHS = ("2016-02", "2016-03", "2016-04", "2016-05", "2016-06")  # § 3 AsylbLG changed on 17 March 2016
Row = dict[str, Any]


def late_and_corrected(returns: Iterator[SampleReturn], months: Sequence[str], rng: Random) -> Iterator[SampleReturn]:
    """Some returns come a month late, some are corrected a month later: other payments and hours, fewer AGH."""
    following = dict(pairwise(months))
    for sample in returns:
        lot = rng.random()
        if sample.month not in following or lot > 0.5:
            yield sample
        elif lot < 0.2:
            yield replace(sample, folder=following[sample.month])
        else:
            yield sample
            yield replace(
                sample, folder=following[sample.month], kind=ReturnKind.CORRECTION,
                file_name=f"{sample.ags}_{sample.month}_Korrektur.xlsx",
                cover=sample.cover | {"return_kind": str(ReturnKind.CORRECTION)}, rows=corrected(sample.rows, rng),
            )  # fmt: skip


def corrected(rows: dict[str, list[Row]], rng: Random) -> dict[str, list[Row]]:
    """Every fifth payment is 50.00 EUR higher; of the AGH one is withdrawn, the others have an hour less."""
    benefits = [
        row | {"paid_cents": int(row["paid_cents"]) + 50_00} if rng.random() < 0.2 else row for row in rows["benefits"]
    ]
    opportunities = [
        row | {"hours_hundredths": max(0, int(row["hours_hundredths"]) - 1_00)} if row.get("case_id") else row
        for row in rows["opportunities"][1:]
    ]
    return rows | {"benefits": benefits, "opportunities": opportunities}


@pytest.mark.parametrize("seed", [1, 2])
def test_every_line_and_every_case_month_is_that_of_the_rules(seed: int, tmp_path: Path) -> None:
    folder = tmp_path / "inputs/random"
    write_programme(folder, random_programme(3), ())
    copytree("inputs/law", tmp_path / "inputs/law")
    ordinary = random_returns(load_programme(folder), MONTHS, 40, seed)
    returns = list(late_and_corrected(ordinary, MONTHS, Random(seed)))
    for sample in returns:
        sample.write(folder / "returns")
    programme = programme_as_written(folder)
    where = ("--inputs", tmp_path / "inputs", "--outputs", tmp_path / "outputs")
    posted: dict[tuple[str, ...], int] = defaultdict(int)
    late_lines = 0  # lines of earlier service months, so that the test would notice if nothing came late
    for month in MONTHS:
        settled = call("settle", month, "--direct", "--by", "Eva", *where)
        assert settled.code == 0, settled
        assert call("approve", month, "--by", "Frida", "--date", approval_date(month), *where).code == 0
        assert call("verify", *where).code == 0

        received = [sample for sample in returns if sample.folder <= month]
        opportunities = [with_origin(row) for row in holding_rows(received, OPPORTUNITIES)]
        expected_cases = case_months(holding_rows(received, BENEFITS), holding_rows(received, PLACEMENTS), programme)
        expected = premium_lines(expected_cases) + allowance_lines(opportunities, programme)
        computed = {key_of(line): line["computed_cents"] for line in expected}

        lines = pl.read_parquet(tmp_path / "outputs/random" / month / "lines.parquet")
        for line in lines.to_dicts():
            key = key_of(line)
            assert line["settled_in"] == month
            assert line["computed_cents"] == computed.get(key, 0), key
            assert line["posted_before_cents"] == posted[key], key
            posted[key] += line["delta_cents"]
            late_lines += line["delta_cents"] != 0 and line["service_month"] < month
        for key in computed.keys() | posted.keys():
            assert posted[key] == computed.get(key, 0), key

        cases = pl.read_parquet(tmp_path / "outputs/random" / month / "cases.parquet").to_dicts()
        found = {(row["ags"], row["case_id"], row["service_month"]): row for row in cases}
        assert len(found) == len(cases) == len(expected_cases)
        for row in expected_cases:
            place = (row["ags"], row["case_id"], row["service_month"])
            assert {name: found[place][name] for name in row} == row, place
    kinds = {key[KEY.index("kind")] for key, cents in posted.items() if cents}
    assert kinds >= {"premium", "allowance"}
    assert late_lines >= 10


def with_origin(row: Row) -> Row:
    return row | {"file_sha256": "", "sheet": OPPORTUNITIES.sheet, "row": 0}
