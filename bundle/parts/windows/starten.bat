@echo off
chcp 65001 >nul
rem Öffnet den Arbeitsplatz: starten.bat [ORDNER DES KREISES]   (Vorgabe: Kreis neben dieser Datei)
rem Liegt das Programm anderswo als in „programm“, nennt man es vorher so: set PROGRAMM=C:\placement-premium
setlocal
set "HIER=%~dp0"
set "KREIS=%~1"
if "%KREIS%"=="" set "KREIS=%HIER%Kreis"
if not defined PROGRAMM set "PROGRAMM=%HIER%programm"
if not exist "%PROGRAMM%\Scripts\placement-premium.exe" (
  echo Das Programm ist noch nicht eingerichtet. Bitte zuerst einrichten.bat starten.
  goto ende
)
if exist "%KREIS%\inputs" goto oeffnen
echo In %KREIS% ist noch nichts begonnen.
"%PROGRAMM%\Scripts\placement-premium.exe" init "%KREIS%"
if errorlevel 1 goto ende
:oeffnen
start "" http://127.0.0.1:8420
"%PROGRAMM%\Scripts\placement-premium.exe" serve --home "%KREIS%"
:ende
pause
