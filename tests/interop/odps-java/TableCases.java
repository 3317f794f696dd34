package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.World.*;

import com.aliyun.odps.*;
import com.aliyun.odps.data.RecordReader;
import java.util.ArrayList;
import java.util.List;

final class TableCases extends Cases {
  static final List<String> EVERY_TYPE =
      List.of("TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "BOOLEAN", "STRING",
          "VARCHAR(20)", "CHAR(5)", "BINARY", "DECIMAL(38,18)", "DECIMAL(10,2)", "DECIMAL", "DATE",
          "DATETIME", "TIMESTAMP", "TIMESTAMP_NTZ", "JSON", "INTERVAL_DAY_TIME",
          "INTERVAL_YEAR_MONTH", "ARRAY<BIGINT>", "MAP<STRING,BIGINT>", "STRUCT<x:INT,y:STRING>",
          "ARRAY<STRUCT<p:DOUBLE,q:ARRAY<STRING>>>", "MAP<STRING,ARRAY<DECIMAL(10,2)>>");

  private static List<String> names(World w, String prefix) {
    TableFilter filter = new TableFilter();
    filter.setName(prefix);
    List<String> names = new ArrayList<>();
    w.odps.tables().iterator(filter).forEachRemaining(table -> names.add(table.getName()));
    return names;
  }

  TableCases() {
    add("table.create_every_type", w -> {
      StringBuilder columns = new StringBuilder();
      for (int i = 0; i < EVERY_TYPE.size(); ++i)
        columns.append(i > 0 ? ", c" : "c").append(i).append(' ').append(EVERY_TYPE.get(i));
      Table table = w.get(w.table(columns.toString()));
      table.reload();
      equal(EVERY_TYPE,
          table.getSchema()
              .getColumns()
              .stream()
              .map(column -> column.getTypeInfo().getTypeName().replace("`", ""))
              .toList());
    });

    add("table.create_with_comments", w -> {
      TableSchema schema = new TableSchema();
      schema.addColumn(new Column("id", OdpsType.BIGINT, "the key; \"twice\""));
      schema.addColumn(new Column("v", OdpsType.STRING, "文字"));
      schema.addPartitionColumn(new Column("pt", OdpsType.STRING, "by day"));
      String name = w.newName();
      w.odps.tables()
          .newTableCreator(name, schema)
          .withComment("a table: 城市")
          .withLifeCycle(7L)
          .create();
      Table table = w.get(name);
      table.reload();
      equal("a table: 城市", table.getComment());
      equal(7, table.getLife());
      equal("the key; \"twice\"", table.getSchema().getColumn("id").getComment());
      equal("文字", table.getSchema().getColumn("v").getComment());
      equal("by day", table.getSchema().getPartitionColumn("pt").getComment());
    });

    add("table.create_twice", w -> {
      String name = w.table("a bigint");
      refused(OdpsException.class, "ODPS-0110061", "already exists",
          () -> w.odps.tables().create(w.project, name, schema("a bigint")));
      w.odps.tables().create(w.project, name, schema("b string"), true);
      Table table = w.get(name);
      table.reload();
      equal("a", table.getSchema().getColumn(0).getName());
    });

    add("table.names_ignore_case", w -> {
      String name = w.newName();
      w.odps.tables().create(w.project, name.toUpperCase(), schema("Id bigint, Name string"));
      equal(true, w.odps.tables().exists(name));
      w.write(name, row(1L, "x"));
      equal(texts(row("x", 1L)), w.subset(name.toUpperCase(), "name", "id"));
    });

    add("table.not_null", w -> {
      TableSchema schema = schema("id bigint, v string");
      schema.getColumn("id").setNullable(false);
      String name = w.newName();
      w.odps.tables().create(w.project, name, schema);
      Table table = w.get(name);
      table.reload();
      equal(false, table.getSchema().getColumn("id").isNullable());
      equal(true, table.getSchema().getColumn("v").isNullable());
    });

    add("table.exist_and_drop", w -> {
      String name = w.newName();
      equal(false, w.odps.tables().exists(name));
      w.odps.tables().create(w.project, name, schema("a bigint"));
      equal(true, w.odps.tables().exists(name));
      w.odps.tables().delete(name);
      equal(false, w.odps.tables().exists(name));
      w.odps.tables().delete(name, true);
      refused(OdpsException.class, "ODPS-0130131", "Table not found",
          () -> w.odps.tables().delete(name));
    });

    add("table.describe_unknown",
        w
        -> refused(NoSuchObjectException.class, "NoSuchTable", "no_such_table",
            () -> w.get("no_such_table").reload()));

    add("table.list_by_prefix_in_pages", w -> {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 5; ++i) expected.add(w.table("a bigint"));
      w.odps.tables().create(w.project, "other_java", schema("a bigint"));
      expected.sort(null);
      equal(expected, names(w, "java_"));
      equal(List.of("other_java"), names(w, "other_"));
      w.odps.tables().delete("other_java");
    });

