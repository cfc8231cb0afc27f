#!/usr/bin/env bash
# A coordinator whose journal lies on a disk of 8 MB that is filled to its last byte while a job trains. Every 15 s each command is asked something; then there is room again.
# full-disk.sh [SECONDS]; needs to mount, as root may. Fails where a command takes more than 5 s or gives no reason, where the log has 100 lines or more,
# where readiness is healthy meanwhile, and where the job does not complete with a clean audit.
export BENCH_BUILT=1
. "$(dirname "$0")/lib.sh"
seconds=${1:-300} convoy=$root/convoy
"$convoy" version >/dev/null
place=$(mktemp -d); export HOME=$place
mkdir "$place/disk"; mount -t tmpfs -o size=8m tmpfs "$place/disk"
pids=(); trap 'kill -9 "${pids[@]}" 2>/dev/null; umount -l "$place/disk"; rm -rf "$place"' EXIT
read -r port api < <(/usr/bin/python3 -c 'import socket; s=[socket.socket() for _ in range(2)]; [x.bind(("127.0.0.1",0)) for x in s]; print(*[x.getsockname()[1] for x in s])')
server=(--server "http://127.0.0.1:$api")
now() { date +%s%N; }
await() { local end=$((SECONDS + 600)); until "$@"; do [ $SECONDS -lt $end ] || { echo "waited in vain: $*"; exit 1; }; sleep 0.2; done; }
says() { "$convoy" jobs list "${server[@]}" 2>/dev/null | grep -q "$1"; }

"$convoy" coordinator --port "$port" --data-port 0 --api "http://127.0.0.1:$api" --journal "$place/disk/journal.db" --runs "$place/runs" >"$place/out" 2>"$place/log" & pids+=($!)
"$convoy" worker --join "127.0.0.1:$port" --threads 1 >"$place/worker" 2>&1 & pids+=($!)
await grep -q "coordinator: cluster" "$place/out"
"$convoy" train digits "${server[@]}" --set data.train=6400 --epochs "$((seconds / 4 + 10))" >"$place/train" 2>&1 & pids+=($!)
printf 'name: lrs\nbase: digits\nspace: {optimizer.lr: {kind: choice, values: [0.001, 0.01]}}\nstrategy: {kind: grid}\n' >"$place/sweep.yaml"
await says running
job=$("$convoy" jobs list "${server[@]}" | awk '/running/ { print $1; exit }')
sleep 5
echo "machine: $(machine); the disk is full for $seconds s"
dd if=/dev/zero of="$place/disk/full" bs=4096 2>/dev/null || true
before=$(wc -l <"$place/log") worst=0 silent=0 asked=0 ready=0
ask() { # what it must say, then the command
  local want=$1 began took; shift
  began=$(now); timeout 60 "$convoy" "$@" "${server[@]}" >"$place/answer" 2>&1 || true
  took=$(awk -v a="$began" -v b="$(now)" 'BEGIN { printf "%.2f", (b - a) / 1e9 }')
  worst=$(printf '%s\n%s\n' "$worst" "$took" | sort -g | tail -n 1) asked=$((asked + 1))
  grep -q "$want" "$place/answer" || { silent=$((silent + 1)); echo "convoy $*: $(tail -n 1 "$place/answer")"; }
}
end=$((SECONDS + seconds))
while [ $SECONDS -lt $end ]; do
  full="the journal cannot be written: no space left on device"
  ask "$full" train digits --epochs 1
  ask "$full" jobs pause "$job"
  ask "$full" jobs cancel "$job"
  ask "$full" sweep "$place/sweep.yaml"
  ask "$job" jobs list
  ask "$job" jobs get "$job"
  curl -s -o "$place/ready" -w '%{http_code}' "http://127.0.0.1:$api/healthz/ready" | grep -q 503 && grep -q "no space left" "$place/ready" || ready=$((ready + 1))
  sleep 10
done
lines=$(($(wc -l <"$place/log") - before))
rm "$place/disk/full"; room=$(now)
await says completed
"$convoy" jobs audit "$job" "${server[@]}" >"$place/audit" 2>&1 && audit=clean || audit="NOT CLEAN: $(tail -n 1 "$place/audit")"
echo "| asked | slowest answer, s | without the reason | lines in the coordinator's log | readiness not unhealthy | the job, when there was room again | audit |"
echo "| --- | --- | --- | --- | --- | --- | --- |"
echo "| $asked | $worst | $silent | $lines | $ready | completed after $(awk -v a="$room" -v b="$(now)" 'BEGIN { printf "%.0f", (b - a) / 1e9 }') s | $audit |"
[ "$silent$ready" = 00 ] && [ "$lines" -lt 100 ] && [ "$audit" = clean ] && awk -v w="$worst" 'BEGIN { exit w > 5 }'
