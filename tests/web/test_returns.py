"""Returns on a month's page: each is answered at once, before there is a draft; what was mended takes the old one's place."""

import io
import re
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import openpyxl
import pytest

from tests.command import call
from tests.web.http import Office, Visitor, county, faulty

MONTH = "2024-12"
PAGE = f"/mittelsachsen/{MONTH}"
RETURNS = sorted((Path("inputs/mittelsachsen/returns") / MONTH).glob("*.xlsx"))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(*county(tmp_path))


@pytest.fixture
def eva(office: Office) -> Visitor:
    return office.visitor("eva")


def row_of(page: str, name: str) -> str:
    """The table row of a file, without its marks."""
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f'<th scope="row">{name}</th>' in row)
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def test_each_file_is_answered_at_once_with_cell_reason_and_mend(office: Office, eva: Visitor) -> None:
    spoilt, cell = faulty(RETURNS[0])
    answer = eva.submit(f"{PAGE}/meldungen", [(RETURNS[0].name, spoilt), (RETURNS[1].name, RETURNS[1].read_bytes())])
    assert answer.status_code == 200
    assert "wird zurückgestellt" in row_of(answer.text, RETURNS[0].name)
    assert "Dezember 2024" in row_of(answer.text, RETURNS[1].name)
    assert "wird übernommen" in row_of(answer.text, RETURNS[1].name)
    assert re.search(rf"Arbeitsgelegenheiten {cell}.*Stunden.*Fehler C02.*viele", answer.text, re.DOTALL)
    assert not (office.outputs / "mittelsachsen/ledger.db").exists()  # looked at, and nothing settled


def test_the_correction_workbook_is_there_before_a_draft(eva: Visitor) -> None:
    spoilt, cell = faulty(RETURNS[0])
    page = eva.submit(f"{PAGE}/meldungen", [(RETURNS[0].name, spoilt)]).text
    link = re.search(rf'href="({PAGE}/korrekturen/[^"]+)"', page)
    assert link is not None
    answer = eva.get(link[1])
    assert answer.headers["content-type"] == "application/octet-stream"
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[0] == "Prüfprotokoll"
    assert book["Arbeitsgelegenheiten"][cell].comment is not None
    assert eva.get(link[1]).content == answer.content
    assert eva.get(f"{PAGE}/korrekturen/{RETURNS[1].name}").status_code == 404


def test_the_letter_to_the_sender_is_there_before_a_draft(eva: Visitor) -> None:
    spoilt, _ = faulty(RETURNS[0])
    page = eva.submit(f"{PAGE}/meldungen", [(RETURNS[0].name, spoilt)]).text
    link = re.search(rf'href="({PAGE}/anschreiben/[^"]+)"', page)
    assert link is not None
    letter = message_from_bytes(eva.get(link[1]).content, policy=policy.default)
    assert letter["To"].addresses[0].addr_spec == "asyl@brand-erbisdorf.example"
    assert (
        letter["Subject"]
        == "Arbeitsgelegenheiten für Asylbewerberinnen und Asylbewerber: Ihre Meldung für Dezember 2024 ist zu berichtigen"
    )
    (workbook,) = letter.iter_attachments()
    assert openpyxl.load_workbook(io.BytesIO(workbook.get_content())).sheetnames[0] == "Prüfprotokoll"
    assert eva.get(f"{PAGE}/anschreiben/{RETURNS[1].name}").status_code == 404


def test_a_mended_copy_takes_the_faulty_ones_place_and_that_is_kept(office: Office, eva: Visitor) -> None:
    spoilt, _ = faulty(RETURNS[0])
    eva.submit(f"{PAGE}/meldungen", [(RETURNS[0].name, spoilt)])
    both = eva.submit(f"{PAGE}/meldungen", [(RETURNS[0].name, RETURNS[0].read_bytes())])
    mended = f"{RETURNS[0].stem} (2).xlsx"
    assert "wird zurückgestellt" in row_of(both.text, mended)  # F09: two returns for one month
    answer = eva.submit(f"{PAGE}/herausnehmen", datei=RETURNS[0].name)
    assert "wird übernommen" in row_of(answer.text, mended)
    folder = office.inputs / "mittelsachsen/returns" / MONTH
    assert (folder / "Herausgenommen" / RETURNS[0].name).read_bytes() == spoilt
    again = eva.submit(f"{PAGE}/herausnehmen", datei=RETURNS[0].name)
    assert (again.status_code, "liegt nicht im Ordner dieses Monats" in again.text) == (409, True)


@pytest.mark.parametrize("name", ["../programme.toml", "..", "", "/etc/passwd", "Herausgenommen", "a\x00b"])
def test_nothing_but_a_received_file_can_be_taken_out(office: Office, eva: Visitor, name: str) -> None:
    eva.submit(f"{PAGE}/meldungen", [(RETURNS[0].name, RETURNS[0].read_bytes())])
    assert eva.submit(f"{PAGE}/herausnehmen", datei=name).status_code == 409
    assert (office.inputs / "mittelsachsen/programme.toml").is_file()