    add("table.describe", w -> {
      Table table = w.get(w.table("id bigint, v string", "ds string, hh bigint"));
      table.reload();
      equal(w.project, table.getProject());
      equal("[id, v]", table.getSchema().getColumns().stream().map(Column::getName).toList());
      equal("[ds, hh]",
          table.getSchema().getPartitionColumns().stream().map(Column::getName).toList());
      equal("BIGINT", table.getSchema().getPartitionColumn("hh").getTypeInfo());
      equal(true, table.isPartitioned());
      equal(false, table.isVirtualView());
      equal(false, table.isTransactional());
      equal("MANAGED_TABLE", table.getType());
      that(table.getCreatedTime() != null && table.getLastDataModifiedTime() != null,
          "it has its times");
      that(!table.getOwner().isEmpty(), "it has an owner");
    });

    add("table.add_columns", w -> {
      String table = w.table("a bigint");
      w.write(table, row(1L));
      w.get(table).addColumns(columns("b string, c array<bigint>"), false);
      w.write(table, row(2L, "x", List.of(3L)));
      equal(texts(row(1L, null, null), row(2L, "x", List.of(3L))), w.read(table));
      equal(texts(row(null, 1L), row(List.of(3L), 2L)), w.subset(table, "c", "a"));
    });

    add("table.rename_column", w -> {
      String table = w.table("a bigint, b string");
      w.write(table, row(1L, "x"));
      w.get(table).changeColumnName("b", "name");
      equal(texts(row("x")), w.subset(table, "name"));
    });

    add("table.rename", w -> {
      String old = w.table("a bigint");
      w.write(old, row(1L));
      String name = w.newName();
      w.get(old).rename(name);
      equal(false, w.odps.tables().exists(old));
      equal(texts(row(1L)), w.read(name));
    });

    add("table.set_comment_and_lifecycle", w -> {
      String name = w.table("a bigint");
      w.get(name).changeComment("a table: 城市");
      w.get(name).setLifeCycle(12);
      Table table = w.get(name);
      table.reload();
      equal("a table: 城市", table.getComment());
      equal(12, table.getLife());
    });

    add("table.truncate", w -> {
      String table = w.table("a bigint");
      w.write(table, row(1L), row(2L));
      w.get(table).truncate();
      equal(texts(), w.read(table));
    });

    add("table.head", w -> {
      String table = w.table("a bigint, s string");
      w.write(table, row(1L, "x,\"y\""), row(2L, null), row(3L, "三"));
      try (RecordReader reader = w.get(table).read(2)) {
        equal(texts(row(1L, "x,\"y\""), row(2L, null)), all(reader));
      }
      try (RecordReader reader = w.get(table).read(null, List.of("s"), 5)) {
        equal(texts(row("x,\"y\""), row((Object) null), row("三")), all(reader));
      }
    });
  }
}
