#!/usr/bin/env bash
# Quality of a model on the shared tables, judged by the independent scorer.
#
#   bench/quality/tables.sh [model] ["table ..."] ["seed ..."] [fit options ...]
#   bench/quality/tables.sh auto
#   MATCH=1 bench/quality/tables.sh cart                with generate --match
#   bench/quality/tables.sh cart "churn magic" "1 2" --set leafRows=10
#
# Each table is split 80/20, the model is fitted on train, makes as many rows, and ../shared/score/tabular.py scores them against train and test.
# Needs ../shared beside the repository and Debian's python3-pandas, python3-sklearn, python3-scipy, python3-xgboost.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
shared=${SEMBLANCE_SHARED:-$root/../shared}
model=${1:-auto}; tables=${2:-insurance churn shoppers magic beijing adult}; seeds=${3:-1 2 3}
shift $(( $# < 3 ? $# : 3 ))
python=/usr/bin/python3
[ -d "$shared/data/tabular" ] || { echo "skipped: $shared/data/tabular is not there"; exit 0; }
"$python" -c 'import pandas, sklearn, scipy, xgboost' 2>/dev/null || { echo "skipped: the scorer's Python packages are not installed"; exit 0; }

dotnet build "$root/src/Semblance.Cli" -c Release -v q -nologo >/dev/null
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
semblance() { dotnet "$root/src/Semblance.Cli/bin/Release/net10.0/Semblance.Cli.dll" "$@"; }
for table in $tables; do
  "$python" "$shared/score/split_tabular.py" "$shared/data/tabular/$table.csv" "$work" >/dev/null
  target=$("$python" -c 'import json,sys; print(json.load(open(sys.argv[1]))["target"])' "$shared/data/tabular/$table.json")
  rows=$(( $(wc -l < "$work/$table.train.csv") - 1 ))
  for seed in $seeds; do
    start=$(date +%s.%N)
    semblance fit "$work/$table.train.csv" --model "$model" --target "$target" --seed "$seed" --to "$work/m.semblance" --quiet "$@"
    semblance generate "$work/m.semblance" --count "$rows" --seed "$((seed + 1000))" --to "$work/fake.csv" --quiet ${MATCH:+--match "$work/$table.train.csv"}
    seconds=$("$python" -c "import time; print(time.time() - $start)")
    "$python" "$shared/score/tabular.py" --train "$work/$table.train.csv" --test "$work/$table.test.csv" --synth "$work/fake.csv" \
      --types "$shared/data/tabular/$table.json" --threads 1 --time-json "{\"seconds\": $seconds}" --out "$work/$table.$seed.json" >/dev/null
    echo "scored $table, seed $seed" >&2
  done
done
"$python" "$root/bench/quality/summary.py" "$work"
