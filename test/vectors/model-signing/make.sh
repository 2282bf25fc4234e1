#!/bin/sh
# Makes these vectors with the tools that teams sign with. The key is new each time, so all of them change together.
#   python3 -m venv now && now/bin/pip install model-signing==1.1.1 pyopenssl
#   python3 -m venv early && early/bin/pip install model-signing==0.2.0 sigstore-protobuf-specs==0.3.2 in-toto-attestation==0.9.3
set -eu
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl ec -in key.pem -pubout -out signer.pub.pem
now/bin/python -m model_signing sign key model --private_key key.pem --signature v1.sig
early/bin/python conformance/sign.py model v0.2.sig key.pem ""
# The bytes that `cosign sign-blob --key` gives, which writes them in base64.
openssl dgst -sha256 -sign key.pem -out model.onnx.der model/model.onnx
rm key.pem
