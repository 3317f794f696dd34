import tablestore as ts
from python_suite import control

from support import World, equal, key_of, plain, rejected


def _begin(w, table, partition="a"):
    return w.client.start_local_transaction(table, [("pk", partition)])


def commit_shows_writes(w: World):
    table = w.filled({("a", 1): [("c", 1)], ("a", 3): [("c", 3)]})
    txn = _begin(w, table)
    w.put(table, ("a", 2), [("c", 2)], transaction_id=txn)
    w.update(table, ("a", 1), {"put": [("d", 1)], "increment": [("c", 9)]}, transaction_id=txn)
    w.delete(table, ("a", 3), transaction_id=txn)
    w.client.commit_transaction(txn)
    equal([w.values(table, ("a", n)) for n in [1, 2, 3]], [{"c": 10, "d": 1}, {"c": 2}, None])


def abort_hides_writes(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    txn = _begin(w, table)
    w.put(table, ("a", 1), [("c", 2)], transaction_id=txn)
    w.put(table, ("a", 2), [("c", 2)], transaction_id=txn)
    w.client.abort_transaction(txn)
    equal([w.values(table, ("a", n)) for n in [1, 2]], [{"c": 1}, None])


def reads_see_own_writes(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    txn = _begin(w, table)
    w.put(table, ("a", 2), [("c", "new")], transaction_id=txn)
    w.update(table, ("a", 1), {"put": [("c", "changed")]}, transaction_id=txn)
    equal([w.values(table, ("a", n), transaction_id=txn) for n in [1, 2]], [{"c": "changed"}, {"c": "new"}])
    w.client.abort_transaction(txn)


def others_do_not_see_open_writes(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    txn = _begin(w, table)
    w.put(table, ("a", 1), [("c", 2)], transaction_id=txn)
    w.put(table, ("a", 2), [("c", 2)], transaction_id=txn)
    equal([w.values(table, ("a", n)) for n in [1, 2]], [{"c": 1}, None])
    equal(w.range(table)[0], [("a", 1)])
    w.client.commit_transaction(txn)
    equal(w.range(table)[0], [("a", 1), ("a", 2)])


def range_sees_own_writes(w: World):
    table = w.filled({("a", 1): [("c", 1)], ("a", 3): [("c", 3)]})
    txn = _begin(w, table)
    w.put(table, ("a", 2), [("c", 2)], transaction_id=txn)
    w.delete(table, ("a", 3), transaction_id=txn)
    _, _, rows, _ = w.client.get_range(table, "FORWARD", key_of("a", ts.INF_MIN), key_of("a", ts.INF_MAX), transaction_id=txn)
    equal([plain(row.primary_key) for row in rows], [("a", 1), ("a", 2)])
    w.client.abort_transaction(txn)
    equal(w.range(table)[0], [("a", 1), ("a", 3)])


def batch_write(w: World):
    table = w.table()
    txn = _begin(w, table)
    request = ts.BatchWriteRowRequest()
    request.add(ts.TableInBatchWriteRowItem(table, [ts.PutRowItem(ts.Row(key_of("a", n), [("n", n)]), ts.Condition("IGNORE")) for n in [1, 2]]))
    request.set_transaction_id(txn)
    equal(w.client.batch_write_row(request).is_all_succeed(), True)
    equal(w.range(table)[0], [])
    w.client.commit_transaction(txn)
    equal(w.range(table)[0], [("a", 1), ("a", 2)])


def conditions_see_own_writes(w: World):
    table = w.table()
    txn = _begin(w, table)
    w.put(table, ("a", 1), [("c", 1)], ts.Condition("EXPECT_NOT_EXIST"), transaction_id=txn)
    rejected(lambda: w.put(table, ("a", 1), [("c", 2)], ts.Condition("EXPECT_NOT_EXIST"), transaction_id=txn), 403, "OTSConditionCheckFail", "Condition check failed")
    w.client.commit_transaction(txn)
    equal(w.values(table, ("a", 1)), {"c": 1})


def write_outside_conflicts(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    txn = _begin(w, table)
    w.put(table, ("a", 1), [("c", "in")], transaction_id=txn)
    rejected(lambda: w.put(table, ("a", 1), [("c", "out")]), 409, "OTSRowOperationConflict", "")
    w.put(table, ("b", 1), [("c", "elsewhere")])
    w.client.commit_transaction(txn)
    w.put(table, ("a", 2), [("c", "after")])
    equal([w.values(table, key) for key in [("a", 1), ("a", 2), ("b", 1)]], [{"c": "in"}, {"c": "after"}, {"c": "elsewhere"}])


def second_transaction_conflicts(w: World):
    table = w.table()
    first = _begin(w, table)
    rejected(lambda: _begin(w, table), 409, "OTSRowOperationConflict", "")
    other = _begin(w, table, "b")
    w.client.abort_transaction(first)
    w.client.abort_transaction(_begin(w, table))
    w.client.abort_transaction(other)


def other_partition_key_refused(w: World):
    table = w.table()
    txn = _begin(w, table)
    rejected(lambda: w.put(table, ("b", 1), [("c", 1)], transaction_id=txn), 400, "OTSDataOutOfRange", "")
    rejected(lambda: w.get(table, ("b", 1), transaction_id=txn), 400, "OTSDataOutOfRange", "")
    w.client.abort_transaction(txn)


def ended_transaction_is_unknown(w: World):
    table = w.table()
    for end in [w.client.commit_transaction, w.client.abort_transaction]:
        txn = _begin(w, table)
        end(txn)
        for call in [lambda: w.put(table, ("a", 1), [("c", 1)], transaction_id=txn), lambda: w.client.commit_transaction(txn), lambda: w.client.abort_transaction(txn)]:
            rejected(call, 404, "OTSSessionNotExist", "")
    equal(w.get(table, ("a", 1)), None)


def expires_after_a_minute(w: World):
    table = w.table()
    txn = _begin(w, table)
    w.put(table, ("a", 1), [("c", 1)], transaction_id=txn)
    control("clock", {"step_ms": 61_000})
    rejected(lambda: w.client.commit_transaction(txn), 404, "OTSSessionNotExist", "")
    equal(w.get(table, ("a", 1)), None)
    w.put(table, ("a", 1), [("c", 2)])
    equal(w.values(table, ("a", 1)), {"c": 2})


def start_needs_table(w: World):
    rejected(lambda: _begin(w, "nothing_here"), 404, "OTSObjectNotExist", "does not exist")
