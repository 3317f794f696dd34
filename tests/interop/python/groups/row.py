import asyncio

import tablestore as ts
from python_suite import control

from support import IGNORE, KEYS, World, between, equal, key_of, rejected

ALL_TYPES = [("blob", bytearray(b"\x00\xff\x01")), ("double", -2.5e-300), ("false", False), ("int", -(2**63)), ("text", "Grüße, 世界 🌍"), ("true", True)]


def put_get_all_types(w: World):
    table = w.table()
    w.put(table, ("a", 1), ALL_TYPES)
    cells = w.get(table, ("a", 1))
    equal([(name, value) for name, value, _ in cells], ALL_TYPES)
    equal([type(value) for _, value, _ in cells], [bytearray, float, bool, int, str, bool])


def put_boundary_values(w: World):
    table = w.table()
    columns = [("d0", 0.0), ("d1", 1.7976931348623157e308), ("d2", 5e-324), ("i0", 0), ("i1", 2**63 - 1), ("s0", ""), ("y0", bytearray())]
    w.put(table, ("a", 1), columns)
    equal([(name, value) for name, value, _ in w.get(table, ("a", 1))], columns)


def put_large_value(w: World):
    table = w.table()
    text = "x" * (2 << 20)
    w.put(table, ("a", 1), [("c", text)])
    equal(w.values(table, ("a", 1)), {"c": text})
    rejected(lambda: w.put(table, ("a", 1), [("c", text + "x")]), 400, "OTSParameterInvalid", "exceeds the MaxLength")


def put_without_columns(w: World):
    table = w.table()
    w.put(table, ("a", 1))
    equal(w.get(table, ("a", 1)), [])


def put_replaces_row(w: World):
    table = w.filled({("a", 1): [("old", 1), ("both", 1)]})
    w.put(table, ("a", 1), [("both", 2), ("new", 2)])
    equal(w.values(table, ("a", 1)), {"both": 2, "new": 2})


def key_types(w: World):
    table = w.table([("s", "STRING"), ("i", "INTEGER"), ("y", "BINARY")])
    key = [("s", "ключ"), ("i", -(2**63)), ("y", bytearray(b"\x00\xfe"))]
    w.client.put_row(table, ts.Row(key, [("c", 1)]))
    _, row, _ = w.client.get_row(table, key)
    equal(row.primary_key, key)


def empty_key_values(w: World):
    table = w.table([("s", "STRING"), ("y", "BINARY")])
    key = [("s", ""), ("y", bytearray())]
    w.client.put_row(table, ts.Row(key, [("c", 1)]))
    equal(w.client.get_row(table, key)[1].primary_key, key)


def get_missing_row(w: World):
    equal(w.get(w.table(), ("a", 1)), None)


def version_is_data_time(w: World):
    table = w.table()
    before = w.now_ms()
    w.put(table, ("a", 1), [("x", 1), ("y", 2)])
    versions = {version for _, _, version in w.get(table, ("a", 1))}
    equal(len(versions), 1)
    between(versions.pop(), before, w.now_ms())


def explicit_versions(w: World):
    table = w.table(max_version=3)
    now = w.now_ms()
    w.put(table, ("a", 1), [("c", "old", now - 20), ("c", "new", now - 10), ("d", 1, now - 30)])
    equal(w.get(table, ("a", 1), max_version=9), [("c", "new", now - 10), ("c", "old", now - 20), ("d", 1, now - 30)])


def max_versions_keeps_newest(w: World):
    table = w.table(max_version=2)
    now = w.now_ms()
    for age in [30, 10, 40, 20]:
        w.update(table, ("a", 1), {"put": [("c", age, now - age)]})
    equal(w.get(table, ("a", 1), max_version=9), [("c", 10, now - 10), ("c", 20, now - 20)])


def get_max_versions(w: World):
    table = w.table(max_version=5)
    now = w.now_ms()
    w.put(table, ("a", 1), [("c", n, now - n) for n in [1, 2, 3]])
    equal([value for _, value, _ in w.get(table, ("a", 1), max_version=2)], [1, 2])
    equal([value for _, value, _ in w.get(table, ("a", 1))], [1])


