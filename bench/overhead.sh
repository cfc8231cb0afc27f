#!/usr/bin/env bash
# Convoy's training loop against bare TorchSharp loops on the MNIST convnet (batch 64), in alternation, same allocator:
# one replica against one bare loop; two replicas (32 each) against two bare loops (32 each) side by side in processes of their own.
. "$(dirname "$0")/lib.sh"
rounds=${1:-7} steps=${2:-300}
bare1=() convoy1=() bare2=() convoy2=()
for _ in $(seq "$rounds"); do
  bare1+=("$(with_jemalloc bench bare mnist steps="$steps" layout=channels_last)")
  convoy1+=("$(with_jemalloc bench convoy mnist steps="$steps")")
  pair=$( { with_jemalloc bench bare mnist batch=32 steps="$steps" layout=channels_last & with_jemalloc bench bare mnist batch=32 steps="$steps" layout=channels_last & wait; } | sort -g | tail -n 1)
  bare2+=("$pair")
  convoy2+=("$(with_jemalloc bench convoy mnist replicas=2 steps="$steps")")
done
m() { printf '%s\n' "$@" | median; }
b1=$(m "${bare1[@]}") c1=$(m "${convoy1[@]}") b2=$(m "${bare2[@]}") c2=$(m "${convoy2[@]}")
echo "machine: $(machine); $rounds rounds of $steps steps, medians"
echo "| loop | ms a step | images/s | ratio to bare |"
echo "| --- | --- | --- | --- |"
row() { echo "| $1 | $2 | $(awk -v m="$2" 'BEGIN { printf "%.0f", 64000 / m }') | $3 |"; }
row "bare, 1 thread" "$b1" 1; row "convoy, 1 replica" "$c1" "$(ratio "$b1" "$c1")"
row "bare, 2 processes x 32 (the slower)" "$b2" 1; row "convoy, 2 replicas" "$c2" "$(ratio "$b2" "$c2")"
