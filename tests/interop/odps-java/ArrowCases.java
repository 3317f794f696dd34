package interop;

import static interop.Check.*;
import static interop.World.*;

import com.aliyun.odps.Column;
import com.aliyun.odps.data.ArrowRecordReader;
import com.aliyun.odps.data.ArrowRecordWriter;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.io.CompressOption;
import com.aliyun.odps.tunnel.io.CompressOption.CompressAlgorithm;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.util.Text;

final class ArrowCases extends Cases {
  private static final BufferAllocator MEMORY = new RootAllocator();

  interface Fill {
    void fill(VectorSchemaRoot batch);
  }

  private static void write(World w, String table, CompressOption compression, Fill... batches)
      throws Exception {
    TableTunnel.UploadSession session = w.upload(table);
    try (ArrowRecordWriter writer = compression == null
             ? session.openArrowRecordWriter(0)
             : session.openArrowRecordWriter(0, compression);
         VectorSchemaRoot batch = VectorSchemaRoot.create(session.getArrowSchema(), MEMORY)) {
      for (Fill fill : batches) {
        batch.allocateNew();
        fill.fill(batch);
        writer.write(batch);
      }
    }
    session.commit(new Long[] {0L});
  }

  private static List<String> read(ArrowRecordReader reader) throws Exception {
    List<String> rows = new ArrayList<>();
    try (reader) {
      for (VectorSchemaRoot batch; (batch = reader.read()) != null;) {
        for (int i = 0; i < batch.getRowCount(); ++i) {
          Object[] row = new Object[batch.getFieldVectors().size()];
          for (int c = 0; c < row.length; ++c) row[c] = plain(batch.getVector(c).getObject(i));
          rows.add(interop.Text.row(row));
        }
      }
    }
    return rows;
  }

  private static Object plain(Object value) {
    return value instanceof Text text   ? text.toString()
        : value instanceof byte[] bytes ? new com.aliyun.odps.data.Binary(bytes)
                                        : value;
  }

  private static void numbers(VectorSchemaRoot batch, int begin, int end) {
    BigIntVector a = (BigIntVector) batch.getVector("a");
    VarCharVector s = (VarCharVector) batch.getVector("s");
    for (int i = begin; i < end; ++i) {
      a.setSafe(i - begin, i);
      s.setSafe(i - begin, "same text again and again".getBytes(StandardCharsets.UTF_8));
    }
    batch.setRowCount(end - begin);
  }

  private static void compressed(World w, CompressAlgorithm algorithm) throws Exception {
    CompressOption option = new CompressOption(algorithm, 1, 0);
    String table = w.table("a bigint, s string");
    write(
        w, table, option, batch -> numbers(batch, 0, 10000), batch -> numbers(batch, 10000, 20000));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20000; ++i) expected.add("[" + i + ", \"same text again and again\"]");
    equal(expected, w.read(table));
    TableTunnel.DownloadSession session = w.download(table, null);
    equal(expected, read(session.openArrowRecordReader(0, 20000, option)));
  }

  ArrowCases() {
    add("arrow.every_plain_type", w -> {
      String table = w.table(
          "c0 tinyint, c1 smallint, c2 int, c3 bigint, c4 float, c5 double, c6 boolean, c7 string,"
          + " c8 binary, c9 decimal(38,18), c10 date");
      write(w, table, null, batch -> {
        ((TinyIntVector) batch.getVector(0)).setSafe(0, -128);
        ((SmallIntVector) batch.getVector(1)).setSafe(0, -32768);
        ((IntVector) batch.getVector(2)).setSafe(0, Integer.MIN_VALUE);
        ((BigIntVector) batch.getVector(3)).setSafe(0, Long.MAX_VALUE);
        ((Float4Vector) batch.getVector(4)).setSafe(0, 1.25f);
        ((Float8Vector) batch.getVector(5)).setSafe(0, Double.NEGATIVE_INFINITY);
        ((BitVector) batch.getVector(6)).setSafe(0, 1);
        ((VarCharVector) batch.getVector(7)).setSafe(0, "城市\0".getBytes(StandardCharsets.UTF_8));
        ((VarBinaryVector) batch.getVector(8)).setSafe(0, new byte[] {-1, 0});
        ((DecimalVector) batch.getVector(9))
            .setSafe(0, new BigDecimal("12345678901234567890.123456789012345678"));
        ((DateDayVector) batch.getVector(10)).setSafe(0, -1);
        batch.setRowCount(2);
      });
      equal(
          List.of(
              "[-128, -32768, -2147483648, 9223372036854775807, 1.25, -Infinity, true, \"城市\\u0000\", xff00,"
                  + " 12345678901234567890.123456789012345678, 1969-12-31]",
              "[NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL]"),
          w.read(table));
    });

    add("arrow.written_as_records", w -> {
      String table =
          w.table("a bigint, s string, d double, b binary, n decimal(10,2), l array<bigint>");
      w.write(table,
          row(1L, "城", Double.NaN, new com.aliyun.odps.data.Binary(new byte[] {0}),
              new BigDecimal("0.10"), Arrays.asList(1L, null)),
          row(null, null, null, null, null, null));
      equal(
          List.of("[1, \"城\", NaN, x00, 0.10, [1, NULL]]", "[NULL, NULL, NULL, NULL, NULL, NULL]"),
          read(w.download(table, null).openArrowRecordReader(0, 2)));
    });

    add("arrow.ranges_and_subsets", w -> {
      String table = w.table("a bigint, s string, d double");
      Object[][] rows = new Object[10000][];
      for (int i = 0; i < rows.length; ++i) rows[i] = row((long) i, "r" + i, i / 2.0);
      w.write(table, rows);
      TableTunnel.DownloadSession session = w.download(table, null);
      equal(texts(Arrays.copyOfRange(rows, 2500, 7500)),
          read(session.openArrowRecordReader(2500, 5000)));
      List<Column> columns =
          List.of(session.getSchema().getColumn("a"), session.getSchema().getColumn("d"));
      equal(texts(row(9999L, 4999.5)), read(session.openArrowRecordReader(9999, 1, columns)));
    });

    add("arrow.many_batches", w -> {
      String table = w.table("a bigint, s string");
      Fill[] batches = new Fill[8];
      for (int i = 0; i < batches.length; ++i) {
        int begin = i * 5000;
        batches[i] = batch -> numbers(batch, begin, begin + 5000);
      }
      write(w, table, null, batches);
      List<String> got = read(w.download(table, null).openArrowRecordReader(0, 40000));
      equal(40000, got.size());
      equal("[39999, \"same text again and again\"]", got.get(39999));
    });

    add("arrow.compressed_deflate", w -> compressed(w, CompressAlgorithm.ODPS_ZLIB));
    add("arrow.compressed_lz4", w -> compressed(w, CompressAlgorithm.ODPS_ARROW_LZ4_FRAME));
  }
}
