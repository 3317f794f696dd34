"""pyodps_load.py ENDPOINT PROJECT OPERATION TABLE ROWS: the official client as a client of a local MaxCompute, run by odps_speed.py in an environment
that has it. Operations:

    create     makes the table anew
    records    open_writer, Record objects made before the clock starts
    lists      open_writer, lists of values, of which it makes the records
    arrow      open_writer(arrow=True), a record batch made before the clock starts

Prints one JSON line of what it did and used. The rows are those of odps_load.cc.
"""

import json
import sys
import time

import odps
from odps import options

ROW_POOL = 20_000
KEY = "local"
COLUMNS = "pk1 string, pk2 bigint, pk3 binary, i bigint, dbl double, s string, b boolean, bin binary"


def row(i):
    return [f"user_{i:06}", i, bytes((i + k) % 256 for k in range(4)), -i * 1_000_003, i / 7.0, f"hello, 世界 {i}", i % 3 != 0,
            bytes((i + k) % 256 for k in range(16))]


def compiled():
    """Whether the writer that open_writer uses is machine code."""
    from odps.tunnel.io import writer
    base = writer.RecordWriter.__mro__
    return any(sys.modules[kind.__module__].__file__.endswith(".so") for kind in base if kind.__module__.startswith("odps."))


def arrow_batch(values):
    import pyarrow
    types = [pyarrow.string(), pyarrow.int64(), pyarrow.binary(), pyarrow.int64(), pyarrow.float64(), pyarrow.string(), pyarrow.bool_(), pyarrow.binary()]
    names = [part.split()[0] for part in COLUMNS.split(", ")]
    return pyarrow.RecordBatch.from_arrays([pyarrow.array(column, type=kind) for column, kind in zip(zip(*values), types)], names=names)


def main():
    endpoint, project, operation, name, rows = sys.argv[1:]
    options.sql.use_odps2_extension = True
    client = odps.ODPS(KEY, KEY, project, endpoint=endpoint)
    if operation == "create":
        client.delete_table(name, if_exists=True)
        client.create_table(name, COLUMNS)
        print(json.dumps({"version": odps.__version__, "compiled": compiled()}))
        return
    values = [row(i) for i in range(ROW_POOL)]
    table = client.get_table(name)
    table.reload()
    piece = {"records": lambda: [table.new_record(each) for each in values], "lists": lambda: values, "arrow": lambda: arrow_batch(values)}[operation]()
    wall, cpu = time.monotonic(), time.process_time()
    with table.open_writer(overwrite=True, arrow=operation == "arrow") as writer:
        for _ in range(int(rows) // ROW_POOL):
            writer.write(piece)
    print(json.dumps({"wall": time.monotonic() - wall, "cpu": time.process_time() - cpu, "rows": int(rows)}))


if __name__ == "__main__":
    main()
