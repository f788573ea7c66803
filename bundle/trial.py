"""Tries a package as a county does, where there is no network: set up, demo, a county of its own, its first month; timed.

    python -m bundle.trial dist/placement-premium-0.1.0-linux.zip

Needs Linux with namespaces (`unshare`), and a Python that the package is for.
"""

import argparse
import os
import re
import stat
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from time import monotonic

MONTH, AGS, CASE = "2025-01", "14522050", "FALL-1"
HOURS, SUM = 80, "64,00 €"  # 80 × 0,80 € (§ 5 Abs. 2 AsylbLG), paid out by the county and borne by the municipality
GAPS = {
    "county_iban": "DE05999999990014522000",
    "buyer_reference": "14522050-ASYL-13",
    "postcode": "09618",
    "email": "asyl@stadt.example",
}
# A namespace has no network at all, not even its own loopback, which every machine has.
_ALONE = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any:
    fcntl.ioctl(any, 0x8914, struct.pack("16sH22x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
try:
    socket.create_connection(("192.0.2.1", 443), 2)
    sys.exit("this namespace has a network")
except OSError:
    os.execvp(sys.argv[1], sys.argv[1:])
"""
# Fills a form in as a municipality does, with the library that the package brings.
_FILL = """
import datetime, sys
from openpyxl import load_workbook
path, case, hours = sys.argv[1:]
book = load_workbook(path)
cover, sheet = book["Deckblatt"], book["Arbeitsgelegenheiten"]
told = {"Ansprechperson": "Sachgebiet Asyl", "E-Mail": "asyl@stadt.example", "Sachlich richtig": "Leitung",
        "Datum der Meldung": datetime.date(2025, 2, 5), "Anzahl Leistungsfälle": 0, "Summe AGH-Stunden": float(hours)}
for row in cover.iter_rows(max_col=2):
    if row[0].value in told:
        row[1].value = told[row[0].value]
head = next(row for row in sheet.iter_rows() if row[0].value == "AGH-Nummer")
values = {"AGH-Nummer": "A-1", "Trägerart": "Verein", "Einsatzstelle": "Unterkunft", "Fallnummer": case,
          "Von": datetime.date(2025, 1, 1), "Bis": datetime.date(2025, 1, 31), "Stunden": float(hours), "Freiwillig": "ja"}
for cell in head:
    if cell.value in values:
        sheet.cell(head[0].row + 1, cell.column, values[cell.value])
book.save(path)
"""


class Trial:
    """The steps of a county in a folder, each in a namespace without a network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix = ["unshare", "-n", *(() if os.geteuid() == 0 else ("-r",)), sys.executable, "-c", _ALONE]
        self._environment = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
        self._environment |= {"HOME": str(folder / "zuhause"), "PYTHON": sys.executable}
        (folder / "zuhause").mkdir()

    def step(self, what: str, *command: object) -> str:
        """Run it, say how long it took, and return what it said; the trial ends where it fails."""
        begun = monotonic()
        done = subprocess.run(
            [*self._prefix, *map(str, command)],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        print(f"{monotonic() - begun:6.1f} s  {what}")  # noqa: T201  # to whoever tries
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        return done.stdout


def unpacked(package: Path, folder: Path) -> Path:
    """The package's folder, with the rights its files have in it."""
    with zipfile.ZipFile(package) as packed:
        packed.extractall(folder)
        for entry in packed.infolist():
            (folder / entry.filename).chmod(stat.S_IMODE(entry.external_attr >> 16))
    return folder / package.stem


def fill_in(programme: Path) -> None:
    """What only the county knows, as somebody types it."""
    text = programme.read_text(encoding="utf-8")
    text = re.sub(r'date = "BITTE EINTRAGEN"', f"date = {date(2024, 12, 2)}", text)
    text = re.sub(r'(\w+) = "BITTE EINTRAGEN"', lambda gap: f'{gap[1]} = "{GAPS.get(gap[1], "Angabe")}"', text)
    borne = 'disbursed_by = { Gemeinschaftseinrichtung = "county", Kommune = "municipality", Verein = '
    if f'{borne}"municipality"' not in text:
        sys.exit("init writes another section on work opportunities than this trial knows")
    programme.write_text(text.replace(f'{borne}"municipality"', f'{borne}"county"'), encoding="utf-8")


def main() -> None:
    """Try the package that is named."""
    asked = argparse.ArgumentParser(prog="python -m bundle.trial", description=__doc__)
    asked.add_argument("package", type=Path)
    package = asked.parse_args().package.resolve()
    with tempfile.TemporaryDirectory(prefix="Kreis Übung ") as place:
        trial = Trial(Path(place))
        begun = monotonic()
        folder = unpacked(package, trial.folder)
        trial.step("einrichten", folder / "einrichten.sh")
        ours, python = folder / "programm/bin/placement-premium", folder / "programm/bin/python"
        installed = monotonic() - begun
        (trial.folder / "Probe").mkdir()
        trial.step("demo", ours, "demo", "--home", "Probe")

        own = monotonic()
        members = ("--member", f"{AGS} Brand-Erbisdorf", "--member", "14522180 Freiberg")
        trial.step("init", ours, "init", "Kreis", "--county", "Landkreis Beispiel", "--key", "agh", "--kind", "agh", "--start", MONTH, *members)  # fmt: skip
        fill_in(trial.folder / "Kreis/inputs/agh/programme.toml")
        trial.step("programme check", ours, "programme", "check", "--home", "Kreis")
        trial.step("forms", ours, "forms", MONTH, "--home", "Kreis")
        (form,) = (trial.folder / f"Kreis/outputs/agh/{MONTH}-Formulare").glob(f"*{AGS}*.xlsx")
        returned = trial.folder / f"Kreis/inputs/agh/returns/{MONTH}" / form.name
        returned.write_bytes(form.read_bytes())
        trial.step("a municipality fills its form in", python, "-c", _FILL, returned, CASE, HOURS)
        drafted = trial.step("settle", ours, "settle", MONTH, "--by", "Eva Beispiel", "--home", "Kreis")
        approved = trial.step("approve", ours, "approve", MONTH, "--by", "Frida Beispiel", "--home", "Kreis")
        trial.step("verify", ours, "verify", "--home", "Kreis")
        if "1 Meldung übernommen, 0 zurückgestellt" not in drafted or SUM not in approved:
            sys.exit(drafted + approved)
        print(f"installed in {installed:.0f} s; own county to its first approved month in {monotonic() - own:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
