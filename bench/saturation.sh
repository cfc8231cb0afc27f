#!/usr/bin/env bash
# Minutes (10 by default) of training with every core busy and as many processes more that only burn: is a member of the cluster lost sight of?
export BENCH_BUILT=1
. "$(dirname "$0")/lib.sh"
dotnet build "$root/bench/Chaos/Chaos.csproj" -c Release --nologo -v quiet >&2
echo "machine: $(machine)"
with_jemalloc dotnet "$root/artifacts/bin/Chaos/release/Convoy.Chaos.dll" saturate "${1:-10}"
