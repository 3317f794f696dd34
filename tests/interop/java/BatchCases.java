package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.Rows.*;
import static interop.World.*;

import com.alicloud.openservices.tablestore.model.*;
import com.alicloud.openservices.tablestore.model.filter.SingleColumnValueFilter.CompareOperator;
import java.util.List;
import java.util.stream.Collectors;

final class BatchCases extends Cases {
  private static MultiRowQueryCriteria many(String table, PrimaryKey... keys) {
    MultiRowQueryCriteria criteria = new MultiRowQueryCriteria(table);
    for (PrimaryKey key : keys) criteria.addRow(key);
    criteria.setMaxVersions(1);
    return criteria;
  }

  private static BatchGetRowResponse get(World w, MultiRowQueryCriteria... criteria) {
    BatchGetRowRequest request = new BatchGetRowRequest();
    for (MultiRowQueryCriteria one : criteria) request.addMultiRowQueryCriteria(one);
    return w.client.batchGetRow(request);
  }

  static BatchWriteRowRequest request(RowChange... changes) {
    BatchWriteRowRequest request = new BatchWriteRowRequest();
    for (RowChange change : changes) request.addRowChange(change);
    return request;
  }

  private static String reads(List<BatchGetRowResponse.RowResult> results) {
    return results.stream()
        .map(one -> one.isSucceed() ? Text.of(one.getRow()) : one.getError().getCode())
        .collect(Collectors.joining("; "));
  }

  static String writes(List<BatchWriteRowResponse.RowResult> results) {
    return results.stream()
        .map(one -> one.isSucceed() ? "ok" : one.getError().getCode())
        .collect(Collectors.joining("; "));
  }

  private static RowPutChange putNew(String table, PrimaryKey key, Object... pairs) {
    RowPutChange change = put(table, key, pairs);
    expect(change, RowExistenceExpectation.EXPECT_NOT_EXIST);
    return change;
  }

