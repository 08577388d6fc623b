@echo off
rem Builds Semblance once (again only when a source is newer) and runs it. Works from any folder.
setlocal
set "root=%~dp0"
set "out=%root%src\Semblance.Cli\bin\Release\net10.0"
set DOTNET_NOLOGO=1
set DOTNET_CLI_TELEMETRY_OPTOUT=1
where dotnet >nul 2>nul || (echo semblance: the .NET SDK is needed ^(version in global.json^): https://dotnet.microsoft.com/download 1>&2& exit /b 4)
powershell -NoProfile -Command "$s='%out%\.built'; if (-not ((Test-Path $s) -and (Test-Path '%out%\Semblance.Cli.dll'))) { exit 1 }; $t=(Get-Item -Force $s).LastWriteTime; if (Get-ChildItem '%root%src','%root%Directory.*.props','%root%global.json' -Recurse -File | Where-Object { $_.FullName -notmatch '\\(bin|obj)\\' -and $_.LastWriteTime -gt $t } | Select-Object -First 1) { exit 1 }; exit 0"
if not errorlevel 1 goto run
dotnet build "%root%src\Semblance.Cli" -c Release -v q 1>&2 || (echo semblance: the build failed 1>&2& exit /b 4)
type nul > "%out%\.built"
:run
dotnet "%out%\Semblance.Cli.dll" %*
exit /b %errorlevel%