def test_before_anything_came_the_page_says_who_is_to_report(eva: Visitor) -> None:
    assert row_of(eva.get(PAGE).text, "Freiberg, Stadt") == "14522180 Freiberg, Stadt fehlt"


def test_before_its_turn_a_month_keeps_its_files_and_says_when_they_are_checked(office: Office, eva: Visitor) -> None:
    for month in (MONTH, "2025-01"):
        (office.inputs / "mittelsachsen/returns" / month).mkdir(parents=True)
    where = ("--inputs", office.inputs, "--outputs", office.outputs)
    assert call("settle", MONTH, "--by", "Eva Beispiel", "--direct", *where).code == 0
    answer = eva.submit("/mittelsachsen/2025-01/meldungen", [(RETURNS[0].name, RETURNS[0].read_bytes())])
    assert answer.status_code == 200
    assert f"{RETURNS[0].name}: angenommen" in answer.text
    page = eva.get("/mittelsachsen/2025-01").text
    assert "noch nicht geprüft" in row_of(page, RETURNS[0].name)
    assert "sobald der Monat an der Reihe ist: Der Entwurf für Dezember 2024 ist noch nicht freigegeben." in page
    assert "fehlt</span>" not in page  # whose return lies there unread, nobody can say


def test_an_auditor_sees_the_answers_and_changes_nothing(office: Office, eva: Visitor) -> None:
    eva.submit(f"{PAGE}/meldungen", [(RETURNS[1].name, RETURNS[1].read_bytes())])
    paul = office.visitor("paul")
    page = paul.get(PAGE).text
    assert "wird übernommen" in row_of(page, RETURNS[1].name)
    assert "Herausnehmen" not in page
    assert paul.submit(f"{PAGE}/herausnehmen", datei=RETURNS[1].name).status_code == 404


def test_returns_in_folders_are_told_apart_and_what_is_not_read_is_named(office: Office, eva: Visitor) -> None:
    """As they were copied there: a folder for each municipality, the same name in each, one folder beside the months."""
    month = office.inputs / "mittelsachsen/returns" / MONTH
    spoilt, _ = faulty(RETURNS[0])
    for folder, content in (("Döbeln", spoilt), ("Flöha", RETURNS[1].read_bytes())):
        (month / folder).mkdir(parents=True)
        (month / folder / "Meldung.xlsx").write_bytes(content)
    (month.parent / "Nachzügler").mkdir()
    (month.parent / "Nachzügler/Meldung.xlsx").write_bytes(b"x")
    page = eva.get(PAGE).text
    assert "wird zurückgestellt" in row_of(page, "Döbeln/Meldung.xlsx")
    assert "wird übernommen" in row_of(page, "Flöha/Meldung.xlsx")
    assert "Der Ordner „Nachzügler“ wird nicht gelesen: Er heißt nicht wie ein Monat." in page
    after = eva.submit(f"{PAGE}/herausnehmen", datei="Döbeln/Meldung.xlsx")
    assert after.status_code in (200, 303), after.text
    assert (month / "Herausgenommen/Meldung.xlsx").read_bytes() == spoilt
    assert "Döbeln/Meldung.xlsx" not in eva.get(PAGE).text


def test_a_look_says_what_will_be_unpacked_and_writes_nothing(office: Office, eva: Visitor) -> None:
    month = office.inputs / "mittelsachsen/returns" / MONTH
    month.mkdir(parents=True)
    (month / "Post.eml").write_bytes(b"Subject: Meldung\n\nText")
    (month / RETURNS[0].name).write_bytes(RETURNS[0].read_bytes())
    page = eva.get(PAGE).text
    assert "„Post.eml“ wird beim Abrechnen ausgepackt" in page
    assert "wird übernommen" in row_of(page, RETURNS[0].name)
    assert '<th scope="row">Post.eml</th>' not in page
    assert sorted(path.name for path in month.iterdir()) == sorted(["Post.eml", RETURNS[0].name])


def test_a_month_that_has_not_ended_is_drafted_only_where_that_is_ticked(
    office: Office, eva: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.web.pages.month.today", lambda: date(2024, 12, 12))
    begun: list[object] = []
    monkeypatch.setattr("flows.web.pages.month.begin", lambda request, job, work: begun.append(job))
    (office.inputs / "mittelsachsen/returns" / MONTH).mkdir(parents=True)
    assert 'name="vorab"' in eva.get(PAGE).text
    refused = eva.submit(f"{PAGE}/entwurf")
    assert refused.status_code == 409
    assert "Dezember 2024 ist erst am 31.12.2024 zu Ende" in refused.text
    assert "„vor dem Monatsende“" in refused.text
    assert begun == []
    assert eva.submit(f"{PAGE}/entwurf", vorab="ja").status_code == 303
    assert len(begun) == 1
    monkeypatch.setattr("flows.web.pages.month.today", lambda: date(2025, 1, 1))
    assert 'name="vorab"' not in eva.get(PAGE).text
