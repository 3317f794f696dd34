import datetime
import decimal
import math

import pandas
from odps import options
from odps.lib import Monthdelta

from support import UTC, World, equal, same, text


def _kept(w, kind, *values):
    """A table of one column gives back what was written, and NULL."""
    table = w.table(f"v {kind}")
    rows = [[value] for value in [*values, None]]
    w.write(table, rows)
    same(w.read(table), rows)


def bigint(w: World):
    _kept(w, "bigint", 0, -1, 2**63 - 1, -(2**63) + 1)


def small_integers(w: World):
    _kept(w, "tinyint", 0, -1, 127, -128)
    _kept(w, "smallint", 0, -1, 32767, -32768)
    _kept(w, "int", 0, -1, 2**31 - 1, -(2**31))


def double(w: World):
    _kept(w, "double", 0.0, -0.0, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 0.1, math.nan)


def floats(w: World):
    _kept(w, "float", 0.0, -0.0, 1.25, -3.5, math.inf, -math.inf, 2.0**127, 2.0**-149, math.nan)


def boolean(w: World):
    _kept(w, "boolean", True, False)


def decimals(w: World):
    d = decimal.Decimal
    _kept(w, "decimal(38,18)", d("0"), d("12345678901234567890.123456789012345678"), d("-99999999999999999999.999999999999999999"), d("0.000000000000000001"))
    _kept(w, "decimal(10,2)", d("0.10"), d("-0.01"), d("99999999.99"))
    _kept(w, "decimal", d("123456789012345678901234567890123456.000000000000000001"), d("-1"))


def texts_of_length(w: World):
    _kept(w, "varchar(20)", "", "é", "城" * 20, "𝄞 😀", "a\0b")
    _kept(w, "char(5)", "abcde", "城市城市城")


def json(w: World):
    _kept(w, "json", {"k": [1, None, True, {"深": "值"}]}, [], "text", 1.5)


def dates(w: World):
    _kept(w, "date", datetime.date(1970, 1, 1), datetime.date(1969, 12, 31), datetime.date(2024, 2, 29), datetime.date(9999, 12, 31), datetime.date(1, 1, 1))


def timestamps(w: World):
    """To the nanosecond, before 1970 too; pandas reaches from 1677 to 2262."""
    for kind in ["timestamp", "timestamp_ntz"]:
        _kept(w, kind, *map(pandas.Timestamp, ["1970-01-01", "2024-02-29 12:34:56.123456789", "1969-12-31 23:59:59.000000000", "1901-01-01 00:00:01", "2262-04-11 23:47:16.000000001"]))


def timestamps_before_1970_with_fractions(w: World):
    """The client floors seconds to the second before and keeps the nanoseconds, as the service does."""
    _kept(w, "timestamp_ntz", *map(pandas.Timestamp, ["1969-12-31 23:59:59.999999999", "1960-06-01 00:00:00.500000001"]))


def intervals(w: World):
    _kept(w, "interval_day_time", pandas.Timedelta(0), pandas.Timedelta(days=1, seconds=3661, nanoseconds=5), pandas.Timedelta(days=-1, nanoseconds=1))
    _kept(w, "interval_year_month", Monthdelta(0), Monthdelta(14), Monthdelta(-3))


def arrays(w: World):
    _kept(w, "array<bigint>", [], [1, None, -3], list(range(1000)))
    _kept(w, "array<string>", ["", None, "城市", "a\0b"])
    _kept(w, "array<double>", [math.nan, -0.0, math.inf])
    _kept(w, "array<decimal(10,2)>", [decimal.Decimal("0.10"), None])
    _kept(w, "array<date>", [datetime.date(1969, 12, 31), None])
    _kept(w, "array<timestamp>", [pandas.Timestamp("2024-02-29 12:34:56.123456789"), None])
    _kept(w, "array<boolean>", [True, None, False])
    _kept(w, "array<array<bigint>>", [[], None, [None], [1, 2]])