  BatchCases() {
    add(
        "batch.write_and_get_tables",
        w -> {
          String one = w.table(), two = w.table(integer("n"));
          write(w.client, put(one, key("k", "gone"), "v", 0));
          BatchWriteRowResponse written =
              w.client.batchWriteRow(
                  request(
                      put(one, key("k", "a"), "v", 1),
                      update(one, key("k", "b"), "v", 2),
                      delete(one, key("k", "gone")),
                      put(two, key("n", 1), "v", "x")));
          equal("ok; ok; ok", writes(written.getRowStatus(one)));
          equal("ok", writes(written.getRowStatus(two)));
          BatchGetRowResponse got =
              get(
                  w,
                  many(one, key("k", "b"), key("k", "gone"), key("k", "a")),
                  many(two, key("n", 1)));
          equal("k=\"b\" | v=2; none; k=\"a\" | v=1", reads(got.getBatchGetRowResult(one)));
          equal("n=1 | v=\"x\"", reads(got.getBatchGetRowResult(two)));
        });

    add(
        "batch.get_options",
        w -> {
          String table = w.table(versions(5));
          long base = RowCases.putVersions(w, table, 3);
          MultiRowQueryCriteria criteria = many(table, key("k", "a"));
          criteria.setMaxVersions(2);
          Row row = get(w, criteria).getBatchGetRowResult(table).get(0).getRow();
          equal("v=3@+3 v=2@+2", Text.versions(row, base));
          criteria.setTimeRange(new TimeRange(base + 1, base + 2));
          row = get(w, criteria).getBatchGetRowResult(table).get(0).getRow();
          equal("v=1@+1", Text.versions(row, base));
          MultiRowQueryCriteria filtered = many(table, key("k", "a"));
          filtered.setFilter(FilterCases.column("v", CompareOperator.EQUAL, 1));
          equal("none", reads(get(w, filtered).getBatchGetRowResult(table)));
        });

    add(
        "batch.write_row_errors",
        w -> {
          String table = w.table();
          write(w.client, put(table, key("k", "there"), "v", 0));
          List<BatchWriteRowResponse.RowResult> results =
              w.client
                  .batchWriteRow(
                      request(
                          put(table, key("k", "a"), "v", 1),
                          putNew(table, key("k", "there"), "v", 9),
                          put(table, key("wrong", "a"), "v", 1),
                          put(table, key("k", "b"), "v", 2)))
                  .getRowStatus(table);
          equal("ok; OTSConditionCheckFail; OTSInvalidPK; ok", writes(results));
          that(
              results.get(1).getError().getMessage().contains("Condition check failed"),
              "the row's error has its message");
          equal("[0, 1, 2, 3]", results.stream().map(one -> one.getIndex()).toList());
          equal("k=\"there\" | v=0", row(w.client, table, key("k", "there")));
          equal("k=\"b\" | v=2", row(w.client, table, key("k", "b")));
        });

    add(
        "batch.get_row_errors",
        w -> {
          String table = w.table();
          write(w.client, put(table, key("k", "a"), "v", 1));
          BatchGetRowResponse got =
              get(w, many(table, key("k", "a"), key("wrong", "a")), many("absent", key("k", "a")));
          equal("k=\"a\" | v=1; OTSInvalidPK", reads(got.getBatchGetRowResult(table)));
          equal("OTSObjectNotExist", reads(got.getBatchGetRowResult("absent")));
          equal(2, got.getFailedRows().size());
        });

    add(
        "batch.write_too_many_rows",
        w -> {
          String table = w.table();
          BatchWriteRowRequest request = new BatchWriteRowRequest();
          for (int i = 0; i < 201; ++i) request.addRowChange(put(table, key("k", "" + i)));
          refused(400, "OTSParameterInvalid", "200", () -> w.client.batchWriteRow(request));
          equal("none", row(w.client, table, key("k", "0")));
        });

    add(
        "batch.get_too_many_rows",
        w -> {
          MultiRowQueryCriteria criteria = many(w.table());
          for (int i = 0; i < 101; ++i) criteria.addRow(key("k", "" + i));
          refused(400, "OTSParameterInvalid", "100", () -> get(w, criteria));
        });

    add(
        "batch.write_200_rows",
        w -> {
          String table = w.table(integer("k"));
          BatchWriteRowRequest request = new BatchWriteRowRequest();
          for (int i = 0; i < 200; ++i)
            request.addRowChange(put(table, key("k", i), "square", i * i));
          that(w.client.batchWriteRow(request).isAllSucceed(), "every row is written");
          List<Row> rows = RangeCases.scan(w, RangeCases.all(table)).getRows();
          equal(200, rows.size());
          equal("k=199 | square=39601", Text.of(rows.get(199)));
        });

    add(
        "batch.write_returns_content",
        w -> {
          String table = w.table();
          write(w.client, put(table, key("k", "a"), "n", 1));
          RowUpdateChange change = increment(table, key("k", "a"), "n", 4);
          change.setReturnType(ReturnType.RT_AFTER_MODIFY);
          change.addReturnColumn("n");
          List<BatchWriteRowResponse.RowResult> results =
              w.client.batchWriteRow(request(change)).getRowStatus(table);
          equal("n=5", Text.cells(results.get(0).getRow()));
        });

    add(
        "batch.atomic_all_written",
        w -> {
          String table = w.table(text("k"), integer("n"));
          BatchWriteRowRequest request =
              request(
                  put(table, key("k", "a", "n", 1), "v", 1),
                  update(table, key("k", "a", "n", 2), "v", 2));
          request.setAtomic(true);
          equal("ok; ok", writes(w.client.batchWriteRow(request).getRowStatus(table)));
          equal("k=\"a\" n=1 | v=1", row(w.client, table, key("k", "a", "n", 1)));
          equal("k=\"a\" n=2 | v=2", row(w.client, table, key("k", "a", "n", 2)));
        });

    add(
        "batch.atomic_nothing_written",
        w -> {
          String table = w.table(text("k"), integer("n"));
          write(w.client, put(table, key("k", "a", "n", 2), "v", 0));
          BatchWriteRowRequest request =
              request(
                  put(table, key("k", "a", "n", 1), "v", 1),
                  putNew(table, key("k", "a", "n", 2), "v", 2));
          request.setAtomic(true);
          equal(
              "OTSConditionCheckFail; OTSConditionCheckFail",
              writes(w.client.batchWriteRow(request).getRowStatus(table)));
          equal("none", row(w.client, table, key("k", "a", "n", 1)));
          equal("k=\"a\" n=2 | v=0", row(w.client, table, key("k", "a", "n", 2)));
        });
  }
}
