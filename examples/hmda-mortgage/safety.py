"""What a release shows besides its metrics: how it bears disturbed and odd inputs, how it is reached, and who signed it."""

import base64
import json
import math
from itertools import product

import numpy as np
import pandas as pd
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

# Numbers that are measured or estimated, and may be a little off; the others are counts and codes.
MEASURED = ["pirat", "hirat", "lvrat", "unemp"]
DISTURBANCE = 0.01
METHOD = (
    f"Each of {', '.join(MEASURED)} is made {DISTURBANCE:.0%} larger or smaller, in that one of the {2 ** len(MEASURED)} "
    "combinations which takes the score furthest towards the other decision."
)

# What the schema before the endpoint lets through: a little beyond what occurs in the data, and nothing that is no number.
LIMITS = {
    "pirat": (0, 3), "hirat": (0, 3), "lvrat": (0, 3), "chist": (1, 6), "mhist": (1, 4), "phist": (0, 1),
    "unemp": (0, 30), "selfemp": (0, 1), "insurance": (0, 1), "condomin": (0, 1), "hschool": (0, 1),
}  # fmt: skip
CODES = [name for name in LIMITS if name not in MEASURED]

ORDINARY = {
    "pirat": 0.33, "hirat": 0.25, "lvrat": 0.8, "chist": 1, "mhist": 2, "phist": 0,
    "unemp": 3.6, "selfemp": 0, "insurance": 0, "condomin": 0, "hschool": 1,
}  # fmt: skip


def disturbed(features: pd.DataFrame, prediction: pd.Series, answer) -> tuple[np.ndarray, np.ndarray]:
    """The scores and decisions of the worst disturbance of each row. `answer` is the shipped file."""
    worst_score, worst_prediction = None, None
    for signs in product((-1, 1), repeat=len(MEASURED)):
        moved = features.copy()
        for name, sign in zip(MEASURED, signs, strict=True):
            moved[name] = (moved[name] * np.float32(1 + sign * DISTURBANCE)).astype(np.float32)
        score, decision = answer(moved.to_numpy(np.float32))
        if worst_score is None:
            worst_score, worst_prediction = score, decision
            continue
        # An approval is in danger from lower scores, a denial from higher ones.
        is_worse = np.where(prediction == 1, score < worst_score, score > worst_score)
        worst_score = np.where(is_worse, score, worst_score)
        worst_prediction = np.where(is_worse, decision, worst_prediction)
    return worst_score, worst_prediction


