"""Makes the bundles of this folder: make.py VENVS, run by the Python of VENVS/v1.1.1 (README.md says how to make them).

The keys are new each time, so all bundles change together. What is signed, and how, does not.
"""

import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

VENVS = pathlib.Path(sys.argv[1]).resolve()
HERE = pathlib.Path(__file__).resolve().parent
MODELS, BUNDLES, TRUST = HERE / "models", HERE / "bundles", HERE / "trust"
KEYS = pathlib.Path(tempfile.mkdtemp())
IN_TOTO = "application/vnd.in-toto+json"
# What an authority may be limited to, as in the configuration below.
AUTHORITIES = ("server-authority", "code-authority", "any-authority", "names-authority")

CONFIG = """
[ca]
default_ca = this
[this]
database = {keys}/index.txt
serial = {keys}/serial
new_certs_dir = {keys}
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[code]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
[code-only]
extendedKeyUsage = codeSigning
[nothing]
basicConstraints = critical, CA:FALSE
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
[encipherment]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyEncipherment
[constrained]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
nameConstraints = critical, permitted;DNS:example.com
[server-authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
[code-authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
extendedKeyUsage = serverAuth, codeSigning
subjectKeyIdentifier = hash
[any-authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
extendedKeyUsage = anyExtendedKeyUsage
subjectKeyIdentifier = hash
[names-authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
nameConstraints = permitted;DNS:example.com
subjectKeyIdentifier = hash
[code-elsewhere]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
subjectAltName = DNS:models.example.org
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_key(name, algorithm):
    path = KEYS / f"{name}.key"
    if algorithm == "rsa":
        openssl("genrsa", "-out", path, "2048")
    else:
        openssl("ecparam", "-name", algorithm, "-genkey", "-noout", "-out", path)
    openssl("pkey", "-in", path, "-pubout", "-out", KEYS / f"{name}.pub.pem")
    return path


def certify(name, extensions, issuer=None, days=("20260101", "20360101"), digest="sha256", file=None):
    """A certificate over a key of that name, by an issuer or by itself."""
    request, certificate = KEYS / f"{name}.csr", KEYS / f"{file or name}.pem"
    openssl("req", "-new", "-key", KEYS / f"{name}.key", "-subj", f"/CN={name}", "-out", request)
    by = ["-selfsign", "-keyfile", KEYS / f"{name}.key"]
    if issuer:
        by = ["-cert", KEYS / f"{issuer}.pem", "-keyfile", KEYS / f"{issuer}.key"]
    validity = ["-startdate", f"{days[0]}000000Z", "-enddate", f"{days[1]}000000Z"]
    openssl(
        "ca", "-batch", "-notext", "-rand_serial", "-config", KEYS / "ca.cnf", "-extensions", extensions,
        "-md", digest, *by, *validity, "-in", request, "-out", certificate,
    )  # fmt: skip
    return certificate


def sign(version, model, name, key, ignored="", certificates=()):
    python = VENVS / f"v{version}" / "bin" / "python"
    subprocess.run(
        [python, HERE / "sign.py", MODELS / model, BUNDLES / f"{name}.sig", key, ignored, *certificates], check=True
    )


def bundle(name):
    return json.loads((BUNDLES / f"{name}.sig").read_text())


def write(name, content):
    (BUNDLES / f"{name}.sig").write_text(content if isinstance(content, str) else json.dumps(content))


def change(name, source, edit):
    """A bundle that is not what it should be, of one that is."""
    changed = bundle(source)
    edit(changed)
    write(name, changed)


def change_statement(name, source, key, edit):
    """The same, and signed again: what is wrong in it is wrong whoever signs it."""
    changed = bundle(source)
    envelope = changed["dsseEnvelope"]
    statement = json.loads(base64.b64decode(envelope["payload"]))
    edit(statement)
    payload = json.dumps(statement).encode()
    message = b"DSSEv1 %d %s %d %s" % (len(IN_TOTO), IN_TOTO.encode(), len(payload), payload)
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    envelope["payload"] = base64.b64encode(payload).decode()
    envelope["signatures"][0]["sig"] = base64.b64encode(private.sign(message, ec.ECDSA(hashes.SHA384()))).decode()
    write(name, changed)


def without(*path):
    def edit(document):
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return edit


def replace(value, *path):
    def edit(document):
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return edit


def in_the_form_of_go(document):
    """Another implementation leaves these out (section 11.1 of the specification)."""
    del document["verificationMaterial"]["tlogEntries"]
    del document["dsseEnvelope"]["signatures"][0]["keyid"]


for folder in (BUNDLES, TRUST):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
(KEYS / "ca.cnf").write_text(CONFIG.format(keys=KEYS))
(KEYS / "index.txt").touch()
(KEYS / "serial").write_text("01")

for authority in ("root", "intermediate", "other-root", "lower"):
    make_key(authority, "rsa")
signers = ("signer", "expired", "server", "encipherment", "constrained", "under-lower", "sha1", "lone", "no-authority", "code-only", "nothing", "under-code-only")
for signer in signers:
    make_key(signer, "secp384r1")
for authority in AUTHORITIES:
    make_key(authority, "rsa")
    make_key(f"under-{authority}", "secp384r1")
make_key("other", "prime256v1")

ROOT, INTERMEDIATE = certify("root", "root"), certify("intermediate", "intermediate", "root")
certify("other-root", "root")
LOWER = certify("lower", "intermediate", "intermediate")
CERTIFICATES = {
    "signer": certify("signer", "code", "intermediate"),
    "expired": certify("expired", "code", "intermediate", ("20200101", "20200102")),
    "server": certify("server", "server", "intermediate"),
    "encipherment": certify("encipherment", "encipherment", "intermediate"),
    "constrained": certify("constrained", "constrained", "intermediate"),
    "under-lower": certify("under-lower", "code", "lower"),
    "sha1": certify("sha1", "code", "intermediate", digest="sha1"),
    "code-only": certify("code-only", "code-only", "intermediate"),
    "nothing": certify("nothing", "nothing", "intermediate"),
    "under-code-only": certify("under-code-only", "code", "code-only"),
    "lone": certify("lone", "code"),
    "no-authority": certify("no-authority", "code", "signer"),
}
BELOW = {
    authority: (certify(authority, authority, "root"), certify(f"under-{authority}", "code-elsewhere", authority))
    for authority in AUTHORITIES
}
make_key("unsupported", "secp256k1")
certify("unsupported", "root")
for name in ("root", "other-root", "lone", "unsupported", *AUTHORITIES):
    shutil.copy(KEYS / f"{name}.pem", TRUST / f"{name}.pem")
for name in ("signer", "other"):
    shutil.copy(KEYS / f"{name}.pub.pem", TRUST / f"{name}.pub.pem")

KEY = KEYS / "signer.key"
CHAIN = (CERTIFICATES["signer"], INTERMEDIATE)
sign("1.1.1", "simple", "key-simple", KEY, "ignore-me")
sign("1.1.1", "multi-file", "key-multi-file", KEY)
sign("1.1.1", "model.bin", "key-single-file", KEY)
sign("1.1.1", "simple", "certificate-simple", KEY, "ignore-me", CHAIN)
change("key-simple-go", "key-simple", in_the_form_of_go)
change("certificate-simple-go", "certificate-simple", in_the_form_of_go)

sign("0.2.0", "simple", "v0.2.0-certificate", KEY, "ignore-me", CHAIN)
for version in ("0.3.1", "1.0.0", "1.0.1", "1.1.0"):
    # As published, 0.3.1 fails when it signs with a certificate.
    if version != "0.3.1":
        sign(version, "simple", f"v{version}-certificate", KEY, "ignore-me", CHAIN)
    if version in ("0.3.1", "1.0.0"):
        sign(version, "model.bin", f"v{version}-elliptic-key", KEY)
    else:
        sign(version, "simple", f"v{version}-elliptic-key", KEY, "ignore-me")

expired = (CERTIFICATES["expired"], INTERMEDIATE)
sign("1.1.1", "simple", "certificate-expired", KEYS / "expired.key", "ignore-me", expired)
write("corrupted-bundle", '{"not": "valid json')
write("truncated-bundle", (BUNDLES / "key-simple.sig").read_text()[:100])
write("malformed-empty-bundle", "")
change("no-signature", "key-simple", replace([], "dsseEnvelope", "signatures"))
change("wrong-mediatype", "key-simple", replace("application/json", "mediaType"))
change("malformed-missing-envelope", "key-simple", without("dsseEnvelope"))
change("malformed-wrong-payload-type", "key-simple", replace("application/json", "dsseEnvelope", "payloadType"))
leaf = bundle("certificate-simple")["verificationMaterial"]["x509CertificateChain"]["certificates"][0]
change("sigstore-verify-as-key", "key-simple", replace({"certificate": leaf, "tlogEntries": []}, "verificationMaterial"))
for name, edit in {
    "malformed-wrong-predicate": replace("https://example.com/other/v1", "predicateType"),
    "malformed-wrong-statement-type": replace("https://in-toto.io/Statement/v0.1", "_type"),
    "malformed-no-predicate": without("predicate"),
    "malformed-empty-resources": replace([], "predicate", "resources"),
    "malformed-no-subject": replace([], "subject"),
}.items():
    change_statement(name, "key-simple", KEY, edit)

# What the suite does not cover.
for name in ("shards", "shards-blake2b"):
    sign("1.1.1", "multi-file", name, KEY)
sign("1.1.1", "model.bin", "shards-single-file", KEY)
for name in ("server", "encipherment", "constrained", "sha1", "code-only", "nothing", "under-code-only"):
    chain = (CERTIFICATES[name], INTERMEDIATE)
    sign("1.1.1", "simple", f"certificate-{name}", KEYS / f"{name}.key", "ignore-me", chain)
crossed = certify("intermediate", "intermediate", "other-root", file="intermediate-by-other-root")
chain = (CERTIFICATES["signer"], crossed, INTERMEDIATE)
sign("1.1.1", "simple", "certificate-by-two", KEY, "ignore-me", chain)
deep = (CERTIFICATES["under-lower"], LOWER, INTERMEDIATE)
sign("1.1.1", "simple", "certificate-too-deep", KEYS / "under-lower.key", "ignore-me", deep)
# The tool asks for a chain, also of a certificate that stands alone.
sign("1.1.1", "simple", "certificate-self-signed", KEYS / "lone.key", "ignore-me", (CERTIFICATES["lone"],) * 2)
below = (CERTIFICATES["under-code-only"], CERTIFICATES["code-only"], INTERMEDIATE)
sign("1.1.1", "simple", "certificate-by-no-ca", KEYS / "under-code-only.key", "ignore-me", below)
below = (CERTIFICATES["no-authority"], *CHAIN)
sign("1.1.1", "simple", "certificate-by-no-authority", KEYS / "no-authority.key", "ignore-me", below)
for authority, (above, signer) in BELOW.items():
    key = KEYS / f"under-{authority}.key"
    sign("1.1.1", "simple", f"certificate-under-{authority}", key, "ignore-me", (signer, above))
shutil.rmtree(KEYS)
