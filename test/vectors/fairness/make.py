"""Makes predictions.csv and fairlearn.json: what fairlearn measures on a table that is kept beside its answers.

python -m venv venv && venv/bin/pip install fairlearn==0.15.0 && venv/bin/python make.py
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from fairlearn.metrics import (
    demographic_parity_difference,
    demographic_parity_ratio,
    equalized_odds_difference,
    equalized_odds_ratio,
    selection_rate,
    true_positive_rate,
    false_positive_rate,
    MetricFrame,
)

HERE = Path(__file__).parent
ROWS = 600

random = np.random.default_rng(20240601)
race = random.choice(["asian", "black", "white"], ROWS, p=[0.2, 0.3, 0.5])
sex = random.choice(["female", "male"], ROWS)
label = random.binomial(1, np.where(race == "black", 0.45, 0.6))
prediction = random.binomial(1, 0.25 + 0.5 * label + 0.1 * (sex == "male") - 0.1 * (race == "black"))
weight = random.integers(250, 4000, ROWS) / 1000
table = pd.DataFrame({"race": race, "sex": sex, "label": label, "prediction": prediction, "weight": weight})
table.to_csv(HERE / "predictions.csv", index=False, lineterminator="\n")

RATES = {"selection_rate": selection_rate, "true_positive_rate": true_positive_rate,
         "false_positive_rate": false_positive_rate}  # fmt: skip
MEASURES = {
    "demographic_parity_difference": (demographic_parity_difference, {}),
    "demographic_parity_ratio": (demographic_parity_ratio, {}),
    "equalized_odds_difference": (equalized_odds_difference, {"agg": "worst_case"}),
    "equalized_odds_ratio": (equalized_odds_ratio, {"agg": "worst_case"}),
}


def measure(values, weights):
    outcome = {"y_true": table["label"], "y_pred": table["prediction"], "sensitive_features": values}
    by_rate = {name: {"sample_weight": weights} for name in RATES}
    frame = MetricFrame(metrics=RATES, sample_params=by_rate, **outcome)
    return {
        "groups": frame.by_group.to_dict(orient="index"),
        **{name: of(**outcome, **options, sample_weight=weights) for name, (of, options) in MEASURES.items()},
    }


expected = {}
for attribute, values in {
    "race": table["race"],
    "sex": table["sex"],
    "race × sex": table["race"] + " × " + table["sex"],
}.items():
    expected[attribute] = {"unweighted": measure(values, None), "weighted": measure(values, table["weight"])}
(HERE / "fairlearn.json").write_text(json.dumps(expected, indent=2, ensure_ascii=False) + "\n")
