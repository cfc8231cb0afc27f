#!/usr/bin/env bash
# Builds everything and runs every test; ends with the line 'N passed, N failed, N skipped'. Arguments name test projects (Worker.Tests ...).
# --category Slow (long ones) or Cuda (for a machine with a GPU) runs those instead, which are left out otherwise.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
export CONVOY_DATA="${CONVOY_DATA:-$root/../shared/data}"
results=$root/artifacts/test-results
rm -rf "$results"; mkdir -p "$results"

which=(-trait- Category=Slow -trait- Category=Cuda)
if [ "${1:-}" = --category ]; then which=(-trait "Category=${2:?--category needs a name}"); shift 2; fi

dotnet build Cluster.sln -c Release --nologo -v quiet
touch artifacts/convoy.built

jemalloc=$( (ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null) | awk '/libjemalloc\.so\.2 / && !found++ { print $NF }')
# Hundreds of short processes: what the compiler would learn of them pays for none.
export DOTNET_TieredPGO=0
failed=0
for project in ${@:-$(cd tests && ls -d *.Tests)}; do
  LD_PRELOAD="$jemalloc" MALLOC_CONF=oversize_threshold:0,dirty_decay_ms:-1,muzzy_decay_ms:-1 \
    dotnet "artifacts/bin/$project/release/Convoy.$project.dll" -result-xml "$results/$project.xml" "${which[@]}" -noColor || failed=1
done

count() { cat "$results"/*.xml | grep -o '<assembly [^>]*' | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'; }
echo "$(count passed) passed, $(( $(count failed) + $(count errors) )) failed, $(count skipped) skipped"
exit $failed
