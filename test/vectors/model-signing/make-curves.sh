#!/bin/sh
# Makes curves/: the model signed with a key of each curve, by the two versions of model-signing that make.sh names, in the
# virtual environments `now` and `early` of the folder that is given.
set -eu
here=$(dirname "$0")
venvs=${1:-.}
mkdir -p "$here/curves"
for curve in P-256 P-384 P-521; do
  openssl ecparam -name "$(echo $curve | sed 's/P-256/prime256v1/; s/P-384/secp384r1/; s/P-521/secp521r1/')" -genkey -noout -out key.pem
  openssl ec -in key.pem -pubout -out "$here/curves/$curve.pub.pem" 2>/dev/null
  "$venvs/early/bin/python" "$here/early.py" "$here/model" key.pem "$here/curves/0.2.0-$curve.sig"
  "$venvs/now/bin/python" -m model_signing sign key "$here/model" --private_key key.pem --signature "$here/curves/1.1.1-$curve.sig"
  rm key.pem
done
