#!/usr/bin/env bash
# Processes that are killed, frozen, started and stopped while a world trains: what it costs and whether anything is lost.
# MNIST in $CONVOY_DATA/mnist, or drawn digits where there is none; arguments name scenarios (bench/Chaos/Program.cs), by default all.
export BENCH_BUILT=1
. "$(dirname "$0")/lib.sh"
dotnet build "$root/bench/Chaos/Chaos.csproj" -c Release --nologo -v quiet >&2
data=-
[ -d "${CONVOY_DATA:-}/mnist" ] && data=$CONVOY_DATA/mnist
echo "machine: $(machine); data: $( [ "$data" = - ] && echo digits || echo MNIST )"
with_jemalloc dotnet "$root/artifacts/bin/Chaos/release/Convoy.Chaos.dll" "$data" "$@"
