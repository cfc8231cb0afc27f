#!/usr/bin/env bash
# What telemetry at its default sampling costs a training: the MNIST convnet (batch 64, one replica) without it and with spans and metrics exported
# over OTLP/HTTP to a receiver on this machine, in pairs whose order alternates; and the time that a step's telemetry takes on the replica's thread.
. "$(dirname "$0")/lib.sh"
rounds=${1:-12} steps=${2:-300} port=${3:-4318}
python3 "$root/bench/receiver.py" "$port" & receiver=$!
trap 'kill $receiver' EXIT
with_otlp() { OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:$port" OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_METRIC_EXPORT_INTERVAL=1000 "$@"; }
without() { with_jemalloc bench convoy mnist steps="$steps"; }
with() { with_otlp with_jemalloc bench convoy mnist steps="$steps"; }
off=() on=() costs=()
for round in $(seq "$rounds"); do
  if ((round % 2)); then a=$(without) b=$(with); else b=$(with) a=$(without); fi
  off+=("$a") on+=("$b") costs+=("$(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f", 100 * (b / a - 1) }')")
done
m() { printf '%s\n' "$@" | median; }
nobody=$(bench telemetry step) somebody=$(with_otlp bench telemetry step)
echo "machine: $(machine); $rounds pairs of $steps steps"
echo "| telemetry | ms a step, median of medians | µs a step on the replica's thread |"
echo "| --- | --- | --- |"
echo "| none | $(m "${off[@]}") | $nobody |"
echo "| spans and metrics over OTLP | $(m "${on[@]}") | $somebody |"
echo
echo "Cost: $(m "${costs[@]}")% of the step time, the median of the pairs (from $(printf '%s\n' "${costs[@]}" | sort -g | head -n 1)% to $(printf '%s\n' "${costs[@]}" | sort -g | tail -n 1)%);" \
  "by the time on the thread $(awk -v s="$somebody" -v m="$(m "${off[@]}")" 'BEGIN { printf "%.3f", s / m / 10 }')%."
