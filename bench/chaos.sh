#!/usr/bin/env bash
# Processes that are killed, frozen, started and stopped while a world trains: what it costs and whether anything is lost.
# `transfers [KILLS [SEED]]` (200 by default: half an hour) kills workers while a newcomer takes the state of a large net.
# MNIST in $CONVOY_DATA/mnist, or drawn digits where there is none; arguments name scenarios (bench/Chaos/Program.cs), by default all.
export BENCH_BUILT=1
. "$(dirname "$0")/lib.sh"
dotnet build "$root/bench/Chaos/Chaos.csproj" -c Release --nologo -v quiet >&2
data=-
[ -d "${CONVOY_DATA:-}/mnist" ] && data=$CONVOY_DATA/mnist
echo "machine: $(machine); data: $( [ "$data" = - ] && echo digits || echo MNIST )"
if [ "${1:-}" = transfers ]; then set -- transfers "${2:-200}" "${3:-1}"; else set -- "$data" "$@"; fi
with_jemalloc dotnet "$root/artifacts/bin/Chaos/release/Convoy.Chaos.dll" "$@"
