#!/usr/bin/env bash
# Quality of a text model on the shared corpora, judged by the independent scorer; and the twin that must fail: the same with shuffled labels.
#
#   bench/quality/text.sh [model] ["seed ..."] [fit options ...]
#   bench/quality/text.sh ngram "1 2 3" --set texts=2
#
# banking77 has its own test part; the SMS corpus is split 80/20 with seed 0.
# Needs ../shared beside the repository and Debian's python3-pandas, python3-sklearn.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
shared=${SEMBLANCE_SHARED:-$root/../shared}
model=${1:-ngram}; seeds=${2:-1 2 3}
shift $(( $# < 2 ? $# : 2 ))
python=/usr/bin/python3
[ -d "$shared/data/text" ] || { echo "skipped: $shared/data/text is not there"; exit 0; }
"$python" -c 'import pandas, sklearn' 2>/dev/null || { echo "skipped: the scorer's Python packages are not installed"; exit 0; }

dotnet build "$root/src/Semblance.Cli" -c Release -v q -nologo >/dev/null
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
semblance() { dotnet "$root/src/Semblance.Cli/bin/Release/net10.0/Semblance.Cli.dll" "$@"; }
"$python" - "$shared/data/text" "$work" <<'PY'
import sys, numpy as np, pandas as pd
source, work = sys.argv[1:]
read = lambda name: pd.read_csv(f"{source}/{name}.csv", dtype=str, keep_default_na=False)
sms = read("sms_spam"); order = np.random.RandomState(0).permutation(len(sms)); cut = int(.8 * len(sms))
for name, train, test, label in (("banking77", read("banking77_train"), read("banking77_test"), "category"), ("sms", sms.iloc[order[:cut]], sms.iloc[order[cut:]], "label")):
    train.to_csv(f"{work}/{name}.train.csv", index=False); test.to_csv(f"{work}/{name}.test.csv", index=False)
    twin = train.copy(); twin[label] = train[label].sample(frac=1, random_state=0).values; twin.to_csv(f"{work}/{name}.twin.csv", index=False)
PY
for corpus in banking77 sms; do
  label=$([ $corpus = sms ] && echo label || echo category)
  rows=$("$python" -c "import pandas; print(len(pandas.read_csv('$work/$corpus.train.csv', dtype=str)))")
  for seed in $seeds; do
    for part in train twin; do
      [ $part = twin ] && [ "$seed" != "${seeds%% *}" ] && continue
      start=$(date +%s.%N)
      semblance fit "$work/$corpus.$part.csv" --as text --model "$model" --target "$label" --column text=text --seed "$seed" --to "$work/m.semblance" --quiet "$@"
      semblance generate "$work/m.semblance" --count "$rows" --seed "$((seed + 1000))" --to "$work/fake.csv" --quiet
      seconds=$("$python" -c "import time; print(round(time.time() - $start, 1))")
      "$python" "$shared/score/text.py" --train "$work/$corpus.train.csv" --test "$work/$corpus.test.csv" --synth "$work/fake.csv" --text text --label "$label" > "$work/score.json"
      "$python" - "$work/score.json" "$corpus" "$([ $part = twin ] && echo 'shuffled labels' || echo "$model")" "$seed" "$seconds" <<'PY'
import json, sys
r = json.load(open(sys.argv[1])); pair = lambda x: "/".join(f"{v:.3f}" for v in x)
print(f"| {sys.argv[2]} | {sys.argv[3]} | {sys.argv[4]} | {r['ratio']:.3f} | {r['c2st']:.3f} | {r['label_tvd']:.4f} | {r['copies']:.4f} | {pair(r['longest_copy'])} | {pair(r['distinct2'])} | {sys.argv[5]} |")
PY
    done
  done
done