def maps(w: World):
    _kept(w, "map<string,bigint>", {}, {"k": 5, "j": None, "": 0, "城": -1})
    _kept(w, "map<bigint,array<string>>", {1: [], 2: None, 3: ["x", None]})


def structs(w: World):
    table = w.table("v struct<x:int,y:string,z:struct<p:double,q:array<bigint>>>")
    w.write(table, [[(1, "城", (1.5, [1, None]))], [(None, "", None)], [(None, None, (None, []))], [None]])
    equal(_texts(w.read(table)), ['(x: 1, y: "城", z: (p: 1.5, q: [1, NULL]))', '(x: NULL, y: "", z: NULL)', "(x: NULL, y: NULL, z: (p: NULL, q: []))", "NULL"])


def deeply_nested(w: World):
    table = w.table("v array<map<string,struct<a:array<map<bigint,string>>,b:decimal(38,18)>>>")
    value = [{"k": ([{1: "x", 2: None}, None], decimal.Decimal("1.000000000000000001"))}, None, {}]
    w.write(table, [[value], [[]], [None]])
    equal(_texts(w.read(table)), ['[{"k": (a: [{1: "x", 2: NULL}, NULL], b: 1.000000000000000001)}, NULL, {}]', "[]", "NULL"])


def _texts(rows):
    return [text(value) for [value] in rows]


def string(w: World):
    _kept(w, "string", "", "\0", "a\0b", "é", "城市", "𝄞 😀", "\u2028\ufeff\uffff", "line\r\nline", "x" * 200000)


def binary(w: World):
    """As text the client gives only UTF-8; with string_as_binary any bytes."""
    options.tunnel.string_as_binary = True
    try:
        _kept(w, "binary", b"", b"\0", b"\xff\0\x80\x7f", "é".encode(), bytes(range(256)))
        _kept(w, "string", b"", b"\xc3\xa9")
    finally:
        options.tunnel.string_as_binary = False


def datetimes(w: World):
    _kept(w, "datetime", *(datetime.datetime(*parts, tzinfo=UTC) for parts in [
        (1970, 1, 1), (1969, 12, 31, 23, 59, 59, 999000), (2024, 2, 29, 12, 34, 56, 789000), (9999, 12, 31, 15, 59, 59, 999000), (1, 1, 1, 0, 0, 0), (1901, 1, 1, 0, 0, 0, 1000)]))


def all_null(w: World):
    table = w.table("a bigint, b string, c double")
    w.write(table, [[None, None, None], [None, "", None], [None, None, None]])
    same(w.read(table), [[None, None, None], [None, "", None], [None, None, None]])


def wide_table(w: World):
    count = 1200
    table = w.table(", ".join(f"c{i} bigint" for i in range(count)))
    rows = [list(range(count)), [None] * (count - 1) + [7], [i if i % 3 else None for i in range(count)]]
    w.write(table, rows)
    equal(w.read(table), rows)
    equal(w.read(table, columns=["c1199", "c0", "c600"]), [[1199, 0, 600], [7, None, None], [1199, None, None]])


def big_rows(w: World):
    """Four fields of 8 MB in a row."""
    table = w.table("a string, b string, c string, d string")
    rows = [[letter * 8388608 for letter in "abcd"], [None, "x", None, "y"]]
    w.write(table, rows)
    equal(w.read(table) == rows, True)
    equal(w.read(table, columns=["d"])[1], ["y"])


def many_rows(w: World):
    table = w.table("id bigint, s string")
    rows = [[number, f"row {number}"] for number in range(50000)]
    w.write(table, rows)
    equal(w.read(table), rows)


def column_subsets(w: World):
    table = w.table("a bigint, b string, c double")
    w.write(table, [[1, "x", 1.5], [2, None, None]])
    equal(w.read(table, columns=["c"]), [[1.5], [None]])
    equal(w.read(table, columns=["c", "a"]), [[1.5, 1], [None, 2]])
    equal(w.read(table, columns=["b", "c", "a"]), [["x", 1.5, 1], [None, None, 2]])
