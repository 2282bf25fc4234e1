#!/bin/sh
# Makes curves/: the model signed with a key of each kind that model-signing takes, by each of its versions:
#   make-curves.sh VENVS, which conformance/README.md says how to make.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venvs=$(cd "$1" && pwd)
work=$(mktemp -d)
sign() {
  "$venvs/v$1/bin/python" "$here/conformance/sign.py" "$here/model" "$2" "$work/key.pem" ""
}
rm -rf "$here/curves"
mkdir "$here/curves"
for curve in P-256 P-384 P-521; do
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:$curve -out "$work/key.pem"
  openssl pkey -in "$work/key.pem" -pubout -out "$here/curves/$curve.pub.pem"
  for version in 0.2.0 0.3.1 1.0.0 1.0.1 1.1.0 1.1.1; do
    sign $version "$here/curves/$version-$curve.sig"
  done
done
# It takes keys on these curves only. A version that takes another needs vectors of it.
for kind in RSA ED25519; do
  openssl genpkey -algorithm $kind -out "$work/key.pem" 2>/dev/null
  for version in 0.2.0 0.3.1 1.0.0 1.0.1 1.1.0 1.1.1; do
    if sign $version "$work/out.sig" 2>/dev/null; then
      echo "model-signing $version signs with $kind: make vectors of it" >&2
      exit 1
    fi
  done
done
rm -r "$work"
