"""What is written is for its owner alone, and what is secret is printed nowhere."""

import os
import stat
from pathlib import Path
from string import Formatter

import polars as pl
import pytest
import sqlalchemy as sa

from flows.emit.files import no_formula
from flows.ledger.store.postgres import PostgresLedger
from schemas.refusals import REFUSALS
from tests.command import call

SETTLE = ("settle", "2024-12", "--direct", "--by", "Eva", "--programme", "mittelsachsen", "--outputs")


@pytest.mark.skipif(os.name == "nt", reason="the system keeps rights in another way")
def test_outputs_are_their_owners_alone_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert call(*SETTLE, tmp_path / "outputs").code == 0
    finally:
        os.umask(before)
    made = [tmp_path / "outputs", *(tmp_path / "outputs").rglob("*")]
    assert len(made) > 20
    rights = {(path.is_dir(), oct(stat.S_IMODE(path.stat().st_mode))) for path in made}
    assert rights == {(True, "0o700"), (False, "0o600")}


ADDRESSES = (
    "postgresql+psycopg://eva:geheim@server/kreis",
    "postgresql+psycopg://eva:ge%68eim@server/kreis",
    "postgresql+psycopg://server/kreis?user=eva&password=geheim",
    "postgresql+psycopg://server/kreis?sslpassword=geheim&sslmode=require",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_password_of_an_address_is_printed_wherever_it_stands(address: str) -> None:
    ledger = PostgresLedger(sa.make_url(address), "dueren")
    said = ledger._unreadable(sa.exc.OperationalError("", {}, OSError("no such user; tried geheim")))
    for text in (ledger.name, str(said)):
        assert "geheim" not in text
        assert "server/kreis" in text


@pytest.mark.parametrize("text", ["=1+1", " =1+1", "\t=1+1", "\n=1+1", "\r\n@SUM(A1)", "\u00a0-1", "+1"])
def test_what_a_spreadsheet_takes_for_a_formula_is_guarded_behind_blanks_too(text: str) -> None:
    frame = pl.DataFrame({"a": [text, "Bau = Hof"]}).with_columns(no_formula(pl.col("a")))
    assert frame["a"].to_list() == [f"'{text}", "Bau = Hof"]


def test_no_name_of_a_file_or_amount_in_a_refusal_reaches_the_orchestrator() -> None:
    """What a person, a case, a received file or an amount is in a refusal's sentence is worded by the door, and the plain
    one names none; refusals of what was typed at the keyboard are none of the orchestrator's."""
    open_figures = [
        (code, name, spec)
        for code, entry in REFUSALS.items()
        for template in (entry.wrong, entry.mend)
        for _, name, spec, _ in Formatter().parse(template)
        if name in ("file", "files", "names", "case_id", "name", "amount_cents", "total_cents", "ordered_cents")
        and spec not in ("file", "case", "person", "amount", "finding", "differences")
    ]
    assert open_figures == []