def input_schema() -> dict:
    """JSON Schema 2020-12 of one application, as the entry point holds requests against it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One mortgage application",
        "type": "object",
        "additionalProperties": False,
        "required": list(LIMITS),
        "properties": {
            name: {"type": "integer" if name in CODES else "number", "minimum": low, "maximum": high}
            for name, (low, high) in LIMITS.items()
        },
    }


def is_refused(application: dict) -> bool:
    """What a validator makes of that schema: only its keywords, written out, so that the example needs no other package."""
    if set(application) != set(LIMITS):
        return True
    for name, (low, high) in LIMITS.items():
        value = application[name]
        kind = int if name in CODES else (int, float)
        # JSON has no NaN; a boolean is no number there.
        if not isinstance(value, kind) or isinstance(value, bool) or not math.isfinite(value):
            return True
        if not low <= value <= high:
            return True
    return False


def edge_cases(answer, artifact_sha256: str) -> dict:
    """Inputs that seldom or never occur, what is expected of each, and what the schema and the shipped file do."""
    refused = {"refused": True}
    in_bounds = {"score_at_least": 0, "score_at_most": 1, "refused": False}
    lows, highs = ({name: limit[end] for name, limit in LIMITS.items()} for end in (0, 1))
    without_income = {name: value for name, value in ORDINARY.items() if name != "pirat"}
    cases = [
        ("value_missing", "missing_value", "A value is left out", "no pirat", without_income, refused),
        ("value_null", "missing_value", "A value is null", "pirat is null", ORDINARY | {"pirat": None}, refused),
        ("value_nan_past_the_schema", "missing_value", "A missing value that reaches the model all the same",
         "pirat is not a number", ORDINARY | {"pirat": math.nan}, {"not_a_number": True, "prediction": "0"}),
        ("ratio_in_per_cent", "out_of_range", "A ratio in per cent instead of a fraction", "pirat is 36",
         ORDINARY | {"pirat": 36}, refused),
        ("ratio_negative", "out_of_range", "A ratio below zero", "lvrat is -0.5", ORDINARY | {"lvrat": -0.5}, refused),
        ("all_at_minimum", "boundary_value", "Every value at the lower end of the schema", "all minima", lows, in_bounds),
        ("all_at_maximum", "boundary_value", "Every value at the upper end of the schema", "all maxima", highs, in_bounds),
        ("highest_in_the_data", "extreme_value", "The highest ratios in the data", "pirat 3.0, hirat 3.0, lvrat 1.95",
         ORDINARY | {"pirat": 3.0, "hirat": 3.0, "lvrat": 1.95}, in_bounds | {"prediction": "0"}),
        ("unknown_code", "unknown_category", "A code of credit history that is not defined", "chist is 9",
         ORDINARY | {"chist": 9}, refused),
        ("text_for_a_number", "wrong_type", "Text where a number belongs", "unemp is 'low'",
         ORDINARY | {"unemp": "low"}, refused),
        ("nothing_at_all", "empty_input", "An application without any value", "{}", {}, refused),
        ("too_little_history", "rare_combination", "Too little history of either kind", "chist 4, mhist 2",
         ORDINARY | {"chist": 4, "mhist": 2}, in_bounds),
    ]  # fmt: skip
    written = []
    for name, kind, description, summary, application, expected in cases:
        observed = observe(application, answer, past_the_schema="past_the_schema" in name)
        written.append({
            "id": name,
            "kind": kind,
            "description": description,
            "input_summary": summary,
            "expected": expected,
            "observed": observed,
            "outcome": "passed" if is_met(expected, observed) else "failed",
        })  # fmt: skip
    return {"schema_version": 1, "artifact_sha256": artifact_sha256, "cases": written}


def observe(application: dict, answer, past_the_schema: bool) -> dict:
    if is_refused(application) and not past_the_schema:
        return {"refused": True}
    score, prediction = answer(np.array([[application[name] for name in LIMITS]], np.float32))
    if math.isnan(score[0]):
        return {"refused": False, "not_a_number": True, "prediction": str(prediction[0])}
    return {"refused": False, "not_a_number": False, "score": float(score[0]), "prediction": str(prediction[0])}


def is_met(expected: dict, observed: dict) -> bool:
    least, most = expected.get("score_at_least"), expected.get("score_at_most")
    score = observed.get("score", math.nan)
    return (
        all(observed.get(name, False) == expected[name] for name in ("refused", "not_a_number") if name in expected)
        and ("prediction" not in expected or observed.get("prediction") == expected["prediction"])
        and (least is None or score >= least)
        and (most is None or score <= most)
    )


def deployment_descriptor(endpoint_name: str, schema_uri: str) -> dict:
    """How callers are to reach the model. It names no API, because there is none, so nobody can verify it."""
    return {
        "schema_version": 1,
        "endpoint_name": endpoint_name,
        "tls": {"minimum_version": "1.2", "plain_http": "refused"},
        "input_validation": {
            "schema": schema_uri,
            "rejects": ["missing values", "unknown fields", "values of another type", "values out of range"],
        },
        "rate_limiting": {"requests_per_second": 50, "burst": 100},
    }


def new_signing_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def sign_blob(key: ec.EllipticCurvePrivateKey, content: bytes) -> bytes:
    """What `cosign sign-blob --key` writes: ECDSA over SHA-256, DER, in base64. The nonce is that of RFC 6979."""
    return base64.b64encode(key.sign(content, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))) + b"\n"


def as_json(value: dict) -> str:
    return json.dumps(value, indent=2, allow_nan=False) + "\n"
