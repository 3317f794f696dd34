package interop;

import com.aliyun.odps.*;
import com.aliyun.odps.account.Account;
import com.aliyun.odps.account.AliyunAccount;
import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.Record;
import com.aliyun.odps.data.RecordReader;
import com.aliyun.odps.data.RecordWriter;
import com.aliyun.odps.task.SQLTask;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.io.CompressOption;
import com.aliyun.odps.type.TypeInfoParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The server under test, a client of it that never repeats a request, and the case's tables. */
final class World implements AutoCloseable {
  final String endpoint = System.getenv("ODPS_ENDPOINT");
  final String project = System.getenv("ODPS_PROJECT");
  final String id = System.getenv("OTS_ACCESS_ID");
  final String key = System.getenv("OTS_ACCESS_KEY");
  final Odps odps = connect(new AliyunAccount(id, key));
  final TableTunnel tunnel = new TableTunnel(odps);

  private int tablesMade;

  Odps connect(Account account) {
    return connect(account, project);
  }

  Odps connect(Account account, String project) {
    Odps odps = new Odps(account);
    odps.setEndpoint(endpoint);
    odps.setDefaultProject(project);
    odps.getRestClient().setRetryTimes(0);
    return odps;
  }

  String newName() {
    return "java_" + ++tablesMade;
  }

  /**
   * A new table; columns as "a bigint, b array&lt;string&gt;", partition columns likewise or none.
   */
  String table(String columns, String... partitions) throws OdpsException {
    String name = newName();
    odps.tables().create(project, name, schema(columns, partitions));
    return name;
  }

  static TableSchema schema(String columns, String... partitions) {
    TableSchema schema = new TableSchema();
    for (Column column : columns(columns)) schema.addColumn(column);
    for (String levels : partitions)
      for (Column column : columns(levels)) schema.addPartitionColumn(column);
    return schema;
  }

  static List<Column> columns(String text) {
    List<Column> columns = new ArrayList<>();
    int depth = 0;
    int begin = 0;
    for (int at = 0; at <= text.length(); ++at) {
      char c = at < text.length() ? text.charAt(at) : ',';
      if (c == '<' || c == '(')
        ++depth;
      if (c == '>' || c == ')')
        --depth;
      if (c != ',' || depth > 0)
        continue;
      String[] words = text.substring(begin, at).strip().split(" ", 2);
      columns.add(new Column(words[0], TypeInfoParser.getTypeInfoFromTypeString(words[1])));
      begin = at + 1;
    }
    return columns;
  }

  Table get(String table) {
    return odps.tables().get(table);
  }

  void dropTables() throws OdpsException {
    TableFilter ours = new TableFilter();
    ours.setName("java_");
    List<String> names = new ArrayList<>();
    odps.tables().iterator(ours).forEachRemaining(table -> names.add(table.getName()));
    for (String name : names) odps.tables().delete(name, true);
  }

  // Rows: one array of values, or for a single column the value itself.

  static Object[] row(Object... values) {
    return values;
  }

  TableTunnel.UploadSession upload(String table, String partition, boolean overwrite)
      throws OdpsException {
    return partition == null
        ? tunnel.createUploadSession(project, table, overwrite)
        : tunnel.createUploadSession(project, table, new PartitionSpec(partition), overwrite);
  }

  TableTunnel.UploadSession upload(String table) throws OdpsException {
    return upload(table, null, false);
  }

  TableTunnel.DownloadSession download(String table, String partition) throws OdpsException {
    return partition == null
        ? tunnel.createDownloadSession(project, table)
        : tunnel.createDownloadSession(project, table, new PartitionSpec(partition));
  }

  static void put(TableTunnel.UploadSession session, long block, Object[]... rows)
      throws Exception {
    put(session, block, null, rows);
  }

  static void put(TableTunnel.UploadSession session, long block, CompressOption compression,
      Object[]... rows) throws Exception {
    try (RecordWriter writer = compression == null ? session.openRecordWriter(block)
                                                   : session.openRecordWriter(block, compression)) {
      Record record = session.newRecord();
      for (Object[] row : rows) {
        for (int i = 0; i < row.length; ++i) record.set(i, row[i]);
        writer.write(record);
      }
    }
  }

  /** One session, one block, committed. */
  void write(String table, String partition, Object[]... rows) throws Exception {
    TableTunnel.UploadSession session = upload(table, partition, false);
    put(session, 0, rows);
    session.commit(new Long[] {0L});
  }

  void write(String table, Object[]... rows) throws Exception {
    write(table, (String) null, rows);
  }

  /** All rows as texts, see {@link Text}. */
  List<String> read(String table, String partition) throws Exception {
    TableTunnel.DownloadSession session = download(table, partition);
    if (session.getRecordCount() == 0)
      return List.of();
    return all(session.openRecordReader(0, session.getRecordCount()));
  }

  List<String> read(String table) throws Exception {
    return read(table, null);
  }

  List<String> range(String table, long start, long count) throws Exception {
    return all(download(table, null).openRecordReader(start, count));
  }

  List<String> subset(String table, String... names) throws Exception {
    TableTunnel.DownloadSession session = download(table, null);
    List<Column> columns = new ArrayList<>();
    for (String name : names) columns.add(session.getSchema().getColumn(name));
    return all(session.openRecordReader(0, session.getRecordCount(), false, columns));
  }

  static List<String> all(RecordReader reader) throws Exception {
    List<String> rows = new ArrayList<>();
    try (reader) {
      for (Record record; (record = reader.read()) != null;)
        rows.add(Text.row(((ArrayRecord) record).toArray()));
    }
    return rows;
  }

  static List<String> texts(Object[]... rows) {
    return Arrays.stream(rows).map(Text::row).toList();
  }

  Instance run(String sql) throws OdpsException {
    Instance instance = SQLTask.run(odps, sql);
    instance.waitForSuccess(50);
    return instance;
  }

  /** A statement's rows through ?result: texts of its CSV, where this client leaves NULL as \N. */
  List<String> select(String sql) throws OdpsException {
    return SQLTask.getResult(run(sql)).stream().map(record -> Text.row(record.toArray())).toList();
  }

  @Override
  public void close() {}
}
