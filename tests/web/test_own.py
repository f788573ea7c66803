"""Meine Kommune: a return checked and handed in, receipts, its own months and no others'."""

import hashlib
import io
import re
from html import unescape
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from flows import people
from schemas.settlement_words import COUNTY_BEARS, MUNICIPALITY_BEARS, SETTLEMENT_EXPLAINED, TO_PAY
from tests.command import call, contents
from tests.web.http import faulty
from tests.web.settled import Caller, Settled, workspace_of
from tests.web.workplace import serve, signed_in

OWN = "14522180"  # Freiberg, toni's
RETURNS = Path("inputs/mittelsachsen/returns")
FEBRUARY = RETURNS / "2025-02/Freiberg_2025-02.xlsx"


@pytest.fixture
def workspace(settled: Settled, tmp_path: Path) -> Settled:
    """A copy that a test may change: December is approved, January drafted."""
    return settled.copy(tmp_path)


@pytest.fixture
def app(workspace: Settled) -> FastAPI:
    return workspace_of(workspace)


@pytest.fixture
def toni(app: FastAPI) -> Caller:
    return Caller(app, "toni")


OTHER, THIRD = "14522140", "14522150"  # Flöha and Frankenberg, which are not toni's


def merge(workspace: Settled, ags: str, into: str, until: str) -> None:
    """One municipality becomes part of another at the end of a month."""
    path = workspace.inputs / "mittelsachsen/programme.toml"
    before, found, after = path.read_text(encoding="utf-8").partition(f'ags = "{ags}"\n')
    assert found
    path.write_text(f'{before}{found}until = "{until}"\nsuccessor = "{into}"\n{after}', encoding="utf-8")


def folder(workspace: Settled, month: str = "2025-02") -> Path:
    return workspace.inputs / "mittelsachsen/returns" / month


def of_month(path: Path, month: str) -> bytes:
    """A shipped return with another month on its cover."""
    book = openpyxl.load_workbook(path)
    cell = next(cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "Meldemonat")
    book.worksheets[0].cell(cell.row, cell.column + 1, month)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_a_check_says_what_the_command_says_and_keeps_nothing(workspace: Settled, toni: Caller, tmp_path: Path) -> None:
    spoilt, _ = faulty(FEBRUARY)
    before = contents(workspace.inputs) | contents(workspace.outputs / "mittelsachsen")
    answer = toni.post("/mittelsachsen/meldung/pruefung", ("Freiberg.xlsx", spoilt))
    assert (answer.status_code, answer.headers["location"]) == (303, "/mittelsachsen/meldung/pruefung")
    told = toni.get("/mittelsachsen/meldung/pruefung").text
    marked = toni.get("/mittelsachsen/meldung/korrektur").content
    assert contents(workspace.inputs) | contents(workspace.outputs / "mittelsachsen") == before

    (tmp_path / "Freiberg.xlsx").write_bytes(spoilt)
    call("check", tmp_path / "Freiberg.xlsx", "--to", tmp_path / "check", *workspace.where)
    findings = pl.read_csv(tmp_path / "check/findings.csv")
    assert findings.height
    for row in findings.iter_rows(named=True):
        assert f"{row['sheet']} {row['cell']}" in told
        assert row["message"].replace('"', "&#34;") in told
    assert "So würde die Meldung zurückgestellt" in told
    assert marked == (tmp_path / f"check/{OWN}-Freiberg.xlsx").read_bytes()


def test_what_is_handed_in_lies_as_it_came_and_has_a_receipt(workspace: Settled, toni: Caller) -> None:
    content = FEBRUARY.read_bytes()
    answer = toni.post("/mittelsachsen/meldung/abgabe", ("Unsere Meldung.xlsx", content))
    assert answer.status_code == 303
    assert (folder(workspace) / "Unsere Meldung.xlsx").read_bytes() == content
    receipt = toni.get(answer.headers["location"]).text
    for word in ("Eingangsbestätigung", "Unsere Meldung.xlsx", hashlib.sha256(content).hexdigest(), "Februar 2025", "Toni Beispiel", "Uhr", "kein Fehler"):  # fmt: skip
        assert word in receipt
    assert "Unsere Meldung.xlsx" in toni.get("/").text


