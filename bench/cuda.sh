#!/usr/bin/env bash
# A replica's step on a GPU against PyTorch's, in alternation: the MNIST convnet (batch 64 and 512) and the cats and dogs net (32 and 256).
# Arguments: rounds, steps, and which (net batch precision, with commas between). What Convoy's
# phases take goes to standard error. Takes PyTorch's own libtorch unless CONVOY_LIBTORCH
# names another; PYTHON is one with PyTorch.
. "$(dirname "$0")/lib.sh"
rounds=${1:-5} steps=${2:-300}
runs=${3:-mnist 64 float32,mnist 512 float32,cats-dogs 32 float32,cats-dogs 32 bfloat16,cats-dogs 256 float32,cats-dogs 256 bfloat16}
python=${PYTHON:-python3}
export CONVOY_LIBTORCH=${CONVOY_LIBTORCH:-$("$python" -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')}
echo "machine: $(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader), $(machine)"
echo "PyTorch $("$python" -c 'import torch; print(torch.__version__)'); $rounds rounds of $steps steps, medians"
echo "| net, batch, precision | PyTorch, ms | Convoy, ms | Convoy, pictures/s | PyTorch's time / Convoy's |"
echo "| --- | --- | --- | --- | --- |"
while read -r net batch precision; do
  torch=() convoy=()
  for _ in $(seq "$rounds"); do
    torch+=("$("$python" "$root/bench/cuda.py" "$net" "$batch" "$steps" "$precision")")
    convoy+=("$(with_jemalloc bench convoy "$net" batch="$batch" steps="$steps" warmup=20 precision="$precision" device=cuda)")
  done
  t=$(printf '%s\n' "${torch[@]}" | median) c=$(printf '%s\n' "${convoy[@]}" | median)
  echo "| $net, $batch, $precision | $t | $c | $(awk -v m="$c" -v b="$batch" 'BEGIN { printf "%.0f", 1000 * b / m }') | $(ratio "$t" "$c") |"
done <<<"${runs//,/$'\n'}"
