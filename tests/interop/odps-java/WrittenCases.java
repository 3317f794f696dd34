package interop;

import static interop.Check.*;
import static interop.World.*;

import com.aliyun.odps.PartitionSpec;
import com.aliyun.odps.data.Binary;
import com.aliyun.odps.data.SimpleStruct;
import com.aliyun.odps.data.Varchar;
import com.aliyun.odps.type.StructTypeInfo;
import com.aliyun.odps.type.TypeInfoParser;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Tables that the client filled, read by our program. */
final class WrittenCases extends Cases {
  private static String query(World w, String sql) throws Exception {
    return Program.run(
        "local", "query", "--csv", "--endpoint", w.endpoint, "--project", w.project, sql);
  }

  WrittenCases() {
    add("written.plain_types", w -> {
      String table = w.table("a bigint, s string, d double, ok boolean, y binary, t datetime");
      w.write(table,
          row(1L, "quoted \"x\", 城市", 1.5, true, new Binary(new byte[] {0, -1}),
              ZonedDateTime.parse("2024-02-29T04:34:56Z")),
          row(2L, "", Double.NaN, false, new Binary(new byte[0]), null),
          row(3L, null, Double.NEGATIVE_INFINITY, null, null, null));
      equal("\"a\",\"s\",\"d\",\"ok\",\"y\",\"t\"\n"
              + "1,\"quoted \"\"x\"\", 城市\",1.5,true,00ff,2024-02-29 12:34:56\n"
              + "2,,NaN,false,,\\N\n"
              + "3,\\N,-Infinity,\\N,\\N,\\N\n",
          query(w, "select * from " + table + " order by a"));
    });

    add("written.newer_types", w -> {
      String table = w.table(
          "a tinyint, f float, n decimal(38,18), day date, v varchar(9), l array<bigint>, m map<string,bigint>, r struct<x:int,y:string>");
      StructTypeInfo struct =
          (StructTypeInfo) TypeInfoParser.getTypeInfoFromTypeString("struct<x:int,y:string>");
      w.write(table,
          row((byte) -128, 1.25f, new BigDecimal("-0.000000000000000001"),
              LocalDate.of(1969, 12, 31), new Varchar("é"), Arrays.asList(1L, null),
              Map.of("k", 5L), new SimpleStruct(struct, List.of(7, "文"))),
          new Object[8]);
      equal("\"a\",\"f\",\"n\",\"day\",\"v\",\"l\",\"m\",\"r\"\n"
              + "-128,1.25,-0.000000000000000001,1969-12-31,é,\"[1,null]\",\"{\"\"k\"\":5}\",\"{\"\"x\"\":7,\"\"y\"\":\"\"文\"\"}\"\n"
              + "\\N,\\N,\\N,\\N,\\N,\\N,\\N,\\N\n",
          query(w, "select * from " + table + " order by a desc"));
    });

    add("written.nanoseconds", w -> {
      String table = w.table("t timestamp, z timestamp_ntz");
      w.write(table,
          row(Instant.parse("1969-12-31T23:59:59.999999999Z"),
              LocalDateTime.parse("1969-12-31T23:59:59.999999999")));
      equal("\"t\",\"z\"\n1970-01-01 07:59:59.999999999,1969-12-31 23:59:59.999999999\n",
          query(w, "select * from " + table));
    });

    add("written.partitions", w -> {
      String table = w.table("a bigint", "city string, n bigint");
      for (String spec : List.of("city=城市,n=1", "city=a b:c,n=-2")) {
        w.get(table).createPartition(new PartitionSpec(spec));
        w.write(table, spec, row((long) spec.length()));
      }
      equal("\"a\",\"city\",\"n\"\n15,a b:c,-2\n11,城市,1\n",
          query(w, "select a, city, n from " + table + " order by n"));
    });
  }
}