def test_a_return_with_errors_is_kept_and_its_mended_copy_takes_its_place(workspace: Settled, toni: Caller) -> None:
    spoilt, cell = faulty(FEBRUARY)
    first = toni.post("/mittelsachsen/meldung/abgabe", ("Freiberg.xlsx", spoilt))
    receipt = toni.get(first.headers["location"]).text
    assert "zurückgestellt" in receipt
    assert f"Arbeitsgelegenheiten {cell}" in receipt
    toni.post("/mittelsachsen/meldung/abgabe", ("Freiberg.xlsx", FEBRUARY.read_bytes()))
    assert contents(folder(workspace)) == {
        "Freiberg (2).xlsx": hashlib.sha256(FEBRUARY.read_bytes()).hexdigest(),
        "Herausgenommen/Freiberg.xlsx": hashlib.sha256(spoilt).hexdigest(),
    }
    for month in ("2025-01", "2025-02"):
        call("settle", month, "--by", "Eva Beispiel", "--direct", *workspace.where)
        done = call("approve", month, "--by", "Frida Beispiel", "--direct", *workspace.where)
        assert done.code == 0, done
    assert "Februar 2025 · 1 Meldung übernommen, 0 zurückgestellt" in done.out
    again = toni.post("/mittelsachsen/meldung/abgabe", ("Freiberg.xlsx", spoilt))
    assert (
        folder(workspace, "2025-03") / "Freiberg.xlsx"
    ).read_bytes() == spoilt  # what is settled is replaced no more
    assert "Herausgenommen" not in {path.name for path in folder(workspace, "2025-03").iterdir()}
    assert again.status_code == 303


def test_a_return_for_the_month_of_the_draft_is_named_before_the_draft_is_approved(
    workspace: Settled, toni: Caller
) -> None:
    toni.post("/mittelsachsen/meldung/abgabe", ("Spät.xlsx", of_month(FEBRUARY, "2025-01")))
    refused = call("approve", "2025-01", "--by", "Frida Beispiel", "--direct", *workspace.where)
    assert refused.code == 2
    assert "Spät.xlsx" in refused.err


@pytest.mark.parametrize("way", ["same file", "another file", "settled month"])
def test_a_receipt_tells_of_what_was_handed_in_before(workspace: Settled, toni: Caller, way: str) -> None:
    first = toni.post("/mittelsachsen/meldung/abgabe", ("Erste.xlsx", FEBRUARY.read_bytes()))
    assert "schon am" not in toni.get(first.headers["location"]).text
    second = FEBRUARY.read_bytes() if way == "same file" else faulty(FEBRUARY)[0]
    if way == "settled month":
        for month in ("2025-01", "2025-02"):
            call("settle", month, "--by", "Eva Beispiel", "--direct", *workspace.where)
            assert call("approve", month, "--by", "Frida Beispiel", "--direct", *workspace.where).code == 0
    told = toni.get(toni.post("/mittelsachsen/meldung/abgabe", ("Zweite.xlsx", second)).headers["location"]).text
    expected = {
        "same file": "Dieselbe Datei wurde schon am .* abgegeben \\(Nummer 1\\). Sie liegt nur einmal im Ordner und zählt einmal.",
        "another file": "Für Februar 2025 wurde schon am .* abgegeben \\(Nummer 1, Datei Erste.xlsx\\). Diese hier ersetzt sie.",
        "settled month": "Nummer 1, Datei Erste.xlsx\\). Ist diese hier als Korrektur gekennzeichnet, wird der Unterschied abgerechnet.",
    }
    assert re.search(expected[way], told)


