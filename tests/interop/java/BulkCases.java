package interop;

import static interop.Check.*;
import static interop.Rows.*;
import static interop.Rows.Bound.*;
import static interop.World.*;

import com.alicloud.openservices.tablestore.model.*;
import com.alicloud.openservices.tablestore.model.filter.SingleColumnValueFilter.CompareOperator;
import com.alicloud.openservices.tablestore.model.tunnel.BulkExportQueryCriteria;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

final class BulkCases extends Cases {
  private static BulkImportRequest request(String table, RowChange... changes) {
    BulkImportRequest request = new BulkImportRequest(table);
    for (RowChange change : changes) request.addRowChange(change);
    return request;
  }

  private static String results(BulkImportResponse response) {
    return response.getRowResults().stream()
        .map(one -> one.isSucceed() ? "ok" : one.getError().getCode())
        .collect(Collectors.joining("; "));
  }

  private static BulkExportQueryCriteria all(String table, DataBlockType type) {
    BulkExportQueryCriteria criteria = new BulkExportQueryCriteria(table);
    criteria.setInclusiveStartPrimaryKey(key("k", MIN));
    criteria.setExclusiveEndPrimaryKey(key("k", MAX));
    criteria.setDataBlockType(type);
    return criteria;
  }

  private static BulkExportResponse export(World w, BulkExportQueryCriteria criteria) {
    BulkExportRequest request = new BulkExportRequest();
    request.setBulkExportQueryCriteria(criteria);
    return w.client.bulkExport(request);
  }

  private static String matrixRows(BulkExportResponse got) {
    equal(DataBlockType.DBT_SIMPLE_ROW_MATRIX, got.getDataBlockType());
    return Text.of(new SimpleRowMatrixBlockParser(got.getRows()).getRows());
  }

  private static String three(World w) {
    String table = w.table();
    write(w.client, put(table, key("k", "a"), "b", true, "d", 0.5, "i", 1, "s", "x"));
    write(w.client, put(table, key("k", "b"), "i", 2, "x", new byte[] {1, 2}));
    write(w.client, put(table, key("k", "c")));
    return table;
  }

  private static final List<String> COLUMNS = List.of("k", "b", "d", "i", "s", "x");

