package interop;

import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.SyncClient;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.core.auth.DefaultCredentialProvider;
import com.alicloud.openservices.tablestore.core.auth.ServiceCredentials;
import com.alicloud.openservices.tablestore.model.*;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server under test, a client of it that never repeats a request, and the case's tables. */
final class World implements AutoCloseable {
  final String endpoint = System.getenv("OTS_ENDPOINT");
  final String instance = System.getenv("OTS_INSTANCE");
  final String id = System.getenv("OTS_ACCESS_ID");
  final String key = System.getenv("OTS_ACCESS_KEY");
  final SyncClient client = client(id, key, null, configuration());

  private final List<String> tables = new ArrayList<>();
  private int tablesMade;

  static ClientConfiguration configuration() {
    ClientConfiguration configuration = new ClientConfiguration();
    configuration.setRetryStrategy(new OnlyUnsent());
    configuration.setEnableResponseContentMD5Checking(true);
    configuration.setIoThreadCount(1);
    return configuration;
  }

  SyncClient client(String id, String key, String token, ClientConfiguration configuration) {
    return new SyncClient(endpoint, id, key, instance, configuration, token);
  }

  SyncClient client(ServiceCredentials credentials) {
    return new SyncClient(
        endpoint, new DefaultCredentialProvider(credentials), instance, configuration(), null);
  }

  /** A number of a JSON text, by its name. */
  static long number(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*(-?\\d+)").matcher(json);
    Check.that(found.find(), name + " stands in " + json);
    return Long.parseLong(found.group(1));
  }

  /** The data clock's time; it may be ahead of the wall clock. */
  long dataMicros() throws Exception {
    return number(Control.get("clock"), "now_us");
  }

  long dataMillis() throws Exception {
    return dataMicros() / 1000;
  }

  void stepClock(long milliseconds) throws Exception {
    Control.post("clock", "{\"step_ms\": " + milliseconds + "}");
  }

  void split(String table, String at) throws Exception {
    Control.post("split", "{\"table\": \"" + table + "\", \"key\": \"" + at + "\"}");
  }

  // Tables that live as long as the case.

  String newName() {
    return "java_" + ++tablesMade;
  }

  /** What a table will be: the client wants all of it when the request is made. */
  static final class TableDraft {
    final TableMeta meta;
    final TableOptions options = new TableOptions(-1, 1);
    StreamSpecification stream;

    TableDraft(String name) {
      meta = new TableMeta(name);
    }
  }

  /** Key column k STRING unless a change names others, one version, for ever, no Stream. */
  @SafeVarargs
  final CreateTableRequest tableRequest(Consumer<TableDraft>... changes) {
    TableDraft draft = new TableDraft(newName());
    for (Consumer<TableDraft> change : changes) change.accept(draft);
    if (draft.meta.getPrimaryKeyList().isEmpty())
      draft.meta.addPrimaryKeyColumn("k", PrimaryKeyType.STRING);
    CreateTableRequest request =
        new CreateTableRequest(draft.meta, draft.options, new ReservedThroughput(0, 0));
    if (draft.stream != null) request.setStreamSpecification(draft.stream);
    return request;
  }

  String create(CreateTableRequest request) {
    client.createTable(request);
    tables.add(request.getTableMeta().getTableName());
    return request.getTableMeta().getTableName();
  }

  @SafeVarargs
  final String table(Consumer<TableDraft>... changes) {
    return create(tableRequest(changes));
  }

  void dropTables() {
    for (String table : tables) {
      try {
        client.deleteTable(new DeleteTableRequest(table));
      } catch (TableStoreException alreadyGone) {
        // The case has deleted it itself.
      }
    }
    tables.clear();
  }

  DescribeTableResponse describe(String table) {
    return client.describeTable(new DescribeTableRequest(table));
  }

  static Consumer<TableDraft> versions(int count) {
    return draft -> draft.options.setMaxVersions(count);
  }

  static Consumer<TableDraft> timeToLive(int seconds) {
    return draft -> draft.options.setTimeToLive(seconds);
  }

  static Consumer<TableDraft> stream(int hours, String... originColumns) {
    return draft -> {
      draft.stream = new StreamSpecification(true, hours);
      if (originColumns.length > 0) draft.stream.addOriginColumnsToGet(originColumns);
    };
  }

  static Consumer<TableDraft> text(String name) {
    return draft -> draft.meta.addPrimaryKeyColumn(name, PrimaryKeyType.STRING);
  }

  static Consumer<TableDraft> integer(String name) {
    return draft -> draft.meta.addPrimaryKeyColumn(name, PrimaryKeyType.INTEGER);
  }

  static Consumer<TableDraft> binary(String name) {
    return draft -> draft.meta.addPrimaryKeyColumn(name, PrimaryKeyType.BINARY);
  }

  static Consumer<TableDraft> generated(String name) {
    return draft -> draft.meta.addAutoIncrementPrimaryKeyColumn(name);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