def test_after_a_merger_the_successor_sees_the_predecessors_papers_and_reports_for_it(
    workspace: Settled, toni: Caller
) -> None:
    paths = (
        f"/mittelsachsen/2024-12/{OTHER}",
        f"/mittelsachsen/kommunen/{OTHER}",
        f"/mittelsachsen/2024-12/unterlagen/Kommunen/{OTHER}-floeha-stadt/Abrechnung-{OTHER}-2024-12.xlsx",
        f"/mittelsachsen/meldung/formular?monat=2024-12&ags={OTHER}",
    )
    assert {toni.get(path).status_code for path in paths} == {404}
    merge(workspace, OTHER, OWN, "2024-12")
    assert {path: toni.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    statement = toni.get(paths[0]).text
    case = re.search(r'href="(/mittelsachsen/faelle/[^"]+)"', statement)
    assert case is not None and toni.get(unescape(case[1])).status_code == 200
    told = toni.get("/").text
    assert "Flöha, Stadt ist mit dem Ende von Dezember 2024 in Ihrer Kommune aufgegangen." in told
    assert told.count('name="dateien"') == 2  # one field to check and one to hand in, for both
    handed_in = toni.post("/mittelsachsen/meldung/abgabe", ("F.xlsx", (RETURNS / "2024-12/Floeha_2024-12.xlsx").read_bytes()))  # fmt: skip
    receipt = toni.get(handed_in.headers["location"]).text
    assert "Flöha, Stadt (14522140)" in receipt and "Toni Beispiel" in receipt
    for path in (f"/mittelsachsen/2024-12/{THIRD}", f"/mittelsachsen/kommunen/{THIRD}", f"/mittelsachsen/2025-01/{OTHER}"):  # fmt: skip
        assert toni.get(path).status_code == 404, path


def test_before_a_merger_the_papers_are_not_the_successors_yet(workspace: Settled, toni: Caller) -> None:
    """The programme file may tell of a merger that is still to come."""
    merge(workspace, OTHER, OWN, "2999-12")
    assert toni.get(f"/mittelsachsen/2024-12/{OTHER}").status_code == 404
    assert "aufgegangen" not in toni.get("/").text


@pytest.mark.parametrize("way", ["pruefung", "abgabe"])
def test_another_municipalitys_return_is_refused_and_nothing_of_it_is_told(
    workspace: Settled, toni: Caller, way: str
) -> None:
    before = contents(workspace.inputs)
    answer = toni.post(f"/mittelsachsen/meldung/{way}", ("M.xlsx", (RETURNS / "2025-02/Floeha_2025-02.xlsx").read_bytes()))  # fmt: skip
    assert answer.status_code == 409
    assert (
        "Diese Meldung ist die von Flöha, Stadt (14522140); Sie melden für Freiberg, Stadt (14522180)." in answer.text
    )
    assert "FLOE-" not in answer.text
    assert contents(workspace.inputs) == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Es ist keine Datei gewählt"),
        (b"kein Excel", "geht nicht hervor, dass sie eine Meldung Ihrer Kommune ist"),
    ],
)
def test_what_is_no_return_is_refused_with_the_mend(
    workspace: Settled, toni: Caller, content: bytes, sentence: str
) -> None:
    answer = toni.post("/mittelsachsen/meldung/abgabe", ("Brief.xlsx", content))
    assert answer.status_code == 409
    assert sentence in answer.text
    assert not folder(workspace).exists()


def test_the_correction_of_another_account_is_not_told(app: FastAPI, toni: Caller) -> None:
    spoilt, _ = faulty(FEBRUARY)
    toni.post("/mittelsachsen/meldung/pruefung", ("Freiberg.xlsx", spoilt))
    accounts = app.state.setup.accounts
    people.add(accounts, people.Account("tina", "Tina Muster", people.Role.MUNICIPALITY, OWN), "ein langes Passwort")
    token = people.begin(accounts, login="tina", name="Tina Muster", now=1)
    assert token
    assert app.state.handouts.of("tina", "mittelsachsen", 1) is None


def test_the_own_form_is_the_one_that_the_command_writes(workspace: Settled, toni: Caller, tmp_path: Path) -> None:
    call("forms", "2025-02", "--to", tmp_path / "forms", *workspace.where)
    answer = toni.get("/mittelsachsen/meldung/formular?monat=2025-02")
    (written,) = (tmp_path / "forms").glob(f"Meldung-{OWN}-*.xlsx")
    assert answer.content == written.read_bytes()
    assert written.name in answer.headers["content-disposition"]


