#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets from the golden vectors: tests/fuzz/make_corpus.py [OUT_FOLDER]; tests/fuzz/corpus without one.

Beside the seeds the corpus keeps what fuzzing found: inputs named finding-*, which this program leaves alone.
"""
import json
import pathlib
import re
import struct
import sys
import zlib

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "data" / "vectors"

# The first byte of messages_fuzz, by what a vector's name holds.
MESSAGES = {
    "_create_table": 0, "_update_table": 1, "resp_describe_table": 2, "_get_row": 3, "_get_range": 4, "_batch_get_row": 5,
    "_batch_write_row": 6, "resp_batch_write_row": 7, "resp_describe_stream": 8, "_get_shard_iterator": 9, "_get_stream_record": 10,
    "resp_list_stream": 12, "resp_get_range": 13,
}
# The first byte of record_stream_fuzz, by the number of a vector.
RECORD_TABLES = {"05": 1, "08": 2, "09": 3}
# Values of cell_fuzz: name, type, bytes or text.
CELLS = [
    ("array", 0, bytes.fromhex("0300020100" "05")), ("array_text", 0, b"[1,null,-3]"),
    ("map", 1, bytes.fromhex("0200016b00016a02000a01")), ("map_text", 1, b'{"k":5,"j":null}'),
    ("struct", 2, bytes.fromhex("000e01")), ("struct_text", 2, b'{"x":7,"Y":"z"}'),
    ("nested", 3, bytes.fromhex("03000000000000000000f83f0002000175010100010000")),
    ("timestamp", 4, bytes.fromhex("808290d90caab4de75")), ("timestamp_text", 4, b"2024-01-02 03:04:05.123456789"),
    ("day_time_text", 6, b"-1 02:03:04.5"), ("year_month_text", 7, b"-1-2"), ("decimal_text", 8, b"-1.50e2"),
    ("json_text", 9, b'{"a":[1,2]}'), ("datetime_text", 10, b"2024-01-02 03:04:05.5"), ("date_text", 11, b"2024-02-29"),
    ("dates_text", 12, b'{"2024-02-29":[1.50,null]}'), ("binary_keys_text", 13, b'{"/w==":{"a b":1e39,"j":{"x":[]}}}'),
    ("times_text", 14, b'[{"-128":"1970-01-01"}]'), ("mixed_text", 15, b'{"a":true,"b":"ab","c":"0 00:00:00.000000001"}'),
    ("double_text", 16, b"-Infinity"), ("float_text", 17, b"1e39"), ("keys_text", 19, b'{"[1,2]":"abc"}'),
]
PUT = ("7500000001030403000000756964050a0000000305000000616c6963650aa703040300000073657105090000000007000000000000000a21"
       "020304030000006167650509000000001e00000000000000070068e5cf8b0100000ae90b180000000c130000000d000000000e00401e18240a0600"
       "0f00000000094b")


def vector(name):
    return bytes.fromhex("".join((VECTORS / name).read_text().split()))


def names(pattern):
    return sorted(p.name for p in VECTORS.glob(pattern))


def operations():
    """The operations of server_fuzz, as it numbers them."""
    text = (HERE / "server_fuzz.cc").read_text()
    return re.findall(r'"(\w+)"', re.search(r"kOperations\[\] = \{(.*?)\};", text, re.S)[1])


def operation_of(name):
    """java_get_range.body.hex -> 12, or None for what is no request of these operations."""
    words = re.match(r"(?:java|node|python|go)_(.*)\.body\.hex", name)
    if not words:
        return None
    flat = words[1].replace("_", "")
    fitting = [op for op in operations() if flat.startswith(op.lower())]
    return operations().index(max(fitting, key=len)) if fitting else None


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def fields(message):
    """The length-delimited fields of a message."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        tag = number()
        size = number()
        if tag & 7 == 2:
            yield message[at:at + size]
            at += size


ARROW_TABLES = ("numbers", "texts", "decimals", "times", "nested")  # as arrow_batch_fuzz numbers them


def arrow_messages(name):
    return bytes.fromhex("".join(json.loads((HERE.parent / "data" / "arrow" / (name + ".json")).read_text())["arrow"]))


def not_filter(inner):
    return b"\x08\x02" + field(2, b"\x08\x01" + field(2, inner))


def single_filter():
    value = b"\x00" + struct.pack("<q", 30)
    return b"\x08\x01" + field(2, b"\x08\x01" + field(2, b"age") + field(3, value) + b"\x20\x01\x28\x01")


STATUS_ROW = (b'{"StreamId":"s","StatusType":"CheckpointForDataxReader","StatusValue":"   1510036262000\\tshard_a",'
              b'"columns":{"Version":"v","Checkpoint":"it","SkipCount":0,"SendRecordCount":3,"Odd":{"string64":"/wE="},'
              b'"Blob":{"binary64":"AAE="},"Flag":true,"Real":{"double":1.5}}}\n')
REPORT = (b'{"format":"otsstream-report/1","dryRun":false,"resumed":false,"reader":{"dataTable":"person","datasource":"a"},'
          b'"streamId":"s","window":{"startMs":1,"endMs":2,"zone":"GMT+8"},"channels":1,"dirtyRecords":0,'
          b'"units":[],"manifests":[],"skipped":["x"],"closed":[]}')


