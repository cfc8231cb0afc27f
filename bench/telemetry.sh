#!/usr/bin/env bash
# What telemetry at its default sampling costs a training: the MNIST convnet (batch 64, one replica), which exports spans and metrics over OTLP/HTTP to a
# receiver on this machine and does not by turns, in one process. Counted is a steady state, by the clock and in time of processors: the exporters start,
# export for the first time and end outside it. And the time that a step's telemetry takes on the replica's thread.
# A pair takes twice SETTLE + COUNT seconds, and an epoch; metrics go out every INTERVAL seconds (a minute, where nobody says so).
. "$(dirname "$0")/lib.sh"
pairs=${1:-12} count=${2:-60} interval=${3:-20} port=${4:-4318} steps=${STEPS:-100}
settle=${SETTLE:-$((interval + 2))}
python3 "$root/bench/receiver.py" "$port" >&2 & receiver=$!
trap 'kill $receiver' EXIT
with_otlp() { OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:$port" OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_METRIC_EXPORT_INTERVAL=$((interval * 1000)) OTEL_LOGS_EXPORTER=none "$@"; }
read -r off_elapsed off on_elapsed on more_elapsed more <<< "$(with_otlp with_jemalloc bench telemetry training pairs="$pairs" steps="$steps" settle="$settle" count="$count")"
nobody=$(bench telemetry step) somebody=$(with_otlp bench telemetry step)
echo "machine: $(machine); $pairs pairs of turns of $count s, settled for $settle s before; metrics every $interval s"
echo "| telemetry | ms a step by the clock | ms of processors a step | µs a step on the replica's thread |"
echo "| --- | --- | --- | --- |"
echo "| none | $off_elapsed | $off | $nobody |"
echo "| spans and metrics over OTLP | $on_elapsed | $on | $somebody |"
echo
echo "Cost, medians over pairs: $more_elapsed% of the time elapsed, $more% of the time of processors; by the time on the thread $(awk -v s="$somebody" -v n="$nobody" -v m="$off_elapsed" 'BEGIN { printf "%.3f", (s - n) / m / 10 }')%."
