#!/usr/bin/env bash
# Augmentation of 150 x 150 x 3 pictures on one core (the book's ranges): this project, OpenCV's warpAffine alone on matrices drawn beforehand,
# and Keras' ImageDataGenerator in numpy and scipy (Debian's python3-scipy), in alternation; medians over rounds of medians.
. "$(dirname "$0")/lib.sh"
/usr/bin/python3 -c 'import scipy' 2>/dev/null || { echo "needs Debian's python3-scipy" >&2; exit 1; }
rounds=${1:-7} ours=() warp=() keras=()
one_core() { taskset -c "$(( $(nproc) - 1 ))" env OMP_NUM_THREADS=1 "$@"; }
program() { one_core dotnet "$root/artifacts/bin/Bench/release/Convoy.Bench.dll" "$@"; }
for _ in $(seq "$rounds"); do
  warp+=("$(program augment warp count=3000 passes=3)")
  ours+=("$(program augment convoy count=3000 passes=3)")
  keras+=("$(one_core /usr/bin/python3 "$root/bench/keras_augment.py" 300 3)")
done
m() { printf '%s\n' "$@" | median; }
o=$(m "${ours[@]}") w=$(m "${warp[@]}") k=$(m "${keras[@]}")
echo "machine: $(machine); $rounds rounds, medians"
echo "| what | images/s | convoy / it |"
echo "| --- | --- | --- |"
echo "| Keras' ImageDataGenerator in numpy and scipy | $k | $(ratio "$o" "$k") |"
echo "| OpenCV's warpAffine alone | $w | $(ratio "$o" "$w") |"
echo "| convoy | $o | 1 |"
