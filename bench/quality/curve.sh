#!/usr/bin/env bash
# Quality over training time: the same as tables.sh for several numbers of passes over the rows.
#
#   bench/quality/curve.sh [model] ["table ..."] ["epochs ..."] [seed]
#   bench/quality/curve.sh diffusion "magic churn" "15 50 150" 2
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for epochs in ${3:-15 50 150}; do
  echo "### ${1:-diffusion}, $epochs epochs"
  "$here/tables.sh" "${1:-diffusion}" "${2:-magic churn}" "${4:-1}" --set "epochs=$epochs"
done
