from odps import errors

from support import World, equal, rejected

# What values hold beside letters and digits. The client gives up values with quotes, commas and = by itself;
# those with % + & it signs in another way than the service does: it decodes them twice.
SPECIAL = ["2026-11-22 10:00:00", "城市", "a:b", "*", "x.y", "é", "#1", "a;b", "𝄞", "~!@$^()[]{}|", "100%", "%41", "a+b", "a&b", "a?b"]


def create_exist_delete(w: World):
    table = w.table("a bigint", "ds string")
    equal(table.exist_partition("ds=1"), False)
    table.create_partition("ds=1")
    equal(table.exist_partition("ds=1"), True)
    table.create_partition("ds=1", if_not_exists=True)
    rejected(errors.ODPSError, "ODPS-0110061", lambda: table.create_partition("ds=1"), "exists")
    table.delete_partition("ds=1")
    equal(table.exist_partition("ds=1"), False)
    table.delete_partition("ds=1", if_exists=True)
    rejected(errors.ODPSError, "ODPS-0110061", lambda: table.delete_partition("ds=1"), "artition")


def levels_and_order(w: World):
    table = w.table("a bigint", "ds string, hh bigint")
    for spec in ["ds=2,hh=10", "ds=1,hh=2", "ds=2,hh=9"]:
        table.create_partition(spec)
    equal([partition.name for partition in table.partitions], ["ds='1',hh='2'", "ds='2',hh='10'", "ds='2',hh='9'"])
    equal([partition.name for partition in table.iterate_partitions("ds=2")], ["ds='2',hh='10'", "ds='2',hh='9'"])
    equal([partition.name for partition in table.iterate_partitions(reverse=True)], ["ds='2',hh='9'", "ds='2',hh='10'", "ds='1',hh='2'"])
    equal(table.get_max_partition(skip_empty=False).name, "ds='2',hh='9'")
    equal(table.exist_partitions("ds=2"), True)
    equal(table.exist_partitions("ds=3"), False)


def rows_keep_apart(w: World):
    table = w.table("a bigint", "ds string, hh string")
    for hh in ["01", "02"]:
        w.write(table, [[int(hh)]], f"ds=1,hh={hh}", create_partition=True)
    equal(w.read(table, "ds=1,hh=01"), [[1]])
    equal(w.read(table, "ds=1,hh=02"), [[2]])
    table.truncate("ds=1,hh=01")
    equal(w.read(table, "ds=1,hh=01"), [])
    equal(w.read(table, "ds=1,hh=02"), [[2]])


def reader_appends_values(w: World):
    table = w.table("a bigint", "ds string, hh bigint")
    w.write(table, [[1]], "ds=x,hh=7", create_partition=True)
    with table.open_reader(partition="ds=x,hh=7") as reader:
        equal([record.values for record in reader], [[1, "x", "7"]])


def special_characters(w: World):
    table = w.table("a bigint", "ds string")
    for number, value in enumerate(SPECIAL):
        table.create_partition(f"ds='{value}'")
        w.write(table, [[number]], f"ds='{value}'")
    equal(sorted(partition.partition_spec["ds"] for partition in table.partitions), sorted(SPECIAL))
    for number, value in enumerate(SPECIAL):
        equal(table.exist_partition(f"ds='{value}'"), True)
        equal(w.read(table, f"ds='{value}'"), [[number]])
        table.delete_partition(f"ds='{value}'")
    equal(list(table.partitions), [])


def unknown(w: World):
    table = w.table("a bigint", "ds string")
    rejected(errors.NoSuchPartition, "NoSuchPartition", lambda: table.get_partition("ds=1").reload())
    rejected(errors.NoSuchPartition, "NoSuchPartition", lambda: w.upload(table, "ds=1"))
    rejected(errors.NoSuchPartition, "NoSuchPartition", lambda: w.download(table, "ds=1"))


def wrong_spec(w: World):
    table = w.table("a bigint", "ds string, hh string")
    rejected(errors.ODPSError, "InvalidPartitionSpec", lambda: w.upload(table, "ds=1"))
    rejected(errors.ODPSError, "InvalidPartitionSpec", lambda: w.upload(table, "ds=1,mm=2"))
    rejected(errors.ODPSError, "MissingPartitionSpec", lambda: w.upload(table))
    rejected(errors.ODPSError, "InvalidPartitionSpec", lambda: w.upload(w.table("a bigint"), "ds=1"))


def many_in_pages(w: World):
    """More than one answer holds: the client follows the marker."""
    table = w.table("a bigint", "ds string")
    clauses = " ".join(f"partition (ds='{number:04}')" for number in range(1100))
    w.odps.execute_sql(f"alter table {table.name} add {clauses}")
    equal([partition.partition_spec["ds"] for partition in table.partitions], [f"{number:04}" for number in range(1100)])