def seeds():
    yield from (("stream_page_fuzz", n, vector(n)) for n in names("resp_get_stream_record*.body.hex"))
    for n in names("*.body.hex"):
        fitting = [word for word in MESSAGES if word in n]
        if fitting and "tunnel" not in n:
            yield "messages_fuzz", n, bytes([MESSAGES[max(fitting, key=len)]]) + vector(n)
        if (operation := operation_of(n)) is not None:
            yield "server_fuzz", n, bytes([operation]) + vector(n)
    for n in names("odps-0[1-9]*.hex") + names("odps-13-ots-row.hex"):
        yield "record_stream_fuzz", n, bytes([RECORD_TABLES.get(n.split("-")[1], 0)]) + vector(n)
    for number, name in enumerate(ARROW_TABLES):
        yield "arrow_batch_fuzz", name, bytes([number * 3]) + arrow_messages(name)
    yield "arrow_batch_fuzz", "slice", bytes([0]) + arrow_messages("slice")
    for n in names("odps-1[67]-arrow*.hex"):
        yield "arrow_chunks_fuzz", n, vector(n)
    for name, kind, content in CELLS:
        yield "cell_fuzz", name, bytes([kind]) + content
    row = bytes.fromhex(PUT)
    yield "plain_buffer_fuzz", "put", row
    for kind in range(4):
        yield "status_rows_fuzz", f"kind{kind}", bytes([kind]) + row
    yield "json_text_fuzz", "job", (HERE.parents[1] / "examples" / "person.json").read_bytes()
    yield "job_text_fuzz", "job", b"bizdate=20261121\n" + (HERE.parents[1] / "examples" / "person.json").read_bytes()
    yield "job_text_fuzz", "variables", b"-Da=1 -Db=2\n{\"${a}\": \"$b \\\\${c} ${bdp.system.bizdate}\", \"x\": ${a}}"
    yield "shard_list_fuzz", "two", zlib.compress(b'["shard_a","shard_b"]')
    yield "filter_fuzz", "single", single_filter()
    yield "filter_fuzz", "deep", not_filter(not_filter(not_filter(single_filter())))
    yield "filter_fuzz", "page", b"\x08\x03" + field(2, b"\x08\x01\x10\x02")
    yield "matrix_row_fuzz", "exported", max(fields(vector("resp_bulk_export_matrix.body.hex")), key=len)
    yield "stream_texts_fuzz", "iterator", b"\x01i\x08person_1\x03s_1\x05\x09" + bytes(80)
    yield "stream_texts_fuzz", "token", b"\x01t\x03s_1\x10\x01" + bytes(90)
    for number, text in enumerate([b"create table if not exists t (a bigint, `b` string comment 'x') partitioned by (p string);",
                                   b"ALTER TABLE t ADD IF NOT EXISTS PARTITION (p='1',q=2) PARTITION (p=\"x\")", b"drop table if exists local.t",
                                   b"truncate table t partition (p='1')", b"select * from t -- all of it\n/* yes */ where a = 'it\\'s'"]):
        yield "sql_fuzz", f"statement{number}", text
    for number, text in enumerate([
            b"select a, b || 'x', c + 1, d * 2bd, to_char(e, 'yyyymmdd'), f, g[0], hex(h), ds from t where ds = 'x' order by a limit 3",
            b"with q as (select a, count(*) n from t group by a) select * from q join t on q.a = t.a union all select 1, 2, 3, '', 1, 1bd, null, null, null, null, null",
            b"insert overwrite table t partition (ds) (a, ds) select cast(b as bigint), 'y' from t; select sum(d), collect_list(a) over () from t",
            b"create table u as select * from t; alter table u add columns (z string); show create table u; desc extended u",
            b"select case when a in (1, 2) and b rlike '^b' then get_json_object('{\"a\":[1]}', '$.a[0]') end, row_number() over (partition by ds order by a) from t"]):
        yield "statements_fuzz", f"script{number}", text
    for number, text in enumerate([b'{"now_us": 1795356600000000}', b'{"table": "t", "key": "a"}', b'{"table": "t", "shard_a": "x"}',
                                   b'{"table": "t", "until_us": 1}', b'{"fault": "error", "operation": "PutRow", "count": 3}', b"7",
                                   b'{"empty_pages": 3}']):
        yield "control_fuzz", f"body{number}", bytes([number]) + text
    for kind in range(4):
        yield "stored_records_fuzz", f"kind{kind}", bytes([kind]) + b"\x01" + bytes(20)
    head = b'{"format":"otsstream-status-rows/1"}\n'
    yield "status_lines_fuzz", "row", head + STATUS_ROW
    yield "status_lines_fuzz", "rows", head + b"\n" + STATUS_ROW * 2
    yield "status_lines_fuzz", "count", head + b'{"StreamId":"s","StatusType":"CheckpointForDataxReader","StatusValue":"x","columns":{}}'
    yield "report_fuzz", "run", REPORT
    yield "report_fuzz", "dry", REPORT.replace(b'"dryRun":false', b'"dryRun":true')
    yield "tag_texts_fuzz", "two", b'["city=hangzhou","host=a=b"]'
    yield "tag_texts_fuzz", "none", b"[]"
    yield "tag_texts_fuzz", "escaped", b'["k\\"=v\\\\"]'
    yield "snapshot_fuzz", "foreign", b"\x00no snapshot"
    yield "snapshot_fuzz", "blocks", b"\x01\x00\x00\x04abcd\x04\x00\x03xyz"


def main():
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "corpus"
    for target, name, content in seeds():
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name.removesuffix(".hex").removesuffix(".body")).write_bytes(content)


if __name__ == "__main__":
    main()
