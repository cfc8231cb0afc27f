#!/usr/bin/env bash
# A coordinator with many jobs, many who watch the overview, and many who ask for the list of jobs: its memory before, during and after, and lists a second.
# viewers.sh [JOBS [STREAMS [CALLERS [SECONDS]]]]
export BENCH_BUILT=1
. "$(dirname "$0")/lib.sh"
convoy=$root/convoy
"$convoy" version >/dev/null
place=$(mktemp -d); trap 'kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; rm -rf "$place"' EXIT
tokens=$(for number in $(seq 10); do "$convoy" tokens add "caller-$number" --file "$place/tokens.json"; done | paste -sd,)
port=$(/usr/bin/python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
"$convoy" coordinator --port 0 --data-port 0 --api "http://127.0.0.1:$port" --tokens "$place/tokens.json" --runs "$place/runs" >"$place/out" 2>"$place/log" & pid=$!
until grep -q "coordinator: cluster" "$place/out"; do kill -0 "$pid"; sleep 0.2; done
echo "machine: $(machine)"
echo "| jobs | streams | resident before, MB | most with streams, MB | 15 s after, MB | events a stream in 30 s | callers | lists a second | median, ms | 99th percentile, ms |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
/usr/bin/python3 "$root/bench/viewers.py" "$port" "$pid" "$tokens" "${1:-1000}" "${2:-200}" "${3:-50}" "${4:-15}"
