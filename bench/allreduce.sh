#!/usr/bin/env bash
# The ring all-reduce against gloo (Debian's python3-torch), processes on loopback, in alternation; medians over rounds of medians.
. "$(dirname "$0")/lib.sh"
/usr/bin/python3 -c 'import torch.distributed' 2>/dev/null || { echo "needs Debian's python3-torch" >&2; exit 1; }
rounds=${1:-5} base=41000
ring() { # size numbers
  local ports; ports=$(seq -s, $((base += 10)) $((base + $1 - 1)))
  for r in $(seq $(( $1 - 1 )) ); do bench ring allreduce rank="$r" ports="$ports" length="$2" rounds=20 >/dev/null & done
  bench ring allreduce rank=0 ports="$ports" length="$2" rounds=20; wait
}
gloo() {
  local port=$((base += 10))
  for r in $(seq $(( $1 - 1 )) ); do /usr/bin/python3 "$root/bench/gloo.py" "$r" "$1" "$port" "$2" 20 >/dev/null & done
  /usr/bin/python3 "$root/bench/gloo.py" 0 "$1" "$port" "$2" 20; wait
}
echo "machine: $(machine); $rounds rounds of 20, medians"
echo "| processes | MB | gloo ms | ring ms | ring / gloo |"
echo "| --- | --- | --- | --- | --- |"
for size in 2 4; do for numbers in 3453121 14714688; do
  g=() c=()
  for _ in $(seq "$rounds"); do
    g+=("$(gloo "$size" "$numbers")"); base=$((base + 10))
    c+=("$(ring "$size" "$numbers")"); base=$((base + 10))
  done
  gm=$(printf '%s\n' "${g[@]}" | median) cm=$(printf '%s\n' "${c[@]}" | median)
  echo "| $size | $(awk -v n=$numbers 'BEGIN { printf "%.1f", n * 4 / 1e6 }') | $gm | $cm | $(ratio "$cm" "$gm") |"
done; done
