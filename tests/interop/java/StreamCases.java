package interop;

import static interop.Check.*;
import static interop.Refusal.*;
import static interop.Rows.*;
import static interop.World.*;

import com.alicloud.openservices.tablestore.model.*;
import java.util.ArrayList;
import java.util.List;

final class StreamCases extends Cases {
  private static final PrimaryKey A = key("k", "a");

  static String streamId(World w, String table) {
    return w.describe(table).getStreamDetails().getStreamId();
  }

  /** All shards, over as many pages as the server makes of them. */
  static List<StreamShard> shards(World w, String table) {
    DescribeStreamRequest request = new DescribeStreamRequest(streamId(w, table));
    List<StreamShard> all = new ArrayList<>();
    while (true) {
      DescribeStreamResponse page = w.client.describeStream(request);
      all.addAll(page.getShards());
      if (page.getNextShardId() == null) return all;
      request.setInclusiveStartShardId(page.getNextShardId());
    }
  }

  static String iterator(World w, String table, String shard) {
    return w.client
        .getShardIterator(new GetShardIteratorRequest(streamId(w, table), shard))
        .getShardIterator();
  }

  private static String iteratorAt(World w, String table, String shard, long micros) {
    GetShardIteratorRequest request = new GetShardIteratorRequest(streamId(w, table), shard);
    request.setTimestamp(micros);
    while (true) {
      GetShardIteratorResponse got = w.client.getShardIterator(request);
      if (got.getNextToken() == null) return got.getShardIterator();
      request.setToken(got.getNextToken());
    }
  }

  private static GetStreamRecordResponse page(World w, String iterator, int limit) {
    GetStreamRecordRequest request = new GetStreamRecordRequest(iterator);
    if (limit > 0) request.setLimit(limit);
    return w.client.getStreamRecord(request);
  }

  private static String text(World w, String iterator) {
    return Text.records(page(w, iterator, 0).getRecords());
  }

  static List<StreamRecord> onlyShard(World w, String table) {
    List<StreamShard> shards = shards(w, table);
    equal(1, shards.size());
    return page(w, iterator(w, table, shards.get(0).getShardId()), 0).getRecords();
  }

