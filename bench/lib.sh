# Sourced by the benchmarks: builds the program, finds jemalloc, takes medians.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ -n "${BENCH_BUILT:-}" ] || dotnet build "$root/bench/Bench/Bench.csproj" -c Release --nologo -v quiet >&2
jemalloc=$( (ldconfig -p 2>/dev/null || /sbin/ldconfig -p) | awk '/libjemalloc\.so\.2 / && !found++ { print $NF }')
bench() { dotnet "$root/artifacts/bin/Bench/release/Convoy.Bench.dll" "$@"; }
with_jemalloc() { LD_PRELOAD="$jemalloc" MALLOC_CONF=oversize_threshold:0,dirty_decay_ms:-1,muzzy_decay_ms:-1 "$@"; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }
machine() { echo "$(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(uname -sr), $(date +%F)"; }
