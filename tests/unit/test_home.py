"""Where a county's data lie: named by an option, by the environment, or the folder one stands in; law comes along."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from flows import demo, home
from flows.home import HOME
from tests.command import call, contents

RETURNS = Path("inputs/mittelsachsen/returns/2024-12").absolute()


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county of one's own, begun like Mittelsachsen, with the returns of its first month."""
    folder = tmp_path / "kreis"
    assert call("init", folder, "--from", "mittelsachsen").code == 0
    shutil.copytree(RETURNS, folder / "inputs/mittelsachsen/returns/2024-12", dirs_exist_ok=True)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "woanders"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv(HOME, raising=False)
    return folder


def test_its_first_month_is_settled_and_approved_with_the_law_that_came_along(county: Path, elsewhere: Path) -> None:
    """The sum is the one that the shipped programme comes to (README, tests/golden/test_mittelsachsen.py)."""
    drafted = call("settle", "2024-12", "--by", "Eva", "--home", county, "--direct")
    assert drafted.code == 0, drafted.err
    assert f"--home {county}“" in drafted.out
    approved = call("approve", "2024-12", "--by", "Frida", "--date", "2025-01-15", "--home", county, "--direct")
    assert "11 Abrechnungen über zusammen 210,10 €" in approved.out, approved.err
    assert (county / "outputs/mittelsachsen/ledger.db").is_file()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("way", ["option", "environment", "here"])