def get_time_range(w: World):
    table = w.table(max_version=5)
    now = w.now_ms()
    w.put(table, ("a", 1), [("c", n, now - n) for n in [1, 2, 3, 4]])
    equal([value for _, value, _ in w.get(table, ("a", 1), max_version=9, time_range=(now - 3, now - 1))], [2, 3])
    equal([value for _, value, _ in w.get(table, ("a", 1), max_version=1, time_range=(now - 3, now - 1))], [2])


def get_specific_time(w: World):
    table = w.table(max_version=5)
    now = w.now_ms()
    w.put(table, ("a", 1), [("c", n, now - n) for n in [1, 2, 3]])
    equal(w.get(table, ("a", 1), max_version=9, time_range=now - 2), [("c", 2, now - 2)])


def version_too_far_refused(w: World):
    table = w.table(max_time_deviation=60)
    now = w.now_ms()
    w.put(table, ("a", 1), [("c", 1, now - 50_000)])
    for version in [now - 70_000, now + 70_000]:
        rejected(lambda: w.put(table, ("a", 1), [("c", 2, version)]), 400, "OTSParameterInvalid", str(version))
    equal(w.values(table, ("a", 1)), {"c": 1})


def update_sets_and_keeps(w: World):
    table = w.filled({("a", 1): [("keep", 1), ("change", 1)]})
    w.update(table, ("a", 1), {"put": [("change", "two"), ("new", 3.5)]})
    equal(w.values(table, ("a", 1)), {"keep": 1, "change": "two", "new": 3.5})


def update_creates_row(w: World):
    table = w.table()
    w.update(table, ("a", 1), {"put": [("c", 1)]})
    equal(w.values(table, ("a", 1)), {"c": 1})


def update_delete_one_version(w: World):
    table = w.table(max_version=5)
    now = w.now_ms()
    w.put(table, ("a", 1), [("c", n, now - n) for n in [1, 2, 3]])
    w.update(table, ("a", 1), {"delete": [("c", None, now - 2)]})
    equal([value for _, value, _ in w.get(table, ("a", 1), max_version=9)], [1, 3])


def update_delete_all_versions(w: World):
    table = w.table(max_version=5)
    now = w.now_ms()
    w.put(table, ("a", 1), [("c", 1, now - 1), ("c", 2, now - 2), ("d", 3, now - 1)])
    w.update(table, ("a", 1), {"delete_all": ["c"]})
    equal(w.values(table, ("a", 1), max_version=9), {"d": 3})


def update_mixed_operations(w: World):
    table = w.filled({("a", 1): [("gone", 1), ("count", 10), ("kept", "k")]})
    w.update(table, ("a", 1), {"put": [("set", True)], "delete_all": ["gone"], "increment": [("count", -3)]})
    equal(w.values(table, ("a", 1)), {"set": True, "count": 7, "kept": "k"})


def increment_adds(w: World):
    table = w.filled({("a", 1): [("n", 40)]})
    w.update(table, ("a", 1), {"increment": [("n", 2)]})
    equal(w.values(table, ("a", 1)), {"n": 42})
    w.update(table, ("a", 1), {"increment": [("n", -50)]})
    equal(w.values(table, ("a", 1)), {"n": -8})


def increment_missing_starts_at_zero(w: World):
    table = w.table()
    w.update(table, ("a", 1), {"increment": [("n", 5)]})
    equal(w.values(table, ("a", 1)), {"n": 5})


def increment_text_refused(w: World):
    table = w.filled({("a", 1): [("n", "text")]})
    rejected(lambda: w.update(table, ("a", 1), {"increment": [("n", 1)]}), 400, "OTSParameterInvalid", "n")
    equal(w.values(table, ("a", 1)), {"n": "text"})


def increment_overflow_refused(w: World):
    table = w.filled({("a", 1): [("n", 2**63 - 1)]})
    rejected(lambda: w.update(table, ("a", 1), {"increment": [("n", 1)]}), 400, "OTSParameterInvalid", "n")
    equal(w.values(table, ("a", 1)), {"n": 2**63 - 1})


