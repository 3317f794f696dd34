package interop;

import static interop.Check.*;
import static interop.World.*;

import com.aliyun.odps.data.*;
import com.aliyun.odps.type.StructTypeInfo;
import com.aliyun.odps.type.TypeInfoParser;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    return ZonedDateTime.of(
        all[0], all[1], all[2], all[3], all[4], all[5], all[6] * 1000000, ZoneOffset.UTC);
  }

  private static Struct struct(StructTypeInfo type, Object... values) {
    return new SimpleStruct(type, Arrays.asList(values));
  }

  RecordCases() {
    add("record.bigint", w -> kept(w, "bigint", 0L, -1L, Long.MAX_VALUE, -Long.MAX_VALUE));

    add("record.double",
        w
        -> kept(w, "double", 0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE, Double.MAX_VALUE, 0.1, Double.NaN));

    add("record.small_integers", w -> {
      kept(w, "tinyint", (byte) 0, (byte) -1, Byte.MAX_VALUE, Byte.MIN_VALUE);
      kept(w, "smallint", (short) 0, (short) -1, Short.MAX_VALUE, Short.MIN_VALUE);
      kept(w, "int", 0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE);
    });

    add("record.floats",
        w
        -> kept(w, "float", 0.0f, -0.0f, 1.25f, -3.5f, Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY, Float.MAX_VALUE, Float.MIN_VALUE, Float.NaN));

    add("record.decimals", w -> {
      kept(w, "decimal(38,18)", new BigDecimal("12345678901234567890.123456789012345678"),
          new BigDecimal("-99999999999999999999.999999999999999999"),
          new BigDecimal("0.000000000000000001"));
      kept(w, "decimal(10,2)", new BigDecimal("0.10"), new BigDecimal("-0.01"),
          new BigDecimal("99999999.99"));
      kept(w, "decimal", new BigDecimal("12345678901234567890123456789012345.000000000000000001"),
          new BigDecimal("-1"));
    });

    add("record.texts_of_length", w -> {
      kept(w, "varchar(20)", new Varchar(""), new Varchar("é"), new Varchar("城".repeat(20)),
          new Varchar("a\0b"));
      kept(w, "char(5)", new Char("abcde"), new Char("城市城市城"));
    });

    add("record.json",
        w
        -> kept(w, "json", new SimpleJsonValue("{\"k\":[1,null,true,{\"深\":\"值\"}]}"),
            new SimpleJsonValue("[]"), new SimpleJsonValue("\"text\""),
            new SimpleJsonValue("1.5")));

    add("record.dates",
        w
        -> kept(w, "date", LocalDate.of(1970, 1, 1), LocalDate.of(1969, 12, 31),
            LocalDate.of(2024, 2, 29), LocalDate.of(9999, 12, 31), LocalDate.of(1, 1, 1)));

    add("record.timestamps", w -> {
      kept(w, "timestamp", Instant.parse("1970-01-01T00:00:00Z"),
          Instant.parse("2024-02-29T12:34:56.123456789Z"), Instant.parse("1901-01-01T00:00:01Z"),
          Instant.parse("9999-12-31T15:59:59.999999999Z"));
      kept(w, "timestamp_ntz", LocalDateTime.parse("1970-01-01T00:00:00"),
          LocalDateTime.parse("2024-02-29T12:34:56.123456789"),
          LocalDateTime.parse("1901-01-01T00:00:01"),
          LocalDateTime.parse("9999-12-31T23:59:59.999999999"));
    });

    add("record.timestamps_before_1970_with_fractions", w -> {
      kept(w, "timestamp", Instant.parse("1969-12-31T23:59:59.999999999Z"),
          Instant.parse("1960-06-01T00:00:00.500000001Z"));
      kept(w, "timestamp_ntz", LocalDateTime.parse("1969-12-31T23:59:59.999999999"),
          LocalDateTime.parse("1960-06-01T00:00:00.500000001"));
    });

    add("record.intervals", w -> {
      kept(w, "interval_day_time", new IntervalDayTime(0, 0), new IntervalDayTime(90061, 5),
          new IntervalDayTime(-86400, 0));
      kept(w, "interval_year_month", new IntervalYearMonth(0), new IntervalYearMonth(14),
          new IntervalYearMonth(-3));
    });

    add("record.arrays", w -> {
      kept(w, "array<bigint>", List.of(), Arrays.asList(1L, null, -3L));
      kept(w, "array<string>", Arrays.asList("", null, "城市", "a\0b"));
      kept(w, "array<double>", List.of(Double.NaN, -0.0, Double.POSITIVE_INFINITY));
      kept(w, "array<decimal(10,2)>", Arrays.asList(new BigDecimal("0.10"), null));
      kept(w, "array<date>", Arrays.asList(LocalDate.of(1969, 12, 31), null));
      kept(w, "array<timestamp>",
          Arrays.asList(Instant.parse("2024-02-29T12:34:56.123456789Z"), null));
      kept(w, "array<boolean>", Arrays.asList(true, null, false));
      kept(w, "array<array<bigint>>",
          Arrays.asList(List.of(), null, Collections.singletonList(null), List.of(1L, 2L)));
    });

    add("record.maps", w -> {
      Map<String, Long> first = new HashMap<>(Map.of("k", 5L, "", 0L, "城", -1L));
      first.put("j", null);
      kept(w, "map<string,bigint>", Map.of(), first);
      Map<Long, List<String>> second =
          new HashMap<>(Map.of(1L, List.of(), 3L, Arrays.asList("x", null)));
      second.put(2L, null);
      kept(w, "map<bigint,array<string>>", second);
    });

    add("record.structs", w -> {
      String type = "struct<x:int,y:string,z:struct<p:double,q:array<bigint>>>";
      StructTypeInfo outer = (StructTypeInfo) TypeInfoParser.getTypeInfoFromTypeString(type);
      StructTypeInfo inner = (StructTypeInfo) outer.getFieldTypeInfos().get(2);
      kept(w, type, struct(outer, 1, "城", struct(inner, 1.5, Arrays.asList(1L, null))),
          struct(outer, null, "", null), struct(outer, null, null, struct(inner, null, List.of())));
    });

    add("record.deeply_nested", w -> {
      String type = "array<map<string,struct<a:array<map<bigint,string>>,b:decimal(38,18)>>>";
      String table = w.table("v " + type);
      StructTypeInfo fields = (StructTypeInfo) TypeInfoParser.getTypeInfoFromTypeString(
          "struct<a:array<map<bigint,string>>,b:decimal(38,18)>");
      Map<Long, String> numbers = new HashMap<>(Map.of(1L, "x"));
      numbers.put(2L, null);
      Struct struct =
          struct(fields, Arrays.asList(numbers, null), new BigDecimal("1.000000000000000001"));
      w.write(table, row(Arrays.asList(Map.of("k", struct), null, Map.of())), row(List.of()), NULL);
      equal(List.of(
                "[[{\"k\": (a: [{1: \"x\", 2: NULL}, NULL], b: 1.000000000000000001)}, NULL, {}]]",
                "[[]]", "[NULL]"),
          w.read(table));
    });

    add("record.boolean", w -> kept(w, "boolean", true, false));

    add("record.string",
        w
        -> kept(w, "string", "", "\0", "a\0b", "é", "城市", "𝄞 😀", "\u2028\ufeff\uffff",
            "line\r\nline", "x".repeat(200000)));

    add("record.binary",
        w
        -> kept(w, "binary", new Binary(new byte[0]), new Binary(new byte[1]),
            new Binary(new byte[] {-1, 0, -128, 127}),
            new Binary("é".getBytes(StandardCharsets.UTF_8))));

    add("record.datetimes",
        w
        -> kept(w, "datetime", utc(1970, 1, 1), utc(1969, 12, 31, 23, 59, 59, 999),
            utc(2024, 2, 29, 12, 34, 56, 789), utc(9999, 12, 31, 15, 59, 59, 999), utc(1, 1, 1),
            utc(1901, 1, 1, 0, 0, 0, 1)));

    add("record.all_null", w -> {
      String table = w.table("a bigint, b string, c double");
      Object[][] rows = {row(null, null, null), row(null, "", null), row(null, null, null)};
      w.write(table, rows);
      equal(texts(rows), w.read(table));
    });

    add("record.wide_table", w -> {
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
      equal(
          texts(row(1199L, 0L, 600L), row(7L, null, null)), w.subset(table, "c1199", "c0", "c600"));
    });

    add("record.big_rows", w -> {
      String table = w.table("a string, b string, c string, d string");
      Object[] big =
          row("a".repeat(8388608), "b".repeat(8388608), "c".repeat(8388608), "d".repeat(8388608));
      w.write(table, big, row(null, "x", null, "y"));
      that(texts(big, row(null, "x", null, "y")).equals(w.read(table)), "every letter is there");
      equal("[\"y\"]", w.subset(table, "d").get(1));
    });

    add("record.many_rows", w -> {
      String table = w.table("id bigint, s string");
      Object[][] rows = new Object[50000][];
      for (int i = 0; i < rows.length; ++i) rows[i] = row((long) i, "row " + i);
      w.write(table, rows);
      equal(texts(rows), w.read(table));
    });

    add("record.column_subsets", w -> {
      String table = w.table("a bigint, b string, c double");
      w.write(table, row(1L, "x", 1.5), row(2L, null, null));
      equal(texts(row(1.5), NULL), w.subset(table, "c"));
      equal(texts(row(1.5, 1L), row(null, 2L)), w.subset(table, "c", "a"));
      equal(texts(row("x", 1.5, 1L), row(null, null, 2L)), w.subset(table, "b", "c", "a"));
    });
  }
}
