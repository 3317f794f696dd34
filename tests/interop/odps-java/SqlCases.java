package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.World.*;

import com.aliyun.odps.Instance;
import com.aliyun.odps.OdpsException;
import com.aliyun.odps.PartitionSpec;
import com.aliyun.odps.data.*;
import com.aliyun.odps.task.SQLTask;
import com.aliyun.odps.tunnel.InstanceTunnel;
import com.aliyun.odps.type.StructTypeInfo;
import com.aliyun.odps.type.TypeInfoParser;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

final class SqlCases extends Cases {
  private static List<String> throughTunnel(World w, String sql) throws Exception {
    return SQLTask.getResultByInstanceTunnel(w.run(sql))
        .stream()
        .map(record -> Text.row(((ArrayRecord) record).toArray()))
        .toList();
  }

  SqlCases() {
    add("sql.select_as_csv", w -> {
      String table = w.table("id bigint, name string");
      w.write(table, row(1L, "x"), row(2L, "城市,\"quoted\"\nline"), row(3L, null));
      equal(texts(row("1", "x"), row("2", "城市,\"quoted\"\nline"), row("3", "\\N")),
          w.select("select id, name from " + table + " order by id;"));
    });

    add("sql.select_nothing",
        w -> equal(texts(), w.select("select * from " + w.table("id bigint, name string") + ";")));

    add("sql.select_counts_and_groups", w -> {
      String table = w.table("id bigint, v double", "ds string");
      for (String spec : List.of("ds=1", "ds=2")) {
        w.get(table).createPartition(new PartitionSpec(spec));
        w.write(table, spec, row(1L, 0.5), row(1L, 1.5), row(2L, null));
      }
      equal(texts(row("1", "1", "2", "2.0"), row("1", "2", "1", "\\N"), row("2", "1", "2", "2.0"),
                row("2", "2", "1", "\\N")),
          w.select("select ds, id, count(*) as n, sum(v) as s from " + table
              + " group by ds, id order by ds, id;"));
    });

    add("sql.select_through_the_tunnel", w -> {
      String table = w.table("id bigint, name string, v double, ok boolean");
      Object[][] rows = {row(1L, "x", 1.5, true), row(2L, "城市,\"\n\0", -0.0, false),
          row(3L, null, null, null), row(4L, "", Double.NaN, true)};
      w.write(table, rows);
      equal(
          texts(rows), throughTunnel(w, "select id, name, v, ok from " + table + " order by id;"));
    });

    add("sql.select_many_rows_through_the_tunnel", w -> {
      String table = w.table("id bigint, s string");
      Object[][] rows = new Object[30000][];
      for (int i = 0; i < rows.length; ++i) rows[i] = row((long) i, "row " + i);
      w.write(table, rows);
      Instance instance = w.run("select * from " + table + " order by id;");
      InstanceTunnel.DownloadSession session =
          new InstanceTunnel(w.odps).createDownloadSession(w.project, instance.getId(), false);
      equal(30000, session.getRecordCount());
      try (RecordReader reader = session.openRecordReader(100, 100)) {
        equal(texts(rows).subList(100, 200), all(reader));
      }
    });

    add("sql.select_every_type_through_the_tunnel", w -> {
      String types =
          "a tinyint, b smallint, c int, d float, e varchar(9), f char(5), g decimal(10,2), h date, i datetime, j timestamp, k timestamp_ntz,"
          + " l array<bigint>, m map<string,bigint>, n struct<x:int,y:string>, o json, p binary";
      StructTypeInfo struct =
          (StructTypeInfo) TypeInfoParser.getTypeInfoFromTypeString("struct<x:int,y:string>");
      Object[][] rows = {
          row((byte) -128, (short) 32767, -1, 1.25f, new Varchar("城"), new Char("ab   "),
              new BigDecimal("0.10"), LocalDate.of(1969, 12, 31),
              ZonedDateTime.parse("2024-02-29T04:34:56.789Z"),
              Instant.parse("1969-12-31T23:59:59.999999999Z"),
              LocalDateTime.parse("2024-02-29T12:34:56.123456789"), Arrays.asList(1L, null),
              Collections.singletonMap("k", null), new SimpleStruct(struct, List.of(7, "文")),
              new SimpleJsonValue("{\"j\":[1,null]}"), new Binary(new byte[] {-1, 0})),
          new Object[16]};
      String table = w.table(types);
      w.write(table, rows);
      equal(texts(rows), throughTunnel(w, "select * from " + table + ";"));
    });

    add("sql.unknown_table",
        w
        -> refused(OdpsException.class, "ODPS-0130131", "Table not found",
            () -> w.run("select * from no_such_table;")));

    add("sql.syntax_error",
        w
        -> refused(
            OdpsException.class, "ODPS-0130161", "Parse exception", () -> w.run("selec 1;")));

    add("sql.unknown_column", w -> {
      String table = w.table("a bigint");
      refused(OdpsException.class, "ODPS-0130071", "Semantic analysis exception",
          () -> w.run("select b from " + table + ";"));
    });

    add("sql.instance_states", w -> {
      Instance instance = w.run("select count(*) from " + w.table("a bigint") + ";");
      equal("Terminated", instance.getStatus());
      equal(true, instance.isSuccessful());
      instance.getTaskStatus().values().forEach(task -> equal("SUCCESS", task.getStatus()));
      equal(true, w.odps.instances().exists(instance.getId()));
      equal(false, w.odps.instances().exists("20200101000000000no_such"));
      Instance failing = SQLTask.run(w.odps, "select * from no_such_table;");
      refused(OdpsException.class, "ODPS-0130131", "", () -> failing.waitForSuccess(50));
      equal(true, failing.isTerminated());
      equal(false, failing.isSuccessful());
    });

    add("sql.instances_are_listed", w -> {
      String table = w.table("a bigint");
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 3; ++i) ids.add(w.run("select " + i + " from " + table + ";").getId());
      List<String> listed = new ArrayList<>();
      w.odps.instances().iterator().forEachRemaining(instance -> listed.add(instance.getId()));
      that(listed.containsAll(ids), listed + " holds " + ids);
    });