  BulkCases() {
    add(
        "bulk.import",
        w -> {
          String table = w.table();
          write(w.client, put(table, key("k", "gone"), "v", 0));
          write(w.client, put(table, key("k", "b"), "old", 0));
          BulkImportResponse got =
              w.client.bulkImport(
                  request(
                      table,
                      put(table, key("k", "a"), "v", 1),
                      update(table, key("k", "b"), "v", 2),
                      delete(table, key("k", "gone"))));
          equal("ok; ok; ok", results(got));
          equal(
              "k=\"a\" | v=1; k=\"b\" | old=0 v=2",
              Text.of(RangeCases.scan(w, RangeCases.all(table)).getRows()));
          that(
              got.getRowResults()
                      .get(0)
                      .getConsumedCapacity()
                      .getCapacityUnit()
                      .getWriteCapacityUnit()
                  >= 1,
              "a row's capacity is counted");
        });

    add(
        "bulk.import_row_errors",
        w -> {
          String table = w.table();
          BulkImportResponse got =
              w.client.bulkImport(
                  request(
                      table,
                      put(table, key("k", "a"), "v", 1),
                      put(table, key("wrong", "a"), "v", 1),
                      put(table, key("k", "b"), "v", 2)));
          equal("ok; OTSInvalidPK; ok", results(got));
          equal("[1]", got.getFailedRows().stream().map(one -> one.getIndex()).toList());
          equal("k=\"b\" | v=2", row(w.client, table, key("k", "b")));
        });

    add(
        "bulk.import_into_stream",
        w -> {
          String table = w.table(stream(24));
          w.client.bulkImport(
              request(
                  table, put(table, key("k", "a"), "v", 1), update(table, key("k", "a"), "v", 2)));
          equal(
              "put k=\"a\" | v=1; update k=\"a\" | v=2",
              Text.records(StreamCases.onlyShard(w, table)));
        });

    add(
        "bulk.export_matrix",
        w -> {
          BulkExportQueryCriteria criteria = all(three(w), DataBlockType.DBT_SIMPLE_ROW_MATRIX);
          criteria.addColumnsToGet(COLUMNS);
          BulkExportResponse got = export(w, criteria);
          equal(
              "k=\"a\" | b=true d=0.5 i=1 s=\"x\"; k=\"b\" | i=2 x=0102; k=\"c\" |",
              matrixRows(got));
          equal("none", Text.of(got.getNextStartPrimaryKey()));
        });

    add(
        "bulk.export_matrix_columns",
        w -> {
          BulkExportQueryCriteria criteria = all(three(w), DataBlockType.DBT_SIMPLE_ROW_MATRIX);
          criteria.addColumnsToGet(List.of("k", "i"));
          SimpleRowMatrixBlockParser block =
              new SimpleRowMatrixBlockParser(export(w, criteria).getRows());
          equal("[k, i]", List.of(block.parseFieldNames()));
          equal(
              "1 1 3", block.getPkCount() + " " + block.getAttrCount() + " " + block.getRowCount());
          List<String> values = new ArrayList<>();
          while (block.hasNext()) {
            block.next();
            values.add(block.getString(0) + (block.isNull(1) ? " null" : " " + block.getLong(1)));
          }
          equal("[a 1, b 2, c null]", values);
        });

    add(
        "bulk.export_plain",
        w -> {
          BulkExportQueryCriteria criteria = all(three(w), DataBlockType.DBT_PLAIN_BUFFER);
          criteria.addColumnsToGet(COLUMNS);
          BulkExportResponse got = export(w, criteria);
          equal(DataBlockType.DBT_PLAIN_BUFFER, got.getDataBlockType());
          equal(
              "k=\"a\" | b=true d=0.5 i=1 s=\"x\"; k=\"b\" | i=2 x=0102; k=\"c\" |",
              Text.of(new PlainBufferBlockParser(got.getRows()).getRows()));
        });

    add(
        "bulk.export_range",
        w -> {
          BulkExportQueryCriteria criteria = all(three(w), DataBlockType.DBT_SIMPLE_ROW_MATRIX);
          criteria.setInclusiveStartPrimaryKey(key("k", "b"));
          criteria.setExclusiveEndPrimaryKey(key("k", "c"));
          criteria.addColumnsToGet(COLUMNS);
          equal("k=\"b\" | i=2 x=0102", matrixRows(export(w, criteria)));
        });

    add(
        "bulk.export_filter",
        w -> {
          BulkExportQueryCriteria criteria = all(three(w), DataBlockType.DBT_SIMPLE_ROW_MATRIX);
          criteria.addColumnsToGet(COLUMNS);
          criteria.setFilter(FilterCases.column("i", CompareOperator.GREATER_EQUAL, 2));
          equal("k=\"b\" | i=2 x=0102", matrixRows(export(w, criteria)));
        });

    add(
        "bulk.export_pages",
        w -> {
          String table = w.table(integer("k"));
          for (int i = 0; i < 8; ++i)
            write(w.client, put(table, key("k", i), "v", "x".repeat(1 << 20)));
          BulkExportQueryCriteria criteria = all(table, DataBlockType.DBT_SIMPLE_ROW_MATRIX);
          criteria.addColumnsToGet(List.of("k", "v"));
          SimpleRowMatrixBlockRowIterator rows =
              new SimpleRowMatrixBlockRowIterator(w.client, criteria, false);
          List<Long> keys = new ArrayList<>();
          while (rows.hasNext()) {
            rows.next();
            keys.add(rows.getLong("k"));
            equal(1 << 20, rows.getString("v").length());
          }
          equal("[0, 1, 2, 3, 4, 5, 6, 7]", keys);
        });

    add(
        "bulk.export_iterator",
        w -> {
          RangeIteratorParameter parameter = new RangeIteratorParameter(RangeCases.all(three(w)));
          parameter.addColumnsToGet(COLUMNS);
          List<Row> rows = new ArrayList<>();
          w.client.createBulkExportIterator(parameter).forEachRemaining(rows::add);
          equal(
              "k=\"a\" | b=true d=0.5 i=1 s=\"x\"; k=\"b\" | i=2 x=0102; k=\"c\" |", Text.of(rows));
        });
  }
}
