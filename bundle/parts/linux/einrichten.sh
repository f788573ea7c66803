#!/bin/sh
# Richtet placement-premium ohne Internet ein: ./einrichten.sh [ORDNER]   (Vorgabe: programm neben dieser Datei)
# Ein anderes Python nennt man so: PYTHON=/usr/bin/python3.12 ./einrichten.sh
set -eu
hier=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
ordner=${1:-"$hier/programm"}
python=${PYTHON:-python3}
if ! command -v "$python" >/dev/null 2>&1; then
  echo "Es fehlt Python 3.11 bis 3.14 ($python wurde nicht gefunden). Bitte von der Systemverwaltung einrichten lassen." >&2
  exit 2
fi
"$python" "$hier/pruefen.py"
if ! "$python" -m venv "$ordner" >/dev/null 2>&1; then
  echo "Python kann keine Umgebung anlegen in $ordner. Bitte die Rechte prüfen; unter Debian und Ubuntu fehlt oft das Paket python3-venv." >&2
  exit 2
fi
"$ordner/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$hier/pakete" --only-binary=:all: --require-hashes --requirement "$hier/requirements.lock"
"$ordner/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "$hier"/pakete/placement_premium-*.whl
"$ordner/bin/placement-premium" --version
echo "Eingerichtet in $ordner. Weiter: ./starten.sh"