def test_the_first_page_shows_what_is_approved_and_nothing_of_the_draft(workspace: Settled, toni: Caller) -> None:
    told = toni.get("/").text
    assert "<h1>Meine Kommune</h1>" in told
    assert "53,00 €" in told  # December: 66.25 hours at 0.80 € (RULES section 2)
    assert f'href="/mittelsachsen/2024-12/{OWN}"' in told
    assert f'href="/mittelsachsen/2025-01/{OWN}"' not in told
    assert "Meldung für Januar 2025" in told


def test_after_the_programme_s_end_nothing_is_asked_for(approved: Settled, tmp_path: Path) -> None:
    found = approved.copy(tmp_path)
    file = found.inputs / "mittelsachsen/programme.toml"
    text = file.read_text("utf-8")
    (start,) = re.findall(r"^start = .*$", text, re.MULTILINE)
    file.write_text(text.replace(start, f"{start}\nend = 2024-12-31"), "utf-8")
    app = workspace_of(found)
    own, county = Caller(app, "toni").get("/").text, Caller(app, "eva").get("/").text
    assert "Zu melden ist nichts mehr" in own
    assert "Abgabetermin" not in own and "Abgeben" not in own
    assert "Alle Monate bis heute sind freigegeben" in county
    assert "Weiter mit" not in county


def test_a_statement_says_beside_every_line_who_bears_its_cost(toni: Caller) -> None:
    """Freiberg's December (RULES section 2): 77 hours at 0.80 € in a shared home, 66.25 with the municipality, as `payer` has it."""
    page = toni.get(f"/mittelsachsen/2024-12/{OWN}").text
    rows = {
        case: [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
        for case in re.findall(r">(FG-\d+)</a>", row)
    }
    assert rows["FG-1041"][2:6] == ["61,60 €", "Kreis trägt", "0,00 €", "0,00 €"]
    assert rows["FG-1050"][2:6] == ["53,00 €", "zu zahlen", "0,00 €", "53,00 €"]
    assert SETTLEMENT_EXPLAINED[COUNTY_BEARS] in page
    assert SETTLEMENT_EXPLAINED[TO_PAY] in page
    assert SETTLEMENT_EXPLAINED[MUNICIPALITY_BEARS] not in page


def test_a_municipality_checks_hands_in_and_reads_its_statement(
    workspace: Settled, browser: Browser, tmp_path: Path
) -> None:
    spoilt, cell = faulty(FEBRUARY)
    (tmp_path / "Freiberg.xlsx").write_bytes(spoilt)
    served = serve(workspace.inputs, workspace.outputs)
    try:
        page = signed_in(browser, served.address, "toni")
        expect(page.get_by_role("heading", level=1)).to_have_text("Meine Kommune")
        page.get_by_label("Meldung prüfen").set_input_files(tmp_path / "Freiberg.xlsx")
        page.get_by_role("button", name="Prüfen", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("zurückgestellt")
        expect(page.get_by_role("row", name=f"Arbeitsgelegenheiten {cell}")).to_contain_text("viele")
        with page.expect_download() as downloading:
            page.get_by_role("link", name="Korrekturmappe herunterladen").click()
        assert downloading.value.suggested_filename == f"{OWN}-Freiberg.xlsx"
        page.goto(served.address)
        page.get_by_label("Meldung abgeben").set_input_files(FEBRUARY)
        page.get_by_role("button", name="Abgeben", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Eingangsbestätigung")
        expect(page.get_by_text(hashlib.sha256(FEBRUARY.read_bytes()).hexdigest())).to_be_visible()
        page.get_by_role("link", name="Meine Kommune").first.click()
        page.get_by_role("link", name="Dezember 2024").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Freiberg, Stadt, Dezember 2024")
        page.get_by_role("link", name="FG-").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Fall FG-")
    finally:
        served.stop()
