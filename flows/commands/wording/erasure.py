"""What an erasure takes and leaves, in German lines."""

from collections.abc import Iterator, Mapping

from schemas.returns import TABLES

_WORDS = {
    "case_months": ("Fallmonat", "Fallmonate"),
    "lines": ("Position wird anonymisiert", "Positionen werden anonymisiert"),
    "findings": ("Befund", "Befunde"),
    "files": ("archivierte Datei", "archivierte Dateien"),
}


def listing(
    counts: Mapping[str, Mapping[str, int]], documents: int, of_no_month: int, staying: int, year: int
) -> Iterator[str]:
    """What goes, per year, and what stays."""
    for of_year, found in sorted(counts.items()):
        cases = found.get("cases", 0)
        rows = [f"{TABLES[name].sheet} {found[name]}" for name in TABLES if name in found]
        others = [f"{found[what]} {words[found[what] != 1]}" for what, words in _WORDS.items() if what in found]
        told = [
            f"{cases} {'Fall' if cases == 1 else 'Fälle'}",
            *([f"Zeilen: {', '.join(rows)}"] if rows else []),
            *others,
        ]
        yield f"  {of_year}: {' · '.join(told)}"
    if documents:
        yield f"  Unterlagen dieser Jahre, die Fälle zeigen: {documents} {'Datei' if documents == 1 else 'Dateien'}"
    if of_no_month:
        yield (
            f"  Dazu, was zu keinem Monat gehört und Fälle zeigen kann (Formulare, Prüfordner „check“, Archiviertes ohne Meldung): "
            f"{of_no_month} {'Datei' if of_no_month == 1 else 'Dateien'}; „forms“ und „check“ schreiben das Ihre bei Bedarf neu"
        )
    yield "  Es bleiben: Beträge je Position, Monat und Kommune, Belege mit Nummern, E-Rechnungen, Buchungslisten, Zahlungen, Prüfsummen."
    if staying:
        yield f"  Es bleiben außerdem: {staying} {'Fall, der' if staying == 1 else 'Fälle, die'} ab {year} noch {'vorkommt' if staying == 1 else 'vorkommen'}, mit allen Monaten."
