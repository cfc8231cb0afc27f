#!/usr/bin/env bash
# Takes the operator out of a namespace: first its resources, while it is there to cancel their jobs, then the operator. With --kinds the kinds go too, which are the whole cluster's.
# uninstall.sh NAMESPACE [--kinds]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
namespace=${1:?uninstall.sh NAMESPACE [--kinds]}
if ! kubectl delete trainingjobs,sweeps --all -n "$namespace" --timeout=120s; then
  echo "uninstall: resources are left, and so is the operator: it waits until the coordinator has cancelled their jobs ('kubectl get trainingjobs,sweeps -n $namespace -o wide' says what for)" >&2
  exit 1
fi
kubectl delete -k "$here" -n "$namespace" --ignore-not-found
[ "${2:-}" = --kinds ] || exit 0
left=$(kubectl get trainingjobs,sweeps --all-namespaces -o name)
if [ -n "$left" ]; then
  echo "uninstall: other namespaces still have trainings or sweeps, so the kinds stay: $(echo "$left" | head -n 3 | tr '\n' ' ')" >&2
  exit 1
fi
kubectl delete -k "$here/crds" --ignore-not-found
