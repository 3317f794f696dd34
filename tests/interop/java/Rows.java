package interop;

import com.alicloud.openservices.tablestore.SyncClient;
import com.alicloud.openservices.tablestore.model.*;

/** Short forms of requests and of single row calls. */
final class Rows {
  enum Bound {
    MIN,
    MAX,
    AUTO
  }

  private static PrimaryKeyValue keyValue(Object value) {
    if (value instanceof String text) return PrimaryKeyValue.fromString(text);
    if (value instanceof Number number) return PrimaryKeyValue.fromLong(number.longValue());
    if (value instanceof byte[] bytes) return PrimaryKeyValue.fromBinary(bytes);
    return switch ((Bound) value) {
      case MIN -> PrimaryKeyValue.INF_MIN;
      case MAX -> PrimaryKeyValue.INF_MAX;
      case AUTO -> PrimaryKeyValue.AUTO_INCREMENT;
    };
  }

  static ColumnValue value(Object value) {
    if (value instanceof String text) return ColumnValue.fromString(text);
    if (value instanceof Boolean flag) return ColumnValue.fromBoolean(flag);
    if (value instanceof Double real) return ColumnValue.fromDouble(real);
    if (value instanceof byte[] bytes) return ColumnValue.fromBinary(bytes);
    return ColumnValue.fromLong(((Number) value).longValue());
  }

  /** Pairs of name and value; a value may be a Bound. */
  static PrimaryKey key(Object... pairs) {
    PrimaryKeyBuilder builder = PrimaryKeyBuilder.createPrimaryKeyBuilder();
    for (int i = 0; i < pairs.length; i += 2)
      builder.addPrimaryKeyColumn((String) pairs[i], keyValue(pairs[i + 1]));
    return builder.build();
  }

  static RowPutChange put(String table, PrimaryKey key, Object... pairs) {
    RowPutChange change = new RowPutChange(table, key);
    for (int i = 0; i < pairs.length; i += 2)
      change.addColumn((String) pairs[i], value(pairs[i + 1]));
    return change;
  }

  static RowUpdateChange update(String table, PrimaryKey key, Object... pairs) {
    RowUpdateChange change = new RowUpdateChange(table, key);
    for (int i = 0; i < pairs.length; i += 2) change.put((String) pairs[i], value(pairs[i + 1]));
    return change;
  }

  static RowDeleteChange delete(String table, PrimaryKey key) {
    return new RowDeleteChange(table, key);
  }

  static RowUpdateChange increment(String table, PrimaryKey key, String column, long delta) {
    return new RowUpdateChange(table, key)
        .increment(new Column(column, ColumnValue.fromLong(delta)));
  }

  static SingleRowQueryCriteria read(String table, PrimaryKey key) {
    SingleRowQueryCriteria criteria = new SingleRowQueryCriteria(table, key);
    criteria.setMaxVersions(1);
    return criteria;
  }

  static PutRowResponse write(SyncClient client, RowPutChange change) {
    return client.putRow(new PutRowRequest(change));
  }

  static UpdateRowResponse write(SyncClient client, RowUpdateChange change) {
    return client.updateRow(new UpdateRowRequest(change));
  }

  static DeleteRowResponse write(SyncClient client, RowDeleteChange change) {
    return client.deleteRow(new DeleteRowRequest(change));
  }

  static Row get(SyncClient client, SingleRowQueryCriteria criteria) {
    return client.getRow(new GetRowRequest(criteria)).getRow();
  }

  static String row(SyncClient client, String table, PrimaryKey key) {
    return Text.of(get(client, read(table, key)));
  }

  static void expect(RowChange change, RowExistenceExpectation existence) {
    change.setCondition(new Condition(existence));
  }

  private Rows() {}
}
