#!/usr/bin/env bash
# What sweeps are worth and cost. Arguments name parts, by default all but `record`:
#   record     trains the 40 trials of bench/sweeps/curves.yaml and writes their curves to docs/results/sweep-curves.csv
#   strategies ASHA against random search on those curves; TPE against random search on Branin and Hartmann6
#   overhead   1,000 trials whose jobs train nothing, against the same jobs alone
#   kills      a sweep whose coordinator is killed 50 times against one that is left alone
#   mnist      ./convoy sweep mnist-sweep on MNIST in $CONVOY_DATA/mnist
export BENCH_BUILT=1
. "$(dirname "$0")/lib.sh"
tests() { with_jemalloc dotnet "$root/artifacts/bin/Coordinator.Tests/release/Convoy.Coordinator.Tests.dll" -noColor -diagnostics "$@" | grep -E '(seed|mean|Branin|Hartmann6|alone|Total)' ; }
build() { dotnet build "$root/$1" -c Release --nologo -v quiet >&2; }
[ $# -gt 0 ] || set -- strategies overhead kills mnist
for part in "$@"; do
  case $part in
    record)
      out=$(mktemp -d)
      "$root/convoy" sweep "$root/bench/sweeps/curves.yaml" --out "$out/curves" >&2
      table=$root/docs/results/sweep-curves.csv
      { echo "trial,$(seq -s, -f 'val_acc_%g' 9)"
        for trial in $(seq 0 39); do echo "$trial,$(tail -n +2 "$out/curves/trials/$trial/history.csv" | cut -d, -f5 | paste -sd,)"; done; } > "$table"
      cp "$out/curves/trials.csv" "${table%.csv}-trials.csv" ;;
    strategies) build tests/Coordinator.Tests; tests -class Convoy.Coordinator.Tests.Sweeps.RecordedCurvesTests -class Convoy.Coordinator.Tests.Sweeps.TpeTests ;;
    overhead) build tests/Coordinator.Tests; tests -class Convoy.Coordinator.Tests.Sweeps.SweepOverheadTests ;;
    kills) build bench/Chaos; with_jemalloc dotnet "$root/artifacts/bin/Chaos/release/Convoy.Chaos.dll" sweep 50 1 80 ;;
    mnist) "$root/convoy" sweep mnist-sweep --data "$CONVOY_DATA/mnist" ;;
    *) echo "no part '$part': record, strategies, overhead, kills, mnist" >&2; exit 2 ;;
  esac
done
