from odps import errors
from odps.models import TableSchema
from odps.types import Column

from support import World, equal, rejected

EVERY_TYPE = ["tinyint", "smallint", "int", "bigint", "float", "double", "boolean", "string", "varchar(20)", "char(5)", "binary", "decimal(38,18)", "decimal(10,2)",
              "decimal", "date", "datetime", "timestamp", "timestamp_ntz", "json", "interval_day_time", "interval_year_month", "array<bigint>", "map<string,bigint>",
              "struct<x:int,y:string>", "array<struct<p:double,q:array<string>>>", "map<string,array<decimal(10,2)>>"]


def create_every_type(w: World):
    table = w.table(", ".join(f"c{i} {kind}" for i, kind in enumerate(EVERY_TYPE)))
    table.reload()
    equal([column.name for column in table.table_schema.columns], [f"c{i}" for i in range(len(EVERY_TYPE))])
    plain = lambda kind: kind.replace("decimal(54,18)", "decimal").replace("`", "")
    equal([plain(str(column.type.name)) for column in table.table_schema.columns], EVERY_TYPE)


def create_with_comments(w: World):
    schema = TableSchema(columns=[Column("id", "bigint", "the key; 'quoted', \"twice\""), Column("v", "string", "文字\n两行")], partitions=[Column("pt", "string", "by day")])
    table = w.odps.create_table(w.new_name(), schema, comment="it's a table: 城市", lifecycle=7)
    table.reload()
    equal(table.comment, "it's a table: 城市")
    equal(table.lifecycle, 7)
    equal([(column.name, column.comment) for column in table.table_schema.simple_columns], [("id", "the key; 'quoted', \"twice\""), ("v", "文字\n两行")])
    equal([(column.name, column.comment) for column in table.table_schema.partitions], [("pt", "by day")])


def create_twice(w: World):
    table = w.table("a bigint")
    rejected(errors.ODPSError, "ODPS-0110061", lambda: w.odps.create_table(table.name, "a bigint"), "already exists")
    w.odps.create_table(table.name, "b string", if_not_exists=True)
    table.reload()
    equal(table.table_schema.names, ["a"])


def names_ignore_case(w: World):
    name = w.new_name()
    w.odps.create_table(name.upper(), "Id bigint, Name string")
    equal(w.odps.exist_table(name), True)
    w.write(w.odps.get_table(name), [[1, "x"]])
    equal(w.read(w.odps.get_table(name.upper()), columns=["NAME", "ID"]), [["x", 1]])


def not_null(w: World):
    table = w.odps.create_table(w.new_name(), "id bigint not null, v string")
    table.reload()
    equal([column.nullable for column in table.table_schema.simple_columns], [False, True])


def exist_and_drop(w: World):
    name = w.new_name()
    equal(w.odps.exist_table(name), False)
    w.odps.create_table(name, "a bigint")
    equal(w.odps.exist_table(name), True)
    w.odps.delete_table(name)
    equal(w.odps.exist_table(name), False)
    w.odps.delete_table(name, if_exists=True)
    rejected(errors.NoSuchTable, "ODPS-0130131", lambda: w.odps.delete_table(name), "Table not found")


def describe_unknown(w: World):
    rejected(errors.NoSuchTable, "NoSuchTable", lambda: w.odps.get_table("no_such_table").reload())


def list_by_prefix_in_pages(w: World):
    names = sorted(w.table("a bigint").name for _ in range(5))
    w.odps.create_table("other_py", "a bigint")
    equal([table.name for table in w.odps.list_tables(prefix="py_")], names)
    tables = w.odps.get_project(w.project).tables
    first = tables._client.get(tables.resource(), params={"expectmarker": "true", "name": "py_", "maxitems": 3}).text
    equal([name in first for name in names], [True, True, True, False, False])
    equal("<Marker/>" in first or "<Marker></Marker>" in first, False)
    w.odps.delete_table("other_py")


def describe(w: World):
    table = w.table("id bigint, v string", "ds string, hh bigint")
    table.reload()
    equal(table.project.name, w.project)
    equal(table.table_schema.names, ["id", "v"])
    equal([(column.name, column.type.name) for column in table.table_schema.partitions], [("ds", "string"), ("hh", "bigint")])
    equal(table.is_virtual_view, False)
    equal(table.is_transactional, False)
    equal(table.creation_time is not None and table.last_data_modified_time is not None, True)
    equal(bool(table.owner), True)


def add_columns(w: World):
    """Rows of before have NULL in them, and in the order of the table's new columns."""
    table = w.table("a bigint")
    w.write(table, [[1]])
    table.add_columns("b string, c array<bigint>")
    table.reload()
    equal(table.table_schema.names, ["a", "b", "c"])
    w.write(table, [[2, "x", [3]]])
    equal(w.read(table), [[1, None, None], [2, "x", [3]]])
    equal(w.read(table, columns=["c", "a"]), [[None, 1], [[3], 2]])


def rename_column(w: World):
    table = w.table("a bigint, b string")
    w.write(table, [[1, "x"]])
    table.rename_column("b", "name")
    table.reload()
    equal(table.table_schema.names, ["a", "name"])
    equal(w.read(table, columns=["name"]), [["x"]])


def rename(w: World):
    table = w.table("a bigint", "ds string")
    w.write(table, [[1]], "ds=1", create_partition=True)
    old, new = table.name, w.new_name()
    table.rename(new)
    equal((w.odps.exist_table(old), w.odps.exist_table(new)), (False, True))
    equal(w.read(w.odps.get_table(new), "ds=1"), [[1]])


def set_comment_and_lifecycle(w: World):
    table = w.table("a bigint")
    table.set_comment("it's\n城市")
    table.set_lifecycle(12)
    table = w.odps.get_table(table.name)
    equal((table.comment, table.lifecycle), ("it's\n城市", 12))


def ddl_makes_the_same_table(w: World):
    """The statement that the client makes of a table's description."""
    table = w.table("a bigint not null, v map<string,array<decimal(10,2)>>, x struct<p:double,q:string>", "ds string", comment="it's", lifecycle=3)
    twin = w.new_name()
    w.odps.execute_sql(table.get_ddl().replace(f"`{table.name}`", f"`{twin}`"))
    twin = w.odps.get_table(twin)
    equal(str(twin.table_schema), str(table.table_schema))
    equal((twin.comment, twin.lifecycle), ("it's", 3))


def truncate(w: World):
    table = w.table("a bigint")
    w.write(table, [[1], [2]])
    table.truncate()
    equal(w.read(table), [])


def head(w: World):
    table = w.table("a bigint, s string")
    w.write(table, [[1, 'x,"y"'], [2, None], [3, "三"]])
    equal([record.values for record in table.head(2)], [[1, 'x,"y"'], [2, None]])
    equal([record.values for record in table.head(5, columns=["s"])], [['x,"y"'], [None], ["三"]])


def preview(w: World):
    """head() of the newer kind: an Arrow stream of its own."""
    table = w.table("a bigint, s string", "ds string")
    w.write(table, [[1, "城"], [2, None], [3, "z"]], "ds=1", create_partition=True)
    equal([list(record.values)[:2] for record in table.head(2, partition="ds=1", use_legacy=False)], [[1, "城"], [2, None]])
