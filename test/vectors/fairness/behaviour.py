"""Makes behaviour.json: McNemar's test and Cramér's V as statsmodels and SciPy compute them.

python -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 statsmodels==0.15.0 && venv/bin/python behaviour.py

SciPy has no correction of Cramér's V for bias: it is written out here, by its chi-square.
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import chi2_contingency
from scipy.stats.contingency import association
from statsmodels.stats.contingency_tables import mcnemar

HERE = Path(__file__).parent

CHANGES = [  # yes to no, no to yes
    (1, 0), (0, 5), (3, 3), (32, 59), (22, 56), (500, 500), (480, 520), (400, 600), (501, 500), (700, 500), (10_000, 10_400), (9, 1200),
]  # fmt: skip
tests = []
for lost, gained in CHANGES:
    exact = lost + gained <= 1000
    result = mcnemar([[900, lost], [gained, 80]], exact=exact, correction=True)
    tests.append({"yesToNo": lost, "noToYes": gained, "exact": exact, "p": float(result.pvalue)})

COLUMNS = [  # of each value: rows, and how many of their decisions changed
    [(315, 90), (584, 1), (291, 0)],
    [(500, 25), (500, 25)],
    [(500, 20), (500, 30)],
    [(40, 12), (1000, 3), (60, 2), (31, 0)],
    [(30, 30), (70, 0)],
    [(30, 4), (31, 6), (33, 2), (30, 7), (35, 4), (30, 3)],
]


def corrected(table):
    rows = table.sum()
    chi2 = chi2_contingency(table, correction=False).statistic
    high, wide = table.shape
    square = max(0, chi2 / rows - (high - 1) * (wide - 1) / (rows - 1))
    high, wide = (size - (size - 1) ** 2 / (rows - 1) for size in (high, wide))
    return float(np.sqrt(square / (min(high, wide) - 1)))


columns = []
for values in COLUMNS:
    table = np.array([[changed, rows - changed] for rows, changed in values])
    columns.append({"values": values, "uncorrected": float(association(table, method="cramer")), "strength": corrected(table)})

(HERE / "behaviour.json").write_text(json.dumps({"mcnemar": tests, "columns": columns}, indent=1) + "\n")
