#!/usr/bin/env bash
# The allocator's share: the cats-and-dogs convnet (3,453,121 parameters, batch 32, one thread), in alternation.
. "$(dirname "$0")/lib.sh"
rounds=${1:-3} steps=${2:-12}
declare -A times
note() { times[$1]+="$2"$'\n'; }
for _ in $(seq "$rounds"); do
  note "bare, system allocator, NCHW" "$(CONVOY_MALLOC=system bench bare cats-dogs steps=6 warmup=2 allocator=system)"
  note "bare, jemalloc, NCHW" "$(with_jemalloc bench bare cats-dogs steps="$steps" warmup=3)"
  note "bare, jemalloc, channels last" "$(with_jemalloc bench bare cats-dogs steps="$steps" warmup=3 layout=channels_last)"
  note "convoy, jemalloc" "$(with_jemalloc bench convoy cats-dogs steps="$steps" warmup=3)"
  note "convoy, glibc tuned" "$(MALLOC_ARENA_MAX=1 bench convoy cats-dogs steps="$steps" warmup=3)"
  note "convoy, jemalloc, bfloat16" "$(with_jemalloc bench convoy cats-dogs steps="$steps" warmup=3 precision=bfloat16)"
done
echo "machine: $(machine); $rounds rounds, medians"
echo "| loop | ms a step | times the default bare loop's speed |"
echo "| --- | --- | --- |"
default=$(printf '%s' "${times[bare, system allocator, NCHW]}" | median)
for key in "bare, system allocator, NCHW" "bare, jemalloc, NCHW" "bare, jemalloc, channels last" "convoy, jemalloc" "convoy, glibc tuned" "convoy, jemalloc, bfloat16"; do
  ms=$(printf '%s' "${times[$key]}" | median)
  echo "| $key | $ms | $(ratio "$default" "$ms") |"
done
