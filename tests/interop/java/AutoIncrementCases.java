package interop;

import static interop.Check.*;
import static interop.Rows.*;
import static interop.Rows.Bound.*;
import static interop.World.*;

import com.alicloud.openservices.tablestore.model.*;
import java.util.List;

final class AutoIncrementCases extends Cases {
  private static String table(World w) {
    return w.table(text("k"), generated("id"));
  }

  private static RowPutChange putReturning(String table, int v) {
    RowPutChange change = put(table, key("k", "a", "id", AUTO), "v", v);
    change.setReturnType(ReturnType.RT_PK);
    return change;
  }

  private static long idOf(Row row) {
    return row.getPrimaryKey().getPrimaryKeyColumn("id").getValue().asLong();
  }

  private static List<Row> rows(World w, String table) {
    return RangeCases.scan(
            w, RangeCases.range(table, key("k", "a", "id", MIN), key("k", "a", "id", MAX)))
        .getRows();
  }

  AutoIncrementCases() {
    add(
        "auto_increment.put_returns_key",
        w -> {
          String table = table(w);
          long last = 0;
          for (int i = 0; i < 3; ++i) {
            long id = idOf(write(w.client, putReturning(table, i)).getRow());
            that(id > last, "numbers rise");
            equal("k=\"a\" id=" + id + " | v=" + i, row(w.client, table, key("k", "a", "id", id)));
            last = id;
          }
        });

    add(
        "auto_increment.range_in_order",
        w -> {
          String table = table(w);
          for (int i = 0; i < 4; ++i)
            write(w.client, put(table, key("k", "a", "id", AUTO), "v", i));
          equal("[v=0, v=1, v=2, v=3]", rows(w, table).stream().map(Text::cells).toList());
        });

    add(
        "auto_increment.batch_distinct",
        w -> {
          String table = table(w);
          BatchWriteRowRequest request = new BatchWriteRowRequest();
          for (int i = 0; i < 10; ++i) request.addRowChange(putReturning(table, i));
          List<Long> ids =
              w.client.batchWriteRow(request).getRowStatus(table).stream()
                  .map(one -> idOf(one.getRow()))
                  .toList();
          equal(10L, ids.stream().distinct().count());
          equal(ids, rows(w, table).stream().map(AutoIncrementCases::idOf).toList());
        });

    add(
        "auto_increment.update_existing",
        w -> {
          String table = table(w);
          long id = idOf(write(w.client, putReturning(table, 1)).getRow());
          PrimaryKey key = key("k", "a", "id", id);
          RowUpdateChange change = increment(table, key, "v", 1);
          expect(change, RowExistenceExpectation.EXPECT_EXIST);
          write(w.client, change);
          equal("k=\"a\" id=" + id + " | v=2", row(w.client, table, key));
        });
  }
}
