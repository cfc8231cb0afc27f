#!/usr/bin/env bash
# Proves the images where no Docker engine runs: takes the RUN lines out of the Dockerfile and runs them on a copy of the sources, then starts every
# node from what was published: at /app and read-only, with the image's ENV and nothing else, as the image's user. The nodes must become ready and
# train a job together. Ends with a table of sizes. Needs root (mount namespaces, setpriv) on Debian or Ubuntu, and minutes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dockerfile=$root/k8s/images/Dockerfile
source=$root/artifacts/images/src
run=$root/artifacts/images/run
limit_mb=250
control=24053 api=24080 metrics=24464
pids=()

fail() { echo "verify.sh: $1" >&2; [ -z "${2:-}" ] || tail -n 10 "$2" >&2; exit 1; }
finish() { for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; }
trap finish EXIT

[ "$(id -u)" = 0 ] || fail "needs root: every node gets a mount namespace and a user of its own"

# lines STAGE WORD: what the stage says after RUN, ENV ...
lines() { awk -v stage="$1" -v word="$2" '$1 == "FROM" { here = $4 == stage } here && $1 == word { sub(/^[A-Z]+ +/, ""); print }' "$dockerfile"; }

publish() {
  local stage=$1-publish line
  while read -r line; do export "${line?}"; done < <(lines "$stage" ARG)
  while read -r line; do
    echo "$stage: $line"
    (cd "$source" && bash -ec "$line" >"$run/$stage.log" 2>&1) || fail "$stage: RUN $line" "$run/$stage.log"
  done < <(lines "$stage" RUN)
}

# node NAME IMAGE ARGUMENT...: becomes the image's program, whose output goes to NAME.log
node() {
  local name=$1 image=$2; shift 2
  local user; user=$(lines node USER)
  mkdir -p "$run/$name"; chown "$user" "$run/$name"
  exec unshare --mount bash -ec '
    folder=$1 tmp=$2 user=$3; shift 3
    mount --bind "$folder" /app && mount -o remount,bind,ro /app
    mount --bind "$tmp" /tmp
    cd /app
    exec setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
  ' node "$source/out/$image" "$run/$name" "$user" \
    env -i PATH="$PATH" CONVOY_TOKEN="$token" $(lines node ENV) $(lines "$image" ENV) dotnet /app/Convoy.Cli.dll "$@" >"$run/$name.log" 2>&1
}

start() { node "$@" & pids+=($!); }

ready() {
  for _ in $(seq 120); do
    if curl -fsS -o /dev/null "http://127.0.0.1:$2/healthz/ready" 2>/dev/null; then echo "$1: ready"; return; fi
    sleep 0.5
  done
  fail "$1 does not become ready" "$run/$1.log"
}

mb() { du -sbL "$@" | awk '{ sum += $1 } END { printf "%d", sum / 1000000 }'; }

rm -rf "$run"
mkdir -p "$source" "$run/runs" /app
chown "$(lines node USER)" "$run/runs"
find "$source" -mindepth 1 -maxdepth 1 ! -name artifacts -exec rm -rf {} + # what was built before may be built on
mapfile -t context < <(sed -n 's/^!//p' "$dockerfile.dockerignore")
git -C "$root" ls-files -z --cached --others --exclude-standard -- "${context[@]}" | tar -C "$root" --null --ignore-failed-read -T - -c | tar -C "$source" -x
for image in coordinator augmenter worker; do publish $image; done

token=cvy_$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
echo "{\"tokens\": [{\"name\": \"verify\", \"role\": \"submitter\", \"sha256\": \"$(printf %s "$token" | sha256sum | cut -d' ' -f1)\"}]}" >"$run/tokens.json"

start coordinator coordinator coordinator --port $control --data-port $((control + 1)) --join 127.0.0.1:$control --api http://127.0.0.1:$api --tokens "$run/tokens.json" --runs "$run/runs"
ready coordinator $api
start worker worker worker --join 127.0.0.1:$control --metrics $metrics
start augmenter augmenter augmenter --join 127.0.0.1:$control --metrics $((metrics + 1))
start monitor coordinator monitor --join 127.0.0.1:$control --api http://127.0.0.1:$((api + 1)) --tokens "$run/tokens.json" --runs "$run/runs"
ready worker $metrics
ready augmenter $((metrics + 1))
ready monitor $((api + 1))
(node client coordinator train digits --epochs 1 --set data.train=2000 --set world.max=1 --server http://127.0.0.1:$((api + 1))) || fail "no job completes" "$run/client.log"
grep -q libjemalloc "/proc/${pids[1]}/maps" || fail "the worker runs without jemalloc" "$run/worker.log"
echo "job: completed, with jemalloc"
kill "${pids[@]}"
for pid in "${pids[@]}"; do wait "$pid" || fail "a node that was told to leave ended with $?"; done
pids=()
echo "nodes: left with 0"

shared=$(dirname "$(dotnet --list-runtimes | awk '/^Microsoft.NETCore.App 10/ { print $3 }' | tr -d '[]' | tail -1)")
version=$(dotnet --list-runtimes | awk '/^Microsoft.AspNetCore.App 10/ { print $2 }' | tail -1)
runtime=$(mb "$shared/Microsoft.NETCore.App/$version" "$shared/Microsoft.AspNetCore.App/$version" "$(dirname "$shared")/host")
printf '\n%-12s %10s %10s %10s\n' image 'program MB' '.NET MB' 'both MB'
for image in coordinator augmenter worker; do
  size=$(mb "$source/out/$image")
  printf '%-12s %10d %10d %10d\n' $image "$size" "$runtime" $((size + runtime))
done
coordinator=$(($(mb "$source/out/coordinator") + runtime))
[ "$coordinator" -lt $limit_mb ] || fail "the coordinator's image has $coordinator MB of content; $limit_mb are allowed"
