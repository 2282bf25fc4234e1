"""Signs a model with whichever version of model-signing runs this: sign.py MODEL BUNDLE KEY IGNORED [CERTIFICATE CHAIN]

The parts of the package are put together here: the ready-made Config of some versions first asks Sigstore for its
roots, also to sign with a key.
"""

import importlib.util
import pathlib
import sys

model, bundle, key, ignored, *certificates = sys.argv[1:]
model, bundle, key = map(pathlib.Path, (model, bundle, key))
ignored = [model / name for name in ignored.split(",") if name]
certificates = [pathlib.Path(path) for path in certificates]

if importlib.util.find_spec("model_signing.signature") is not None:
    # 0.2, which signs what 1.0 and later still verify, and knows no ignored paths.
    from model_signing.hashing import file, memory
    from model_signing.serialization import serialize_by_file
    from model_signing.signature import key as by_key
    from model_signing.signature import pki
    from model_signing.signing import in_toto, in_toto_signature

    manifest = serialize_by_file.ManifestSerializer(
        lambda path: file.SimpleFileHasher(path, memory.SHA256())
    ).serialize(model, ignore_paths=ignored)
    payload = in_toto.DigestsIntotoPayload.from_manifest(manifest)
    signer = (
        pki.PKISigner.from_path(str(key), str(certificates[0]), [str(path) for path in certificates[1:]])
        if certificates
        else by_key.ECKeySigner.from_path(str(key))
    )
    in_toto_signature.IntotoSigner(signer).sign(payload).write(bundle)
else:
    from model_signing import hashing
    from model_signing._signing import sign_certificate, sign_ec_key, signing

    config = hashing.Config().set_ignored_paths(paths=ignored, ignore_git_paths=True)
    if bundle.stem.startswith("shards"):
        config = config.use_shard_serialization(
            hashing_algorithm="blake2" if "blake2b" in bundle.stem else "sha256", shard_size=16
        )
    signer = (
        sign_certificate.Signer(key, certificates[0], certificates[1:]) if certificates else sign_ec_key.Signer(key)
    )
    signer.sign(signing.Payload(config.hash(model))).write(bundle)
