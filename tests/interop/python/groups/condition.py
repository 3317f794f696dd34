import tablestore as ts

from support import World, equal, rejected

EXISTS = ts.RowExistenceExpectation.EXPECT_EXIST
ABSENT = ts.RowExistenceExpectation.EXPECT_NOT_EXIST
ANY = ts.RowExistenceExpectation.IGNORE
C = ts.ComparatorType
COMPARISONS = [(C.EQUAL, {5}), (C.NOT_EQUAL, {4, 6}), (C.GREATER_THAN, {6}), (C.GREATER_EQUAL, {5, 6}), (C.LESS_THAN, {4}), (C.LESS_EQUAL, {4, 5})]


def _fails(call):
    rejected(call, 403, "OTSConditionCheckFail", "Condition check failed")


def _when(column, value, comparator=C.EQUAL, **more):
    return ts.Condition(ANY, ts.SingleColumnCondition(column, value, comparator, **more))


def expect_exist(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    w.put(table, ("a", 1), [("c", 2)], ts.Condition(EXISTS))
    equal(w.values(table, ("a", 1)), {"c": 2})
    _fails(lambda: w.put(table, ("a", 2), [("c", 2)], ts.Condition(EXISTS)))
    _fails(lambda: w.update(table, ("a", 2), {"put": [("c", 2)]}, ts.Condition(EXISTS)))
    _fails(lambda: w.delete(table, ("a", 2), ts.Condition(EXISTS)))
    equal(w.get(table, ("a", 2)), None)


def expect_not_exist(w: World):
    table = w.table()
    w.put(table, ("a", 1), [("c", 1)], ts.Condition(ABSENT))
    _fails(lambda: w.put(table, ("a", 1), [("c", 2)], ts.Condition(ABSENT)))
    equal(w.values(table, ("a", 1)), {"c": 1})


def expect_not_exist_is_for_put_only(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    rejected(lambda: w.update(table, ("a", 2), {"put": [("c", 1)]}, ts.Condition(ABSENT)), 400, "OTSParameterInvalid", "EXPECT_NOT_EXIST")
    rejected(lambda: w.delete(table, ("a", 1), ts.Condition(ABSENT)), 400, "OTSParameterInvalid", "EXPECT_NOT_EXIST")


def column_comparators(w: World):
    table = w.table()
    for comparator, passing in COMPARISONS:
        for stored in [4, 5, 6]:
            w.put(table, ("a", stored), [("n", stored), ("seen", 0)])
            write = lambda: w.update(table, ("a", stored), {"put": [("seen", 1)]}, _when("n", 5, comparator))
            if stored in passing:
                write()
            else:
                _fails(write)
            equal(w.values(table, ("a", stored))["seen"], int(stored in passing))


def column_types(w: World):
    stored = [("d", 1.5), ("s", "b"), ("t", True), ("y", bytearray(b"\x02"))]
    table = w.filled({("a", 1): stored})
    for column, value in stored:
        w.update(table, ("a", 1), {"put": [("ok_" + column, 1)]}, _when(column, value))
    for column, value in [("d", 1.25), ("s", "a"), ("t", False), ("y", bytearray(b"\x01"))]:
        _fails(lambda: w.update(table, ("a", 1), {"put": [("bad", 1)]}, _when(column, value)))
    equal(sorted(set(w.values(table, ("a", 1))) - set("dsty")), ["ok_d", "ok_s", "ok_t", "ok_y"])


def pass_if_missing(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    w.update(table, ("a", 1), {"put": [("c", 2)]}, _when("absent", 1, pass_if_missing=True))
    _fails(lambda: w.update(table, ("a", 1), {"put": [("c", 3)]}, _when("absent", 1, pass_if_missing=False)))
    equal(w.values(table, ("a", 1)), {"c": 2})


def latest_version_only(w: World):
    table = w.table(max_version=3)
    now = w.now_ms()
    w.put(table, ("a", 1), [("n", 1, now - 20), ("n", 2, now - 10)])
    _fails(lambda: w.update(table, ("a", 1), {"put": [("c", 1)]}, _when("n", 1, latest_version_only=True)))
    w.update(table, ("a", 1), {"put": [("c", 1)]}, _when("n", 1, latest_version_only=False))
    equal(w.values(table, ("a", 1))["c"], 1)


def _composite(operator, *parts):
    out = ts.CompositeColumnCondition(operator)
    for part in parts:
        out.add_sub_condition(part)
    return out


def composite(w: World):
    table = w.filled({("a", 1): [("x", 1), ("y", 2)]})
    x1, x2 = (ts.SingleColumnCondition("x", n, C.EQUAL) for n in (1, 2))
    y2 = ts.SingleColumnCondition("y", 2, C.EQUAL)
    op = ts.LogicalOperator
    for condition in [_composite(op.AND, x1, y2), _composite(op.OR, x2, y2), _composite(op.NOT, x2), _composite(op.AND, _composite(op.OR, x1, x2), _composite(op.NOT, x2))]:
        w.update(table, ("a", 1), {"increment": [("n", 1)]}, ts.Condition(EXISTS, condition))
    for condition in [_composite(op.AND, x2, y2), _composite(op.OR, x2, x2), _composite(op.NOT, y2)]:
        _fails(lambda: w.update(table, ("a", 1), {"increment": [("n", 1)]}, ts.Condition(EXISTS, condition)))
    equal(w.values(table, ("a", 1))["n"], 4)


def on_put(w: World):
    table = w.filled({("a", 1): [("state", "open")]})
    _fails(lambda: w.put(table, ("a", 1), [("state", "shut")], _when("state", "shut")))
    w.put(table, ("a", 1), [("state", "shut")], _when("state", "open"))
    equal(w.values(table, ("a", 1)), {"state": "shut"})


def on_delete(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    _fails(lambda: w.delete(table, ("a", 1), _when("c", 2)))
    equal(w.values(table, ("a", 1)), {"c": 1})
    w.delete(table, ("a", 1), _when("c", 1))
    equal(w.get(table, ("a", 1)), None)


def optimistic_counter(w: World):
    table = w.filled({("a", 1): [("n", 0)]})
    for expected in range(5):
        w.update(table, ("a", 1), {"put": [("n", expected + 1)]}, _when("n", expected, pass_if_missing=False))
        _fails(lambda: w.update(table, ("a", 1), {"put": [("n", 99)]}, _when("n", expected, pass_if_missing=False)))
    equal(w.values(table, ("a", 1)), {"n": 5})
