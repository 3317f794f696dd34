package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.Rows.*;
import static interop.Rows.Bound.*;
import static interop.World.*;

import com.alicloud.openservices.tablestore.model.*;
import com.alicloud.openservices.tablestore.model.condition.SingleColumnValueCondition.CompareOperator;

final class TransactionCases extends Cases {
  private static final String CONFLICT = "Data is being modified by the other request";

  /** Two key columns: a transaction holds one value of the first. */
  private static String table(World w) {
    return w.table(text("k"), integer("n"));
  }

  private static PrimaryKey a(int n) {
    return key("k", "a", "n", n);
  }

  private static String begin(World w, String table, String partition) {
    return w.client
        .startLocalTransaction(new StartLocalTransactionRequest(table, key("k", partition)))
        .getTransactionID();
  }

  private static void commit(World w, String id) {
    w.client.commitTransaction(new CommitTransactionRequest(id));
  }

  private static void abort(World w, String id) {
    w.client.abortTransaction(new AbortTransactionRequest(id));
  }

  private static <R extends TxnRequest> R in(String id, R request) {
    request.setTransactionId(id);
    return request;
  }

  private static void putIn(World w, String id, RowPutChange change) {
    w.client.putRow(in(id, new PutRowRequest(change)));
  }

  private static String all(World w, String table, String id) {
    GetRangeRequest request =
        new GetRangeRequest(
            RangeCases.range(table, key("k", "a", "n", MIN), key("k", "a", "n", MAX)));
    if (id != null) request.setTransactionId(id);
    return Text.of(w.client.getRange(request).getRows());
  }

