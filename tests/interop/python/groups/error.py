import tablestore as ts

from support import World, equal, key_of, rejected


def wrong_secret(w: World):
    rejected(lambda: w.connect(access_key_secret="wrong").list_table(), 403, "OTSAuthFailed", "ignature")


def unknown_access_id(w: World):
    rejected(lambda: w.connect(access_key_id="nobody").list_table(), 403, "OTSAuthFailed", "AccessKeyID")


def wrong_v4_secret(w: World):
    rejected(lambda: w.connect(access_key_secret="wrong", region="cn-hangzhou").list_table(), 403, "OTSAuthFailed", "ignature")


def v4_signature_accepted(w: World):
    table = w.filled({("a", 1): [("c", 1)]})
    _, row, _ = w.connect(region="cn-hangzhou").get_row(table, key_of("a", 1))
    equal([cell[:2] for cell in row.attribute_columns], [("c", 1)])


def unknown_instance(w: World):
    rejected(lambda: w.connect(instance_name="elsewhere").list_table(), 403, "OTSAuthFailed", "instance")


def missing_table(w: World):
    for call in [lambda: w.get("nothing_here", ("a", 1)), lambda: w.put("nothing_here", ("a", 1)), lambda: w.range("nothing_here"), lambda: w.delete("nothing_here", ("a", 1))]:
        rejected(call, 404, "OTSObjectNotExist", "Requested table does not exist")


def wrong_key_columns(w: World):
    table = w.table()
    for key, text in [([("pk", "a")], "size"), ([("pk", "a"), ("other", 1)], "name"), ([("pk", "a"), ("id", "text")], "type"), ([("id", 1), ("pk", "a")], "name")]:
        rejected(lambda: w.client.get_row(table, key), 400, "OTSInvalidPK", text)
        rejected(lambda: w.client.put_row(table, ts.Row(key, [("c", 1)])), 400, "OTSInvalidPK", text)


def key_too_long(w: World):
    table = w.table()
    w.put(table, ("x" * 1024, 1), [("c", 1)])
    equal(w.values(table, ("x" * 1024, 1)), {"c": 1})
    rejected(lambda: w.put(table, ("x" * 1025, 1), [("c", 1)]), 400, "OTSParameterInvalid", "1025")


def invalid_column_names(w: World):
    table = w.table()
    for name, text in [("", "Invalid column name"), ("x" * 256, "Invalid column name"), ("pk", "primary key")]:
        rejected(lambda: w.put(table, ("a", 1), [(name, 1)]), 400, "OTSParameterInvalid", text)


def not_finite_double(w: World):
    table = w.table()
    for number in [float("nan"), float("inf")]:
        rejected(lambda: w.put(table, ("a", 1), [("d", number)]), 400, "OTSParameterInvalid", "DOUBLE")


def empty_update(w: World):
    rejected(lambda: w.update(w.table(), ("a", 1), {}), 400, "OTSParameterInvalid", "No attribute column")


def zero_max_versions(w: World):
    rejected(lambda: w.get(w.table(), ("a", 1), max_version=0), 400, "OTSParameterInvalid", "")


def bad_range_limit(w: World):
    rejected(lambda: w.range(w.table(), limit=-1), 400, "OTSParameterInvalid", "limit")
