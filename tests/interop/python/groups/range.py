import tablestore as ts

from support import World, equal, key_of, plain, rejected

KEYS = [("a", 1), ("a", 2), ("b", 1), ("b", 5), ("c", -3)]
ROWS = {key: [("c", f"{key[0]}{key[1]}")] for key in KEYS}
LOW, HIGH = ts.INF_MIN, ts.INF_MAX


def forward_all(w: World):
    equal(w.range(w.filled(ROWS)), (KEYS, None))


def backward_all(w: World):
    equal(w.range(w.filled(ROWS), direction="BACKWARD"), (KEYS[::-1], None))


def values_of_rows(w: World):
    table = w.filled(ROWS)
    _, _, rows, _ = w.client.get_range(table, "FORWARD", key_of(LOW, LOW), key_of(HIGH, HIGH))
    equal([[(name, value) for name, value, _ in row.attribute_columns] for row in rows], list(ROWS.values()))


def start_is_inside_end_is_not(w: World):
    table = w.filled(ROWS)
    equal(w.range(table, ("a", 2), ("b", 5)), ([("a", 2), ("b", 1)], None))
    equal(w.range(table, ("b", 5), ("a", 2), "BACKWARD"), ([("b", 5), ("b", 1)], None))


def one_partition_key(w: World):
    table = w.filled(ROWS)
    equal(w.range(table, ("b", LOW), ("b", HIGH)), ([("b", 1), ("b", 5)], None))
    equal(w.range(table, ("b", HIGH), ("b", LOW), "BACKWARD"), ([("b", 5), ("b", 1)], None))


def forward_limit(w: World):
    table = w.filled(ROWS)
    equal(w.range(table, limit=2), (KEYS[:2], ("b", 1)))
    equal(w.range(table, ("b", 1), limit=2), (KEYS[2:4], ("c", -3)))
    equal(w.range(table, ("c", -3), limit=2), (KEYS[4:], None))


def backward_limit(w: World):
    table = w.filled(ROWS)
    equal(w.range(table, direction="BACKWARD", limit=2), ([("c", -3), ("b", 5)], ("b", 1)))
    equal(w.range(table, ("b", 1), (LOW, LOW), "BACKWARD", limit=2), ([("b", 1), ("a", 2)], ("a", 1)))


def pages_join_without_gap(w: World):
    table = w.filled({("p", n): [("n", n)] for n in range(25)})
    keys, following, pages = [], (LOW, LOW), 0
    while following:
        page, following = w.range(table, following, limit=7)
        keys += page
        pages += 1
    equal((keys, pages), ([("p", n) for n in range(25)], 4))


def iterator(w: World):
    table = w.filled(ROWS)
    counter = ts.CapacityUnit(0, 0)
    rows = list(w.client.xget_range(table, "FORWARD", key_of(LOW, LOW), key_of(HIGH, HIGH), counter))
    equal([plain(row.primary_key) for row in rows], KEYS)
    equal((counter.read, counter.write), (1, 0))
    rows = list(w.client.xget_range(table, "BACKWARD", key_of(HIGH, HIGH), key_of(LOW, LOW), counter, count=3))
    equal([plain(row.primary_key) for row in rows], KEYS[:1:-1])


def empty_range(w: World):
    table = w.filled(ROWS)
    equal(w.range(table, ("a", 3), ("b", 1)), ([], None))
    equal(w.range(w.table()), ([], None))


def columns_to_get(w: World):
    table = w.filled({("a", 1): [("x", 1), ("y", 2)], ("a", 2): [("y", 3)]})
    _, _, rows, _ = w.client.get_range(table, "FORWARD", key_of(LOW, LOW), key_of(HIGH, HIGH), ["x", "pk"])
    equal([(plain(row.primary_key), [cell[:2] for cell in row.attribute_columns]) for row in rows], [(("a", 1), [("x", 1)]), (("a", 2), [])])


def max_versions(w: World):
    table = w.table(max_version=3)
    now = w.now_ms()
    w.put(table, ("a", 1), [("c", n, now - n) for n in [1, 2, 3]])
    _, _, rows, _ = w.client.get_range(table, "FORWARD", key_of(LOW, LOW), key_of(HIGH, HIGH), max_version=2)
    equal([value for _, value, _ in rows[0].attribute_columns], [1, 2])


def key_order_by_bytes(w: World):
    texts = ["", "A", "Z", "a", "aa", "b", "é", "世", "🌍"]
    table = w.filled({(text, 0): [("c", 1)] for text in reversed(texts)})
    equal([key[0] for key in w.range(table)[0]], texts)
    numbers = [-(2**63), -1, 0, 1, 2**63 - 1]
    table = w.filled({("n", number): [("c", 1)] for number in reversed(numbers)})
    equal([key[1] for key in w.range(table)[0]], numbers)


def wrong_order_refused(w: World):
    table = w.filled(ROWS)
    rejected(lambda: w.range(table, ("b", 1), ("a", 1)), 400, "OTSParameterInvalid", "")
    rejected(lambda: w.range(table, ("a", 1), ("b", 1), "BACKWARD"), 400, "OTSParameterInvalid", "")


def cut_at_5000_rows(w: World):
    table = w.table()
    for start in range(0, 5200, 200):
        request = ts.BatchWriteRowRequest()
        items = [ts.PutRowItem(ts.Row(key_of("p", n), [("n", n)]), ts.Condition("IGNORE")) for n in range(start, start + 200)]
        request.add(ts.TableInBatchWriteRowItem(table, items))
        equal(w.client.batch_write_row(request).is_all_succeed(), True)
    keys, following = w.range(table)
    equal((len(keys), keys[0], keys[-1], following), (5000, ("p", 0), ("p", 4999), ("p", 5000)))
    equal(len(w.range(table, following)[0]), 200)


def cut_at_4_megabytes(w: World):
    table = w.filled({("p", n): [("c", "x" * 1_500_000)] for n in range(5)})
    keys, following, pages = [], (LOW, LOW), []
    while following:
        page, following = w.range(table, following)
        keys += page
        pages.append(len(page))
    equal(keys, [("p", n) for n in range(5)])
    equal(max(pages) <= 3 and len(pages) > 1, True)
