package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.Rows.*;

import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.SyncClient;
import com.alicloud.openservices.tablestore.core.auth.*;
import com.alicloud.openservices.tablestore.model.*;
import java.util.Map;

/** Signatures, temporary keys and compression: what only shows on the wire. */
final class WireCases extends Cases {
  private static final PrimaryKey A = key("k", "a");
  private static final String LONG = "compressible ".repeat(20_000);

  private interface Use {
    void run(SyncClient client) throws Exception;
  }

  private static void with(SyncClient client, Use use) throws Exception {
    try {
      use.run(client);
    } finally {
      client.shutdown();
    }
  }

  /** Bytes of bodies that an operation has got or sent so far. */
  private static long bytes(World w, String operation, String direction) throws Exception {
    String counters = Control.get("counters");
    int at = counters.indexOf("\"" + operation + "\"");
    return at < 0 ? 0 : World.number(counters.substring(at), direction);
  }

  WireCases() {
    add(
        "wire.signature_v4",
        w -> {
          ServiceCredentials plain = new DefaultCredentials(w.id, w.key);
          String table = w.table();
          with(
              w.client(V4Credentials.createByServiceCredentials(plain, "cn-hangzhou")),
              client -> {
                write(client, put(table, A, "v", 1));
                equal("k=\"a\" | v=1", row(client, table, A));
              });
        });

    add(
        "wire.signature_v4_wrong_key",
        w -> {
          ServiceCredentials wrong = new DefaultCredentials(w.id, "wrong");
          with(
              w.client(V4Credentials.createByServiceCredentials(wrong, "cn-hangzhou")),
              client -> refused(403, "OTSAuthFailed", "", client::listTable));
        });

    add(
        "wire.sts_token",
        w -> {
          String id = System.getenv("OTS_STS_ID"), key = System.getenv("OTS_STS_KEY");
          String table = w.table();
          with(
              w.client(id, key, System.getenv("OTS_STS_TOKEN"), World.configuration()),
              client -> {
                write(client, put(table, A, "v", 1));
                equal("k=\"a\" | v=1", row(client, table, A));
              });
          with(
              w.client(id, key, "another", World.configuration()),
              client -> refused(403, "OTSAuthFailed", "token", client::listTable));
          with(
              w.client(id, key, null, World.configuration()),
              client -> refused(403, "OTSAuthFailed", "token", client::listTable));
        });

    add(
        "wire.sts_token_v4",
        w -> {
          ServiceCredentials temporary =
              new DefaultCredentials(
                  System.getenv("OTS_STS_ID"),
                  System.getenv("OTS_STS_KEY"),
                  System.getenv("OTS_STS_TOKEN"));
          String table = w.table();
          with(
              w.client(V4Credentials.createByServiceCredentials(temporary, "cn-hangzhou")),
              client ->
                  that(client.listTable().getTableNames().contains(table), "the table is listed"));
        });

    add(
        "wire.deflated_request",
        w -> {
          String table = w.table();
          ClientConfiguration configuration = World.configuration();
          configuration.setEnableRequestCompression(true);
          long before = bytes(w, "PutRow", "bytes_in");
          with(
              w.client(w.id, w.key, null, configuration),
              client -> write(client, put(table, A, "v", LONG)));
          that(
              bytes(w, "PutRow", "bytes_in") - before < LONG.length() / 10,
              "the request was small");
          equal("k=\"a\" | v=\"" + LONG + "\"", row(w.client, table, A));
        });

    add(
        "wire.deflated_answer",
        w -> {
          String table = w.table();
          write(w.client, put(table, A, "v", LONG));
          ClientConfiguration configuration = World.configuration();
          configuration.setEnableResponseCompression(true);
          long before = bytes(w, "GetRow", "bytes_out");
          with(
              w.client(w.id, w.key, null, configuration),
              client -> equal("k=\"a\" | v=\"" + LONG + "\"", row(client, table, A)));
          that(
              bytes(w, "GetRow", "bytes_out") - before < LONG.length() / 10,
              "the answer was small");
        });

    add(
        "wire.deflated_stream_page",
        w -> {
          String table = w.table(World.stream(24));
          for (int i = 0; i < 20; ++i) write(w.client, put(table, key("k", "" + i), "v", LONG));
          ClientConfiguration configuration = World.configuration();
          configuration.setEnableRequestCompression(true);
          configuration.setEnableResponseCompression(true);
          String iterator =
              StreamCases.iterator(w, table, StreamCases.shards(w, table).get(0).getShardId());
          with(
              w.client(w.id, w.key, null, configuration),
              client -> {
                GetStreamRecordRequest request = new GetStreamRecordRequest(iterator);
                request.setLimit(3);
                equal(
                    3L,
                    client.getStreamRecord(request).getRecords().stream()
                        .filter(one -> Text.columns(one.getColumns()).equals("v=\"" + LONG + "\""))
                        .count());
              });
        });

    add(
        "wire.deflated_error",
        w -> {
          ClientConfiguration configuration = World.configuration();
          configuration.setEnableRequestCompression(true);
          configuration.setEnableResponseCompression(true);
          with(
              w.client(w.id, w.key, null, configuration),
              client ->
                  refused(
                      404,
                      "OTSObjectNotExist",
                      "Requested table does not exist",
                      () -> write(client, put("absent", A, "v", 1))));
        });

    add(
        "wire.unknown_headers_are_signed",
        w -> {
          SyncClient client = w.client(w.id, w.key, null, World.configuration());
          client.setExtraHeaders(Map.of("x-ots-something-new", "kept"));
          with(
              client, one -> that(one.listTable().getTableNames() != null, "the call is answered"));
        });
  }
}
