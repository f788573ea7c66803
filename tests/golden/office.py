"""A county's office at work: inputs of its own that may change, and every command as it is typed."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl

from flows.emit.xlsx.table import FIRST_TABLE_ROW
from tests.command import Answer, call

Row = tuple[object, ...]


@dataclass(frozen=True)
class Office:
    """A programme's inputs, copied, and its outputs."""

    folder: Path
    programme: str

    @classmethod
    def opened(cls, folder: Path, programme: str, towns: dict[str, str]) -> "Office":
        """Law and programme as they are shipped, with some of its towns (AGS → name in file names), and no outputs yet."""
        shutil.copytree("inputs/law", folder / "inputs/law")
        office = cls(folder, programme)
        for town in towns.values():
            for path in sorted(Path("inputs", programme, "returns").glob(f"*/{town}_*.xlsx")):
                office.place(path, path.parent.name)
        head, *blocks = (
            Path("inputs", programme, "programme.toml").read_text(encoding="utf-8").split("[[municipality]]")
        )
        kept = [block for block in blocks if any(f'ags = "{ags}"' in block for ags in towns)]
        (office.inputs / "programme.toml").write_text("[[municipality]]".join([head, *kept]), encoding="utf-8")
        return office

    def place(self, path: Path, month: str) -> None:
        """A return into a month's folder."""
        folder = self.inputs / "returns" / month
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder)

    @property
    def inputs(self) -> Path:
        return self.folder / "inputs" / self.programme

    @property
    def outputs(self) -> Path:
        return self.folder / "outputs" / self.programme

    def call(self, *arguments: object) -> Answer:
        where = ("--inputs", self.folder / "inputs", "--outputs", self.folder / "outputs")
        return call(*arguments, *where, "--programme", self.programme)

    def done(self, *arguments: object) -> str:
        """What a command says that has to succeed."""
        answer = self.call(*arguments)
        assert answer.code == 0, answer.err
        return answer.out

    def refused(self, *arguments: object) -> str:
        """What a command says that has to be refused."""
        answer = self.call(*arguments)
        assert answer.code == 2, answer.out
        return answer.err

    def settle(self, month: str, *options: str) -> str:
        return self.done("settle", month, "--direct", "--by", "Eva", *options)

    def approve(self, month: str, on: str) -> str:
        """Approved by a second person; the ledger holds afterwards."""
        said = self.done("approve", month, "--by", "Frida", "--date", on)
        self.done("verify")
        return said

    def change(self, path: Path, old: str, new: str) -> None:
        """One place of a text file becomes another."""
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def statement(self, ags: str, month: str) -> openpyxl.Workbook:
        (path,) = (self.outputs / month / "Kommunen").glob(f"{ags}-*/Abrechnung-{ags}-{month}.xlsx")
        return openpyxl.load_workbook(path, data_only=True)

    def overview(self, month: str) -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.outputs / month / f"Finanzuebersicht-{month}.xlsx", data_only=True)

    def numbers(self, ags: str, month: str) -> list[str]:
        """The numbers of a municipality's e-invoices, reversals first."""
        return sorted(path.stem for path in (self.outputs / month / "Kommunen").glob(f"{ags}-*/*.xml"))


def table(book: openpyxl.Workbook, sheet: str, *columns: int) -> list[Row]:
    """Some columns of a sheet's table, without headings and sums; months as text, money in cents."""
    rows = book[sheet].iter_rows(min_row=FIRST_TABLE_ROW + 1, values_only=True)
    return [tuple(_plain(row[column]) for column in columns) for row in rows if row[1] is not None]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m}"
    return round(value * 100) if isinstance(value, float) else value
