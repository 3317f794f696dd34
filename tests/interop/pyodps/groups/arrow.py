import datetime
import decimal
import math

import odps
import pandas
import pyarrow as pa

from support import World, equal

DAY = datetime.date(2024, 2, 29)


def _table(w, kinds):
    return w.table(", ".join(f"c{number} {kind}" for number, kind in enumerate(kinds)))


def _batch(values):
    return pa.RecordBatch.from_arrays(values, names=[f"c{number}" for number in range(len(values))])


def _write(w, table, *batches, compress=None, **more):
    session = w.upload(table, compress_option=compress, **more)
    for block, batch in enumerate(batches):
        with session.open_arrow_writer(block, compress=compress is not None) as writer:
            writer.write(batch)
    session.commit(list(range(len(batches))))


def _read(w, table, start=0, count=None, columns=None, compress=None, **more):
    session = w.download(table, compress_option=compress, **more)
    with session.open_arrow_reader(start, session.count if count is None else count, columns=columns, compress=compress is not None) as reader:
        return reader.read()


def every_plain_type(w: World):
    kinds = ["tinyint", "smallint", "int", "bigint", "float", "double", "boolean", "string", "varchar(20)", "binary", "decimal(38,18)", "decimal(10,2)", "date"]
    d = decimal.Decimal
    values = [
        pa.array([-128, None, 127], pa.int8()), pa.array([-32768, None, 32767], pa.int16()), pa.array([-(2**31), None, 2**31 - 1], pa.int32()),
        pa.array([-(2**63) + 1, None, 2**63 - 1], pa.int64()), pa.array([1.25, None, -0.0], pa.float32()), pa.array([math.inf, None, -0.0], pa.float64()),
        pa.array([True, None, False], pa.bool_()), pa.array(["城市\0", None, ""], pa.string()), pa.array(["é", None, ""], pa.string()),
        pa.array([b"\xff\0", None, b""], pa.binary()), pa.array([d("12345678901234567890.123456789012345678"), None, d("-0.000000000000000001")], pa.decimal128(38, 18)),
        pa.array([d("0.10"), None, d("-99999999.99")], pa.decimal128(10, 2)), pa.array([DAY, None, datetime.date(1969, 12, 31)], pa.date32()),
    ]
    table = _table(w, kinds)
    _write(w, table, _batch(values))
    got = _read(w, table)
    equal([got.column(number).to_pylist() for number in range(len(kinds))], [value.to_pylist() for value in values])
    equal(repr(got.column(5).to_pylist()), "[inf, None, -0.0]")


def times(w: World):
    table = _table(w, ["datetime", "timestamp", "timestamp_ntz"])
    at = datetime.datetime(2024, 2, 29, 12, 34, 56, 789000)
    before = datetime.datetime(1969, 12, 31, 23, 59, 59, 999000)
    ns = pa.array([1709210096123456789, None, -1], pa.int64())
    _write(w, table, _batch([pa.array([at, None, before], pa.timestamp("ms")), ns.cast(pa.timestamp("ns")), ns.cast(pa.timestamp("ns"))]))
    got = _read(w, table)
    equal([value and value.replace(tzinfo=None) for value in got.column(0).to_pylist()], [at, None, before])
    for column in (1, 2):
        equal(pa.array(got.column(column)).cast(pa.int64()).to_pylist(), [1709210096123456789, None, -1])


def nested_types(w: World):
    table = _table(w, ["array<bigint>", "map<string,bigint>", "struct<x:int,y:string>", "array<struct<p:double,q:array<string>>>"])
    inner = pa.struct([("p", pa.float64()), ("q", pa.list_(pa.string()))])
    values = [
        pa.array([[1, None, -3], None, []], pa.list_(pa.int64())), pa.array([[("k", 5), ("j", None)], None, []], pa.map_(pa.string(), pa.int64())),
        pa.array([{"x": 7, "y": "文"}, None, {"x": None, "y": ""}], pa.struct([("x", pa.int32()), ("y", pa.string())])),
        pa.array([[{"p": 1.5, "q": ["u", None]}, None], None, []], pa.list_(inner)),
    ]
    _write(w, table, _batch(values))
    got = _read(w, table)
    equal([got.column(number).to_pylist() for number in range(4)], [value.to_pylist() for value in values])


