"""The Polars side of bench/fairness.ts: counts the rows of each combination of values of some columns, in a process of its own.

The start of Python and the import are not timed. As Assay does, it has two threads and reads the cells of CSV as text.
"""

import json
import resource
import sys
import time

import polars as pl

path, *columns = sys.argv[1:]

started = time.perf_counter()
table = pl.scan_csv(path, infer_schema=False) if path.endswith(".csv") else pl.scan_parquet(path)
rows = table.select(columns).group_by(columns).len().collect().rows()
milliseconds = (time.perf_counter() - started) * 1000
assert len(rows) > 1
print(json.dumps({"milliseconds": milliseconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
