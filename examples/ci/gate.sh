#!/usr/bin/env bash
# Asks the gate before a deployment: 0 allowed, 1 denied, 2 no answer. Deploy on 0 and on nothing else.
# What follows goes to assay gate: MODEL VERSION, or a release, and --artifact FILE for the bytes that are deployed.
# Leaves the signed answer in assay-gate.dsse.json and, for code scanning, the reasons in assay-gate.sarif.
set -euo pipefail

assay() { node "${ASSAY_CHECKOUT:?is the folder of Assay, in which npm ci ran}/bin/assay.js" "$@"; }

decision=0
assay gate "$@" --iam --summary assay-gate.dsse.json || decision=$?
# The report is for people. What it says decides nothing.
assay gate "$@" --iam --sarif > assay-gate.sarif || true
exit "$decision"
