"""Makes clarify.json: what SageMaker Clarify's own library measures on predictions.csv, for each value of each facet.

python -m venv venv && venv/bin/pip install smclarify==0.5 && venv/bin/python clarify.py

The library is asked, and its answer is held against the formulas of Clarify's documentation, worked out here by hand.
"""

import json
from math import isclose
from pathlib import Path

import pandas as pd
from smclarify.bias.metrics.posttraining import DI, DPPL, RD, SD

HERE = Path(__file__).parent
table = pd.read_csv(HERE / "predictions.csv")
label, prediction = table["label"] == 1, table["prediction"] == 1


def by_hand(is_d):
    """q' = n'(1) / n, DPPL = q'a - q'd, DI = q'd / q'a, RD = TPRa - TPRd, SD = TNRd - TNRa."""

    def rates(rows):
        return {
            "q": (prediction & rows).sum() / rows.sum(),
            "tpr": (prediction & label & rows).sum() / (label & rows).sum(),
            "tnr": (~prediction & ~label & rows).sum() / (~label & rows).sum(),
        }

    a, d = rates(~is_d), rates(is_d)
    return {"DPPL": a["q"] - d["q"], "DI": d["q"] / a["q"], "RD": a["tpr"] - d["tpr"], "SD": d["tnr"] - a["tnr"]}


expected = {}
for attribute, values in {
    "race": table["race"],
    "sex": table["sex"],
    "race × sex": table["race"] + " × " + table["sex"],
}.items():
    expected[attribute] = {}
    for value in sorted(values.unique()):
        is_d = values == value
        measured = {
            "DPPL": DPPL(values, is_d, prediction),
            "DI": DI(values, is_d, prediction),
            "RD": RD(values, is_d, label, prediction),
            "SD": SD(values, is_d, label, prediction),
        }
        assert all(isclose(measured[name], number, abs_tol=1e-12) for name, number in by_hand(is_d).items())
        expected[attribute][value] = {name: float(number) for name, number in measured.items()}
(HERE / "clarify.json").write_text(json.dumps(expected, indent=2, ensure_ascii=False) + "\n")
