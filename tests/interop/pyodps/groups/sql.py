import collections
import datetime
import decimal

import pandas
from odps import errors

from support import UTC, World, equal, rejected, same

_Struct = collections.namedtuple("Struct", "x y")
TYPES = ["tinyint", "smallint", "int", "float", "varchar(9)", "char(5)", "decimal(10,2)", "date", "datetime", "timestamp_ntz", "array<bigint>", "map<string,bigint>",
         "struct<x:int,y:string>", "json"]


def _filled(w):
    table = w.table("id bigint, name string, price decimal(10,2)")
    w.write(table, [[1, "x", None], [2, '城市,"quoted"\nline', None], [3, None, None]])
    return table


def select_as_csv(w: World):
    table = _filled(w)
    equal(w.select(f"select id, name from {table.name} order by id"), [["1", "x"], ["2", '城市,"quoted"\nline'], ["3", None]])


def select_nothing(w: World):
    table = w.table("id bigint, name string")
    equal(w.select(f"select * from {table.name}"), [])


def select_counts_and_groups(w: World):
    table = w.table("id bigint, v double", "ds string")
    for ds in "12":
        w.write(table, [[1, 0.5], [1, 1.5], [2, None]], f"ds={ds}", create_partition=True)
    equal(w.select(f"select ds, id, count(*) as n, sum(v) as s from {table.name} group by ds, id order by ds, id"),
          [["1", "1", "2", "2.0"], ["1", "2", "1", None], ["2", "1", "2", "2.0"], ["2", "2", "1", None]])
    equal(w.select(f"select count(*) from {table.name} where ds = '2'"), [["3"]])


def select_through_the_tunnel(w: World):
    """Typed, unlimited: what execute_sql().open_reader() does when the service offers it."""
    table = w.table("id bigint, name string, v double, ok boolean")
    rows = [[1, "x", 1.5, True], [2, '城市,"\n\0', -0.0, False], [3, None, None, None], [4, "", float("nan"), True]]
    w.write(table, rows)
    with w.odps.execute_sql(f"select id, name, v, ok from {table.name} order by id").open_reader(tunnel=True) as reader:
        equal(reader.count, 4)
        equal([column.name for column in reader.schema.columns], ["id", "name", "v", "ok"])
        same([list(record.values) for record in reader], rows)


def select_many_rows_through_the_tunnel(w: World):
    table = w.table("id bigint, s string")
    rows = [[number, f"row {number}"] for number in range(30000)]
    w.write(table, rows)
    with w.odps.execute_sql(f"select * from {table.name} order by id").open_reader(tunnel=True, limit=False) as reader:
        equal(reader.count, 30000)
        equal([list(record.values) for record in reader[100:200]], rows[100:200])
        equal([list(record.values) for record in reader], rows)


def select_every_type_through_the_tunnel(w: World):
    """A result has the types of its columns."""
    table = w.table(", ".join(f"c{number} {kind}" for number, kind in enumerate(TYPES)))
    d = decimal.Decimal
    row = [-128, 32767, -1, 1.25, "城", "ab   ", d("0.10"), datetime.date(1969, 12, 31), datetime.datetime(2024, 2, 29, 4, 34, 56, 789000, tzinfo=UTC),
           pandas.Timestamp("2024-02-29 12:34:56.123456789"), [1, None], {"k": None}, _Struct(7, "文"), {"j": [1, None]}]
    w.write(table, [row, [None] * len(TYPES)])
    with w.odps.execute_sql(f"select * from {table.name}").open_reader(tunnel=True) as reader:
        equal([column.type.name.replace("`", "") for column in reader.schema.columns], TYPES)
        same(sorted([list(record.values) for record in reader], key=str), sorted([row, [None] * len(TYPES)], key=str))


def unknown_table(w: World):
    rejected(errors.NoSuchTable, "ODPS-0130131", lambda: w.odps.execute_sql("select * from no_such_table"), "Table not found")


def syntax_error(w: World):
    rejected(errors.ParseError, "ODPS-0130161", lambda: w.odps.execute_sql("selec 1"), "Parse exception")


def unknown_column(w: World):
    table = w.table("a bigint")
    rejected(errors.ODPSError, "ODPS-0130071", lambda: w.odps.execute_sql(f"select b from {table.name}"), "Semantic analysis exception")


def instance_states(w: World):
    table = w.table("a bigint")
    instance = w.odps.run_sql(f"select count(*) from {table.name}")
    instance.wait_for_success()
    equal((instance.is_terminated(), instance.is_successful()), (True, True))
    equal([status.value for status in (task.status for task in instance.get_task_statuses().values())], ["SUCCESS"])
    equal(w.odps.exist_instance(instance.id), True)
    equal(w.odps.exist_instance("20200101000000000no_such"), False)
    failing = w.odps.run_sql("select * from no_such_table")
    rejected(errors.NoSuchTable, "ODPS-0130131", failing.wait_for_success)
    equal((failing.is_terminated(), failing.is_successful()), (True, False))


def instances_are_listed(w: World):
    table = w.table("a bigint")
    ids = [w.odps.execute_sql(f"select {number} from {table.name}").id for number in range(3)]
    equal({instance.id for instance in w.odps.list_instances()} >= set(ids), True)
    equal(w.odps.get_instance(ids[0]).get_sql_query().strip().rstrip(";"), f"select 0 from {table.name}")


def insert_into(w: World):
    table = w.table("id bigint, name string")
    w.odps.execute_sql(f"insert into table {table.name} values (1, 'x'), (2, null), (3, '城市')")
    w.odps.execute_sql(f"insert into {table.name} select id + 10, name from {table.name} where id < 3")
    equal(sorted(w.read(table), key=str), sorted([[1, "x"], [2, None], [3, "城市"], [11, "x"], [12, None]], key=str))


def insert_overwrite(w: World):
    source = w.table("id bigint, name string")
    w.write(source, [[1, "x"], [2, "y"]])
    table = w.table("id bigint, name string", "ds string")
    w.write(table, [[9, "old"]], "ds=1", create_partition=True)
    w.write(table, [[8, "kept"]], "ds=2", create_partition=True)
    w.odps.execute_sql(f"insert overwrite table {table.name} partition (ds='1') select * from {source.name}")
    equal(w.read(table, "ds=1"), [[1, "x"], [2, "y"]])
    equal(w.read(table, "ds=2"), [[8, "kept"]])


def script_with_settings(w: World):
    table = w.table("id bigint")
    w.odps.execute_sql(f"set odps.sql.type.system.odps2=true; insert into {table.name} values (7);")
    equal(w.read(table), [[7]])


def alter_partitions(w: World):
    table = w.table("id bigint", "ds string, hh string")
    w.odps.execute_sql(f"alter table {table.name} add if not exists partition (ds='1', hh='1') partition (ds='1', hh=\"2\")")
    equal([partition.name for partition in table.partitions], ["ds='1',hh='1'", "ds='1',hh='2'"])
    w.odps.execute_sql(f"ALTER TABLE {w.project}.`{table.name}` DROP IF EXISTS PARTITION (ds='1',hh='1')")
    equal([partition.name for partition in table.partitions], ["ds='1',hh='2'"])