  TransactionCases() {
    add(
        "txn.commit_shows_writes",
        w -> {
          String table = table(w);
          write(w.client, put(table, a(2), "v", "old"));
          write(w.client, put(table, a(3), "v", "gone"));
          String id = begin(w, table, "a");
          putIn(w, id, put(table, a(1), "v", "put"));
          w.client.updateRow(in(id, new UpdateRowRequest(update(table, a(2), "v", "updated"))));
          w.client.deleteRow(in(id, new DeleteRowRequest(delete(table, a(3)))));
          commit(w, id);
          equal("k=\"a\" n=1 | v=\"put\"; k=\"a\" n=2 | v=\"updated\"", all(w, table, null));
        });

    add(
        "txn.abort_hides_writes",
        w -> {
          String table = table(w);
          write(w.client, put(table, a(1), "v", "old"));
          String id = begin(w, table, "a");
          putIn(w, id, put(table, a(1), "v", "new"));
          putIn(w, id, put(table, a(2), "v", "new"));
          abort(w, id);
          equal("k=\"a\" n=1 | v=\"old\"", all(w, table, null));
        });

    add(
        "txn.sees_own_writes",
        w -> {
          String table = table(w);
          String id = begin(w, table, "a");
          putIn(w, id, put(table, a(1), "v", 1));
          Row own = w.client.getRow(in(id, new GetRowRequest(read(table, a(1))))).getRow();
          equal("k=\"a\" n=1 | v=1", Text.of(own));
          equal("none", row(w.client, table, a(1)));
          abort(w, id);
        });

    add(
        "txn.range_in_transaction",
        w -> {
          String table = table(w);
          write(w.client, put(table, a(1), "v", "stored"));
          write(w.client, put(table, a(3), "v", "stored"));
          String id = begin(w, table, "a");
          putIn(w, id, put(table, a(2), "v", "pending"));
          w.client.deleteRow(in(id, new DeleteRowRequest(delete(table, a(3)))));
          equal("k=\"a\" n=1 | v=\"stored\"; k=\"a\" n=2 | v=\"pending\"", all(w, table, id));
          equal("k=\"a\" n=1 | v=\"stored\"; k=\"a\" n=3 | v=\"stored\"", all(w, table, null));
          abort(w, id);
        });

    add(
        "txn.batch_write_in_transaction",
        w -> {
          String table = table(w);
          String id = begin(w, table, "a");
          BatchWriteRowRequest request =
              BatchCases.request(put(table, a(1), "v", 1), put(table, a(2), "v", 2));
          equal(
              "ok; ok",
              BatchCases.writes(w.client.batchWriteRow(in(id, request)).getRowStatus(table)));
          equal("", all(w, table, null));
          commit(w, id);
          equal("k=\"a\" n=1 | v=1; k=\"a\" n=2 | v=2", all(w, table, null));
        });

    add(
        "txn.write_conflict",
        w -> {
          String table = table(w);
          String id = begin(w, table, "a");
          refused(
              409,
              "OTSRowOperationConflict",
              CONFLICT,
              () -> write(w.client, put(table, a(1), "v", 1)));
          write(w.client, put(table, key("k", "b", "n", 1), "v", 2));
          commit(w, id);
          write(w.client, put(table, a(1), "v", 3));
          equal("k=\"a\" n=1 | v=3", all(w, table, null));
        });

    add(
        "txn.start_conflict",
        w -> {
          String table = table(w);
          String id = begin(w, table, "a");
          refused(409, "OTSRowOperationConflict", CONFLICT, () -> begin(w, table, "a"));
          abort(w, begin(w, table, "b"));
          abort(w, id);
          abort(w, begin(w, table, "a"));
        });

    add(
        "txn.ended_is_gone",
        w -> {
          String table = table(w);
          String id = begin(w, table, "a");
          commit(w, id);
          refused(404, "OTSSessionNotExist", "", () -> commit(w, id));
          refused(404, "OTSSessionNotExist", "", () -> abort(w, id));
          refused(404, "OTSSessionNotExist", "", () -> putIn(w, id, put(table, a(1), "v", 1)));
          equal("none", row(w.client, table, a(1)));
        });

    add(
        "txn.other_partition_refused",
        w -> {
          String table = table(w);
          String id = begin(w, table, "a");
          RowPutChange change = put(table, key("k", "b", "n", 1), "v", 1);
          refused(400, "OTSDataOutOfRange", "", () -> putIn(w, id, change));
          abort(w, id);
        });

    add(
        "txn.expires",
        w -> {
          String table = table(w);
          String id = begin(w, table, "a");
          putIn(w, id, put(table, a(1), "v", 1));
          w.stepClock(61_000);
          refused(404, "OTSSessionNotExist", "", () -> commit(w, id));
          equal("none", row(w.client, table, a(1)));
          write(w.client, put(table, a(1), "v", 2));
        });

    add(
        "txn.condition_in_transaction",
        w -> {
          String table = table(w);
          String id = begin(w, table, "a");
          putIn(w, id, put(table, a(1), "v", 1));
          RowPutChange again = put(table, a(1), "v", 2);
          expect(again, RowExistenceExpectation.EXPECT_NOT_EXIST);
          ConditionCases.fails(() -> putIn(w, id, again));
          RowPutChange next = put(table, a(1), "v", 3);
          next.setCondition(new Condition());
          next.getCondition()
              .setColumnCondition(ConditionCases.column("v", CompareOperator.EQUAL, 1));
          putIn(w, id, next);
          commit(w, id);
          equal("k=\"a\" n=1 | v=3", row(w.client, table, a(1)));
        });

    add(
        "txn.increment_in_transaction",
        w -> {
          String table = table(w);
          write(w.client, put(table, a(1), "n1", 10));
          String id = begin(w, table, "a");
          for (int i = 0; i < 3; ++i)
            w.client.updateRow(in(id, new UpdateRowRequest(increment(table, a(1), "n1", 5))));
          commit(w, id);
          equal("k=\"a\" n=1 | n1=25", row(w.client, table, a(1)));
        });

    add(
        "txn.stream_has_commit_only",
        w -> {
          String table = w.table(text("k"), integer("n"), stream(24));
          String aborted = begin(w, table, "a");
          putIn(w, aborted, put(table, a(1), "v", "aborted"));
          abort(w, aborted);
          String id = begin(w, table, "a");
          putIn(w, id, put(table, a(1), "v", "one"));
          putIn(w, id, put(table, a(2), "v", "two"));
          equal("", Text.records(StreamCases.onlyShard(w, table)));
          commit(w, id);
          equal(
              "put k=\"a\" n=1 | v=\"one\"; put k=\"a\" n=2 | v=\"two\"",
              Text.records(StreamCases.onlyShard(w, table)));
        });
  }
}
