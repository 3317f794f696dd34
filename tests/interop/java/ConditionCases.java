package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.Rows.*;

import com.alicloud.openservices.tablestore.model.*;
import com.alicloud.openservices.tablestore.model.condition.*;
import com.alicloud.openservices.tablestore.model.condition.CompositeColumnValueCondition.LogicOperator;
import com.alicloud.openservices.tablestore.model.condition.SingleColumnValueCondition.CompareOperator;

final class ConditionCases extends Cases {
  private static final PrimaryKey A = key("k", "a");

  static void fails(Call call) throws Exception {
    refused(403, "OTSConditionCheckFail", "Condition check failed", call);
  }

  static SingleColumnValueCondition column(String name, CompareOperator operator, Object value) {
    SingleColumnValueCondition condition =
        new SingleColumnValueCondition(name, operator, value(value));
    condition.setPassIfMissing(false);
    return condition;
  }

  private static ColumnCondition all(LogicOperator operator, ColumnCondition... parts) {
    CompositeColumnValueCondition condition = new CompositeColumnValueCondition(operator);
    for (ColumnCondition part : parts) condition.addCondition(part);
    return condition;
  }

  private static void updateIf(World w, String table, ColumnCondition condition, int v) {
    RowUpdateChange change = update(table, A, "v", v);
    change.setCondition(new Condition());
    change.getCondition().setColumnCondition(condition);
    write(w.client, change);
  }

  ConditionCases() {
    add(
        "condition.put_expect_not_exist",
        w -> {
          String table = w.table();
          RowPutChange first = put(table, A, "v", 1);
          expect(first, RowExistenceExpectation.EXPECT_NOT_EXIST);
          write(w.client, first);
          RowPutChange second = put(table, A, "v", 2);
          expect(second, RowExistenceExpectation.EXPECT_NOT_EXIST);
          fails(() -> write(w.client, second));
          equal("k=\"a\" | v=1", row(w.client, table, A));
        });

    add(
        "condition.put_expect_exist",
        w -> {
          String table = w.table();
          RowPutChange change = put(table, A, "v", 1);
          expect(change, RowExistenceExpectation.EXPECT_EXIST);
          fails(() -> write(w.client, change));
          write(w.client, put(table, A, "old", 0));
          write(w.client, change);
          equal("k=\"a\" | v=1", row(w.client, table, A));
        });

    add(
        "condition.update_expect_exist",
        w -> {
          String table = w.table();
          RowUpdateChange change = update(table, A, "v", "x");
          expect(change, RowExistenceExpectation.EXPECT_EXIST);
          fails(() -> write(w.client, change));
          equal("none", row(w.client, table, A));
        });

    add(
        "condition.delete_expect_exist",
        w -> {
          String table = w.table();
          RowDeleteChange change = delete(table, A);
          expect(change, RowExistenceExpectation.EXPECT_EXIST);
          fails(() -> write(w.client, change));
          write(w.client, put(table, A, "v", 1));
          write(w.client, change);
          equal("none", row(w.client, table, A));
        });

    add(
        "condition.column_comparators",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "n", 5));
          for (CompareOperator operator : CompareOperator.values()) {
            for (int wanted = 4; wanted <= 6; ++wanted) {
              int value = wanted;
              boolean holds =
                  switch (operator) {
                    case EQUAL -> value == 5;
                    case NOT_EQUAL -> value != 5;
                    case GREATER_THAN -> value < 5;
                    case GREATER_EQUAL -> value <= 5;
                    case LESS_THAN -> value > 5;
                    case LESS_EQUAL -> value >= 5;
                    default -> throw new Failure("no expectation for " + operator);
                  };
              Call call = () -> updateIf(w, table, column("n", operator, value), value);
              if (holds) call.run();
              else fails(call);
            }
          }
          equal("k=\"a\" | n=5 v=6", row(w.client, table, A));
        });

    add(
        "condition.column_missing",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "n", 5));
          SingleColumnValueCondition condition = column("none", CompareOperator.EQUAL, 1);
          fails(() -> updateIf(w, table, condition, 1));
          condition.setPassIfMissing(true);
          updateIf(w, table, condition, 2);
          equal("k=\"a\" | n=5 v=2", row(w.client, table, A));
        });

    add(
        "condition.composite",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "n", 5, "s", "x"));
          ColumnCondition five = column("n", CompareOperator.EQUAL, 5);
          ColumnCondition x = column("s", CompareOperator.EQUAL, "x");
          ColumnCondition y = column("s", CompareOperator.EQUAL, "y");
          updateIf(w, table, all(LogicOperator.AND, five, x), 1);
          fails(() -> updateIf(w, table, all(LogicOperator.AND, five, y), 2));
          updateIf(w, table, all(LogicOperator.OR, y, five), 3);
          updateIf(w, table, all(LogicOperator.NOT, y), 4);
          fails(() -> updateIf(w, table, all(LogicOperator.NOT, all(LogicOperator.OR, x, y)), 5));
          equal("k=\"a\" | n=5 s=\"x\" v=4", row(w.client, table, A));
        });

    add(
        "condition.latest_version_only",
        w -> {
          String table = w.table(World.versions(5));
          RowCases.putVersions(w, table, 3);
          SingleColumnValueCondition condition = column("v", CompareOperator.EQUAL, 1);
          fails(() -> updateIf(w, table, condition, 9));
          condition.setLatestVersionsOnly(false);
          updateIf(w, table, condition, 9);
          equal("k=\"a\" | v=9", row(w.client, table, A));
        });

    add(
        "condition.delete_by_column",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "done", false));
          RowDeleteChange change = delete(table, A);
          change.setCondition(new Condition());
          change.getCondition().setColumnCondition(column("done", CompareOperator.EQUAL, true));
          fails(() -> write(w.client, change));
          write(w.client, put(table, A, "done", true));
          write(w.client, change);
          equal("none", row(w.client, table, A));
        });

    add(
        "condition.update_expect_not_exist_invalid",
        w -> {
          RowUpdateChange change = update(w.table(), A, "v", 1);
          expect(change, RowExistenceExpectation.EXPECT_NOT_EXIST);
          refused(400, "OTSParameterInvalid", "EXPECT_NOT_EXIST", () -> write(w.client, change));
        });
  }
}
