"""Makes tables of types that DuckDB cannot write.

python -m venv venv && venv/bin/pip install pyarrow==24.0.0 && venv/bin/python make.py
"""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

HERE = Path(__file__).parent
GROUPS = ["a", "b"]


def make(name, column):
    one = pa.array([1, 0], pa.int8())
    table = pa.table({"label": one, "prediction": one, "grp": column})
    parquet.write_table(table, HERE / f"{name}.parquet")


# DuckDB reads both numbers as the double 1234567890123456789012345678901234567.
make("decimal-40", pa.array([Decimal("1234567890123456789012345678901234567.01"), Decimal("1234567890123456789012345678901234567.02")], pa.decimal256(40, 2)))  # fmt: skip
make("half-float", pa.array([1.0, 2.0], pa.float16()))
make("dictionary", pa.array(GROUPS).dictionary_encode())
make("bytes", pa.array([b"a", b"b"]))
make("nothing", pa.nulls(2))
