import tablestore as ts

from support import World, equal, rejected

ANY_THROUGHPUT = ts.ReservedThroughput(ts.CapacityUnit(0, 0))


def create_describe_all_options(w: World):
    name = w.new_name()
    keys = [("text", "STRING"), ("number", "INTEGER"), ("bytes", "BINARY"), ("serial", "INTEGER", ts.PK_AUTO_INCR)]
    defined = [("s", "STRING"), ("i", "INTEGER"), ("d", "DOUBLE"), ("b", "BOOLEAN"), ("y", "BINARY")]
    w.client.create_table(ts.TableMeta(name, keys, defined), ts.TableOptions(172800, 7, 3600, None), ts.ReservedThroughput(ts.CapacityUnit(3, 2)))
    table = w.client.describe_table(name)
    equal(table.table_meta.table_name, name)
    equal(table.table_meta.schema_of_primary_key, keys)
    equal(table.table_meta.defined_columns, defined)
    equal((table.table_options.time_to_live, table.table_options.max_version, table.table_options.max_time_deviation), (172800, 7, 3600))
    equal((table.reserved_throughput_details.capacity_unit.read, table.reserved_throughput_details.capacity_unit.write), (3, 2))


def create_default_options(w: World):
    table = w.client.describe_table(w.table())
    equal((table.table_options.time_to_live, table.table_options.max_version, table.table_options.max_time_deviation), (-1, 1, 86400))
    equal(table.secondary_indexes, [])


def create_disallowing_updates(w: World):
    name = w.table(allow_update=False)
    equal(w.client.describe_table(name).table_options.allow_update, False)
    equal(w.client.describe_table(w.table()).table_options.allow_update, True)


def create_with_encryption_accepted(w: World):
    name = w.new_name()
    w.client.create_table(ts.TableMeta(name, [("pk", "STRING")]), ts.TableOptions(), ANY_THROUGHPUT,
                          sse_spec=ts.SSESpecification(True, ts.SSEKeyType.SSE_KMS_SERVICE))
    equal(w.client.describe_table(name).table_meta.table_name, name)


def create_twice_refused(w: World):
    name = w.table()
    rejected(lambda: w.client.create_table(ts.TableMeta(name, [("pk", "STRING")]), ts.TableOptions(), ANY_THROUGHPUT),
             409, "OTSObjectAlreadyExist", "already exist")


def invalid_names_refused(w: World):
    for name in ["", "1st", "a-b", "a b", "表", "x" * 256]:
        rejected(lambda: w.client.create_table(ts.TableMeta(name, [("pk", "STRING")]), ts.TableOptions(), ANY_THROUGHPUT),
                 400, "OTSParameterInvalid", "Invalid table name")
    rejected(lambda: w.client.create_table(ts.TableMeta(w.new_name(), [("no-key", "STRING")]), ts.TableOptions(), ANY_THROUGHPUT),
             400, "OTSParameterInvalid", "no-key")


def longest_name(w: World):
    name = "x" * 255
    w.client.create_table(ts.TableMeta(name, [("k" * 255, "STRING")]), ts.TableOptions(), ANY_THROUGHPUT)
    equal(w.client.describe_table(name).table_meta.schema_of_primary_key, [("k" * 255, "STRING")])


def key_column_count_refused(w: World):
    for count in [0, 5]:
        keys = [(f"k{i}", "STRING") for i in range(count)]
        rejected(lambda: w.client.create_table(ts.TableMeta(w.new_name(), keys), ts.TableOptions(), ANY_THROUGHPUT),
                 400, "OTSParameterInvalid", "primary key")


def duplicate_columns_refused(w: World):
    for keys, defined in [([("a", "STRING"), ("a", "INTEGER")], []), ([("a", "STRING")], [("a", "STRING")])]:
        rejected(lambda: w.client.create_table(ts.TableMeta(w.new_name(), keys, defined), ts.TableOptions(), ANY_THROUGHPUT),
                 400, "OTSParameterInvalid", "a")


def invalid_options_refused(w: World):
    for options in [ts.TableOptions(time_to_live=86399), ts.TableOptions(time_to_live=0), ts.TableOptions(max_version=0), ts.TableOptions(max_time_deviation=0)]:
        rejected(lambda: w.client.create_table(ts.TableMeta(w.new_name(), [("pk", "STRING")]), options, ANY_THROUGHPUT),
                 400, "OTSParameterInvalid", "")


def list_sorted(w: World):
    names = [w.table() for _ in range(3)]
    listed = w.client.list_table()
    equal(list(listed), sorted(listed))
    equal(set(names) - set(listed), set())


def update_options(w: World):
    name = w.table()
    answer = w.client.update_table(name, ts.TableOptions(90000, 5, 7200))
    equal((answer.table_options.time_to_live, answer.table_options.max_version, answer.table_options.max_time_deviation), (90000, 5, 7200))
    options = w.client.describe_table(name).table_options
    equal((options.time_to_live, options.max_version, options.max_time_deviation), (90000, 5, 7200))


def update_throughput(w: World):
    name = w.table()
    answer = w.client.update_table(name, None, ts.ReservedThroughput(ts.CapacityUnit(11, 12)))
    equal((answer.reserved_throughput_details.capacity_unit.read, answer.reserved_throughput_details.capacity_unit.write), (11, 12))
    unit = w.client.describe_table(name).reserved_throughput_details.capacity_unit
    equal((unit.read, unit.write), (11, 12))


def update_missing_refused(w: World):
    rejected(lambda: w.client.update_table("nothing_here", ts.TableOptions(-1, 2)), 404, "OTSObjectNotExist", "does not exist")


def delete_then_missing(w: World):
    name = w.filled({("a", 1): [("c", 1)]})
    w.client.delete_table(name)
    equal(name in w.client.list_table(), False)
    rejected(lambda: w.client.describe_table(name), 404, "OTSObjectNotExist", "does not exist")
    rejected(lambda: w.client.delete_table(name), 404, "OTSObjectNotExist", "does not exist")


def recreate_is_empty(w: World):
    name = w.filled({("a", 1): [("c", 1)]})
    w.client.delete_table(name)
    w.client.create_table(ts.TableMeta(name, [("pk", "STRING"), ("id", "INTEGER")]), ts.TableOptions(), ANY_THROUGHPUT)
    equal(w.range(name), ([], None))


def create_with_partitions(w: World):
    # The SDK's own call is private; it sends the partitions' bounds.
    name = w.new_name()
    w.client._create_table_ex(ts.TableMeta(name, [("pk", "INTEGER")]), ts.TableOptions(), ANY_THROUGHPUT, split_points=[10, 20])
    for number in [5, 15, 25]:
        w.client.put_row(name, ts.Row([("pk", number)], [("c", number)]))
    _, _, rows, _ = w.client.get_range(name, "FORWARD", [("pk", ts.INF_MIN)], [("pk", ts.INF_MAX)])
    equal([row.primary_key[0][1] for row in rows], [5, 15, 25])


def over_64_refused(w: World):
    names = [w.table([("pk", "STRING")]) for _ in range(64)]
    rejected(lambda: w.table(), 403, "OTSQuotaExhausted", "64")
    w.client.delete_table(names[0])
    equal(len(w.client.list_table()), 63)
    w.table()
