@echo off
chcp 65001 >nul
rem Richtet placement-premium ohne Internet ein: einrichten.bat [ORDNER]   (Vorgabe: programm neben dieser Datei)
rem Ein anderes Python nennt man vorher so: set PYTHON=py -3.12
setlocal
set "HIER=%~dp0"
set "ORDNER=%~1"
if "%ORDNER%"=="" set "ORDNER=%HIER%programm"
if not defined PYTHON set "PYTHON=py -3"
%PYTHON% -c "" >nul 2>&1
if errorlevel 1 (
  echo Es fehlt Python 3.11 bis 3.14. Bitte von der Systemverwaltung einrichten lassen.
  goto ende
)
set PYTHONUTF8=1
%PYTHON% "%HIER%pruefen.py"
if errorlevel 1 goto ende
%PYTHON% -m venv "%ORDNER%"
if errorlevel 1 (
  echo Python kann keine Umgebung anlegen in %ORDNER%. Bitte die Rechte prüfen.
  goto ende
)
"%ORDNER%\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --find-links "%HIER%pakete" --only-binary=:all: --require-hashes --requirement "%HIER%requirements.lock"
if errorlevel 1 goto ende
for %%P in ("%HIER%pakete\placement_premium-*.whl") do "%ORDNER%\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "%%P"
if errorlevel 1 goto ende
"%ORDNER%\Scripts\placement-premium.exe" --version
echo Eingerichtet in %ORDNER%. Weiter: starten.bat
:ende
pause
