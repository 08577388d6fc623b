#!/bin/sh
# How fast rules are made: 10,000,000 rows of ten columns to CSV. Usage: bench/rules/rules.sh [rows] [folder]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
rows=${1:-10000000}
to=${2:-$(mktemp -d)}
dotnet build "$here/../../src/Semblance.Cli" -c Release -v q -nologo >/dev/null
cli="$here/../../src/Semblance.Cli/bin/Release/net10.0/Semblance.Cli.dll"
/usr/bin/time -f "%e s wall, %U s user, %S s system, %M KB" dotnet "$cli" generate "$here/ten.rules.yaml" --count "$rows" --seed 1 --quiet --to "$to/ten.csv"
ls -l "$to/ten.csv"
rm "$to/ten.csv"