def written_as_records(w: World):
    """Blocks of both forms in one table, read in both forms."""
    table = w.table("a bigint, s string, d double")
    w.write(table, [[1, "x", 1.5], [2, None, None]])
    _write(w, table, pa.RecordBatch.from_pydict({"a": pa.array([3, None], pa.int64()), "s": ["城", None], "d": [math.inf, None]}))
    equal(_read(w, table).to_pydict(), {"a": [1, 2, 3, None], "s": ["x", None, "城", None], "d": [1.5, None, math.inf, None]})
    equal(w.read(table), [[1, "x", 1.5], [2, None, None], [3, "城", math.inf], [None, None, None]])


def ranges_and_subsets(w: World):
    table = w.table("a bigint, s string, d double")
    w.write(table, [[number, f"r{number}", number / 2] for number in range(10000)])
    got = _read(w, table, start=2500, count=5000)
    equal(got.column("a").to_pylist(), list(range(2500, 7500)))
    got = _read(w, table, columns=["a", "d"], start=9990, count=10)
    equal(got.to_pydict(), {"a": list(range(9990, 10000)), "d": [number / 2 for number in range(9990, 10000)]})


def empty(w: World):
    table = w.table("a bigint, s string")
    _write(w, table, pa.RecordBatch.from_pydict({"a": pa.array([], pa.int64()), "s": pa.array([], pa.string())}))
    equal(w.download(table).count, 0)


def many_batches(w: World):
    """More than one chunk and more than one batch in a block."""
    table = w.table("a bigint, s string")
    session = w.upload(table)
    with session.open_arrow_writer(0) as writer:
        for start in range(0, 40000, 5000):
            writer.write(pa.RecordBatch.from_pydict({"a": pa.array(range(start, start + 5000), pa.int64()), "s": ["text" * 5] * 5000}))
    session.commit([0])
    got = _read(w, table)
    equal(got.column("a").to_pylist(), list(range(40000)))


def compressed_deflate(w: World):
    _compressed(w, "ODPS_ZLIB")


def compressed_lz4(w: World):
    _compressed(w, "ODPS_LZ4")


def compressed_zstd(w: World):
    _compressed(w, "ODPS_ZSTD")


def _compressed(w, name):
    option = lambda: odps.tunnel.CompressOption(odps.tunnel.CompressOption.CompressAlgorithm[name])
    table = w.table("a bigint, s string")
    batch = pa.RecordBatch.from_pydict({"a": pa.array(range(20000), pa.int64()), "s": ["same text again and again"] * 20000})
    _write(w, table, batch, compress=option())
    equal(_read(w, table).column("a").to_pylist(), list(range(20000)))
    equal(_read(w, table, compress=option()).column("a").to_pylist(), list(range(20000)))


def data_frames(w: World):
    table = w.table("id bigint, name string, price double", "ds string")
    frame = pandas.DataFrame({"id": [1, 2, 3], "name": ["x", None, "城"], "price": [1.5, 2.5, -0.5]})
    w.odps.write_table(table.name, frame, partition="ds=1", create_partition=True)
    equal(w.read(table, "ds=1"), [[1, "x", 1.5], [2, None, 2.5], [3, "城", -0.5]])
    got = table.to_pandas(partition="ds=1", columns=["id", "price"])
    equal(got["id"].tolist(), [1, 2, 3])
    equal(got["price"].tolist(), [1.5, 2.5, -0.5])


def select_as_data_frame(w: World):
    table = w.table("id bigint, name string")
    w.write(table, [[1, "x"], [2, None]])
    with w.odps.execute_sql(f"select * from {table.name} order by id").open_reader(tunnel=True, arrow=True) as reader:
        got = reader.to_pandas()
    equal(got["id"].tolist(), [1, 2])
    equal(got["name"].tolist()[0], "x")
