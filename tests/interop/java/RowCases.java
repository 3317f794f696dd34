package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.Rows.*;
import static interop.World.*;

import com.alicloud.openservices.tablestore.model.*;
import java.util.ArrayList;
import java.util.List;

final class RowCases extends Cases {
  private static final PrimaryKey A = key("k", "a");

  /** Column v with versions 1 at base+1 ... n at base+n. */
  static long putVersions(World w, String table, int count) throws Exception {
    long base = w.dataMillis() - 1000;
    for (int i = 1; i <= count; ++i)
      write(w.client, new RowUpdateChange(table, A).put("v", ColumnValue.fromLong(i), base + i));
    return base;
  }

  static SingleRowQueryCriteria read(String table, int versions) {
    SingleRowQueryCriteria criteria = new SingleRowQueryCriteria(table, A);
    if (versions > 0) criteria.setMaxVersions(versions);
    return criteria;
  }

  RowCases() {
    add(
        "row.put_get_all_types",
        w -> {
          String table = w.table(text("s"), integer("i"), binary("b"));
          PrimaryKey k = key("s", "城市", "i", Long.MIN_VALUE, "b", new byte[] {0, -1});
          RowPutChange change =
              put(table, k, "bool", true, "double", -1.5, "int", Long.MAX_VALUE, "str", "héllo\n");
          change.addColumn("bin", ColumnValue.fromBinary(new byte[] {1, 0, 2}));
          change.addColumn("name", ColumnValue.fromString("名"));
          write(w.client, change);
          equal(
              "s=\"城市\" i=-9223372036854775808 b=00ff | bin=010002 bool=true double=-1.5"
                  + " int=9223372036854775807 name=\"名\" str=\"héllo\n\"",
              row(w.client, table, k));
        });

    add(
        "row.empty_values",
        w -> {
          String table = w.table(text("s"), binary("b"));
          PrimaryKey k = key("s", "", "b", new byte[0]);
          write(w.client, put(table, k, "bin", new byte[0], "no", false, "str", "", "zero", 0.0));
          equal("s=\"\" b= | bin= no=false str=\"\" zero=0.0", row(w.client, table, k));
        });

    add(
        "row.key_only",
        w -> {
          String table = w.table();
          write(w.client, put(table, A));
          equal("k=\"a\" |", row(w.client, table, A));
        });

    add(
        "row.get_missing",
        w -> {
          GetRowResponse got = w.client.getRow(new GetRowRequest(Rows.read(w.table(), A)));
          equal("none", Text.of(got.getRow()));
          equal(1, got.getConsumedCapacity().getCapacityUnit().getReadCapacityUnit());
        });

    add(
        "row.put_replaces",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "old", 1, "both", 1));
          write(w.client, put(table, A, "both", 2, "new", 2));
          equal("k=\"a\" | both=2 new=2", row(w.client, table, A));
        });

    add(
        "row.default_version_is_commit_time",
        w -> {
          String table = w.table();
          long before = w.dataMillis();
          write(w.client, put(table, A, "v", 1));
          long at = get(w.client, read(table, 1)).getColumns()[0].getTimestamp();
          that(before <= at && at <= w.dataMillis(), "the version lies between before and after");
        });

    add(
        "row.explicit_version",
        w -> {
          String table = w.table();
          long base = w.dataMillis();
          write(
              w.client,
              new RowPutChange(table, A).addColumn("v", ColumnValue.fromString("x"), base - 5));
          equal("v=\"x\"@-5", Text.versions(get(w.client, read(table, 1)), base));
        });

    add(
        "row.update_put_and_delete_columns",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "keep", 1, "gone", 2, "set", 3));
          write(w.client, update(table, A, "set", "new", "add", 4.5).deleteColumns("gone"));
          equal("k=\"a\" | add=4.5 keep=1 set=\"new\"", row(w.client, table, A));
        });

    add(
        "row.update_creates",
        w -> {
          String table = w.table();
          write(w.client, update(table, A, "v", 1));
          equal("k=\"a\" | v=1", row(w.client, table, A));
        });

    add(
        "row.delete_one_version",
        w -> {
          String table = w.table(versions(5));
          long base = putVersions(w, table, 3);
          write(w.client, update(table, A).deleteColumn("v", base + 2));
          equal("v=3@+3 v=1@+1", Text.versions(get(w.client, read(table, 9)), base));
        });

    add(
        "row.delete_all_versions",
        w -> {
          String table = w.table(versions(5));
          putVersions(w, table, 3);
          write(w.client, update(table, A, "other", true).deleteColumns("v"));
          equal("other=true", Text.cells(get(w.client, read(table, 9))));
        });

    add(
        "row.max_versions_trims",
        w -> {
          String table = w.table(versions(2));
          long base = putVersions(w, table, 4);
          equal("v=4@+4 v=3@+3", Text.versions(get(w.client, read(table, 9)), base));
        });

    add(
        "row.get_max_versions",
        w -> {
          String table = w.table(versions(5));
          long base = putVersions(w, table, 4);
          equal("v=4@+4 v=3@+3 v=2@+2", Text.versions(get(w.client, read(table, 3)), base));
        });

    add(
        "row.get_time_range",
        w -> {
          String table = w.table(versions(5));
          long base = putVersions(w, table, 4);
          SingleRowQueryCriteria criteria = read(table, 9);
          criteria.setTimeRange(new TimeRange(base + 2, base + 4));
          equal("v=3@+3 v=2@+2", Text.versions(get(w.client, criteria), base));
          criteria.setMaxVersions(1);
          equal("v=3@+3", Text.versions(get(w.client, criteria), base));
        });

    add(
        "row.get_specific_time",
        w -> {
          String table = w.table(versions(5));
          long base = putVersions(w, table, 4);
          SingleRowQueryCriteria criteria = read(table, 0);
          criteria.setTimestamp(base + 2);
          equal("v=2@+2", Text.versions(get(w.client, criteria), base));
        });

    add(
        "row.get_columns_to_get",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "x", 1, "y", 2, "z", 3));
          SingleRowQueryCriteria criteria = read(table, 1);
          criteria.addColumnsToGet(new String[] {"z", "x", "none"});
          equal("k=\"a\" | x=1 z=3", Text.of(get(w.client, criteria)));
        });

    add(
        "row.get_columns_absent_is_no_row",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "x", 1));
          SingleRowQueryCriteria criteria = read(table, 1);
          criteria.addColumnsToGet("other");
          equal("none", Text.of(get(w.client, criteria)));
        });

    add(
        "row.get_start_end_column",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "a", 1, "b", 2, "c", 3, "d", 4));
          SingleRowQueryCriteria criteria = read(table, 1);
          criteria.setStartColumn("b");
          criteria.setEndColumn("d");
          equal("b=2 c=3", Text.cells(get(w.client, criteria)));
        });

    add(
        "row.wide_column_iterator",
        w -> {
          String table = w.table();
          RowPutChange change = put(table, A);
          for (int i = 0; i < 300; ++i)
            change.addColumn(String.format("c%03d", i), ColumnValue.fromLong(i));
          write(w.client, change);
          SingleRowQueryCriteria criteria = read(table, 1);
          WideColumnIterator columns =
              w.client.createWideColumnIterator(new GetRowRequest(criteria));
          List<String> names = new ArrayList<>();
          while (columns.hasNextColumn()) names.add(columns.nextColumn().getName());
          equal(300, names.size());
          equal("c000", names.get(0));
          equal("c299", names.get(299));
        });

    add(
        "row.delete",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "x", 1));
          write(w.client, delete(table, A));
          equal("none", row(w.client, table, A));
          write(w.client, delete(table, A));
        });

    add(
        "row.increment",
        w -> {
          String table = w.table();
          for (long delta : new long[] {5, -7, 100})
            write(w.client, increment(table, A, "n", delta));
          equal("k=\"a\" | n=98", row(w.client, table, A));
        });

    add(
        "row.increment_returns_new_value",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "n", 40, "other", 1));
          RowUpdateChange change = increment(table, A, "n", 2);
          change.setReturnType(ReturnType.RT_AFTER_MODIFY);
          change.addReturnColumn("n");
          equal("n=42", Text.cells(write(w.client, change).getRow()));
        });

    add(
        "row.increment_not_integer",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "n", "text"));
          refused(
              400, "OTSParameterInvalid", "", () -> write(w.client, increment(table, A, "n", 1)));
          equal("k=\"a\" | n=\"text\"", row(w.client, table, A));
        });

    add(
        "row.return_primary_key",
        w -> {
          String table = w.table(text("k"), integer("n"));
          RowPutChange change = put(table, key("k", "a", "n", 7), "v", 1);
          change.setReturnType(ReturnType.RT_PK);
          equal("k=\"a\" n=7", Text.of(write(w.client, change).getRow().getPrimaryKey()));
        });

    add(
        "row.capacity_units",
        w -> {
          String table = w.table();
          PutRowResponse put = write(w.client, put(table, A, "v", "x".repeat(9000)));
          equal(new CapacityUnit(0, 3), put.getConsumedCapacity().getCapacityUnit());
          GetRowResponse got = w.client.getRow(new GetRowRequest(read(table, 1)));
          equal(new CapacityUnit(3, 0), got.getConsumedCapacity().getCapacityUnit());
        });

    add(
        "row.time_to_live_expires",
        w -> {
          String table = w.table(timeToLive(86400));
          write(w.client, put(table, A, "v", 1));
          equal("k=\"a\" | v=1", row(w.client, table, A));
          w.stepClock(86_401_000);
          equal("none", row(w.client, table, A));
        });

    add(
        "row.version_deviation_refused",
        w -> {
          String table = w.table();
          long far = w.dataMillis() + 2 * 86_400_000L;
          RowPutChange change =
              new RowPutChange(table, A).addColumn("v", ColumnValue.fromLong(1), far);
          refused(400, "OTSParameterInvalid", "" + far, () -> write(w.client, change));
        });
  }
}
