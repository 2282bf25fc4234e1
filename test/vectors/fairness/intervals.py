"""Makes intervals.json: confidence intervals, decisions and pass rates as statsmodels and SciPy compute them.

python -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 statsmodels==0.15.0 && venv/bin/python intervals.py

Where statsmodels has no such function, the formula is written out here: the effective sample size, and, where a cell of
the table is zero, the half row that is added to each cell and the widening of the interval to the measured ratio.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

HERE = Path(__file__).parent


def pair(interval):
    return {"lower": float(interval[0]), "upper": float(interval[1])}


def ratio(count1, rows1, count2, rows2, alpha=0.05):
    """Of the first rate over the second."""
    cells = np.array([[count1, rows1 - count1], [count2, rows2 - count2]], dtype=float)
    if (cells > 0).all():
        return pair(confint_proportions_2indep(count1, rows1, count2, rows2, compare="ratio", method="log", alpha=alpha))
    low, high = Table2x2(cells + 0.5).riskratio_confint(alpha=alpha)
    measured = (count1 / rows1) / (count2 / rows2)
    return pair((min(low, measured), max(high, measured)))


def difference(count1, rows1, count2, rows2, alpha=0.05):
    """Of the first rate minus the second."""
    return pair(confint_proportions_2indep(count1, rows1, count2, rows2, compare="diff", method="newcomb", alpha=alpha))


def rate(count, rows, alpha=0.05):
    return pair(proportion_confint(count, rows, alpha=alpha, method="wilson"))


TABLES = [
    # The lower group and the higher one: favorable and all rows.
    (109, 170, 899, 1020),  # like release 1.0.0 of the example
    (129, 170, 913, 1020),  # like release 1.1.0
    (20, 30, 880, 1000),
    (1, 30, 2, 30),
    (64, 100, 80, 100),
    (3, 1_000_000, 5, 1_000_000),
    (7, 7.5, 19.25, 20.125),  # effective rows are no whole numbers
    # A cell of the table is zero.
    (0, 100, 50, 100),
    (0, 30, 30, 30),
    (30, 30, 30, 30),
    (40, 50, 60, 60),
    (0, 12.5, 3.5, 20),
]
tables = [
    {
        "table": table,
        "alpha": alpha,
        "ratio": ratio(*table, alpha=alpha),
        "difference": difference(*table[2:], *table[:2], alpha=alpha),
        "rates": [rate(*table[:2], alpha=alpha), rate(*table[2:], alpha=alpha)],
    }
    for table in TABLES
    for alpha in (0.05, 0.05 / 3, 0.05 / 1000)
]

# Each group with the group that has the highest rate, all of them against one limit.
HOLM = [
    {"limit": 0.8, "highest": (900, 1000), "groups": [(600, 1000), (66, 100), (700, 1000), (25, 40), (880, 1000)]},
    {"limit": 0.8, "highest": (450, 500), "groups": [(330, 500), (318, 500), (336, 500)]},
    {"limit": 0.8, "highest": (450, 500), "groups": [(400, 500), (410, 500), (440, 500)]},
    {"limit": 0.9, "highest": (95, 100), "groups": [(60, 100)]},
]
holm = []
for case in HOLM:
    count2, rows2 = case["highest"]
    signs, p_values = [], []
    for count1, rows1 in case["groups"]:
        error = np.sqrt(1 / count1 - 1 / rows1 + 1 / count2 - 1 / rows2)
        z = (np.log((count1 / rows1) / (count2 / rows2)) - np.log(case["limit"])) / error
        signs.append("met" if z > 0 else "missed")
        p_values.append(2 * norm.sf(abs(z)))
    rejected = multipletests(p_values, alpha=0.05, method="holm")[0]
    alone = np.array(p_values) <= 0.05
    sides = lambda decided: [sign if one else "open" for sign, one in zip(signs, decided)]
    holm.append({**case, "none": sides(alone), "holm": sides(rejected)})

quantiles = [{"error": e, "z": float(norm.isf(e / 2))} for e in (0.5, 0.05, 0.05 / 2, 0.05 / 3, 0.05 / 4000)]
shares = [{"z": z, "share": float(norm.cdf(z))} for z in (-8, -5, -1.959963984540054, -0.3, 0, 0.3, 2, 5, 8)]


def power(ratio, minimum, highest_rate, rows):
    low = ratio * highest_rate
    error = np.sqrt((1 - low) / (low * rows[0]) + (1 - highest_rate) / (highest_rate * rows[1]))
    return {
        "ratio": ratio, "minimum": minimum, "highestRate": highest_rate, "rows": rows,
        "onPoint": float(norm.sf(np.log(minimum / ratio) / error)),
        "onInterval": float(norm.sf(np.log(minimum / ratio) / error + norm.isf(0.025))),
    }  # fmt: skip


powers = [
    power(0.75, 0.8, 0.881, (30, 1020)),
    power(0.75, 0.8, 0.881, (170, 1020)),
    power(0.85, 0.8, 0.895, (170, 1020)),
    power(0.8, 0.8, 0.5, (100, 100)),
]

# The table of make.py, weighted: every group with the one that has the highest rate.
frame = pd.read_csv(HERE / "predictions.csv")
ROWS = {
    "selection rate": lambda t: t["label"] >= 0,
    "true positive rate": lambda t: t["label"] == 1,
    "false positive rate": lambda t: t["label"] == 0,
}


def sample(rows):
    weights = rows["weight"]
    effective = weights.sum() ** 2 / (weights**2).sum()
    return {"rows": float(effective), "rate": float((weights * rows["prediction"]).sum() / weights.sum())}


weighted = {}
for name, holds in ROWS.items():
    samples = {value: sample(rows[holds(rows)]) for value, rows in frame.groupby("race")}
    low, high = (pick(samples, key=lambda value: samples[value]["rate"]) for pick in (min, max))
    args = [(samples[one]["rate"] * samples[one]["rows"], samples[one]["rows"]) for one in (low, high)]
    weighted[name] = {
        "samples": samples, "lowest": low, "highest": high,
        "ratio": ratio(*args[0], *args[1]),
        "difference": difference(*args[1], *args[0]),
    }  # fmt: skip

(HERE / "intervals.json").write_text(
    json.dumps(
        {"quantiles": quantiles, "shares": shares, "tables": tables, "holm": holm, "powers": powers, "weighted": weighted},
        indent=1,
    )
    + "\n"
)
