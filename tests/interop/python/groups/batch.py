import tablestore as ts

from support import IGNORE, World, equal, key_of, plain, rejected

EXISTS = ts.Condition(ts.RowExistenceExpectation.EXPECT_EXIST)


def _read(w, *tables):
    request = ts.BatchGetRowRequest()
    for table in tables:
        request.add(table)
    return w.client.batch_get_row(request)


def _keys(*keys):
    return [key_of(*key) for key in keys]


def _write(w, tables):
    request = ts.BatchWriteRowRequest()
    for name, items in tables.items():
        request.add(ts.TableInBatchWriteRowItem(name, items))
    return w.client.batch_write_row(request)


def _put(key, columns=(), condition=IGNORE, **more):
    return ts.PutRowItem(ts.Row(key_of(*key), list(columns)), condition, **more)


def _update(key, changes, condition=IGNORE, **more):
    return ts.UpdateRowItem(ts.Row(key_of(*key), changes), condition, **more)


def _delete(key, condition=IGNORE, **more):
    return ts.DeleteRowItem(ts.Row(key_of(*key)), condition, **more)


def _cells(item):
    return [cell[:2] for cell in item.row.attribute_columns]


def get_from_several_tables(w: World):
    one, two = w.filled({("a", 1): [("c", 1)], ("a", 2): [("c", 2)]}), w.filled({("a", 1): [("c", "other")]})
    answer = _read(w, ts.TableInBatchGetRowItem(one, _keys(("a", 2), ("a", 1)), max_version=1), ts.TableInBatchGetRowItem(two, _keys(("a", 1)), max_version=1))
    equal(answer.is_all_succeed(), True)
    equal([(plain(item.row.primary_key), _cells(item)) for item in answer.get_result_by_table(one)], [(("a", 2), [("c", 2)]), (("a", 1), [("c", 1)])])
    equal([_cells(item) for item in answer.get_result_by_table(two)], [[("c", "other")]])


