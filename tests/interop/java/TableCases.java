package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.Rows.*;
import static interop.World.*;

import com.alicloud.openservices.tablestore.model.*;
import java.util.List;

final class TableCases extends Cases {
  TableCases() {
    add(
        "table.create_describe_all_options",
        w -> {
          CreateTableRequest request =
              w.tableRequest(
                  text("a"), integer("b"), binary("c"), generated("d"), stream(12, "s", "i"));
          request.setTableOptions(new TableOptions(259200, 5, 100000));
          request.getTableMeta().addDefinedColumn("s", DefinedColumnType.STRING);
          request.getTableMeta().addDefinedColumn("i", DefinedColumnType.INTEGER);
          DescribeTableResponse got = w.describe(w.create(request));
          equal(request.getTableMeta().getTableName(), got.getTableMeta().getTableName());
          equal(
              "a STRING, b INTEGER, c BINARY, d INTEGER AUTO_INCREMENT",
              Text.schema(got.getTableMeta()));
          equal("ttl 259200, versions 5, deviation 100000", Text.options(got.getTableOptions()));
          equal("{s=STRING, i=INTEGER}", got.getTableMeta().getDefinedColumnMap());
          StreamDetails stream = got.getStreamDetails();
          that(stream.isEnableStream() && !stream.getStreamId().isEmpty(), "the Stream is on");
          equal(12, stream.getExpirationTime());
          that(stream.getLastEnableTime() > 1e15, "the enable time is in microseconds");
          equal("[i, s]", stream.getOriginColumnsToGet().stream().sorted().toList());
          that(got.getCreationTime() > 1e15, "the creation time is in microseconds");
        });

    add(
        "table.defaults",
        w -> {
          DescribeTableResponse got = w.describe(w.table());
          equal("k STRING", Text.schema(got.getTableMeta()));
          equal("ttl -1, versions 1, deviation 86400", Text.options(got.getTableOptions()));
          that(got.getTableOptions().getAllowUpdate(), "updates are allowed");
          that(
              got.getStreamDetails() == null || !got.getStreamDetails().isEnableStream(),
              "the Stream is off");
        });

    add(
        "table.reserved_throughput",
        w -> {
          CreateTableRequest request = w.tableRequest();
          request.setReservedThroughput(new ReservedThroughput(3, 4));
          String table = w.create(request);
          CapacityUnit made = w.describe(table).getReservedThroughputDetails().getCapacityUnit();
          equal(new CapacityUnit(3, 4), made);
          UpdateTableRequest change = new UpdateTableRequest(table);
          change.setReservedThroughputForUpdate(new ReservedThroughput(1, 0));
          CapacityUnit changed =
              w.client.updateTable(change).getReservedThroughputDetails().getCapacityUnit();
          equal(new CapacityUnit(1, 0), changed);
        });

    add(
        "table.list_sorted",
        w -> {
          List<String> made = List.of(w.table(), w.table(), w.table());
          List<String> names = w.client.listTable().getTableNames();
          that(names.containsAll(made), "all are listed");
          equal(names.stream().sorted().toList(), names);
        });

    add(
        "table.update_options",
        w -> {
          String table = w.table();
          UpdateTableRequest change = new UpdateTableRequest(table);
          change.setTableOptionsForUpdate(new TableOptions(90000, 4, 5000));
          String expected = "ttl 90000, versions 4, deviation 5000";
          equal(expected, Text.options(w.client.updateTable(change).getTableOptions()));
          equal(expected, Text.options(w.describe(table).getTableOptions()));
        });

    add(
        "table.update_one_option",
        w -> {
          String table = w.table();
          TableOptions options = new TableOptions();
          options.setMaxVersions(7);
          UpdateTableRequest change = new UpdateTableRequest(table);
          change.setTableOptionsForUpdate(options);
          w.client.updateTable(change);
          equal(
              "ttl -1, versions 7, deviation 86400",
              Text.options(w.describe(table).getTableOptions()));
        });

    add(
        "table.allow_update_false",
        w -> {
          CreateTableRequest request = w.tableRequest();
          request.getTableOptions().setAllowUpdate(false);
          String table = w.create(request);
          that(!w.describe(table).getTableOptions().getAllowUpdate(), "updates are not allowed");
          write(w.client, put(table, key("k", "a"), "v", 1));
          refused(
              400,
              "OTSParameterInvalid",
              "",
              () -> write(w.client, update(table, key("k", "a"), "v", 2)));
          equal("k=\"a\" | v=1", row(w.client, table, key("k", "a")));
        });

    add(
        "table.update_stream_new_id",
        w -> {
          String table = w.table(stream(24));
          String first = w.describe(table).getStreamDetails().getStreamId();
          UpdateTableRequest off = new UpdateTableRequest(table);
          off.setStreamSpecification(new StreamSpecification(false));
          that(!w.client.updateTable(off).getStreamDetails().isEnableStream(), "the Stream is off");
          UpdateTableRequest on = new UpdateTableRequest(table);
          on.setStreamSpecification(new StreamSpecification(true, 48));
          StreamDetails again = w.client.updateTable(on).getStreamDetails();
          equal(48, again.getExpirationTime());
          that(!again.getStreamId().equals(first), "a Stream switched on again has another id");
          equal(again.getStreamId(), w.describe(table).getStreamDetails().getStreamId());
        });

    add(
        "table.sse_accepted",
        w -> {
          CreateTableRequest request = w.tableRequest();
          request.setSseSpecification(new SSESpecification(true, SSEKeyType.SSE_KMS_SERVICE));
          String table = w.create(request);
          SSEDetails got = w.describe(table).getSseDetails();
          that(got.isEnable(), "the table is encrypted");
          equal(SSEKeyType.SSE_KMS_SERVICE, got.getKeyType());
          write(w.client, put(table, key("k", "a"), "v", 1));
          equal("k=\"a\" | v=1", row(w.client, table, key("k", "a")));
        });

    add(
        "table.add_and_delete_defined_columns",
        w -> {
          String table = w.table();
          AddDefinedColumnRequest more = new AddDefinedColumnRequest();
          more.setTableName(table);
          more.addDefinedColumn("n", DefinedColumnType.INTEGER);
          more.addDefinedColumn("s", DefinedColumnType.STRING);
          w.client.addDefinedColumn(more);
          equal("{n=INTEGER, s=STRING}", w.describe(table).getTableMeta().getDefinedColumnMap());
          DeleteDefinedColumnRequest less = new DeleteDefinedColumnRequest();
          less.setTableName(table);
          less.addDefinedColumn("n");
          w.client.deleteDefinedColumn(less);
          equal("{s=STRING}", w.describe(table).getTableMeta().getDefinedColumnMap());
        });

    add(
        "table.local_transaction_flag",
        w -> {
          CreateTableRequest request = w.tableRequest();
          request.setLocalTxnEnabled(true);
          equal("k STRING", Text.schema(w.describe(w.create(request)).getTableMeta()));
        });

    add(
        "table.defined_column_type",
        w -> {
          CreateTableRequest request = w.tableRequest();
          request.getTableMeta().addDefinedColumn("n", DefinedColumnType.INTEGER);
          String table = w.create(request);
          write(w.client, put(table, key("k", "a"), "n", 1, "free", "x"));
          refused(
              400,
              "OTSParameterInvalid",
              "n",
              () -> write(w.client, put(table, key("k", "a"), "n", "text")));
          equal("k=\"a\" | free=\"x\" n=1", row(w.client, table, key("k", "a")));
        });

    add(
        "table.delete",
        w -> {
          String table = w.table();
          w.client.deleteTable(new DeleteTableRequest(table));
          refused(
              404, "OTSObjectNotExist", "Requested table does not exist", () -> w.describe(table));
          refused(
              404,
              "OTSObjectNotExist",
              "Requested table does not exist",
              () -> w.client.deleteTable(new DeleteTableRequest(table)));
        });

    add(
        "table.recreate_is_empty",
        w -> {
          CreateTableRequest request = w.tableRequest();
          String table = w.create(request);
          write(w.client, put(table, key("k", "a"), "v", 1));
          w.client.deleteTable(new DeleteTableRequest(table));
          w.client.createTable(request);
          equal("none", row(w.client, table, key("k", "a")));
        });

    add(
        "table.create_twice",
        w -> {
          CreateTableRequest request = w.tableRequest();
          w.create(request);
          refused(
              409,
              "OTSObjectAlreadyExist",
              "Requested table already exists",
              () -> w.client.createTable(request));
        });

    add(
        "table.invalid_name",
        w -> {
          CreateTableRequest request = w.tableRequest();
          request.getTableMeta().setTableName("1-no");
          refused(400, "OTSParameterInvalid", "1-no", () -> w.client.createTable(request));
        });

    add(
        "table.too_many_key_columns",
        w -> {
          CreateTableRequest request =
              w.tableRequest(text("a"), text("b"), text("c"), text("d"), text("e"));
          refused(400, "OTSParameterInvalid", "primary key", () -> w.client.createTable(request));
        });

    add(
        "table.invalid_options",
        w ->
            refused(
                400,
                "OTSParameterInvalid",
                "",
                () -> w.client.createTable(w.tableRequest(timeToLive(60)))));

    add(
        "table.partitions_in_describe",
        w -> {
          String table = w.table();
          w.split(table, "m");
          w.split(table, "f");
          List<String> splits = w.describe(table).getShardSplits().stream().map(Text::of).toList();
          equal("[k=\"f\", k=\"m\"]", splits);
        });

    add(
        "table.split_points_by_size",
        w -> {
          String table = w.table(text("k"), integer("n"));
          for (int i = 0; i < 10; ++i)
            write(w.client, put(table, key("k", "k" + i, "n", 1), "v", "x".repeat(100_000)));
          ComputeSplitsBySizeResponse got =
              w.client.computeSplitsBySize(new ComputeSplitsBySizeRequest(table, 2, 100_000));
          equal(
              "[k, n]", got.getPrimaryKeySchema().stream().map(PrimaryKeySchema::getName).toList());
          List<Split> splits = got.getSplits();
          that(
              splits.size() >= 3 && splits.size() <= 8,
              "a megabyte in pieces of 200 kB: " + splits);
          equal("k=min n=min", Text.of(splits.get(0).getLowerBound()));
          equal("k=max n=max", Text.of(splits.get(splits.size() - 1).getUpperBound()));
          for (int i = 0; i < splits.size(); ++i) {
            that(!splits.get(i).getLocation().isEmpty(), "a split has a location");
            if (i > 0)
              equal(
                  Text.of(splits.get(i - 1).getUpperBound()),
                  Text.of(splits.get(i).getLowerBound()));
          }
        });

    add(
        "table.split_points_of_small_table",
        w -> {
          String table = w.table();
          write(w.client, put(table, key("k", "a"), "v", 1));
          List<Split> splits =
              w.client.computeSplitsBySize(new ComputeSplitsBySizeRequest(table, 1)).getSplits();
          equal(1, splits.size());
          equal("k=min", Text.of(splits.get(0).getLowerBound()));
          equal("k=max", Text.of(splits.get(0).getUpperBound()));
        });
  }
}
