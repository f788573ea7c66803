"""status, check and verify as JSON: what a script reads is what the sentences say (OUTPUTS section 20)."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.command import Answer, call
from tests.web.http import faulty
from tests.web.settled import Settled
from tests.web.settled import approved as approved
from tests.web.settled import settled as settled


def data(answer: Answer) -> Any:
    return json.loads(answer.out)


def posted_cents(found: Settled, month: str) -> int:
    with closing(sqlite3.connect(found.outputs / "mittelsachsen/ledger.db")) as books:
        asked = "SELECT SUM(delta_cents) FROM lines JOIN runs USING (run_id) WHERE month = ?"
        return int(books.execute(asked, (month,)).fetchone()[0])


def test_status_tells_every_month_and_what_waits(settled: Settled, tmp_path: Path) -> None:
    own = settled.copy(tmp_path)
    (own.inputs / "mittelsachsen/returns/alt").mkdir()
    (own.inputs / "mittelsachsen/returns/alt/Meldung.xlsx").write_bytes(b"")
    adjusted = ("adjust", "14522180", "12,50", "--month", "2024-12", "--reason", "Gebühr", "--voucher", "B-1", "--by", "Eva Beispiel")  # fmt: skip
    assert call(*adjusted, *own.where).code == 0
    answer = call("status", "--json", *own.where)
    assert answer.code == 0
    told = data(answer)
    assert told["programme"] == "mittelsachsen"
    december, january = told["months"]
    assert december == {
        "month": "2024-12", "state": "approved", "received": 15, "held_back": 0, "missing": 0,
        "booked_cents": posted_cents(own, "2024-12"), "due_date": december["due_date"], "erased": False,
    }  # fmt: skip
    assert december["due_date"].startswith("2025-0")
    assert (january["month"], january["state"], january["due_date"]) == ("2025-01", "draft", None)
    assert [(each["name"], each["why"]) for each in told["not_read"]] == [("alt", "no_month")]
    assert told["orders"] == [{"kind": "adjustment", "ags": "14522180", "reference": "B-1", "draft": None}]
    assert told["money"] is None  # nothing was taken in
    assert "Eva" not in answer.out and "Gebühr" not in answer.out


def test_check_tells_files_and_findings(approved: Settled, tmp_path: Path) -> None:
    good = next(Path("inputs/mittelsachsen/returns/2025-01").glob("*Freiberg*.xlsx"))
    content, cell = faulty(good)
    wrong = tmp_path / "falsch.xlsx"
    wrong.write_bytes(content)
    for files, code, accepted in (([good], 0, [True]), ([wrong], 1, [False])):
        answer = call("check", *files, "--json", "--to", tmp_path / "befunde", *approved.where)
        told = data(answer)
        assert answer.code == code
        assert [entry["accepted"] for entry in told["files"]] == accepted
    (error,) = [finding for finding in told["findings"] if finding["severity"] == "error"]
    assert (error["file"], error["sheet"], error["cell"]) == ("falsch.xlsx", "Arbeitsgelegenheiten", cell)
    assert set(error) == {"file", "sheet", "cell", "column", "code", "severity", "message"}


def test_verify_tells_whether_all_holds_and_ends_as_without(approved: Settled, tmp_path: Path) -> None:
    own = approved.copy(tmp_path)
    answer = call("verify", "--json", *own.where)
    told = data(answer)
    assert (answer.code, told["holds"], told["approved_months"], told["problems"]) == (0, True, 1, [])
    letter = next((own.outputs / "mittelsachsen/2024-12/Kommunen").rglob("*.pdf"))
    letter.unlink()
    answer = call("verify", "--json", *own.where)
    told = data(answer)
    assert (answer.code, told["holds"]) == (2, False)
    (found,) = told["documents"]
    assert found["code"] == "document-gone" and letter.name in found["message"]
    assert answer.err == call("verify", *own.where).err
