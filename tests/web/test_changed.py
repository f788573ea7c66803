"""Why an earlier month changed, on the pages of month and case: the fields of the two returns, with both cells."""

import re
import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.command import call
from tests.web.http import Office, county, faulty

FRANKENBERG, FREIBERG, FLÖHA, HARTHA = "14522150", "14522180", "14522140", "14522250"
# FRB-207's hours of February in the two shipped returns.
STORY = (
    "Stunden 61,50 → 74,00 (bisher Arbeitsgelegenheiten!G6 in Frankenberg_2025-02.xlsx, "
    "jetzt Arbeitsgelegenheiten!G6 in Frankenberg_2025-02_Korrektur.xlsx)"
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Frankenberg's February approved, and March drafted: a day too late, with the Korrektur for February. Freiberg's is
    faulty, and Hartha sends February's, which asks for nothing."""
    inputs, outputs = county(tmp_path_factory.mktemp("geaendert"))
    for path in Path("inputs/mittelsachsen/returns").glob("2025-0[23]/Frankenberg_*.xlsx"):
        folder = inputs / "mittelsachsen/returns" / path.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder)
    march = inputs / "mittelsachsen/returns/2025-03"
    late = openpyxl.load_workbook(march / "Frankenberg_2025-03.xlsx")
    late["Deckblatt"]["B12"] = datetime(2025, 4, 11)  # due on the 10th
    late.save(march / "Frankenberg_2025-03.xlsx")
    shutil.copy("inputs/mittelsachsen/returns/2025-02/Hartha_2025-02.xlsx", march)
    spoilt, _ = faulty(Path("inputs/mittelsachsen/returns/2025-03/Freiberg_2025-03.xlsx"))
    (march / "Freiberg_2025-03.xlsx").write_bytes(spoilt)
    where = ("--direct", "--inputs", str(inputs), "--outputs", str(outputs))
    assert call("settle", "2025-02", "--by", "Eva", *where).code == 0
    assert call("approve", "2025-02", "--by", "Frida", *where).code == 0
    assert call("settle", "2025-03", "--by", "Eva", *where).code == 1  # something is held back
    return Office(inputs, outputs)


def plain(page: str) -> str:
    """What is read on a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    "path",
    [f"/mittelsachsen/2025-03/{FRANKENBERG}", "/mittelsachsen/faelle/FRB-207?monat=2025-02"],
    ids=["month", "case"],
)
def test_a_page_names_the_fields_that_changed_with_both_cells(office: Office, path: str) -> None:
    page = office.visitor("eva").get(path)
    assert page.status_code == 200, path
    assert STORY in page.text


@pytest.mark.parametrize("query", ["", "?monat=2025-02"], ids=["newest", "asked"])
def test_a_case_is_told_month_by_month_from_its_first_return_on(office: Office, query: str) -> None:
    """February: 74.00 h × 0.80 + 18.60 proven = 77.80, the Korrektur included; March: 75.50 h × 0.80 = 60.40."""
    page = office.visitor("eva").get(f"/mittelsachsen/faelle/FRB-207{query}").text
    assert f"<h1>Fall FRB-207, {'Februar' if query else 'März'} 2025</h1>" in page
    months = re.search(r"<details( open)?>\s*<summary>Der Fall Monat für Monat \(2\).*?</details>", page, re.DOTALL)
    assert months is not None
    assert bool(months[1]) == (not query)
    rows = re.findall(r'href="([^"]+)"[^>]*>([^<]+)</a></th><td class="number"[^>]*>([^<]+)</td>', months[0])
    path = f"/mittelsachsen/faelle/FRB-207?monat={{}}&amp;ags={FRANKENBERG}"
    assert rows == [
        (path.format("2025-03"), "März 2025", "60,40 €"),
        (path.format("2025-02"), "Februar 2025", "77,80 €"),
    ]


def test_a_month_stands_beside_the_one_before_and_says_why_each_amount_changed(office: Office) -> None:
    """By hand, of the municipality's own positions: February 61.50 h × 0.80 + 18.60 + 24.00 h × 0.80 = 87.00, three
    positions; March (75.50 + 59.25) h × 0.80 = 107.80, two, and the Korrektur 12.50 h × 0.80 - 19.20 = -9.20: 98.60."""
    page = office.visitor("eva").get("/mittelsachsen/2025-03").text
    rows = [plain(row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)]
    (own,) = [row for row in rows if row.startswith(FRANKENBERG)]
    assert own.endswith(
        "87,00 € 98,60 € Meldung für Februar 2025 berichtigt. 2 statt 3 Positionen mit Betrag im laufenden Monat."
    )
    for ags, word in ((FREIBERG, "zurückgestellt"), (FLÖHA, "fehlt")):
        (other,) = [row for row in rows if row.startswith(ags)]
        assert other.endswith(f"0,00 € 0,00 € Meldung für März 2025 {word}.")
    assert "Zusammen 87,00 € 98,60 €" in rows


def test_returns_are_counted_by_municipality_and_what_came_beside_them_apart(office: Office) -> None:
    """Of fifteen: Frankenberg's is there, Freiberg's is faulty, thirteen are missing. Beside: its Korrektur and Hartha's February."""
    page = office.visitor("eva").get("/mittelsachsen/2025-03").text
    told = "Meldungen übernommen 1 dazu 2 für andere Monate oder als Korrektur zurückgestellt 1 fehlend 13"
    assert told in plain(page)
    assert '<form method="get" action="/mittelsachsen/2025-03/freigabe">' not in page  # eva may not approve
    frida = office.visitor("frida").get("/mittelsachsen/2025-03").text
    assert '<form method="get" action="/mittelsachsen/2025-03/freigabe"><button>Freigeben</button></form>' in frida


