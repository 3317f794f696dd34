import tablestore as ts

from support import World, equal, rejected

C = ts.ComparatorType
OP = ts.LogicalOperator
ROWS = {("a", n): [("n", n), ("half", n / 2), ("name", f"row{n}"), ("even", n % 2 == 0)] for n in range(1, 7)}


def _composite(operator, *parts):
    out = ts.CompositeColumnCondition(operator)
    for part in parts:
        out.add_sub_condition(part)
    return out


def _ids(w, table, column_filter):
    return [key[1] for key in w.range(table, column_filter=column_filter)[0]]


def single_comparators(w: World):
    table = w.filled(ROWS)
    expected = {C.EQUAL: [3], C.NOT_EQUAL: [1, 2, 4, 5, 6], C.GREATER_THAN: [4, 5, 6], C.GREATER_EQUAL: [3, 4, 5, 6], C.LESS_THAN: [1, 2], C.LESS_EQUAL: [1, 2, 3]}
    for comparator, ids in expected.items():
        equal((comparator, _ids(w, table, ts.SingleColumnCondition("n", 3, comparator))), (comparator, ids))


def single_types(w: World):
    table = w.filled(ROWS)
    equal(_ids(w, table, ts.SingleColumnCondition("half", 2.5, C.GREATER_EQUAL)), [5, 6])
    equal(_ids(w, table, ts.SingleColumnCondition("name", "row2", C.EQUAL)), [2])
    equal(_ids(w, table, ts.SingleColumnCondition("even", True, C.EQUAL)), [2, 4, 6])


def pass_if_missing(w: World):
    table = w.filled({("a", 1): [("x", 1)], ("a", 2): [("y", 1)]})
    equal(_ids(w, table, ts.SingleColumnCondition("x", 1, C.EQUAL, pass_if_missing=True)), [1, 2])
    equal(_ids(w, table, ts.SingleColumnCondition("x", 1, C.EQUAL, pass_if_missing=False)), [1])


def latest_version_only(w: World):
    table = w.table(max_version=3)
    now = w.now_ms()
    w.put(table, ("a", 1), [("n", 1, now - 20), ("n", 2, now - 10)])
    equal(w.get(table, ("a", 1), max_version=3, column_filter=ts.SingleColumnCondition("n", 1, C.EQUAL, latest_version_only=True)), None)
    equal([value for _, value, _ in w.get(table, ("a", 1), max_version=3, column_filter=ts.SingleColumnCondition("n", 1, C.EQUAL, latest_version_only=False))], [2, 1])


def composite(w: World):
    table = w.filled(ROWS)
    small, even = ts.SingleColumnCondition("n", 3, C.LESS_EQUAL), ts.SingleColumnCondition("even", True, C.EQUAL)
    equal(_ids(w, table, _composite(OP.AND, small, even)), [2])
    equal(_ids(w, table, _composite(OP.OR, small, even)), [1, 2, 3, 4, 6])
    equal(_ids(w, table, _composite(OP.NOT, even)), [1, 3, 5])
    equal(_ids(w, table, _composite(OP.AND, _composite(OP.NOT, small), _composite(OP.OR, even, ts.SingleColumnCondition("n", 5, C.EQUAL)))), [4, 5, 6])


def get_row_filtered_out(w: World):
    table = w.filled({("a", 1): [("n", 1)]})
    equal(w.get(table, ("a", 1), column_filter=ts.SingleColumnCondition("n", 2, C.EQUAL)), None)
    equal(w.values(table, ("a", 1), column_filter=ts.SingleColumnCondition("n", 1, C.EQUAL)), {"n": 1})


def limit_counts_passing_rows(w: World):
    table = w.filled(ROWS)
    keys, following = w.range(table, column_filter=ts.SingleColumnCondition("even", True, C.EQUAL), limit=2)
    equal([key[1] for key in keys], [2, 4])
    equal(following, ("a", 5))


def too_many_conditions_refused(w: World):
    table = w.filled(ROWS)
    parts = [ts.SingleColumnCondition("n", n, C.EQUAL) for n in range(11)]
    equal(_ids(w, table, _composite(OP.OR, *parts[:10])), [1, 2, 3, 4, 5, 6])
    rejected(lambda: _ids(w, table, _composite(OP.OR, *parts)), 400, "OTSParameterInvalid", "10")


def column_value_transform(w: World):
    # The filter compares the part of a text that a regular expression captures, read as another type.
    table = w.filled({("a", n): [("c", text)] for n, text in enumerate(["n=5;", "n=12;", "n=-1;", "none"])})

    def ids(pattern, cast, comparator, value):
        return _ids(w, table, ts.SingleColumnRegexCondition("c", comparator, value, ts.RegexRule(pattern, cast)))

    equal(ids("n=(-?[0-9]+)", ts.CastType.VT_INTEGER, C.GREATER_THAN, 4), [0, 1])
    equal(ids("n=(-?[0-9]+)", ts.CastType.VT_DOUBLE, C.LESS_THAN, 5.5), [0, 2])
    equal(ids("n=(-?[0-9]+)", ts.CastType.VT_STRING, C.EQUAL, "12"), [1])
