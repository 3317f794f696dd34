package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.Rows.*;
import static interop.World.*;

import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.SyncClient;
import com.alicloud.openservices.tablestore.model.*;
import com.alicloud.openservices.tablestore.model.search.ListSearchIndexRequest;
import com.alicloud.openservices.tablestore.model.sql.SQLQueryRequest;

final class ErrorCases extends Cases {
  private static final PrimaryKey A = key("k", "a");

  private static void listFails(World w, SyncClient client) throws Exception {
    try {
      refused(403, "OTSAuthFailed", "", client::listTable);
    } finally {
      client.shutdown();
    }
  }

  private static ListSearchIndexRequest listSearchIndexes(String table) {
    ListSearchIndexRequest request = new ListSearchIndexRequest();
    request.setTableName(table);
    return request;
  }

  ErrorCases() {
    add("error.wrong_key", w -> listFails(w, w.client(w.id, "wrong", null, configuration())));

    add(
        "error.unknown_access_id",
        w -> listFails(w, w.client("nobody", w.key, null, configuration())));

    add(
        "error.unknown_instance",
        w -> listFails(w, new SyncClient(w.endpoint, w.id, w.key, "elsewhere", configuration())));

    add(
        "error.unknown_table",
        w -> {
          String text = "Requested table does not exist";
          refused(404, "OTSObjectNotExist", text, () -> write(w.client, put("absent", A, "v", 1)));
          refused(404, "OTSObjectNotExist", text, () -> row(w.client, "absent", A));
        });

    add(
        "error.invalid_key",
        w -> {
          String table = w.table();
          refused(
              400,
              "OTSInvalidPK",
              "Validate PK name fail",
              () -> write(w.client, put(table, key("other", "a"))));
          refused(
              400,
              "OTSInvalidPK",
              "Validate PK type fail",
              () -> write(w.client, put(table, key("k", 1))));
          refused(
              400,
              "OTSInvalidPK",
              "Validate PK size fail",
              () -> write(w.client, put(table, key("k", "a", "n", 1))));
        });

    add(
        "error.key_too_long",
        w -> {
          RowPutChange change = put(w.table(), key("k", "x".repeat(1025)));
          refused(400, "OTSParameterInvalid", "1024", () -> write(w.client, change));
        });

    add(
        "error.value_too_long",
        w -> {
          RowPutChange change = put(w.table(), A, "v", "x".repeat((2 << 20) + 1));
          refused(400, "OTSParameterInvalid", "2097152", () -> write(w.client, change));
        });

    add(
        "error.client_retries",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "v", 1));
          Control.post(
              "faults",
              "{\"fault\": \"error\", \"code\": \"OTSServerBusy\", \"operation\": \"GetRow\","
                  + " \"table\": \""
                  + table
                  + "\", \"count\": 2}");
          ClientConfiguration patient = configuration();
          patient.setRetryStrategy(new DefaultRetryStrategy());
          SyncClient client = w.client(w.id, w.key, null, patient);
          try {
            equal("k=\"a\" | v=1", row(client, table, A));
          } finally {
            client.shutdown();
          }
        });

    add(
        "unsupported.secondary_index",
        w -> {
          IndexMeta index = new IndexMeta("i");
          index.addPrimaryKeyColumn("k");
          String table = w.table();
          refused(
              400,
              "OTSParameterInvalid",
              "not supported",
              () -> w.client.createIndex(new CreateIndexRequest(table, index, false)));
        });

    add(
        "unsupported.search_index",
        w ->
            refused(
                400,
                "OTSParameterInvalid",
                "not supported",
                () -> w.client.listSearchIndex(listSearchIndexes("any"))));

    add(
        "unsupported.sql",
        w ->
            refused(
                400,
                "OTSParameterInvalid",
                "not supported",
                () -> w.client.sqlQuery(new SQLQueryRequest("show tables"))));
  }
}
