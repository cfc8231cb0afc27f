#!/usr/bin/env bash
# Builds everything and runs every test; ends with the line 'N passed, N failed, N skipped'. Arguments name test projects (Worker.Tests ...).
# --category Slow (long ones) or Cuda (for a machine with a GPU) runs those instead, which are left out otherwise.
# --processors runs Worker.Tests three times, as on processors with SSE4.1, AVX2 and AVX-512: their kernels round differently.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
export CONVOY_DATA="${CONVOY_DATA:-$root/../shared/data}"
results=$root/artifacts/test-results
rm -rf "$results"; mkdir -p "$results"

which=(-trait- Category=Slow -trait- Category=Cuda)
processors=(own)
if [ "${1:-}" = --processors ]; then processors=(SSE41:default AVX2:avx2 AVX512_CORE:avx512); shift; set -- Worker.Tests; fi
if [ "${1:-}" = --category ]; then which=(-trait "Category=${2:?--category needs a name}"); shift 2; fi

dotnet build Cluster.sln -c Release --nologo -v quiet
touch artifacts/convoy.built

jemalloc=$( (ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null) | awk '/libjemalloc\.so\.2 / && !found++ { print $NF }')
# Hundreds of short processes: what the compiler would learn of them pays for none.
export DOTNET_TieredPGO=0
run() {
  local project=$1 name=$2
  LD_PRELOAD="$jemalloc" MALLOC_CONF=oversize_threshold:0,dirty_decay_ms:-1,muzzy_decay_ms:-1 \
    dotnet "artifacts/bin/$project/release/Convoy.$project.dll" -result-xml "$results/$name.xml" "${which[@]}" -noColor || failed=1
}
failed=0
for processor in "${processors[@]}"; do
  if [ "$processor" != own ]; then
    if [ "$processor" = AVX512_CORE:avx512 ] && ! grep -qw avx512f /proc/cpuinfo; then echo "this processor has no AVX-512"; continue; fi
    export ONEDNN_MAX_CPU_ISA=${processor%:*} ATEN_CPU_CAPABILITY=${processor#*:}
    echo "as on a processor with ${processor%:*}:"
  fi
  for project in ${@:-$(cd tests && ls -d *.Tests)}; do run "$project" "$project-${processor%:*}"; done
done

count() { cat "$results"/*.xml | grep -o '<assembly [^>]*' | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'; }
echo "$(count passed) passed, $(( $(count failed) + $(count errors) )) failed, $(count skipped) skipped"
exit $failed
