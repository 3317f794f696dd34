package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.World.*;

import com.aliyun.odps.*;
import com.aliyun.odps.tunnel.TunnelException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

final class PartitionCases extends Cases {
  // What values hold beside letters and digits. The client gives up values with quotes, commas,
  // slashes and = by itself.
  private static final List<String> SPECIAL = List.of("2026-11-22 10:00:00", "城市", "a:b", "*",
      "x.y", "é", "#1", "a;b", "𝄞", "~!@$^()[]{}|", "100%", "%41", "a+b", "a&b", "a?b");

  private static List<String> specs(Iterator<Partition> partitions) {
    List<String> specs = new ArrayList<>();
    partitions.forEachRemaining(partition -> specs.add(partition.getPartitionSpec().toString()));
    return specs;
  }

  private static PartitionSpec spec(String text) {
    return new PartitionSpec(text);
  }

  PartitionCases() {
    add("partition.create_exist_delete", w -> {
      Table table = w.get(w.table("a bigint", "ds string"));
      equal(false, table.hasPartition(spec("ds=1")));
      table.createPartition(spec("ds=1"));
      equal(true, table.hasPartition(spec("ds=1")));
      table.createPartition(spec("ds=1"), true);
      refused(
          OdpsException.class, "ODPS-0110061", "exists", () -> table.createPartition(spec("ds=1")));
      table.deletePartition(spec("ds=1"));
      equal(false, table.hasPartition(spec("ds=1")));
      table.deletePartition(spec("ds=1"), true);
      refused(OdpsException.class, "ODPS-0110061", "artition",
          () -> table.deletePartition(spec("ds=1")));
    });

    add("partition.levels_and_order", w -> {
      Table table = w.get(w.table("a bigint", "ds string, hh bigint"));
      for (String text : List.of("ds=2,hh=10", "ds=1/hh=2", "ds=2,hh=9"))
        table.createPartition(spec(text));
      List<String> ordered = List.of("ds='1',hh='2'", "ds='2',hh='10'", "ds='2',hh='9'");
      equal(ordered, specs(table.getPartitionIterator()));
      equal(ordered.subList(1, 3), specs(table.getPartitionIterator(spec("ds=2"))));
      equal(List.of("ds='2',hh='9'", "ds='2',hh='10'"),
          specs(table.getPartitionIterator(spec("ds=2"), true, 1000L, null)));
      equal(ordered, table.getPartitionSpecs().stream().map(PartitionSpec::toString).toList());
    });

    add("partition.rows_keep_apart", w -> {
      String table = w.table("a bigint", "ds string, hh string");
      for (String hh : List.of("01", "02")) {
        w.get(table).createPartition(spec("ds=1,hh=" + hh));
        w.write(table, "ds=1,hh=" + hh, row(Long.valueOf(hh)));
      }
      equal(texts(row(1L)), w.read(table, "ds=1,hh=01"));
      equal(texts(row(2L)), w.read(table, "ds=1,hh=02"));
      w.run("truncate table " + table + " partition (ds='1',hh='01');");
      equal(texts(), w.read(table, "ds=1,hh=01"));
      equal(texts(row(2L)), w.read(table, "ds=1,hh=02"));
    });

    add("partition.special_characters", w -> {
      String table = w.table("a bigint", "ds string");
      for (int i = 0; i < SPECIAL.size(); ++i) {
        PartitionSpec spec = new PartitionSpec();
        spec.set("ds", SPECIAL.get(i));
        w.get(table).createPartition(spec);
        var session = w.tunnel.createUploadSession(w.project, table, spec);
        put(session, 0, row((long) i));
        session.commit(new Long[] {0L});
      }
      List<String> listed = new ArrayList<>();
      for (Partition partition : w.get(table).getPartitions())
        listed.add(partition.getPartitionSpec().get("ds"));
      equal(SPECIAL.stream().sorted().toList(), listed.stream().sorted().toList());
      for (int i = 0; i < SPECIAL.size(); ++i) {
        PartitionSpec spec = new PartitionSpec();
        spec.set("ds", SPECIAL.get(i));
        equal(true, w.get(table).hasPartition(spec));
        var session = w.tunnel.createDownloadSession(w.project, table, spec);
        equal(texts(row((long) i)), all(session.openRecordReader(0, session.getRecordCount())));
        w.get(table).deletePartition(spec);
      }
      equal(List.of(), w.get(table).getPartitions());
    });

    add("partition.unknown", w -> {
      String table = w.table("a bigint", "ds string");
      refused(NoSuchObjectException.class, "NoSuchPartition", "",
          () -> w.get(table).getPartition(spec("ds=1")).reload());
      refused(TunnelException.class, "NoSuchPartition", "", () -> w.upload(table, "ds=1", false));
      refused(TunnelException.class, "NoSuchPartition", "", () -> w.download(table, "ds=1"));
    });

    add("partition.wrong_spec", w -> {
      String table = w.table("a bigint", "ds string, hh string");
      refused(
          TunnelException.class, "InvalidPartitionSpec", "", () -> w.upload(table, "ds=1", false));
      refused(TunnelException.class, "InvalidPartitionSpec", "",
          () -> w.upload(table, "ds=1,mm=2", false));
      refused(TunnelException.class, "MissingPartitionSpec", "", () -> w.upload(table));
      String plain = w.table("a bigint");
      refused(
          TunnelException.class, "InvalidPartitionSpec", "", () -> w.upload(plain, "ds=1", false));
    });

    add("partition.many_in_pages", w -> {
      String table = w.table("a bigint", "ds string");
      StringBuilder sql = new StringBuilder("alter table " + table + " add");
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 1100; ++i) {
        sql.append(String.format(" partition (ds='%04d')", i));
        expected.add(String.format("ds='%04d'", i));
      }
      w.run(sql + ";");
      equal(expected, specs(w.get(table).getPartitionIterator()));
    });
  }
}
