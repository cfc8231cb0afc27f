#!/usr/bin/env bash
# What telemetry at its default sampling costs a training: the MNIST convnet (batch 64, one replica), whose epochs export spans and metrics over OTLP/HTTP to a
# receiver on this machine and do not by turns, in one process: the time that this process computes, which other work on the machine disturbs least;
# and the time that a step's telemetry takes on the replica's thread.
. "$(dirname "$0")/lib.sh"
pairs=${1:-16} steps=${2:-100} port=${3:-4318}
python3 "$root/bench/receiver.py" "$port" >&2 & receiver=$!
trap 'kill $receiver' EXIT
with_otlp() { OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:$port" OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf "$@"; }
read -r off on percent <<< "$(with_otlp with_jemalloc bench telemetry training pairs="$pairs" steps="$steps")"
nobody=$(bench telemetry step) somebody=$(with_otlp bench telemetry step)
echo "machine: $(machine); $pairs pairs of epochs of $steps steps"
echo "| telemetry | ms of computing a step, median of epochs | µs a step on the replica's thread |"
echo "| --- | --- | --- |"
echo "| none | $off | $nobody |"
echo "| spans and metrics over OTLP | $on | $somebody |"
echo
echo "Cost: $percent% of the time computed, the median over pairs; by the time on the thread $(awk -v s="$somebody" -v n="$nobody" -v m="$off" 'BEGIN { printf "%.3f", (s - n) / m / 10 }')%."
