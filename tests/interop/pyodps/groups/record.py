import datetime
import math

from support import UTC, World, equal, same


def bigint(w: World):
    table = w.table("v bigint")
    rows = [[0], [-1], [2**63 - 1], [-(2**63) + 1], [None]]
    w.write(table, rows)
    same(w.read(table), rows)


def double(w: World):
    table = w.table("v double")
    rows = [[0.0], [-0.0], [math.inf], [-math.inf], [5e-324], [1.7976931348623157e308], [0.1], [None]]
    w.write(table, [*rows, [math.nan]])
    same(w.read(table), [*rows, [math.nan]])


def boolean(w: World):
    table = w.table("v boolean")
    w.write(table, [[True], [False], [None]])
    same(w.read(table), [[True], [False], [None]])


def string(w: World):
    table = w.table("v string")
    rows = [[""], ["\0"], ["a\0b"], ["é"], ["城市"], ["𝄞 😀"], ["\u2028\ufeff\uffff"], ["line\r\nline"], ["x" * 200000], [None]]
    w.write(table, rows)
    same(w.read(table), rows)


def binary(w: World):
    table = w.table("v binary")
    rows = [[b""], [b"\0"], [b"plain"], ["é".encode()], [None]]
    w.write(table, rows)
    same([[value if value is None or isinstance(value, bytes) else value.encode()] for [value] in w.read(table)], rows)


def datetimes(w: World):
    table = w.table("v datetime")
    rows = [[datetime.datetime(*parts, tzinfo=UTC)] for parts in [
        (1970, 1, 1), (1969, 12, 31, 23, 59, 59, 999000), (2024, 2, 29, 12, 34, 56, 789000), (9999, 12, 31, 15, 59, 59, 999000), (1, 1, 1, 0, 0, 0), (1901, 1, 1, 0, 0, 0, 1000)]]
    w.write(table, [*rows, [None]])
    same(w.read(table), [*rows, [None]])


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
    equal(w.read(table, columns=["c1199", "c0", "c600"]), [[1199, 0, 600], [7, None, None], [1199, None, None] if 1199 % 3 == 0 else [1199, None, None]])


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
