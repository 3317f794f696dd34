package main

import (
	"fmt"
	"strings"

	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

func (t *T) streamId(table string) *ts.StreamId {
	id := t.describe(table).StreamDetails.StreamId
	t.that(id != nil, "the table has a Stream")
	return id
}

// shards, over as many pages as the server makes of them.
func (t *T) shards(table string) []*ts.StreamShard {
	request := &ts.DescribeStreamRequest{StreamId: t.streamId(table)}
	var all []*ts.StreamShard
	for {
		page, err := t.client.DescribeStream(request)
		t.check(err)
		all = append(all, page.Shards...)
		if page.NextShardId == nil {
			return all
		}
		request.InclusiveStartShardId = page.NextShardId
	}
}

func (t *T) iterator(table string, shard *ts.ShardId) *ts.ShardIterator {
	answer, err := t.client.GetShardIterator(&ts.GetShardIteratorRequest{StreamId: t.streamId(table), ShardId: shard})
	t.check(err)
	return answer.ShardIterator
}

func (t *T) iteratorAt(table string, shard *ts.ShardId, micros int64) *ts.ShardIterator {
	request := &ts.GetShardIteratorRequest{StreamId: t.streamId(table), ShardId: shard, Timestamp: &micros}
	for {
		answer, err := t.client.GetShardIterator(request)
		t.check(err)
		if answer.Token == nil {
			return answer.ShardIterator
		}
		request.Token = answer.Token
	}
}

func (t *T) records(iterator *ts.ShardIterator, limit int32) *ts.GetStreamRecordResponse {
	request := &ts.GetStreamRecordRequest{ShardIterator: iterator}
	if limit > 0 {
		request.Limit = &limit
	}
	answer, err := t.client.GetStreamRecord(request)
	t.check(err)
	return answer
}

func (t *T) onlyShardRecords(table string) []*ts.StreamRecord {
	shards := t.shards(table)
	t.equal(1, len(shards))
	return t.records(t.iterator(table, shards[0].SelfShard), 0).Records
}

func (t *T) split(table, at string) {
	t.control("POST", "split", map[string]interface{}{"table": table, "key": at})
}

func showRecord(r *ts.StreamRecord) string {
	var cells []string
	for _, c := range r.Columns {
		switch c.Type {
		case ts.RCT_Put:
			cells = append(cells, *c.Name+"="+showValue(c.Value))
		case ts.RCT_DeleteOneVersion:
			cells = append(cells, "delete-version "+*c.Name)
		case ts.RCT_DeleteAllVersions:
			cells = append(cells, "delete-all "+*c.Name)
		}
	}
	kind := map[ts.ActionType]string{ts.AT_Put: "put", ts.AT_Update: "update", ts.AT_Delete: "delete"}[r.Type]
	return strings.TrimSpace(fmt.Sprintf("%s %s | %s", kind, showKey(r.PrimaryKey), strings.Join(cells, " ")))
}

func showRecords(records []*ts.StreamRecord) string {
	var parts []string
	for _, r := range records {
		parts = append(parts, showRecord(r))
	}
	return strings.Join(parts, "; ")
}

var streamCases = []Case{
	{"stream.list", func(t *T) {
		table, other, without := t.table(stream(24)), t.table(stream(24)), t.table()
		answer, err := t.client.ListStream(&ts.ListStreamRequest{TableName: &table})
		t.check(err)
		t.equal(1, len(answer.Streams))
		t.equal(table, *answer.Streams[0].TableName)
		t.equal(*t.streamId(table), *answer.Streams[0].Id)
		t.that(answer.Streams[0].CreationTime > 1e15, "the creation time is in microseconds")
		answer, err = t.client.ListStream(&ts.ListStreamRequest{})
		t.check(err)
		found := map[string]bool{}
		for _, s := range answer.Streams {
			found[*s.TableName] = true
		}
		t.that(found[table] && found[other] && !found[without], "all Streams of the instance, and no others")
	}},
	{"stream.describe", func(t *T) {
		table := t.table(stream(36))
		answer, err := t.client.DescribeStream(&ts.DescribeStreamRequest{StreamId: t.streamId(table)})
		t.check(err)
		t.equal(table, *answer.TableName)
		t.equal(36, answer.ExpirationTime)
		t.equal(ts.SS_Active, answer.Status)
		t.equal(1, len(answer.Shards))
		t.that(answer.Shards[0].FatherShard == nil && answer.Shards[0].MotherShard == nil, "a root has no parents")
		t.that(answer.NextShardId == nil, "one page")
	}},
	{"stream.describe_pages", func(t *T) {
		table := t.table(stream(24))
		for _, at := range []string{"f", "m", "t"} {
			t.split(table, at)
		}
		all := t.shards(table)
		t.equal(7, len(all))
		limit := int32(3)
		request := &ts.DescribeStreamRequest{StreamId: t.streamId(table), ShardLimit: &limit}
		var sizes, ids []string
		for {
			page, err := t.client.DescribeStream(request)
			t.check(err)
			sizes = append(sizes, fmt.Sprint(len(page.Shards)))
			for _, s := range page.Shards {
				ids = append(ids, string(*s.SelfShard))
			}
			if page.NextShardId == nil {
				break
			}
			request.InclusiveStartShardId = page.NextShardId
		}
		t.equal("3 3 1", strings.Join(sizes, " "))
		for i, shard := range all {
			t.equal(*shard.SelfShard, ids[i])
		}
	}},
	{"stream.records_of_writes", func(t *T) {
		table := t.table(stream(24), versions(3))
		base := t.dataMicros() / 1000
		t.put(table, key("k", "a"), "i", 1, "s", "x", "d", 0.5, "b", true, "x", []byte{9})
		change := update(table, key("k", "a"))
		change.PutColumn("i", int64(2))
		change.DeleteColumn("s")
		change.DeleteColumnWithTimestamp("d", base-7)
		change.IncrementColumn("n", 3)
		t.update(change)
		t.remove(remove(table, key("k", "a")))
		records := t.onlyShardRecords(table)
		t.equal(3, len(records))
		t.equal(`put k="a" | i=1 s="x" d=0.5 b=true x=09`, showRecord(records[0]))
		t.equal(`update k="a" | i=2 delete-all s delete-version d n=3`, showRecord(records[1]))
		t.equal(`delete k="a" |`, showRecord(records[2]))
		t.equal(base-7, *records[1].Columns[2].Timestamp)
		t.that(*records[0].Columns[0].Timestamp >= base, "a written cell has its version")
	}},
	{"stream.sequence_info_rises", func(t *T) {
		table := t.table(stream(24))
		before := t.dataMicros()
		t.put(table, key("k", "a"), "v", 1)
		t.batchWrite(put(table, key("k", "b")), put(table, key("k", "c")))
		after := t.dataMicros()
		records := t.onlyShardRecords(table)
		t.equal(3, len(records))
		for i, r := range records {
			t.that(before <= r.Info.Timestamp && r.Info.Timestamp <= after, "sequence times are commit times in microseconds")
			if i > 0 {
				last := records[i-1].Info
				t.that(last.Timestamp < r.Info.Timestamp || last.Timestamp == r.Info.Timestamp && last.RowIndex < r.Info.RowIndex,
					"sequences rise")
			}
		}
	}},
	{"stream.limit_and_next_iterator", func(t *T) {
		table := t.table(stream(24))
		for i := 0; i < 5; i++ {
			t.put(table, key("k", fmt.Sprint(i)))
		}
		iterator := t.iterator(table, t.shards(table)[0].SelfShard)
		var sizes []string
		var read []*ts.StreamRecord
		for len(read) < 5 {
			page := t.records(iterator, 2)
			sizes = append(sizes, fmt.Sprint(len(page.Records)))
			read = append(read, page.Records...)
			iterator = page.NextShardIterator
		}
		t.equal("2 2 1", strings.Join(sizes, " "))
		t.equal(`put k="0" |; put k="1" |; put k="2" |; put k="3" |; put k="4" |`, showRecords(read))
	}},
	{"stream.iterator_is_repeatable", func(t *T) {
		table := t.table(stream(24))
		t.put(table, key("k", "a"))
		t.put(table, key("k", "b"))
		iterator := t.iterator(table, t.shards(table)[0].SelfShard)
		t.equal(showRecords(t.records(iterator, 0).Records), showRecords(t.records(iterator, 0).Records))
		t.equal(`put k="a" |`, showRecords(t.records(iterator, 1).Records))
	}},
	{"stream.empty_page_then_more", func(t *T) {
		table := t.table(stream(24))
		page := t.records(t.iterator(table, t.shards(table)[0].SelfShard), 0)
		t.equal(0, len(page.Records))
		t.that(page.NextShardIterator != nil, "an open shard goes on")
		t.put(table, key("k", "a"))
		t.equal(`put k="a" |`, showRecords(t.records(page.NextShardIterator, 0).Records))
	}},
	{"stream.iterator_by_timestamp", func(t *T) {
		table := t.table(stream(24))
		for _, name := range []string{"a", "b", "c"} {
			t.put(table, key("k", name))
		}
		records := t.onlyShardRecords(table)
		shard := t.shards(table)[0].SelfShard
		at := records[1].Info.Timestamp
		t.equal(`put k="b" |; put k="c" |`, showRecords(t.records(t.iteratorAt(table, shard, at), 0).Records))
		t.equal(`put k="c" |`, showRecords(t.records(t.iteratorAt(table, shard, at+1), 0).Records))
		t.equal("", showRecords(t.records(t.iteratorAt(table, shard, t.dataMicros()+1), 0).Records))
	}},
	{"stream.split_closes_parent", func(t *T) {
		table := t.table(stream(24))
		t.put(table, key("k", "a"), "v", "before")
		t.put(table, key("k", "z"), "v", "before")
		t.split(table, "m")
		t.put(table, key("k", "a"), "v", "after")
		t.put(table, key("k", "z"), "v", "after")
		shards := t.shards(table)
		t.equal(3, len(shards))
		parent := t.records(t.iterator(table, shards[0].SelfShard), 0)
		t.equal(`put k="a" | v="before"; put k="z" | v="before"`, showRecords(parent.Records))
		t.that(parent.NextShardIterator == nil, "a closed shard that was read has no next iterator")
		for i, want := range []string{`put k="a" | v="after"`, `put k="z" | v="after"`} {
			child := shards[i+1]
			t.equal(*shards[0].SelfShard, *child.FatherShard)
			t.that(child.MotherShard == nil, "a split has one parent")
			t.equal(want, showRecords(t.records(t.iterator(table, child.SelfShard), 0).Records))
		}
	}},
	{"stream.merge_has_two_parents", func(t *T) {
		table := t.table(stream(24))
		t.split(table, "m")
		shards := t.shards(table)
		t.control("POST", "merge", map[string]interface{}{"table": table, "shard_a": *shards[1].SelfShard,
			"shard_b": *shards[2].SelfShard})
		t.put(table, key("k", "z"), "v", 1)
		all := t.shards(table)
		t.equal(4, len(all))
		child := all[3]
		t.equal(fmt.Sprint(*shards[1].SelfShard, " ", *shards[2].SelfShard), fmt.Sprint(*child.FatherShard, " ", *child.MotherShard))
		t.equal(`put k="z" | v=1`, showRecords(t.records(t.iterator(table, child.SelfShard), 0).Records))
	}},
	{"stream.expired_is_trimmed", func(t *T) {
		table := t.table(stream(24))
		t.put(table, key("k", "a"))
		shard := t.shards(table)[0].SelfShard
		old := t.iterator(table, shard)
		until := t.dataMicros()/1000 + 1
		t.stepClock(2)
		t.put(table, key("k", "b"))
		t.control("POST", "expire", map[string]interface{}{"table": table, "until_ms": until})
		_, err := t.client.GetStreamRecord(&ts.GetStreamRecordRequest{ShardIterator: old})
		t.refused(err, 404, "OTSTrimmedDataAccess", "trimmed")
		t.equal(`put k="b" |`, showRecords(t.records(t.iterator(table, shard), 0).Records))
	}},
	{"stream.off_forgets_iterators", func(t *T) {
		table := t.table(stream(24))
		t.put(table, key("k", "a"))
		id := t.streamId(table)
		old := t.iterator(table, t.shards(table)[0].SelfShard)
		_, err := t.client.UpdateTable(&ts.UpdateTableRequest{TableName: table, StreamSpec: &ts.StreamSpecification{}})
		t.check(err)
		_, err = t.client.DescribeStream(&ts.DescribeStreamRequest{StreamId: id})
		t.refused(err, 404, "OTSObjectNotExist", "stream")
		_, err = t.client.GetStreamRecord(&ts.GetStreamRecordRequest{ShardIterator: old})
		t.refused(err, 404, "OTSTrimmedDataAccess", "")
	}},
	{"stream.unknown_shard", func(t *T) {
		table := t.table(stream(24))
		shard := ts.ShardId("no-such-shard")
		_, err := t.client.GetShardIterator(&ts.GetShardIteratorRequest{StreamId: t.streamId(table), ShardId: &shard})
		t.refused(err, 404, "OTSTrimmedDataAccess", "")
	}},
}
