package interop;

import com.alicloud.openservices.tablestore.model.*;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows as text, so that a case can be read: {@code k="a" | i=1 d=1.5 b=true s="x" x=00ff}, with
 * {@code @+3} behind a cell for its version, counted from a base.
 */
final class Text {
  static String of(ColumnValue value) {
    return switch (value.getType()) {
      case STRING -> '"' + value.asString() + '"';
      case BINARY -> HexFormat.of().formatHex(value.asBinary());
      default -> value.getValue().toString();
    };
  }

  private static String of(PrimaryKeyColumn column) {
    PrimaryKeyValue value = column.getValue();
    if (value.isInfMin()) return column.getName() + "=min";
    if (value.isInfMax()) return column.getName() + "=max";
    ColumnValue plain =
        switch (value.getType()) {
          case STRING -> ColumnValue.fromString(value.asString());
          case INTEGER -> ColumnValue.fromLong(value.asLong());
          case BINARY -> ColumnValue.fromBinary(value.asBinary());
          default -> throw new Check.Failure("key column of type " + value.getType());
        };
    return column.getName() + "=" + of(plain);
  }

  static String of(PrimaryKey key) {
    if (key == null) return "none";
    return Arrays.stream(key.getPrimaryKeyColumns()).map(Text::of).collect(Collectors.joining(" "));
  }

  static String cells(Row row) {
    return Arrays.stream(row.getColumns())
        .map(column -> column.getName() + "=" + of(column.getValue()))
        .collect(Collectors.joining(" "));
  }

  static String versions(Row row, long base) {
    return Arrays.stream(row.getColumns())
        .map(
            column ->
                String.format(
                    "%s=%s@%+d",
                    column.getName(), of(column.getValue()), column.getTimestamp() - base))
        .collect(Collectors.joining(" "));
  }

  static String of(Row row) {
    return row == null ? "none" : (of(row.getPrimaryKey()) + " | " + cells(row)).strip();
  }

  static String of(List<Row> rows) {
    return rows.stream().map(Text::of).collect(Collectors.joining("; "));
  }

  static String of(RecordColumn column) {
    String name = column.getColumn().getName();
    return switch (column.getColumnType()) {
      case PUT -> name + "=" + of(column.getColumn().getValue());
      case DELETE_ONE_VERSION -> "delete-version " + name;
      case DELETE_ALL_VERSION -> "delete-all " + name;
    };
  }

  static String columns(List<RecordColumn> columns) {
    if (columns == null) return "none";
    return columns.stream().map(Text::of).collect(Collectors.joining(" "));
  }

  static String of(StreamRecord record) {
    String kind = record.getRecordType().name().toLowerCase();
    return (kind + " " + of(record.getPrimaryKey()) + " | " + columns(record.getColumns())).strip();
  }

  static String records(List<StreamRecord> records) {
    return records.stream().map(Text::of).collect(Collectors.joining("; "));
  }

  static String schema(TableMeta meta) {
    List<String> parts = new ArrayList<>();
    for (PrimaryKeySchema column : meta.getPrimaryKeyList()) {
      String option = column.hasOption() ? " " + column.getOption() : "";
      parts.add(column.getName() + " " + column.getType() + option);
    }
    return String.join(", ", parts);
  }

  static String options(TableOptions options) {
    return String.format(
        "ttl %d, versions %d, deviation %d",
        options.getTimeToLive(), options.getMaxVersions(), options.getMaxTimeDeviation());
  }

  private Text() {}
}
