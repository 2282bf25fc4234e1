"""The fairlearn side of bench/fairness.ts: from the file to every measure by race.

The start of Python and the imports are not timed, only the required columns are read, and the groups are made once for
all measures. (Plain arrays or categories in place of pandas' text make no difference.)
"""

import json
import sys
import time

import pandas as pd
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate

RATES = {"selection": selection_rate, "tpr": true_positive_rate, "fpr": false_positive_rate}

started = time.perf_counter()
table = pd.read_parquet(sys.argv[1], columns=["race", "label", "prediction"])
frame = MetricFrame(metrics=RATES, y_true=table["label"], y_pred=table["prediction"], sensitive_features=table["race"])
difference, ratio = frame.difference(method="between_groups"), frame.ratio(method="between_groups")
measures = {
    "demographic_parity_difference": float(difference["selection"]),
    "demographic_parity_ratio": float(ratio["selection"]),
    "equalized_odds_difference": float(max(difference["tpr"], difference["fpr"])),
    "equalized_odds_ratio": float(min(ratio["tpr"], ratio["fpr"])),
}
milliseconds = (time.perf_counter() - started) * 1000
print(json.dumps({"milliseconds": milliseconds, "measures": measures}))
