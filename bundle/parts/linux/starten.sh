#!/bin/sh
# Öffnet den Arbeitsplatz: ./starten.sh [ORDNER DES KREISES]   (Vorgabe: Kreis neben dieser Datei)
# Liegt das Programm anderswo als in „programm“: PROGRAMM=/opt/placement-premium ./starten.sh
set -eu
hier=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
kreis=${1:-"$hier/Kreis"}
programm=${PROGRAMM:-"$hier/programm"}
if [ ! -x "$programm/bin/placement-premium" ]; then
  echo "Das Programm ist noch nicht eingerichtet. Bitte zuerst ./einrichten.sh starten." >&2
  exit 2
fi
if [ ! -d "$kreis/inputs" ]; then
  echo "In $kreis ist noch nichts begonnen."
  "$programm/bin/placement-premium" init "$kreis"
fi
exec "$programm/bin/placement-premium" serve --home "$kreis"