def get_missing_row(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    answer = _read(w, ts.TableInBatchGetRowItem(table, _keys(("a", 1), ("a", 2)), max_version=1)).get_result_by_table(table)
    equal([(item.is_ok, item.row is None) for item in answer], [(True, False), (True, True)])


def get_columns_filter_versions(w: World):
    table = w.table(max_version=3)
    now = w.now_ms()
    for number in [1, 2]:
        w.put(table, ("a", number), [("n", number), ("c", "new", now - 1), ("c", "old", now - 2), ("d", 1)])
    only_2 = ts.SingleColumnCondition("n", 2, ts.ComparatorType.EQUAL)
    answer = _read(w, ts.TableInBatchGetRowItem(table, _keys(("a", 1), ("a", 2)), ["n", "c"], only_2, 2)).get_result_by_table(table)
    equal(answer[0].row, None)
    equal(_cells(answer[1]), [("c", "new"), ("c", "old"), ("n", 2)])


def get_missing_table_fails_its_rows(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    answer = _read(w, ts.TableInBatchGetRowItem(table, _keys(("a", 1)), max_version=1), ts.TableInBatchGetRowItem("nothing_here", _keys(("a", 1)), max_version=1))
    equal(_cells(answer.get_result_by_table(table)[0]), [("c", 1)])
    failed = answer.get_result_by_table("nothing_here")[0]
    equal((failed.is_ok, failed.error_code), (False, "OTSObjectNotExist"))


def get_wrong_key_fails_its_row(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    answer = _read(w, ts.TableInBatchGetRowItem(table, [key_of("a", "text"), key_of("a", 1)], max_version=1)).get_result_by_table(table)
    equal([(item.is_ok, item.error_code) for item in answer], [(False, "OTSInvalidPK"), (True, None)])


def get_over_100_rows_refused(w: World):
    table = w.table()
    equal(len(_read(w, ts.TableInBatchGetRowItem(table, _keys(*(("a", n) for n in range(100))), max_version=1)).get_result_by_table(table)), 100)
    rejected(lambda: _read(w, ts.TableInBatchGetRowItem(table, _keys(*(("a", n) for n in range(101))), max_version=1)), 400, "OTSParameterInvalid", "100")


def write_put_update_delete(w: World):
    table = w.filled({("a", 2): [("x", 1), ("n", 1)], ("a", 3): [("x", 1)]})
    answer = _write(w, {table: [_put(("a", 1), [("x", "put")]), _update(("a", 2), {"put": [("y", True)], "delete_all": ["x"], "increment": [("n", 4)]}), _delete(("a", 3))]})
    equal(answer.is_all_succeed(), True)
    equal([w.values(table, ("a", n)) for n in [1, 2, 3]], [{"x": "put"}, {"n": 5, "y": True}, None])


def write_several_tables(w: World):
    one, two = w.table(), w.table()
    equal(_write(w, {one: [_put(("a", 1), [("c", 1)])], two: [_put(("a", 1), [("c", 2)])]}).is_all_succeed(), True)
    equal((w.values(one, ("a", 1)), w.values(two, ("a", 1))), ({"c": 1}, {"c": 2}))


def write_conditions_fail_per_row(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    answer = _write(w, {table: [_update(("a", 2), {"put": [("c", 2)]}, EXISTS), _update(("a", 1), {"put": [("c", 3)]}, EXISTS), _put(("a", 4), [("c", 4)])]})
    equal([(item.is_ok, item.error_code) for item in answer.get_update_by_table(table)], [(False, "OTSConditionCheckFail"), (True, None)])
    equal([item.is_ok for item in answer.get_put_by_table(table)], [True])
    equal([w.values(table, ("a", n)) for n in [1, 2, 4]], [{"c": 3}, None, {"c": 4}])


def write_errors_have_messages(w: World):
    table = w.filled({("a", 1): [("c", "text")]})
    answer = _write(w, {table: [_put((1, 1), [("c", 1)]), _update(("a", 1), {"increment": [("c", 1)]})]})
    wrong_key, not_integer = answer.get_put_by_table(table)[0], answer.get_update_by_table(table)[0]
    equal((wrong_key.error_code, not_integer.error_code), ("OTSInvalidPK", "OTSParameterInvalid"))
    equal(("pk" in wrong_key.error_message, "'c'" in not_integer.error_message), (True, True))


def write_missing_table_fails_its_rows(w: World):
    table = w.table()
    answer = _write(w, {table: [_put(("a", 1), [("c", 1)])], "nothing_here": [_put(("a", 1), [("c", 1)])]})
    equal(answer.get_put_by_table("nothing_here")[0].error_code, "OTSObjectNotExist")
    equal(w.values(table, ("a", 1)), {"c": 1})


def write_column_condition(w: World):
    table = w.filled({("a", 1): [("n", 1)], ("a", 2): [("n", 2)]})
    when = ts.Condition(ts.RowExistenceExpectation.IGNORE, ts.SingleColumnCondition("n", 1, ts.ComparatorType.EQUAL))
    answer = _write(w, {table: [_delete(("a", 1), when), _delete(("a", 2), when)]})
    equal([item.is_ok for item in answer.get_delete_by_table(table)], [True, False])
    equal(w.range(table)[0], [("a", 2)])


def write_returns_keys(w: World):
    table = w.table()
    answer = _write(w, {table: [_put(("a", 1), [("c", 1)], return_type=ts.ReturnType.RT_PK), _put(("a", 2), [("c", 1)])]})
    first, second = answer.get_put_by_table(table)
    equal((first.row.primary_key, second.row.primary_key), (key_of("a", 1), None))


def write_over_200_rows_refused(w: World):
    table = w.table()
    equal(_write(w, {table: [_put(("a", n), [("c", n)]) for n in range(200)]}).is_all_succeed(), True)
    rejected(lambda: _write(w, {table: [_put(("b", n), [("c", n)]) for n in range(201)]}), 400, "OTSParameterInvalid", "200")
    equal(len(w.range(table)[0]), 200)


def write_consumed_capacity(w: World):
    table = w.table()
    answer = _write(w, {table: [_put(("a", 1), [("c", "x" * 9000)]), _put(("a", 2), [("c", 1)])]})
    equal([(item.consumed.read, item.consumed.write) for item in answer.get_put_by_table(table)], [(0, 3), (0, 1)])
