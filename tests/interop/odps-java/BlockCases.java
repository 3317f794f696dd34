package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.World.*;

import com.aliyun.odps.PartitionSpec;
import com.aliyun.odps.data.Record;
import com.aliyun.odps.data.RecordWriter;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.TunnelException;
import com.aliyun.odps.tunnel.io.CompressOption;
import com.aliyun.odps.tunnel.io.CompressOption.CompressAlgorithm;
import com.aliyun.odps.tunnel.io.ProtobufRecordPack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class BlockCases extends Cases {
  private static void compressed(World w, CompressAlgorithm algorithm) throws Exception {
    CompressOption option = new CompressOption(algorithm, 1, 0);
    String table = w.table("a bigint, s string");
    Object[][] rows = new Object[20000][];
    for (int i = 0; i < rows.length; ++i) rows[i] = row((long) i, "same text again and again");
    TableTunnel.UploadSession session = w.upload(table);
    put(session, 0, option, rows);
    put(session, 1, option);
    session.commit(new Long[] {0L, 1L});
    equal(texts(rows), w.read(table));
    equal(texts(Arrays.copyOfRange(rows, 5, 19005)),
        all(w.download(table, null).openRecordReader(5, 19000, option)));
  }

  BlockCases() {
    add("block.order_is_by_id", w -> {
      String table = w.table("a bigint");
      TableTunnel.UploadSession session = w.upload(table);
      for (long block : new long[] {19999, 3, 0, 7})
        put(session, block, row(block), row(block + 1));
      Long[] blocks = session.getBlockList();
      Arrays.sort(blocks);
      equal("[0, 3, 7, 19999]", Arrays.toString(blocks));
      session.commit(blocks);
      equal("[[0], [1], [3], [4], [7], [8], [19999], [20000]]", w.read(table));
    });

    add("block.same_id_replaces", w -> {
      String table = w.table("a bigint");
      TableTunnel.UploadSession session = w.upload(table);
      put(session, 0, row(1L), row(2L));
      put(session, 0, row(3L));
      session.commit(new Long[] {0L});
      equal(texts(row(3L)), w.read(table));
    });

    add("block.record_pack", w -> {
      // As DataX writes: a block is built in memory and sent, again when it failed.
      String table = w.table("a bigint, s string");
      TableTunnel.UploadSession session = w.upload(table);
      ProtobufRecordPack pack = new ProtobufRecordPack(session.getSchema());
      Record record = session.newRecord();
      for (long i = 0; i < 3; ++i) {
        record.set(0, i);
        record.set(1, "r" + i);
        pack.append(record);
      }
      session.writeBlock(5, pack);
      session.writeBlock(5, pack);
      session.commit(new Long[] {5L});
      equal(texts(row(0L, "r0"), row(1L, "r1"), row(2L, "r2")), w.read(table));
    });

    add("block.uncommitted_is_invisible", w -> {
      String table = w.table("a bigint");
      w.write(table, row(1L));
      TableTunnel.UploadSession session = w.upload(table);
      put(session, 0, row(2L));
      equal(texts(row(1L)), w.read(table));
      session.commit(new Long[] {0L});
      equal(texts(row(1L), row(2L)), w.read(table));
    });

    add("block.sessions_append", w -> {
      String table = w.table("a bigint");
      w.write(table, row(1L), row(2L));
      w.write(table, row(3L));
      equal(texts(row(1L), row(2L), row(3L)), w.read(table));
    });

    add("block.overwrite", w -> {
      String table = w.table("a bigint", "ds string");
      for (String spec : List.of("ds=1", "ds=2")) {
        w.get(table).createPartition(new PartitionSpec(spec));
        w.write(table, spec, row(1L), row(2L));
      }
      TableTunnel.UploadSession session = w.upload(table, "ds=1", true);
      put(session, 0, row(3L));
      session.commit(new Long[] {0L});
      equal(texts(row(3L)), w.read(table, "ds=1"));
      equal(texts(row(1L), row(2L)), w.read(table, "ds=2"));
    });

    add("block.empty_commit", w -> {
      String table = w.table("a bigint");
      w.write(table, row(1L));
      w.upload(table).commit(new Long[0]);
      equal(texts(row(1L)), w.read(table));
      w.upload(table, null, true).commit(new Long[0]);
      equal(texts(), w.read(table));
    });

    add("block.empty_block", w -> {
      String table = w.table("a bigint");
      TableTunnel.UploadSession session = w.upload(table);
      put(session, 0);
      put(session, 1, row(1L));
      session.commit(new Long[] {0L, 1L});
      equal(texts(row(1L)), w.read(table));
    });

    add("block.commit_needs_all_blocks", w -> {
      TableTunnel.UploadSession session = w.upload(w.table("a bigint"));
      put(session, 0, row(1L));
      refused(TunnelException.class, "Local Error", "Blocks not match",
          () -> session.commit(new Long[] {0L, 1L}));
    });

    add("block.ranges", w -> {
      String table = w.table("a bigint");
      TableTunnel.UploadSession session = w.upload(table);
      for (long block = 0; block < 5; ++block) {
        Object[][] rows = new Object[10][];
        for (int i = 0; i < 10; ++i) rows[i] = row(block * 10 + i);
        put(session, block, rows);
      }
      session.commit(new Long[] {0L, 1L, 2L, 3L, 4L});
      equal("[[0]]", w.range(table, 0, 1));
      equal("[[8], [9], [10], [11]]", w.range(table, 8, 4));
      equal(40, w.range(table, 5, 40).size());
      equal("[[49]]", w.range(table, 49, 1));
      equal("[[48], [49]]", w.range(table, 48, 2));
    });

    add("block.download_is_a_snapshot", w -> {
      String table = w.table("a bigint");
      w.write(table, row(1L));
      TableTunnel.DownloadSession session = w.download(table, null);
      w.write(table, row(2L));
      TableTunnel.UploadSession other = w.upload(table, null, true);
      put(other, 0, row(9L));
      other.commit(new Long[] {0L});
      equal(texts(row(1L)), all(session.openRecordReader(0, session.getRecordCount())));
    });

    add("block.session_is_found_again", w -> {
      String table = w.table("a bigint");
      TableTunnel.UploadSession first = w.upload(table);
      put(first, 0, row(1L));
      TableTunnel.UploadSession second = w.tunnel.getUploadSession(w.project, table, first.getId());
      put(second, 1, row(2L));
      second.commit(new Long[] {0L, 1L});
      equal(texts(row(1L), row(2L)), w.read(table));
      String id = w.download(table, null).getId();
      equal(2, w.tunnel.getDownloadSession(w.project, table, id).getRecordCount());
    });

    add("block.many", w -> {
      String table = w.table("a bigint");
      TableTunnel.UploadSession session = w.upload(table);
      List<String> expected = new ArrayList<>();
      Long[] blocks = new Long[300];
      for (int i = 0; i < blocks.length; ++i) {
        blocks[i] = (long) i;
        put(session, i, row((long) i));
        expected.add("[" + i + "]");
      }
      session.commit(blocks);
      equal(expected, w.read(table));
    });

    add("block.buffered_writer", w -> {
      String table = w.table("a bigint, s string");
      TableTunnel.UploadSession session = w.upload(table);
      Object[][] rows = new Object[3000][];
      try (RecordWriter writer = session.openBufferedWriter()) {
        Record record = session.newRecord();
        for (int i = 0; i < rows.length; ++i) {
          rows[i] = row((long) i, "x".repeat(1000));
          record.set(rows[i]);
          writer.write(record);
        }
      }
      session.commit();
      equal(texts(rows), w.read(table));
    });

    add("block.compressed_deflate", w -> compressed(w, CompressAlgorithm.ODPS_ZLIB));
    add("block.compressed_snappy", w -> compressed(w, CompressAlgorithm.ODPS_SNAPPY));
    add("block.compressed_lz4", w -> compressed(w, CompressAlgorithm.ODPS_LZ4_FRAME));
  }
}
