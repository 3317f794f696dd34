package interop;

import static interop.Check.*;
import static interop.World.*;

import com.aliyun.odps.data.Binary;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;

final class RecordCases extends Cases {
  private static final Object[] NULL = {null};

  /** A table of one column gives back what was written. */
  private static void kept(World w, String type, Object... values) throws Exception {
    String table = w.table("v " + type);
    Object[][] rows = new Object[values.length + 1][];
    for (int i = 0; i < values.length; ++i) rows[i] = row(values[i]);
    rows[values.length] = NULL;
    w.write(table, rows);
    equal(texts(rows), w.read(table));
  }

  private static ZonedDateTime utc(int... parts) {
    int[] all = Arrays.copyOf(parts, 7);
    return ZonedDateTime.of(all[0], all[1], all[2], all[3], all[4], all[5], all[6] * 1000000, ZoneOffset.UTC);
  }

  RecordCases() {
    add("record.bigint", w -> kept(w, "bigint", 0L, -1L, Long.MAX_VALUE, -Long.MAX_VALUE));

    add(
        "record.double",
        w ->
            kept(
                w, "double", 0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
                Double.MIN_VALUE, Double.MAX_VALUE, 0.1, Double.NaN));

    add("record.boolean", w -> kept(w, "boolean", true, false));

    add(
        "record.string",
        w ->
            kept(
                w, "string", "", "\0", "a\0b", "é", "城市", "𝄞 😀", "\u2028\ufeff\uffff", "line\r\nline",
                "x".repeat(200000)));

    add(
        "record.binary",
        w ->
            kept(
                w,
                "binary",
                new Binary(new byte[0]),
                new Binary(new byte[1]),
                new Binary(new byte[] {-1, 0, -128, 127}),
                new Binary("é".getBytes(StandardCharsets.UTF_8))));

    add(
        "record.datetimes",
        w ->
            kept(
                w,
                "datetime",
                utc(1970, 1, 1),
                utc(1969, 12, 31, 23, 59, 59, 999),
                utc(2024, 2, 29, 12, 34, 56, 789),
                utc(9999, 12, 31, 15, 59, 59, 999),
                utc(1, 1, 1),
                utc(1901, 1, 1, 0, 0, 0, 1)));

    add(
        "record.all_null",
        w -> {
          String table = w.table("a bigint, b string, c double");
          Object[][] rows = {row(null, null, null), row(null, "", null), row(null, null, null)};
          w.write(table, rows);
          equal(texts(rows), w.read(table));
        });

    add(
        "record.wide_table",
        w -> {
          int count = 1200;
          StringBuilder columns = new StringBuilder("c0 bigint");
          for (int i = 1; i < count; ++i) columns.append(", c").append(i).append(" bigint");
          String table = w.table(columns.toString());
          Object[] first = new Object[count];
          Object[] second = new Object[count];
          for (int i = 0; i < count; ++i) first[i] = (long) i;
          second[count - 1] = 7L;
          w.write(table, first, second);
          equal(texts(first, second), w.read(table));
          equal(texts(row(1199L, 0L, 600L), row(7L, null, null)), w.subset(table, "c1199", "c0", "c600"));
        });

    add(
        "record.many_rows",
        w -> {
          String table = w.table("id bigint, s string");
          Object[][] rows = new Object[50000][];
          for (int i = 0; i < rows.length; ++i) rows[i] = row((long) i, "row " + i);
          w.write(table, rows);
          equal(texts(rows), w.read(table));
        });

    add(
        "record.column_subsets",
        w -> {
          String table = w.table("a bigint, b string, c double");
          w.write(table, row(1L, "x", 1.5), row(2L, null, null));
          equal(texts(row(1.5), NULL), w.subset(table, "c"));
          equal(texts(row(1.5, 1L), row(null, 2L)), w.subset(table, "c", "a"));
          equal(texts(row("x", 1.5, 1L), row(null, null, 2L)), w.subset(table, "b", "c", "a"));
        });
  }
}
