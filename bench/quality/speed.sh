#!/usr/bin/env bash
# Whole processes on Adult: fit + generate, ten million rows, and the whole loop. Prints seconds and peak memory.
#
#   bench/quality/speed.sh [rows, 10000000]
#
# Needs ../shared beside the repository, python3-pandas for the split, and /usr/bin/time.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
shared=${SEMBLANCE_SHARED:-$root/../shared}
rows=${1:-10000000}
[ -f "$shared/data/tabular/adult.csv" ] || { echo "skipped: $shared/data/tabular/adult.csv is not there"; exit 0; }
dotnet build "$root/src/Semblance.Cli" -c Release -v q -nologo >/dev/null
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cli=$root/src/Semblance.Cli/bin/Release/net10.0/Semblance.Cli.dll
timed() { local what=$1; shift; /usr/bin/time -f "| $what | %e | %U | %M |" dotnet "$cli" "$@" --quiet 2>&1 >/dev/null | tail -1; }
/usr/bin/python3 "$shared/score/split_tabular.py" "$shared/data/tabular/adult.csv" "$work" >/dev/null

grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'; echo "$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
echo; echo "| process | seconds | processor seconds | peak KB |"; echo "|---|---|---|---|"
timed "fit (auto), 39,074 rows" fit "$work/adult.train.csv" --target income --seed 1 --to "$work/m.semblance"
timed "generate 39,074 rows" generate "$work/m.semblance" --count 39074 --seed 2 --to "$work/fake.csv"
timed "generate $rows rows" generate "$work/m.semblance" --count "$rows" --seed 2 --to "$work/fake.csv"
timed "run adult.csv, whole loop" run "$shared/data/tabular/adult.csv" --target income --seed 1 --to "$work/out"