def delete_removes_row(w: World):
    table = w.filled({("a", 1): [("c", 1)], ("a", 2): [("c", 2)]})
    w.delete(table, ("a", 1))
    equal(w.get(table, ("a", 1)), None)
    equal(w.values(table, ("a", 2)), {"c": 2})


def delete_missing_row(w: World):
    table = w.table()
    w.delete(table, ("a", 1))
    equal(w.get(table, ("a", 1)), None)


def get_columns(w: World):
    table = w.filled({("a", 1): [("x", 1), ("y", 2), ("z", 3)]})
    equal(w.values(table, ("a", 1), columns_to_get=["z", "x"]), {"x": 1, "z": 3})
    equal(w.get(table, ("a", 1), columns_to_get=["absent"]), None)
    equal(w.get(table, ("a", 1), columns_to_get=["absent", "pk"]), [])


def get_start_end_column(w: World):
    table = w.filled({("a", 1): [(name, name) for name in "abcde"]})
    equal(list(w.values(table, ("a", 1), start_column="b", end_column="d")), ["b", "c"])
    equal(list(w.values(table, ("a", 1), start_column="c")), ["c", "d", "e"])
    equal(list(w.values(table, ("a", 1), end_column="c")), ["a", "b"])


def return_key(w: World):
    table = w.table()
    _, row = w.put(table, ("a", 1), [("c", 1)], return_type=ts.ReturnType.RT_PK)
    equal(row.primary_key, [("pk", "a"), ("id", 1)])
    _, row = w.update(table, ("a", 1), {"put": [("c", 2)]}, return_type=ts.ReturnType.RT_PK)
    equal(row.primary_key, [("pk", "a"), ("id", 1)])
    _, row = w.put(table, ("a", 1), [("c", 1)])
    equal(row, None)


def consumed_capacity(w: World):
    table = w.table()
    consumed, _ = w.put(table, ("a", 1), [("c", "x" * 5000)])
    equal((consumed.read, consumed.write), (0, 2))
    consumed, _, _ = w.client.get_row(table, [("pk", "a"), ("id", 1)])
    equal((consumed.read, consumed.write), (2, 0))
    consumed, _, _ = w.client.get_row(table, [("pk", "nobody"), ("id", 1)])
    equal((consumed.read, consumed.write), (1, 0))


def time_to_live_expires(w: World):
    table = w.filled({("a", 1): [("c", 1)]}, time_to_live=86400)
    lasting = w.filled({("a", 1): [("c", 1)]})
    control("clock", {"step_ms": 86_399_000})
    equal(w.values(table, ("a", 1)), {"c": 1})
    control("clock", {"step_ms": 2_000})
    equal(w.get(table, ("a", 1)), None)
    equal(w.range(table), ([], None))
    equal(w.values(lasting, ("a", 1)), {"c": 1})


def defined_column_type_checked(w: World):
    table = w.table(KEYS, [("n", "INTEGER")])
    w.put(table, ("a", 1), [("n", 1), ("free", "any")])
    rejected(lambda: w.put(table, ("a", 2), [("n", "text")]), 400, "OTSParameterInvalid", "n")
    equal(w.get(table, ("a", 2)), None)


def too_many_columns_refused(w: World):
    table = w.table()
    w.put(table, ("a", 1), [(f"c{i}", i) for i in range(1024)])
    equal(len(w.get(table, ("a", 1))), 1024)
    rejected(lambda: w.put(table, ("a", 2), [(f"c{i}", i) for i in range(1025)]), 400, "OTSOutOfColumnCountLimit", "1025")


def async_client(w: World):
    table = w.table()

    async def run():
        async with w.connect(ts.AsyncOTSClient) as client:
            await asyncio.gather(*(client.put_row(table, ts.Row(key_of("a", n), [("n", n)]), IGNORE) for n in range(20)))
            _, row, _ = await client.get_row(table, key_of("a", 7))
            return row.attribute_columns[0][:2]

    equal(asyncio.run(run()), ("n", 7))
    equal(w.range(table)[0], [("a", n) for n in range(20)])
