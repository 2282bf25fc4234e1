"""Signs a folder with model-signing 0.2.0, whose encoding its later versions still accept."""

import pathlib
import sys

from model_signing import api
from model_signing.hashing import file, memory
from model_signing.serialization import serialize_by_file
from model_signing.signature import key
from model_signing.signing import in_toto, in_toto_signature

model, private_key, signature = map(pathlib.Path, sys.argv[1:])
serializer = serialize_by_file.ManifestSerializer(
    lambda path: file.SimpleFileHasher(path, memory.SHA256())
)
payload = in_toto.DigestsIntotoPayload.from_manifest(serializer.serialize(model))
signer = in_toto_signature.IntotoSigner(key.ECKeySigner.from_path(str(private_key)))
signer.sign(payload).write(signature)