def test_whoever_approves_sees_the_month_before_and_what_is_not_in_it(office: Office) -> None:
    """Fifteen municipalities report; Frankenberg did, and Freiberg's return is faulty."""
    page = plain(office.visitor("frida").get("/mittelsachsen/2025-03/freigabe").text)
    assert "Summe 98,60 € Februar 2025: 87,00 €" in page
    assert "Meldungen zurückgestellt 1 fehlend 13" in page


def test_an_account_says_which_returns_came_on_time_and_what_is_open(office: Office) -> None:
    eva = office.visitor("eva")
    page = plain(eva.get(f"/mittelsachsen/kommunen/{FRANKENBERG}").text)
    assert (
        "Was offen ist Für jeden abgerechneten Monat ist eine Meldung übernommen, und keine Anordnung wartet." in page
    )
    assert "Ob bezahlt ist, steht hier, sobald Umsätze eingelesen sind." in page
    assert "März 2025 (Entwurf) übernommen verspätet" in page
    assert "Februar 2025 übernommen pünktlich" in page
    assert "Februar 2025 fehlt nachgereicht" in plain(eva.get(f"/mittelsachsen/kommunen/{HARTHA}").text)
    where = ("--inputs", office.inputs, "--outputs", office.outputs)
    ordered = call("adjust", FREIBERG, "12,50", "--month", "2025-02", "--reason", "Nachzahlung", "--voucher", "B-1", "--by", "Eva", *where)  # fmt: skip
    assert ordered.code == 0, ordered
    told = re.findall(r"<li>(Meldung für .*?|[^<]*Manuelle Buchung.*?)</li>", eva.get(f"/mittelsachsen/kommunen/{FREIBERG}").text)  # fmt: skip
    assert told[0] == "Meldung für Februar 2025: fehlt."
    assert told[1].startswith("Meldung für März 2025: zurückgestellt; die Korrekturmappe liegt bei den Unterlagen")
    assert "angeordnet von Eva: wartet auf Freigabe." in told[2]


def test_a_municipality_is_told_what_is_open_and_nothing_of_the_draft(office: Office) -> None:
    page = office.visitor("toni").get("/").text
    assert "<li>Meldung für Februar 2025: fehlt.</li>" in page
    assert "<li>Meldung für März 2025" not in page
    assert "Manuelle Buchung" not in page
