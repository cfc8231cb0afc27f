#!/usr/bin/env bash
# Builds the release before this one from git, for the tests of upgrades, into artifacts/previous:
#   bench/previous.sh && ./test.sh --category Slow Cli.Tests
# An argument names another commit.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
commit=${1:-dbbe58d}
previous=$root/artifacts/previous

if [ "$(cat "$previous/commit" 2>/dev/null)" = "$commit" ] && [ -f "$previous/artifacts/convoy.built" ]; then exit 0; fi
git -C "$root" cat-file -e "$commit^{commit}" 2>/dev/null || { echo "$commit is not in this clone: git fetch --unshallow" >&2; exit 1; }
rm -rf "$previous"
mkdir -p "$previous"
git -C "$root" archive "$commit" | tar -x -C "$previous"
dotnet build "$previous/Cli/Cli.csproj" -c Release -p:ReadyToRun=false --nologo -v quiet
touch "$previous/artifacts/convoy.built"
echo "$commit" >"$previous/commit"
