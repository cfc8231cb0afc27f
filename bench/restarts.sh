#!/usr/bin/env bash
# A coordinator that is stopped by TERM or KILL and started again: seconds until all of its two workers are registered (from when it says that it is up),
# until the first step, and the steps before and after. restarts.sh [RUNS]; medians and worst. Then workers that are killed and started at once.
# Three coordinators need a PostgreSQL database that they may fill: CONVOY_BENCH_POSTGRES=postgres://...; without it their rows are left out.
# CONVOY_BENCH_COORDINATORS=3 makes the rows of so many only.
export BENCH_BUILT=1
. "$(dirname "$0")/lib.sh"
runs=${1:-10} restarts=${2:-50}
"$root/convoy" version >/dev/null
export HOME; HOME=$(mktemp -d)
pids=(); trap 'kill -9 "${pids[@]}" 2>/dev/null; rm -rf "$HOME"' EXIT
free() { /usr/bin/python3 -c 'import socket; s=[socket.socket() for _ in range('"$1"')]; [x.bind(("127.0.0.1",0)) for x in s]; print(*[x.getsockname()[1] for x in s])'; }
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
until_() { local end=$((SECONDS + 90)); until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.05; done; }
api() { curl -sf -m 5 -H "Authorization: Bearer $(cat "$HOME/.local/share/convoy/tokens/${apis[0]}" 2>/dev/null)" "http://127.0.0.1:${apis[0]}/api/v1/$1" "${@:2}"; }
workers() { api workers 2>/dev/null | /usr/bin/python3 -c 'import json,sys; print(len(json.load(sys.stdin)["workers"]))' 2>/dev/null || echo 0; }
has_workers() { [ "$(workers)" = "$1" ]; }
ups() { grep -c "coordinator: cluster" "$HOME/co$1" 2>/dev/null || true; }
start() { # the coordinator of this number
  local join=(); [ -n "$joins" ] && join=(--join "$seeds")
  local journal=(); [[ $seeds != *,* ]] || journal=(--journal "$CONVOY_BENCH_POSTGRES")
  "$root/convoy" coordinator --port "${ports[$1]}" --data-port 0 --api "http://127.0.0.1:${apis[$1]}" --runs "$HOME/runs" "${join[@]}" "${journal[@]}" >>"$HOME/co$1" 2>&1 &
  coordinators[$1]=$!; pids+=($!)
}
job() { api jobs 2>/dev/null | /usr/bin/python3 -c 'import json,sys; print(json.load(sys.stdin)["jobs"][0]["job_id"])' 2>/dev/null; }
step() { api "jobs/$(job)" 2>/dev/null | /usr/bin/python3 -c 'import json,sys; v=json.load(sys.stdin); print(v["generation"], v["step"])' 2>/dev/null || echo 0 0; }
steps_on() { read -r generation after < <(step); [ "$generation" -gt "$1" ] && [ "$after" -ge "$2" ] && [ "$after" -gt 0 ]; }
trained() { read -r generation before < <(step); [ "$before" -ge 40 ]; }
worst() { sort -g | tail -n 1; }

row() { # signal coordinators joins training
  [ "${CONVOY_BENCH_COORDINATORS:-$2}" = "$2" ] || return 0
  local signal=$1 count=$2 joins=$3 training=$4 back=() first=() from=() line i
  local -a ports apis coordinators; read -ra ports < <(free "$count"); read -ra apis < <(free "$count")
  local seeds; seeds=$(printf ',127.0.0.1:%s' "${ports[@]}"); seeds=${seeds:1}
  rm -rf "$HOME/runs" "$HOME"/co*
  for ((i = 0; i < count; i++)); do start "$i"; done
  until_ eval '[ "$(ups 0)" -gt 0 ]'
  for i in 1 2; do "$root/convoy" worker --join "$seeds" --threads 1 >>"$HOME/w$i" 2>&1 & pids+=($!); nodes[i]=$!; done
  until_ has_workers 2
  if [ -n "$training" ]; then
    "$root/convoy" train digits --server "http://127.0.0.1:${apis[0]}" --set data.train=25600 --set world.max=2 --epochs 1000 >/dev/null 2>&1 & pids+=($!); client=$!
    until_ trained
  fi
  for line in $(seq "$runs"); do
    read -r generation before < <(step)
    for ((i = 0; i < count; i++)); do kill -"$signal" "${coordinators[$i]}"; done
    for ((i = 0; i < count; i++)); do wait "${coordinators[$i]}" 2>/dev/null || true; done
    sleep 1
    local up; up=$(ups 0)
    for ((i = 0; i < count; i++)); do start "$i"; done
    until_ eval '[ "$(ups 0)" -gt '"$up"' ]'; local t; t=$(now)
    until_ has_workers 2 || true; back+=("$(since "$t")")
    if [ -n "$training" ]; then until_ steps_on "$generation" "$before" || true; first+=("$(since "$t")"); from+=("$before>$after"); fi
    sleep 1
  done
  echo "| $signal | $count | ${joins:-no} | $([ -n "$training" ] && echo training || echo idle) | $runs | $(printf '%s\n' "${back[@]}" | median) / $(printf '%s\n' "${back[@]}" | worst) | $([ -n "$training" ] && echo "$(printf '%s\n' "${first[@]}" | median) / $(printf '%s\n' "${first[@]}" | worst)" || echo -) | ${from[*]:--} |"
  for i in "${coordinators[@]}" "${nodes[@]}" ${client:-}; do kill -9 "$i" 2>/dev/null || true; done
  wait 2>/dev/null || true
}

echo "machine: $(machine); load $(cut -d' ' -f1 /proc/loadavg)"
echo "| signal | coordinators | --join | busy | runs | all workers registered, s: median / worst | first step, s: median / worst | step before > step seen first after |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
nodes=()
for training in "" yes; do
  for signal in TERM KILL; do
    row $signal 1 "" "$training"
    row $signal 1 yes "$training"
    [ -z "${CONVOY_BENCH_POSTGRES:-}" ] || row $signal 3 yes "$training"
  done
done

read -ra ports < <(free 3); read -ra apis < <(free 1); joins= seeds=127.0.0.1:${ports[0]} coordinators=()
rm -f "$HOME/co0"; start 0; until_ eval '[ "$(ups 0)" -gt 0 ]'
times=() late=0; worker=
for i in $(seq 0 "$restarts"); do
  [ -z "$worker" ] || kill -9 "$worker"
  t=$(now)
  "$root/convoy" worker --join "$seeds" --port "${ports[1]}" --data-port "${ports[2]}" >"$HOME/w" 2>&1 & worker=$!; pids+=($!)
  until_ grep -q "worker: cluster" "$HOME/w" || late=$((late + 1))
  [ "$i" = 0 ] || times+=("$(since "$t")") # the first is no restart
done
echo
echo "$restarts workers killed and started at once on their own ports: up after $(printf '%s\n' "${times[@]}" | median) s, the slowest after $(printf '%s\n' "${times[@]}" | worst) s; not within 90 s: $late"
