package main

import (
	"fmt"
	"strings"

	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

func showSchema(meta *ts.TableMeta) string {
	kinds := map[ts.PrimaryKeyType]string{1: "INTEGER", 2: "STRING", 3: "BINARY"}
	var parts []string
	for _, c := range meta.SchemaEntry {
		part := *c.Name + " " + kinds[*c.Type]
		if c.Option != nil && *c.Option == ts.AUTO_INCREMENT {
			part += " AUTO_INCREMENT"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func showOptions(options *ts.TableOption) string {
	return fmt.Sprintf("ttl %d, versions %d, deviation %d", options.TimeToAlive, options.MaxVersion,
		options.DeviationCellVersionInSec)
}

var tableCases = []Case{
	{"table.create_describe_all_options", func(t *T) {
		request := t.tableRequest(keyColumns(text("a"), integer("b"), binary("c"), auto("d")), stream(12))
		request.TableOption = &ts.TableOption{TimeToAlive: 86400 * 3, MaxVersion: 5, DeviationCellVersionInSec: 100000}
		request.TableMeta.AddDefinedColumn("s", ts.DefinedColumn_STRING)
		request.TableMeta.AddDefinedColumn("i", ts.DefinedColumn_INTEGER)
		t.create(request)
		got := t.describe(request.TableMeta.TableName)
		t.equal(request.TableMeta.TableName, got.TableMeta.TableName)
		t.equal("a STRING, b INTEGER, c BINARY, d INTEGER AUTO_INCREMENT", showSchema(got.TableMeta))
		t.equal("ttl 259200, versions 5, deviation 100000", showOptions(got.TableOption))
		t.equal("{0 0}", *got.ReservedThroughput)
		t.that(got.StreamDetails.EnableStream, "the Stream is on")
		t.equal(12, got.StreamDetails.ExpirationTime)
		t.that(*got.StreamDetails.StreamId != "", "the Stream has an id")
		t.that(got.StreamDetails.LastEnableTime > 1e15, "the enable time is in microseconds")
	}},
	{"table.defaults", func(t *T) {
		got := t.describe(t.table())
		t.equal("k STRING", showSchema(got.TableMeta))
		t.equal("ttl -1, versions 1, deviation 86400", showOptions(got.TableOption))
		t.equal(false, got.StreamDetails.EnableStream)
	}},
	{"table.reserved_throughput", func(t *T) {
		request := t.tableRequest()
		request.ReservedThroughput = &ts.ReservedThroughput{Readcap: 3, Writecap: 4}
		t.create(request)
		t.equal("{3 4}", *t.describe(request.TableMeta.TableName).ReservedThroughput)
		answer, err := t.client.UpdateTable(&ts.UpdateTableRequest{TableName: request.TableMeta.TableName,
			ReservedThroughput: &ts.ReservedThroughput{Readcap: 1, Writecap: 0}})
		t.check(err)
		t.equal("{1 0}", *answer.ReservedThroughput)
	}},
	{"table.list_sorted", func(t *T) {
		made := []string{t.table(), t.table(), t.table()}
		answer, err := t.client.ListTable()
		t.check(err)
		found := map[string]bool{}
		for i, name := range answer.TableNames {
			found[name] = true
			t.that(i == 0 || answer.TableNames[i-1] < name, "names are sorted")
		}
		for _, name := range made {
			t.that(found[name], name+" is listed")
		}
	}},
	{"table.update_options", func(t *T) {
		table := t.table()
		answer, err := t.client.UpdateTable(&ts.UpdateTableRequest{TableName: table,
			TableOption: &ts.TableOption{TimeToAlive: 90000, MaxVersion: 4, DeviationCellVersionInSec: 5000}})
		t.check(err)
		t.equal("ttl 90000, versions 4, deviation 5000", showOptions(answer.TableOption))
		t.equal("ttl 90000, versions 4, deviation 5000", showOptions(t.describe(table).TableOption))
	}},
	{"table.update_stream_new_id", func(t *T) {
		table := t.table(stream(24))
		set := func(on bool) *ts.StreamDetails {
			spec := &ts.StreamSpecification{EnableStream: on, ExpirationTime: 48}
			answer, err := t.client.UpdateTable(&ts.UpdateTableRequest{TableName: table, StreamSpec: spec})
			t.check(err)
			return answer.StreamDetails
		}
		first := *t.describe(table).StreamDetails.StreamId
		t.equal(false, set(false).EnableStream)
		t.equal(false, t.describe(table).StreamDetails.EnableStream)
		again := set(true)
		t.equal(48, again.ExpirationTime)
		t.that(*again.StreamId != first, "a Stream switched on again has another id")
		t.equal(*again.StreamId, *t.describe(table).StreamDetails.StreamId)
	}},
	{"table.delete", func(t *T) {
		request := t.tableRequest()
		t.create(request)
		name := request.TableMeta.TableName
		_, err := t.client.DeleteTable(&ts.DeleteTableRequest{TableName: name})
		t.check(err)
		_, err = t.client.DescribeTable(&ts.DescribeTableRequest{TableName: name})
		t.refused(err, 404, "OTSObjectNotExist", "Requested table does not exist")
		_, err = t.client.DeleteTable(&ts.DeleteTableRequest{TableName: name})
		t.refused(err, 404, "OTSObjectNotExist", "Requested table does not exist")
	}},
	{"table.recreate_is_empty", func(t *T) {
		request := t.tableRequest()
		t.create(request)
		name := request.TableMeta.TableName
		t.put(name, key("k", "a"), "v", 1)
		_, err := t.client.DeleteTable(&ts.DeleteTableRequest{TableName: name})
		t.check(err)
		_, err = t.client.CreateTable(request)
		t.check(err)
		t.equal("none", t.row(name, key("k", "a")))
	}},
	{"table.create_twice", func(t *T) {
		request := t.tableRequest()
		t.create(request)
		_, err := t.client.CreateTable(request)
		t.refused(err, 409, "OTSObjectAlreadyExist", "Requested table already exists")
	}},
	{"table.invalid_name", func(t *T) {
		request := t.tableRequest()
		request.TableMeta.TableName = "1-no"
		_, err := t.client.CreateTable(request)
		t.refused(err, 400, "OTSParameterInvalid", "1-no")
	}},
	{"table.too_many_key_columns", func(t *T) {
		request := t.tableRequest(keyColumns(text("a"), text("b"), text("c"), text("d"), text("e")))
		_, err := t.client.CreateTable(request)
		t.refused(err, 400, "OTSParameterInvalid", "primary key")
	}},
	{"table.invalid_options", func(t *T) {
		_, err := t.client.CreateTable(t.tableRequest(timeToLive(60)))
		t.refused(err, 400, "OTSParameterInvalid", "")
		_, err = t.client.CreateTable(t.tableRequest(versions(0)))
		t.refused(err, 400, "OTSParameterInvalid", "")
	}},
	{"table.split_points_by_size", func(t *T) {
		table := t.table(keyColumns(text("k"), integer("n")))
		big := strings.Repeat("x", 1<<20)
		for i := 0; i < 6; i++ {
			t.put(table, key("k", fmt.Sprintf("k%d", i), "n", 1), "v", big)
		}
		// The unit is 100 MB: all of the table is one split, open at both ends.
		answer, err := t.client.ComputeSplitPointsBySize(&ts.ComputeSplitPointsBySizeRequest{TableName: table, SplitSize: 1})
		t.check(err)
		t.equal(1, len(answer.Splits))
		t.equal("k=min n=min", showKey(answer.Splits[0].LowerBound))
		t.equal("k=max n=max", showKey(answer.Splits[0].UpperBound))
		t.that(answer.Splits[0].Location != "", "a split has a location")
	}},
}
