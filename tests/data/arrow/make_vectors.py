#!/usr/bin/env python3
"""Makes the *.json of this folder with the official clients' own code, and has pyarrow read accepted_*.hex: tests/data/arrow/make_vectors.py
(see README.md)."""
import io
import json
import pathlib
import struct
from datetime import date, datetime, timedelta
from decimal import Decimal, getcontext

import odps
import pandas as pd
import pyarrow as pa
from odps import types
from odps.models import Record
from odps.tunnel.io.types import odps_schema_to_arrow_schema
from odps.tunnel.io.writer import BaseRecordWriter

HERE = pathlib.Path(__file__).resolve().parent
odps.options.local_timezone = False  # UTC
odps.options.tunnel.string_as_binary = True

getcontext().prec = 100
EPOCH = datetime(1970, 1, 1)


def double(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


class Case:
    """Columns, and rows of what a record takes; `arrow` makes of a column's values what pyarrow takes."""

    def __init__(self, name, columns, rows, arrow=None):
        self.name, self.columns, self.rows = name, columns, rows
        self.schema = types.OdpsSchema([types.Column(n, t) for n, t in columns])
        self.arrow_schema = odps_schema_to_arrow_schema(self.schema)
        self.arrow = arrow or {}

    def batch(self):
        arrays = []
        for i, field in enumerate(self.arrow_schema):
            convert = self.arrow.get(field.name, lambda v: v)
            arrays.append(pa.array([None if row[i] is None else convert(row[i]) for row in self.rows], type=field.type))
        return pa.RecordBatch.from_arrays(arrays, schema=self.arrow_schema)

    def record_stream(self):
        out = io.BytesIO()
        writer = BaseRecordWriter(self.schema, out)
        for row in self.rows:
            writer.write(Record(schema=self.schema, values=list(row)))
        writer.close()
        return out.getvalue()


def lines(data):
    text = data.hex()
    return [text[i:i + 128] for i in range(0, len(text), 128)]


def save(name, columns, arrow, records=None):
    body = {"columns": columns, "arrow": lines(arrow)}
    if records is not None:
        body["records"] = lines(records)
    (HERE / (name + ".json")).write_text(json.dumps(body, indent=1) + "\n")


def to_seconds(delta):
    nanos = delta.value
    return {"sec": nanos // 10**9, "nano": nanos % 10**9}


CASES = [
    Case("numbers",
         [("i8", "tinyint"), ("i16", "smallint"), ("i32", "int"), ("i64", "bigint"), ("f32", "float"), ("f64", "double"), ("b", "boolean")],
         [[-128, -32768, -2**31, -2**63 + 1, 1.25, -0.0, True],
          [127, 32767, 2**31 - 1, 2**63 - 1, float("-inf"), float("inf"), False],
          [None] * 7,
          [0, 0, 0, 0, 0.0, double(0x7ff8000000000123), None],
          [-1, None, -1, None, None, double(0xfff8dead0000beef), True],
          [1, 1, None, 1, 3.4028234663852886e38, 5e-324, False],
          [2, 2, 2, 2, 2.0, 2.0, True], [3, 3, 3, 3, 3.0, 3.0, True], [None, 4, 4, 4, 4.0, 4.0, True], [5, 5, 5, 5, 5.0, 5.0, None]]),
    Case("texts",
         [("s", "string"), ("v", "varchar(10)"), ("c", "char(5)"), ("b", "binary")],
         [["", "é", "ab", b""], [None, None, None, None], ["a\0b", "", "", b"\0\xff\x80"], ["中文 \U0001f600", "x" * 10, "abcde", b"x" * 300],
          ["n" * 1000, None, "", None]]),
    Case("decimals",
         [("small", "decimal(10,2)"), ("wide", "decimal(38,18)"), ("full", "decimal(38,1)"), ("huge", "decimal(54,20)"), ("old", "decimal")],
         [[Decimal("-0.10"), Decimal("123.450000000000000000"), Decimal(10**38 - 1).scaleb(-1), Decimal("1." + "0" * 19 + "1"), Decimal("1.000000000000000000")],
          [None] * 5,
          [Decimal("99999999.99"), Decimal("-0.000000000000000001"), Decimal(-10**38 + 1).scaleb(-1),
           Decimal(10**54 - 1).scaleb(-20), Decimal("-999999999999999999999999999999999999.999999999999999999")],
          [Decimal("0.00"), Decimal("0." + "0" * 18), Decimal("0.0"), Decimal("-0." + "0" * 19 + "1"), Decimal("0." + "0" * 18)]]),
    Case("times",
         [("d", "date"), ("dt", "datetime"), ("ts", "timestamp"), ("ntz", "timestamp_ntz"), ("iv", "interval_day_time")],
         [[date(2024, 2, 29), EPOCH + timedelta(milliseconds=1704135845678), pd.Timestamp(1704067200123456789), pd.Timestamp(1704067200000001000),
           pd.Timedelta(90061000000005)],
          [date(1969, 12, 31), EPOCH - timedelta(milliseconds=1), pd.Timestamp(0), pd.Timestamp(999999999), pd.Timedelta(0)],
          [None] * 5,
          [date(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999000), pd.Timestamp(-86400 * 10**9), pd.Timestamp(-86400 * 10**9),
           pd.Timedelta(86400999999999)]],
         {"iv": to_seconds}),
    Case("nested",
         [("a", "array<bigint>"), ("m", "map<string,bigint>"), ("s", "struct<x:int,y:string>"), ("as", "array<struct<p:double,q:array<string>>>"),
          ("ma", "map<string,array<int>>"), ("am", "array<map<bigint,string>>"), ("ad", "array<decimal(10,2)>"), ("at", "array<datetime>")],
         [[[1, None, -3], {"k": 5, "j": None}, {"x": 7, "y": None}, [{"p": 1.5, "q": ["u", None]}, None, {"p": None, "q": []}],
           {"z": [1, 2], "y": None, "x": []}, [{1: "a"}, {}, None, {2: None, 3: "c"}], [Decimal("1.50"), None], [EPOCH, None]],
          [[], {}, {"x": None, "y": "z"}, [], {}, [], [], []],
          [None] * 8,
          [[2**63 - 1], {"": 0}, {"x": 1, "y": ""}, [{"p": 0.0, "q": None}], {"k": [None]}, [None], [None], [EPOCH + timedelta(milliseconds=1)]]]),
    Case("empty", [("id", "bigint"), ("s", "string"), ("a", "array<string>")], []),
    Case("nulls_only", [("id", "bigint"), ("s", "string"), ("b", "boolean"), ("a", "array<string>")], [[None] * 4] * 9),
]


def check_accepted(case):
    """Fails unless pyarrow reads our stream of a case, in the layout of previews, to the rows of the case."""
    stream = bytes.fromhex((HERE / f"accepted_{case.name}.hex").read_text())
    table = pa.ipc.open_stream(stream).read_all()
    table.validate(full=True)
    for ours, theirs in zip(table.columns, pa.Table.from_batches([case.batch()]).columns):
        got = ours.to_pylist()
        if pa.types.is_timestamp(theirs.type) and pa.types.is_struct(ours.type):
            got = [None if v is None else v["sec"] * 10**9 + v["nano"] for v in got]
            theirs = theirs.cast(pa.int64())
        assert str(got) == str(theirs.to_pylist()), (case.name, got, theirs.to_pylist())
    print("pyarrow reads accepted_" + case.name)


def main():
    for case in CASES:
        if (HERE / f"accepted_{case.name}.hex").exists():
            check_accepted(case)
    for case in CASES:
        arrow = case.batch().serialize().to_pybytes()
        save(case.name, case.columns, arrow, case.record_stream())
    numbers = CASES[0]
    whole = numbers.batch()
    # A slice, so that bits and values do not begin where their buffers do; and two batches in a row.
    numbers.rows = numbers.rows[3:8]
    save("slice", numbers.columns, whole.slice(3, 5).serialize().to_pybytes(), numbers.record_stream())
    save("batches", numbers.columns, whole.slice(3, 2).serialize().to_pybytes() + whole.slice(5, 3).serialize().to_pybytes(), numbers.record_stream())
    nested = next(case for case in CASES if case.name == "nested")
    sliced = nested.batch().slice(1, 3).serialize().to_pybytes()
    nested.rows = nested.rows[1:]
    save("slice_nested", nested.columns, sliced, nested.record_stream())

    # What is refused.
    columns = [["s", "string"]]
    texts = pa.RecordBatch.from_arrays([pa.array(["aaaaaaaaaaaaaaaa"] * 100)], names=["s"])
    for codec in ("lz4", "zstd"):
        options = pa.ipc.IpcWriteOptions(compression=codec)
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, texts.schema, options=options) as stream:
            stream.write_batch(texts)
        begin = len(texts.schema.serialize())
        save("refused_" + codec, columns, sink.getvalue()[begin:-8])
    words = pa.RecordBatch.from_arrays([pa.array(["a", "b", "a"]).dictionary_encode()], names=["s"])
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, words.schema) as stream:
        stream.write_batch(words)
    save("refused_dictionary", columns, sink.getvalue()[len(words.schema.serialize()):-8])
    save("refused_schema", columns, texts.schema.serialize().to_pybytes() + texts.serialize().to_pybytes())


if __name__ == "__main__":
    main()
