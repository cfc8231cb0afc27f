#!/usr/bin/env bash
# Installs the Debian packages that tests need beyond .NET's, those that are missing. Where it cannot, the tests that need them are skipped and say so.
set -euo pipefail
packages=(chromium libjemalloc2 postgresql prometheus python3-h5py python3-torch)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "tests/install.sh: not installed, and only root can with apt-get: ${missing[*]}" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}"
