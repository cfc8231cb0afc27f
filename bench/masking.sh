#!/usr/bin/env bash
# Does Grad-CAM point at what a model decides by? bench/masking.sh MODEL DATA [PICTURES]: the predicted class's mean probability as it is, with the hottest fifth of each
# picture painted over, and with a random fifth of the same grain.
. "$(dirname "$0")/lib.sh"
with_jemalloc bench masking "$(readlink -f "$1")" data="$(readlink -f "$2")" count="${3:-200}"