    add("sql.insert_into", w -> {
      String table = w.table("id bigint, name string");
      w.run("insert into table " + table + " values (1, 'x'), (2, null), (3, '城市');");
      w.run("insert into " + table + " select id + 10, name from " + table + " where id < 3;");
      equal(texts(row(1L, "x"), row(11L, "x"), row(12L, null), row(2L, null), row(3L, "城市")),
          w.read(table).stream().sorted().toList());
    });

    add("sql.insert_overwrite", w -> {
      String source = w.table("id bigint, name string");
      w.write(source, row(1L, "x"), row(2L, "y"));
      String table = w.table("id bigint, name string", "ds string");
      for (String spec : List.of("ds=1", "ds=2")) {
        w.get(table).createPartition(new PartitionSpec(spec));
        w.write(table, spec, row(9L, spec));
      }
      w.run(
          "insert overwrite table " + table + " partition (ds='1') select * from " + source + ";");
      equal(texts(row(1L, "x"), row(2L, "y")), w.read(table, "ds=1"));
      equal(texts(row(9L, "ds=2")), w.read(table, "ds=2"));
    });

    add("sql.alter_partitions", w -> {
      String table = w.table("id bigint", "ds string, hh string");
      w.run("alter table " + table
          + " add if not exists partition (ds='1', hh='1') partition (ds='1', hh=\"2\");");
      equal("[ds='1',hh='1', ds='1',hh='2']", w.get(table).getPartitionSpecs());
      w.run("ALTER TABLE " + w.project + ".`" + table
          + "` DROP IF EXISTS PARTITION (ds='1',hh='1');");
      equal("[ds='1',hh='2']", w.get(table).getPartitionSpecs());
    });
  }
}
