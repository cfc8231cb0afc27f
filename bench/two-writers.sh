#!/usr/bin/env bash
# Two processes on one run's folder: a training, and at a random moment of it a second command that wants the same folder or its journal.
# The second must end with exit code 1 and the line that names the first; the first must end as if it had been alone: exit code 0, a clean audit, the same weights.
# two-writers.sh [TRIES] [SEED]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd); convoy=$root/convoy
tries=${1:-50} RANDOM=${2:-1}
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
export HOME=$place
train=(train digits --epochs 4 --workers 1 --set data.train=3200 --set data.validation=100 --set data.test=100)
free=(--port 0 --data-port 0 --api http://127.0.0.1:0)
now() { date +%s%N; }
seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b - a) / 1e9 }'; }
weights() { sha256sum "$1/model.safetensors" | cut -c1-64; }

# Alone, and for how long it has its folder.
"$convoy" "${train[@]}" --out "$place/warm" >/dev/null
"$convoy" "${train[@]}" --out "$place/alone" >/dev/null & first=$!
until [ -e "$place/alone/.lock" ]; do sleep 0.01; done; began=$(now)
wait $first; span=$(seconds "$began" "$(now)")
alone=$(weights "$place/alone")
echo "machine: $(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(uname -sr), $(date +%F); $tries tries, seed ${2:-1}; alone the run has its folder for $span s"

times=() lost=0 late=0
for number in $(seq "$tries"); do
  run=$place/$number
  case $((number % 5)) in
    0) second=(train --resume --out "$run") ;;
    1) second=("${train[@]}" --out "$run") ;;
    2) second=(train --resume --processes --workers 1 --out "$run") ;;
    3) second=(coordinator "${free[@]}" --journal "$run/journal.db" --runs "$place/other") ;;
    4) second=(coordinator "${free[@]}" --runs "$run") ;;
  esac
  while :; do
    rm -rf "$run"
    "$convoy" "${train[@]}" --out "$run" >"$place/first" 2>&1 & first=$!
    until [ -e "$run/.lock" ]; do sleep 0.01; done
    sleep "$(awk -v r=$RANDOM -v s="$span" 'BEGIN { printf "%.2f", r / 32768 * s * 0.8 }')"
    began=$(now) code=0
    timeout 20 "$convoy" "${second[@]}" >"$place/second" 2>&1 || code=$?
    took=$(seconds "$began" "$(now)")
    [ $code != 1 ] && [ ! -e "$run/.lock" ] || break
    late=$((late + 1)); wait $first # it had ended before the second looked
  done
  times+=("$took")
  problem=
  [ $code = 1 ] && [ "$(wc -l <"$place/second")" = 1 ] && grep -q "is in use by process $first on " "$place/second" || problem="the second ended with $code: $(tail -n 1 "$place/second")"
  wait $first || problem="$problem the first ended with $?: $(tail -n 1 "$place/first")"
  "$convoy" jobs audit --run "$run" >"$place/audit" 2>&1 || problem="$problem the audit: $(tail -n 1 "$place/audit")"
  [ "$(weights "$run")" = "$alone" ] || problem="$problem other weights"
  [ -z "$problem" ] || { lost=$((lost + 1)); echo "try $number (${second[*]}):$problem"; }
done
echo "| tries | the second refused, the first as if alone | seconds until the second ended: median | 90th percentile | worst | tries begun anew, as the first ended before the second looked |"
echo "| --- | --- | --- | --- | --- | --- |"
printf '%s\n' "${times[@]}" | sort -g | awk -v n="$tries" -v lost=$lost -v late=$late '{ t[NR] = $1 } END { print "| " n " | " n - lost " | " t[int((NR + 1) / 2)] " | " t[int(NR * 0.9 + 0.5)] " | " t[NR] " | " late " |" }'
[ $lost = 0 ]
