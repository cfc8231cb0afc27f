#!/usr/bin/env bash
# What freezing saves: a step of a backbone (150 x 150 x 3, batch 20) under the book's classifier, everything learning or the base frozen, in alternation.
. "$(dirname "$0")/lib.sh"
# frozen.sh [ROUNDS] [BACKBONE...]
rounds=${1:-3}
nets=("${@:2}")
[ ${#nets[@]} -gt 0 ] || nets=(vgg16 resnet50 mobilenet_0.25)
echo "machine: $(machine); $rounds rounds, medians; one replica, one thread"
echo "| backbone | all learns, ms | frozen, ms | frozen / all |"
echo "| --- | --- | --- | --- |"
for net in "${nets[@]}"; do
  case $net in vgg16) steps=4 ;; mobilenet_*) steps=40 ;; *) steps=12 ;; esac
  all=() frozen=()
  for _ in $(seq "$rounds"); do
    all+=("$(with_jemalloc bench convoy "$net" steps=$steps warmup=2)")
    frozen+=("$(with_jemalloc bench convoy "$net" steps=$steps warmup=2 frozen=1)")
  done
  a=$(printf '%s\n' "${all[@]}" | median) f=$(printf '%s\n' "${frozen[@]}" | median)
  echo "| $net | $a | $f | $(ratio "$f" "$a") |"
done
