import tablestore as ts

from support import IGNORE, World, equal, plain, rejected

KEYS = [("pk", "STRING"), ("id", "INTEGER", ts.PK_AUTO_INCR)]


def _add(w, table, partition, columns=()):
    _, row = w.client.put_row(table, ts.Row([("pk", partition), ("id", ts.PK_AUTO_INCR)], list(columns)), IGNORE, ts.ReturnType.RT_PK)
    equal([name for name, _ in row.primary_key], ["pk", "id"])
    equal(row.primary_key[0][1], partition)
    return row.primary_key[1][1]


def put_returns_the_key(w: World):
    table = w.table(KEYS)
    number = _add(w, table, "a", [("c", "text")])
    equal(isinstance(number, int) and number > 0, True)
    equal(w.values(table, ("a", number)), {"c": "text"})


def keys_rise(w: World):
    table = w.table(KEYS)
    numbers = [_add(w, table, "a", [("n", n)]) for n in range(10)]
    equal(numbers, sorted(set(numbers)))
    equal(w.range(table)[0], [("a", number) for number in numbers])


def keys_are_not_used_again(w: World):
    table = w.table(KEYS)
    first = _add(w, table, "a")
    w.delete(table, ("a", first))
    equal(_add(w, table, "a") > first, True)


def batch_write(w: World):
    table = w.table(KEYS)
    items = [ts.PutRowItem(ts.Row([("pk", "a"), ("id", ts.PK_AUTO_INCR)], [("n", n)]), IGNORE, ts.ReturnType.RT_PK) for n in range(3)]
    request = ts.BatchWriteRowRequest()
    request.add(ts.TableInBatchWriteRowItem(table, items))
    answer = w.client.batch_write_row(request)
    equal(answer.is_all_succeed(), True)
    returned = [plain(item.row.primary_key) for item in answer.get_put_by_table(table)]
    equal(w.range(table)[0], returned)
    equal([w.values(table, key)["n"] for key in returned], [0, 1, 2])


def existing_row_updates(w: World):
    table = w.table(KEYS)
    number = _add(w, table, "a", [("c", 1)])
    w.update(table, ("a", number), {"put": [("c", 2)]}, ts.Condition(ts.RowExistenceExpectation.EXPECT_EXIST))
    equal(w.values(table, ("a", number)), {"c": 2})


def first_key_column_refused(w: World):
    for keys in [[("id", "INTEGER", ts.PK_AUTO_INCR)], [("pk", "STRING"), ("id", "STRING", ts.PK_AUTO_INCR)],
                 [("pk", "STRING"), ("a", "INTEGER", ts.PK_AUTO_INCR), ("b", "INTEGER", ts.PK_AUTO_INCR)]]:
        rejected(lambda: w.table(keys), 400, "OTSParameterInvalid", "AUTO_INCREMENT")