def test_every_way_to_it_shows_the_same_county(
    county: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    options = ["--home", county] if way == "option" else []
    if way == "environment":
        monkeypatch.setenv(HOME, str(county))
    if way == "here":
        monkeypatch.chdir(county)
    status = call("status", *options)
    assert status.code == 0, status.err
    assert [line.split()[:3] for line in status.out.splitlines()[1:]] == [["Dezember", "2024", "15"]]
    assert call("user", "list", *options).out == "Noch gibt es keine Konten.\n"
    assert list(elsewhere.iterdir()) == []


def test_inputs_and_outputs_that_are_named_go_before_the_county_s(county: Path, elsewhere: Path) -> None:
    practice = elsewhere / "üben"
    done = call("settle", "2024-12", "--by", "Eva", "--home", county, "--outputs", practice, "--direct")
    assert done.code == 0, done.err
    assert (practice / "mittelsachsen/ledger.db").is_file()
    assert not list((county / "outputs").iterdir())


def test_a_folder_that_is_not_there_is_refused_with_the_way_to_begin_one(elsewhere: Path) -> None:
    answer = call("status", "--home", "nirgends")
    assert answer.code == 2
    assert answer.err == "Den Ordner nirgends gibt es nicht. Bitte --home prüfen; einen neuen beginnt „placement-premium init nirgends“.\n"  # fmt: skip


def test_an_environment_that_names_no_folder_is_refused(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME, "nirgends")
    answer = call("status")
    assert answer.code == 2
    assert answer.err.startswith(f"{HOME} nennt den Ordner nirgends, den es nicht gibt.")


def test_an_environment_that_names_another_county_is_refused(
    county: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("init", "b", "--from", "dueren").code == 0
    monkeypatch.setenv(HOME, str(county))
    monkeypatch.chdir("b")
    before = contents(elsewhere), contents(county)
    answer = call("settle", "2015-11", "--by", "Eva")
    assert answer.code == 2
    assert answer.err.startswith(f"Hier ({elsewhere / 'b'}) liegt ein Kreis, {HOME} nennt aber einen anderen Ordner: {county}.")  # fmt: skip
    assert (contents(elsewhere), contents(county)) == before
    assert call("status", "--home", ".").code == 0


def test_where_nothing_has_begun_the_law_is_shown_and_the_way_to_begin(elsewhere: Path) -> None:
    assert "0,80 € je Stunde" in call("law", "2025-01-01").out
    answer = call("status")
    assert answer.code == 2
    assert "einen eigenen Kreis beginnt „placement-premium init ORDNER“." in answer.err


@pytest.mark.parametrize("arguments", [("status",), ("user", "list")])
def test_a_server_without_the_package_that_speaks_with_it_is_refused(
    county: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PLACEMENT_PREMIUM_LEDGER", "postgresql://kreis@server/buch")
    monkeypatch.setattr("flows.ledger.store.connect.find_spec", lambda name: None)
    answer = call(*arguments, "--home", county)
    assert answer.code == 2
    assert "Bitte placement-premium[postgres] installieren" in answer.err


def test_the_flows_begin_where_the_environment_says(tmp_path: Path) -> None:
    """Their defaults are set as the server imports them."""
    import subprocess
    import sys

    script = "from flows.orchestration.parameters import INPUTS, OUTPUTS; print(INPUTS, OUTPUTS)"
    told = [
        subprocess.run(
            [sys.executable, "-c", script], env=os.environ | more, capture_output=True, text=True, check=True
        )
        for more in ({HOME: ""}, {HOME: str(tmp_path)})
    ]
    assert [each.stdout.split() for each in told] == [
        ["inputs", "outputs"],
        [str(tmp_path / "inputs"), str(tmp_path / "outputs")],
    ]


def test_the_demo_works_on_a_copy_of_what_came_along(elsewhere: Path) -> None:
    demo.provide_samples(elsewhere / "inputs")
    shipped = contents(home.shipped() / "dueren")
    assert contents(elsewhere / "inputs/dueren") == shipped
    assert sorted(path.name for path in (elsewhere / "inputs").iterdir()) == ["dueren", "mittelsachsen"]
    (elsewhere / "inputs/dueren/programme.toml").write_text("x", encoding="utf-8")
    demo.provide_samples(elsewhere / "inputs")
    assert (elsewhere / "inputs/dueren/programme.toml").read_text(encoding="utf-8") == "x"


def test_the_demo_does_not_run_among_a_county_s_own(elsewhere: Path) -> None:
    call("init", "eigen", "--county", "Kreis A", "--key", "a", "--kind", "agh", "--start", "2027-01", "--member", "14522050 B")  # fmt: skip
    before = contents(elsewhere)
    answer = call("demo", "--home", "eigen", "--direct")
    assert answer.code == 2
    assert "damit Beispiele und eigene Bücher getrennt bleiben" in answer.err
    assert contents(elsewhere) == before


def test_returns_in_folders_are_settled_like_those_beside_one_another(county: Path, elsewhere: Path) -> None:
    """A folder for each sender, all files of one name: the same sum as above, and every file named by its folder."""
    month = county / "inputs/mittelsachsen/returns/2024-12"
    for path in sorted(month.glob("*.xlsx")):
        folder = month / path.stem.removesuffix("_2024-12")
        folder.mkdir()
        path.rename(folder / "Meldung.xlsx")
    (month.parent / "Dezember").mkdir()
    (month.parent / "Dezember/Meldung.xlsx").write_bytes(b"x")
    drafted = call("settle", "2024-12", "--by", "Eva", "--home", county, "--direct")
    assert "15 Meldungen übernommen, 0 zurückgestellt" in drafted.out, drafted.err
    assert "Achtung: Der Ordner „Dezember“ wird nicht gelesen: Er heißt nicht wie ein Monat." in drafted.out
    approved = call("approve", "2024-12", "--by", "Frida", "--date", "2025-01-15", "--home", county, "--direct")
    assert "11 Abrechnungen über zusammen 210,10 €" in approved.out, approved.err
    assert call("verify", "--home", county).code == 0
    assert "Achtung: Der Ordner „Dezember“" in call("status", "--home", county).out


def test_a_month_that_has_not_ended_is_drafted_only_where_that_is_asked_for(
    county: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the last day of a month it has ended: what is still to come that day comes late like anything after it."""

    def on(day: date) -> None:
        monkeypatch.setattr("flows.use_cases.today", lambda: day)

    on(date(2024, 12, 30))
    refused = call("settle", "2024-12", "--by", "Eva", "--home", county, "--direct")
    assert refused.code == 2
    assert refused.err.startswith("Dezember 2024 ist erst am 31.12.2024 zu Ende;")
    assert "bitte --ahead angeben" in refused.err
    assert not list((county / "outputs").iterdir())
    assert call("settle", "2024-12", "--by", "Eva", "--home", county, "--direct", "--ahead").code == 0
    on(date(2024, 12, 31))
    assert call("settle", "2024-12", "--by", "Eva", "--home", county, "--direct").code == 0
