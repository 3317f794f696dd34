package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.Rows.*;
import static interop.Rows.Bound.*;
import static interop.World.*;

import com.alicloud.openservices.tablestore.model.*;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

final class RangeCases extends Cases {
  static RangeRowQueryCriteria range(String table, PrimaryKey start, PrimaryKey end) {
    RangeRowQueryCriteria criteria = new RangeRowQueryCriteria(table);
    criteria.setInclusiveStartPrimaryKey(start);
    criteria.setExclusiveEndPrimaryKey(end);
    criteria.setMaxVersions(1);
    return criteria;
  }

  /** All of a table whose key is k. */
  static RangeRowQueryCriteria all(String table) {
    return range(table, key("k", MIN), key("k", MAX));
  }

  static GetRangeResponse scan(World w, RangeRowQueryCriteria criteria) {
    return w.client.getRange(new GetRangeRequest(criteria));
  }

  private static RangeRowQueryCriteria backward(String table, Object start, Object end) {
    RangeRowQueryCriteria criteria = range(table, key("k", start), key("k", end));
    criteria.setDirection(Direction.BACKWARD);
    return criteria;
  }

  /** Rows a ... e with n = 0 ... 4. */
  private static String letters(World w) {
    String table = w.table();
    for (int i = 0; i < 5; ++i)
      write(w.client, put(table, key("k", "abcde".substring(i, i + 1)), "n", i));
    return table;
  }

