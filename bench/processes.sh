#!/usr/bin/env bash
# Two replicas as processes over loopback against two replicas in one process, in alternation: images per second of the last epoch,
# medians, and the distance of the models. processes.sh DATA [ROUNDS]; DATA holds mnist/ and cats_and_dogs_small/.
export BENCH_BUILT=1
. "$(dirname "$0")/lib.sh"
data=${1:?the folder of the data sets} rounds=${2:-3}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
run() { # name preset data epochs options...
  local out=$work/$1; rm -rf "$out"
  "$root/convoy" train "$2" --data "$3" --epochs "$4" --workers 2 --out "$out" "${@:5}" >/dev/null 2>&1
  tail -n 1 "$out/history.csv" | awk -F, '{ print $7 }'
}
distance() { # relative, of two safetensors files of float32
  /usr/bin/python3 - "$1" "$2" <<'P'
import json, struct, sys, numpy
def weights(path):
    data = open(path, "rb").read(); n = struct.unpack("<Q", data[:8])[0]; head = json.loads(data[8:8 + n])
    return numpy.concatenate([numpy.frombuffer(data[8 + n:], "<f4", (t["data_offsets"][1] - t["data_offsets"][0]) // 4, t["data_offsets"][0]) for k, t in sorted(head.items()) if k != "__metadata__"]).astype("f8")
one, other = map(weights, sys.argv[1:])
print(f"{numpy.linalg.norm(one - other) / numpy.linalg.norm(one):.1e}")
P
}
"$root/convoy" version >/dev/null
echo "machine: $(machine); $rounds rounds, medians"
echo "| training | in one process, images/s | --processes, images/s | ratio | distance of the weights |"
echo "| --- | --- | --- | --- | --- |"
compare() { # preset data epochs
  local one=() many=() m1 m2
  for _ in $(seq "$rounds"); do one+=("$(run one "$@")"); many+=("$(run many "$@" --processes)"); done
  m1=$(printf '%s\n' "${one[@]}" | median) m2=$(printf '%s\n' "${many[@]}" | median)
  echo "| $1 | $(printf %.0f "$m1") | $(printf %.0f "$m2") | $(ratio "$m2" "$m1") | $(distance "$work/one/model.safetensors" "$work/many/model.safetensors") |"
}
compare mnist-convnet "$data/mnist" 2
compare cats-dogs-baseline "$data/cats_and_dogs_small" 1
