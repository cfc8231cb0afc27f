#!/usr/bin/env bash
# Decoding and resizing JPEG photographs on one core against a bare OpenCV loop (imread, resize by area), in alternation, medians.
# Arguments: a folder of pictures, rounds, pictures.
. "$(dirname "$0")/lib.sh"
folder=${1:?a folder of pictures} rounds=${2:-7} files=${3:-300}
echo "machine: $(machine); $rounds rounds of $files pictures, medians"
echo "| to | bare, pictures/s | convoy, pictures/s | ratio | PSNR against whole decoding, median | least |"
echo "| --- | --- | --- | --- | --- | --- |"
for side in 224 150 64 28; do taskset -c 0 dotnet "$root/artifacts/bin/Bench/release/Convoy.Bench.dll" decode "$folder" side=$side rounds="$rounds" files="$files"; done