  StreamCases() {
    add(
        "stream.list",
        w -> {
          String table = w.table(stream(24)), other = w.table(stream(24)), without = w.table();
          List<Stream> own = w.client.listStream(new ListStreamRequest(table)).getStreams();
          equal(1, own.size());
          equal(table, own.get(0).getTableName());
          equal(streamId(w, table), own.get(0).getStreamId());
          that(own.get(0).getCreationTime() > 1e15, "the creation time is in microseconds");
          List<String> all =
              w.client.listStream(new ListStreamRequest()).getStreams().stream()
                  .map(Stream::getTableName)
                  .toList();
          that(all.containsAll(List.of(table, other)), "all Streams of the instance are listed");
          that(!all.contains(without), "a table without a Stream is not");
        });

    add(
        "stream.describe",
        w -> {
          String table = w.table(stream(36));
          DescribeStreamResponse got =
              w.client.describeStream(new DescribeStreamRequest(streamId(w, table)));
          equal(table, got.getTableName());
          equal(36, got.getExpirationTime());
          equal(StreamStatus.ACTIVE, got.getStatus());
          equal(1, got.getShards().size());
          equal(null, got.getShards().get(0).getParentId());
          equal(null, got.getShards().get(0).getParentSiblingId());
          equal(null, got.getNextShardId());
          that(!got.isTimeseriesDataTable(), "no time-series table");
        });

    add(
        "stream.describe_pages",
        w -> {
          String table = w.table(stream(24));
          for (String at : List.of("f", "m", "t")) w.split(table, at);
          DescribeStreamRequest request = new DescribeStreamRequest(streamId(w, table));
          request.setShardLimit(3);
          List<Integer> sizes = new ArrayList<>();
          List<String> ids = new ArrayList<>();
          while (true) {
            DescribeStreamResponse page = w.client.describeStream(request);
            sizes.add(page.getShards().size());
            page.getShards().forEach(shard -> ids.add(shard.getShardId()));
            if (page.getNextShardId() == null) break;
            request.setInclusiveStartShardId(page.getNextShardId());
          }
          equal("[3, 3, 1]", sizes);
          equal(shards(w, table).stream().map(StreamShard::getShardId).toList(), ids);
        });

    add(
        "stream.records_of_writes",
        w -> {
          String table = w.table(stream(24), versions(3));
          long base = w.dataMillis();
          write(
              w.client, put(table, A, "b", true, "d", 0.5, "i", 1, "s", "x", "x", new byte[] {9}));
          RowUpdateChange change = update(table, A, "i", 2).deleteColumns("s");
          change.deleteColumn("d", base - 7).increment(new Column("n", ColumnValue.fromLong(3)));
          write(w.client, change);
          write(w.client, delete(table, A));
          List<StreamRecord> records = onlyShard(w, table);
          equal(
              "put k=\"a\" | b=true d=0.5 i=1 s=\"x\" x=09;"
                  + " update k=\"a\" | i=2 delete-all s delete-version d n=3; delete k=\"a\" |",
              Text.records(records));
          equal(base - 7, records.get(1).getColumns().get(2).getColumn().getTimestamp());
          that(
              records.get(0).getColumns().get(0).getColumn().getTimestamp() >= base,
              "a written cell has its version");
        });

    add(
        "stream.origin_columns",
        w -> {
          String table = w.table(stream(24, "old"));
          write(w.client, put(table, A, "old", 1, "other", 1));
          write(w.client, update(table, A, "old", 2));
          write(w.client, put(table, A, "old", "text"));
          write(w.client, delete(table, A));
          List<StreamRecord> records = onlyShard(w, table);
          equal(4, records.size());
          that(
              records.get(0).getOriginColumns() == null
                  || records.get(0).getOriginColumns().isEmpty(),
              "a new row has no old values");
          equal("old=1", Text.columns(records.get(1).getOriginColumns()));
          equal("old=2", Text.columns(records.get(2).getOriginColumns()));
          equal("old=\"text\"", Text.columns(records.get(3).getOriginColumns()));
        });

    add(
        "stream.sequence_info_rises",
        w -> {
          String table = w.table(stream(24));
          long before = w.dataMicros();
          write(w.client, put(table, A, "v", 1));
          w.client.batchWriteRow(
              BatchCases.request(put(table, key("k", "b")), put(table, key("k", "c"))));
          long after = w.dataMicros();
          RecordSequenceInfo last = null;
          List<StreamRecord> records = onlyShard(w, table);
          equal(3, records.size());
          for (StreamRecord record : records) {
            RecordSequenceInfo info = record.getSequenceInfo();
            that(
                before <= info.getTimestamp() && info.getTimestamp() <= after,
                "sequence times are commit times in microseconds");
            that(
                last == null
                    || last.getTimestamp() < info.getTimestamp()
                    || last.getTimestamp() == info.getTimestamp()
                        && last.getRowIndex() < info.getRowIndex(),
                "sequences rise");
            last = info;
          }
        });

    add(
        "stream.limit_and_next_iterator",
        w -> {
          String table = w.table(stream(24));
          for (int i = 0; i < 5; ++i) write(w.client, put(table, key("k", "" + i)));
          String iterator = iterator(w, table, shards(w, table).get(0).getShardId());
          List<Integer> sizes = new ArrayList<>();
          List<StreamRecord> all = new ArrayList<>();
          while (all.size() < 5) {
            GetStreamRecordResponse page = page(w, iterator, 2);
            all.addAll(page.getRecords());
            sizes.add(page.getRecords().size());
            equal(all.size() < 5, page.getMayMoreRecord());
            iterator = page.getNextShardIterator();
          }
          equal("[2, 2, 1]", sizes);
          equal(
              "put k=\"0\" |; put k=\"1\" |; put k=\"2\" |; put k=\"3\" |; put k=\"4\" |",
              Text.records(all));
        });

    add(
        "stream.iterator_is_repeatable",
        w -> {
          String table = w.table(stream(24));
          write(w.client, put(table, key("k", "a")));
          write(w.client, put(table, key("k", "b")));
          String iterator = iterator(w, table, shards(w, table).get(0).getShardId());
          equal("put k=\"a\" |; put k=\"b\" |", text(w, iterator));
          equal("put k=\"a\" |", Text.records(page(w, iterator, 1).getRecords()));
          equal("put k=\"a\" |; put k=\"b\" |", text(w, iterator));
        });

    add(
        "stream.empty_page_then_more",
        w -> {
          String table = w.table(stream(24));
          GetStreamRecordResponse page =
              page(w, iterator(w, table, shards(w, table).get(0).getShardId()), 0);
          equal(0, page.getRecords().size());
          equal(false, page.getMayMoreRecord());
          that(page.getNextShardIterator() != null, "an open shard goes on");
          write(w.client, put(table, A));
          equal("put k=\"a\" |", text(w, page.getNextShardIterator()));
        });

    add(
        "stream.iterator_by_timestamp",
        w -> {
          String table = w.table(stream(24));
          for (String k : List.of("a", "b", "c")) write(w.client, put(table, key("k", k)));
          String shard = shards(w, table).get(0).getShardId();
          long at = onlyShard(w, table).get(1).getSequenceInfo().getTimestamp();
          equal("put k=\"b\" |; put k=\"c\" |", text(w, iteratorAt(w, table, shard, at)));
          equal("put k=\"c\" |", text(w, iteratorAt(w, table, shard, at + 1)));
          equal("", text(w, iteratorAt(w, table, shard, w.dataMicros() + 1)));
        });

    add(
        "stream.split_closes_parent",
        w -> {
          String table = w.table(stream(24));
          for (String k : List.of("a", "z"))
            write(w.client, put(table, key("k", k), "v", "before"));
          w.split(table, "m");
          for (String k : List.of("a", "z")) write(w.client, put(table, key("k", k), "v", "after"));
          List<StreamShard> shards = shards(w, table);
          equal(3, shards.size());
          String parent = shards.get(0).getShardId();
          GetStreamRecordResponse closed = page(w, iterator(w, table, parent), 0);
          equal(
              "put k=\"a\" | v=\"before\"; put k=\"z\" | v=\"before\"",
              Text.records(closed.getRecords()));
          equal(null, closed.getNextShardIterator());
          for (int i = 1; i <= 2; ++i) {
            StreamShard child = shards.get(i);
            equal(parent, child.getParentId());
            equal(null, child.getParentSiblingId());
            equal(
                i == 1 ? "put k=\"a\" | v=\"after\"" : "put k=\"z\" | v=\"after\"",
                text(w, iterator(w, table, child.getShardId())));
          }
        });

    add(
        "stream.merge_has_two_parents",
        w -> {
          String table = w.table(stream(24));
          w.split(table, "m");
          List<StreamShard> shards = shards(w, table);
          String left = shards.get(1).getShardId(), right = shards.get(2).getShardId();
          Control.post(
              "merge",
              String.format(
                  "{\"table\": \"%s\", \"shard_a\": \"%s\", \"shard_b\": \"%s\"}",
                  table, left, right));
          write(w.client, put(table, key("k", "z"), "v", 1));
          List<StreamShard> all = shards(w, table);
          equal(4, all.size());
          equal(left, all.get(3).getParentId());
          equal(right, all.get(3).getParentSiblingId());
          equal("put k=\"z\" | v=1", text(w, iterator(w, table, all.get(3).getShardId())));
        });

    add(
        "stream.closed_shard_after_its_end",
        w -> {
          String table = w.table(stream(24));
          write(w.client, put(table, A));
          w.split(table, "m");
          String parent = shards(w, table).get(0).getShardId();
          // DataX takes a closed shard without later data by its empty iterator.
          equal(null, iteratorAt(w, table, parent, w.dataMicros() + 1));
        });

    add(
        "stream.expired_is_trimmed",
        w -> {
          String table = w.table(stream(24));
          write(w.client, put(table, key("k", "a")));
          String shard = shards(w, table).get(0).getShardId();
          String old = iterator(w, table, shard);
          long until = w.dataMillis() + 1;
          w.stepClock(2);
          write(w.client, put(table, key("k", "b")));
          Control.post("expire", "{\"table\": \"" + table + "\", \"until_ms\": " + until + "}");
          refused(404, "OTSTrimmedDataAccess", "trimmed", () -> page(w, old, 0));
          equal("put k=\"b\" |", text(w, iterator(w, table, shard)));
        });

    add(
        "stream.retention_trims",
        w -> {
          String table = w.table(stream(1));
          write(w.client, put(table, key("k", "a")));
          String shard = shards(w, table).get(0).getShardId();
          String old = iterator(w, table, shard);
          w.stepClock(3_700_000);
          write(w.client, put(table, key("k", "b")));
          refused(404, "OTSTrimmedDataAccess", "trimmed", () -> page(w, old, 0));
          equal("put k=\"b\" |", text(w, iterator(w, table, shard)));
        });

    add(
        "stream.off_forgets_iterators",
        w -> {
          String table = w.table(stream(24));
          write(w.client, put(table, A));
          String stream = streamId(w, table);
          String old = iterator(w, table, shards(w, table).get(0).getShardId());
          UpdateTableRequest off = new UpdateTableRequest(table);
          off.setStreamSpecification(new StreamSpecification(false));
          w.client.updateTable(off);
          refused(
              404,
              "OTSObjectNotExist",
              "stream",
              () -> w.client.describeStream(new DescribeStreamRequest(stream)));
          refused(404, "OTSTrimmedDataAccess", "", () -> page(w, old, 0));
        });

    add(
        "stream.unknown_shard",
        w -> {
          String table = w.table(stream(24));
          refused(404, "OTSTrimmedDataAccess", "", () -> iterator(w, table, "no-such-shard"));
        });
  }
}
