#!/usr/bin/env bash
# Requests the release that a manifest describes, and ends as it ends: 0 in production, 1 refused or rejected,
# 2 no outcome yet. People may take days: ASSAY_DEADLINE says how long this job waits for them (30m).
set -euo pipefail

manifest=${1:?usage: release.sh MANIFEST}
assay() { node "${ASSAY_CHECKOUT:?is the folder of Assay, in which npm ci ran}/bin/assay.js" "$@"; }

pushed="$(dirname "$manifest")/pushed-$(basename "$manifest")"
# With the policy at hand, what a release would fail by is known before anything is sent.
[ -z "${ASSAY_POLICY:-}" ] || assay check "$manifest" --policy "$ASSAY_POLICY"
assay push "$manifest" --iam --out "$pushed"
assay submit "$pushed" --iam --wait --deadline "${ASSAY_DEADLINE:-30m}"
