"""Why an earlier month changed, on the pages of month and case: the fields of the two returns, with both cells."""

import re
import shutil
from pathlib import Path

import pytest

from tests.command import call
from tests.web.http import Office, county

FRANKENBERG = "14522150"
# FRB-207's hours of February in the two shipped returns.
STORY = (
    "Stunden 61,50 → 74,00 (bisher Arbeitsgelegenheiten!G6 in Frankenberg_2025-02.xlsx, "
    "jetzt Arbeitsgelegenheiten!G6 in Frankenberg_2025-02_Korrektur.xlsx)"
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Frankenberg's February approved, and March, with the Korrektur for February, drafted."""
    inputs, outputs = county(tmp_path_factory.mktemp("geaendert"))
    for path in Path("inputs/mittelsachsen/returns").glob("2025-0[23]/Frankenberg_*.xlsx"):
        folder = inputs / "mittelsachsen/returns" / path.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder)
    where = ("--direct", "--inputs", str(inputs), "--outputs", str(outputs))
    for command in (("settle", "2025-02", "--by", "Eva"), ("approve", "2025-02", "--by", "Frida"), ("settle", "2025-03", "--by", "Eva")):  # fmt: skip
        assert call(*command, *where).code == 0
    return Office(inputs, outputs)


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