  RangeCases() {
    add(
        "range.forward",
        w -> {
          GetRangeResponse got = scan(w, range(letters(w), key("k", "b"), key("k", "d")));
          equal("k=\"b\" | n=1; k=\"c\" | n=2", Text.of(got.getRows()));
          equal("none", Text.of(got.getNextStartPrimaryKey()));
        });

    add(
        "range.all",
        w ->
            equal(
                "k=\"a\" | n=0; k=\"b\" | n=1; k=\"c\" | n=2; k=\"d\" | n=3; k=\"e\" | n=4",
                Text.of(scan(w, all(letters(w))).getRows())));

    add(
        "range.backward",
        w ->
            equal(
                "k=\"d\" | n=3; k=\"c\" | n=2",
                Text.of(scan(w, backward(letters(w), "d", "b")).getRows())));

    add(
        "range.forward_limit",
        w -> {
          RangeRowQueryCriteria criteria = all(letters(w));
          criteria.setLimit(2);
          GetRangeResponse got = scan(w, criteria);
          equal("k=\"a\" | n=0; k=\"b\" | n=1", Text.of(got.getRows()));
          equal("k=\"c\"", Text.of(got.getNextStartPrimaryKey()));
        });

    add(
        "range.backward_limit",
        w -> {
          RangeRowQueryCriteria criteria = backward(letters(w), MAX, MIN);
          criteria.setLimit(2);
          GetRangeResponse got = scan(w, criteria);
          equal("k=\"e\" | n=4; k=\"d\" | n=3", Text.of(got.getRows()));
          equal("k=\"c\"", Text.of(got.getNextStartPrimaryKey()));
        });

    add(
        "range.pages",
        w -> {
          RangeRowQueryCriteria criteria = all(letters(w));
          criteria.setLimit(2);
          List<Integer> pages = new ArrayList<>();
          while (criteria.getInclusiveStartPrimaryKey() != null) {
            GetRangeResponse got = scan(w, criteria);
            pages.add(got.getRows().size());
            if (got.getNextStartPrimaryKey() == null) break;
            criteria.setInclusiveStartPrimaryKey(got.getNextStartPrimaryKey());
          }
          equal("[2, 2, 1]", pages);
        });

    add(
        "range.iterator",
        w -> {
          RangeIteratorParameter parameter = new RangeIteratorParameter(all(letters(w)));
          parameter.setBufferSize(2);
          List<Row> rows = new ArrayList<>();
          w.client.createRangeIterator(parameter).forEachRemaining(rows::add);
          equal(
              "k=\"a\" | n=0; k=\"b\" | n=1; k=\"c\" | n=2; k=\"d\" | n=3; k=\"e\" | n=4",
              Text.of(rows));
        });

    add(
        "range.iterator_max_count",
        w -> {
          RangeIteratorParameter parameter = new RangeIteratorParameter(all(letters(w)));
          parameter.setMaxCount(3);
          Iterator<Row> rows = w.client.createRangeIterator(parameter);
          List<Row> got = new ArrayList<>();
          rows.forEachRemaining(got::add);
          equal("k=\"a\" | n=0; k=\"b\" | n=1; k=\"c\" | n=2", Text.of(got));
        });

    add(
        "range.empty",
        w -> {
          GetRangeResponse got = scan(w, all(w.table()));
          equal(0, got.getRows().size());
          equal("none", Text.of(got.getNextStartPrimaryKey()));
        });

    add(
        "range.key_order",
        w -> {
          String table = w.table(integer("i"), text("s"), binary("b"));
          byte[] none = {};
          write(w.client, put(table, key("i", 10, "s", "a", "b", none)));
          write(w.client, put(table, key("i", -1, "s", "b", "b", new byte[] {-1})));
          write(w.client, put(table, key("i", -1, "s", "b", "b", new byte[] {1})));
          write(w.client, put(table, key("i", -1, "s", "é", "b", none)));
          write(w.client, put(table, key("i", -1, "s", "z", "b", none)));
          write(w.client, put(table, key("i", 9, "s", "", "b", none)));
          GetRangeResponse got =
              scan(
                  w,
                  range(
                      table, key("i", MIN, "s", MIN, "b", MIN), key("i", MAX, "s", MAX, "b", MAX)));
          equal(
              "i=-1 s=\"b\" b=01 |; i=-1 s=\"b\" b=ff |; i=-1 s=\"z\" b= |; i=-1 s=\"é\" b= |;"
                  + " i=9 s=\"\" b= |; i=10 s=\"a\" b= |",
              Text.of(got.getRows()));
        });

    add(
        "range.inner_bounds",
        w -> {
          String table = w.table(text("k"), integer("n"));
          for (String k : List.of("a", "b"))
            for (int n = 0; n < 4; ++n) write(w.client, put(table, key("k", k, "n", n)));
          GetRangeResponse got =
              scan(w, range(table, key("k", "a", "n", 2), key("k", "b", "n", MIN)));
          equal("k=\"a\" n=2 |; k=\"a\" n=3 |", Text.of(got.getRows()));
        });

    add(
        "range.columns_to_get",
        w -> {
          String table = w.table();
          write(w.client, put(table, key("k", "a"), "x", 1, "y", 2));
          write(w.client, put(table, key("k", "b"), "y", 3));
          RangeRowQueryCriteria criteria = all(table);
          criteria.addColumnsToGet("x");
          equal("k=\"a\" | x=1", Text.of(scan(w, criteria).getRows()));
        });

    add(
        "range.time_range",
        w -> {
          String table = w.table(versions(5));
          long base = RowCases.putVersions(w, table, 4);
          RangeRowQueryCriteria criteria = all(table);
          criteria.setMaxVersions(5);
          criteria.setTimeRange(new TimeRange(base + 1, base + 3));
          equal("v=2@+2 v=1@+1", Text.versions(scan(w, criteria).getRows().get(0), base));
        });

    add(
        "range.over_partitions",
        w -> {
          String table = letters(w);
          w.split(table, "c");
          w.split(table, "b");
          equal(
              "k=\"a\" | n=0; k=\"b\" | n=1; k=\"c\" | n=2; k=\"d\" | n=3; k=\"e\" | n=4",
              Text.of(scan(w, all(table)).getRows()));
        });

    add(
        "range.cut_by_rows",
        w -> {
          String table = w.table(integer("k"));
          for (int start = 0; start < 5100; start += 100) {
            BatchWriteRowRequest batch = new BatchWriteRowRequest();
            for (int i = start; i < start + 100; ++i) batch.addRowChange(put(table, key("k", i)));
            that(w.client.batchWriteRow(batch).isAllSucceed(), "rows are written");
          }
          GetRangeResponse got = scan(w, all(table));
          equal(5000, got.getRows().size());
          equal("k=5000", Text.of(got.getNextStartPrimaryKey()));
        });

    add(
        "range.cut_by_bytes",
        w -> {
          String table = w.table(integer("k"));
          for (int i = 0; i < 6; ++i)
            write(w.client, put(table, key("k", i), "v", "x".repeat(1 << 20)));
          GetRangeResponse got = scan(w, all(table));
          int rows = got.getRows().size();
          that(rows == 3 || rows == 4, "an answer holds about 4 MB");
          equal("k=" + rows, Text.of(got.getNextStartPrimaryKey()));
        });

    add(
        "range.wrong_direction",
        w ->
            refused(
                400,
                "OTSParameterInvalid",
                "FORWARD",
                () -> scan(w, range(w.table(), key("k", "b"), key("k", "a")))));
  }
}
