package main

import (
	"fmt"
	"strings"

	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

func (t *T) batchGet(criteria ...*ts.MultiRowQueryCriteria) map[string][]ts.RowResult {
	answer, err := t.client.BatchGetRow(&ts.BatchGetRowRequest{MultiRowQueryCriteria: criteria})
	t.check(err)
	return answer.TableToRowsResult
}

func (t *T) batchWrite(changes ...ts.RowChange) map[string][]ts.RowResult {
	request := &ts.BatchWriteRowRequest{}
	for _, change := range changes {
		request.AddRowChange(change)
	}
	answer, err := t.client.BatchWriteRow(request)
	t.check(err)
	return answer.TableToRowsResult
}

func many(table string, keys ...*ts.PrimaryKey) *ts.MultiRowQueryCriteria {
	return &ts.MultiRowQueryCriteria{TableName: table, PrimaryKey: keys, MaxVersion: 1}
}

// showResults: rows of reads, "ok" of writes, and codes of errors.
func showResults(results []ts.RowResult) string {
	var parts []string
	for _, r := range results {
		switch {
		case !r.IsSucceed:
			parts = append(parts, r.Error.Code)
		case r.ConsumedCapacityUnit.Write > 0:
			parts = append(parts, "ok")
		default:
			parts = append(parts, showRow(&r.PrimaryKey, r.Columns))
		}
	}
	return strings.Join(parts, "; ")
}

var batchCases = []Case{
	{"batch.write_and_get_tables", func(t *T) {
		one, two := t.table(), t.table(keyColumns(integer("n")))
		t.put(one, key("k", "gone"), "v", 0)
		change := update(one, key("k", "b"))
		change.PutColumn("v", int64(2))
		written := t.batchWrite(put(one, key("k", "a"), "v", 1), change, remove(one, key("k", "gone")),
			put(two, key("n", 1), "v", "x"))
		t.equal("ok; ok; ok", showResults(written[one]))
		t.equal("ok", showResults(written[two]))
		read := t.batchGet(many(one, key("k", "b"), key("k", "gone"), key("k", "a")), many(two, key("n", 1)))
		t.equal(`k="b" | v=2; none; k="a" | v=1`, showResults(read[one]))
		t.equal(`n=1 | v="x"`, showResults(read[two]))
	}},
	{"batch.get_options", func(t *T) {
		table := t.table(versions(5))
		base := t.putVersions(table, 3)
		criteria := many(table, key("k", "a"))
		criteria.MaxVersion = 2
		t.equal("v=3@+3 v=2@+2", showVersions(t.batchGet(criteria)[table][0].Columns, base))
		criteria.MaxVersion = 5
		criteria.TimeRange = &ts.TimeRange{Start: base + 1, End: base + 2}
		t.equal("v=1@+1", showVersions(t.batchGet(criteria)[table][0].Columns, base))
		criteria = many(table, key("k", "a"))
		criteria.SetFilter(compare("v", ts.CT_EQUAL, 1))
		t.equal("none", showResults(t.batchGet(criteria)[table]))
		criteria = many(table, key("k", "a"))
		criteria.ColumnsToGet = []string{"other"}
		t.equal("none", showResults(t.batchGet(criteria)[table]))
	}},
	{"batch.write_row_errors", func(t *T) {
		table := t.table()
		t.put(table, key("k", "there"), "v", 0)
		conflict := put(table, key("k", "there"), "v", 9)
		conflict.SetCondition(ts.RowExistenceExpectation_EXPECT_NOT_EXIST)
		results := t.batchWrite(put(table, key("k", "a"), "v", 1), conflict, put(table, key("wrong", "a"), "v", 1),
			put(table, key("k", "b"), "v", 2))[table]
		t.equal("ok; OTSConditionCheckFail; OTSInvalidPK; ok", showResults(results))
		t.that(strings.Contains(results[1].Error.Message, conditionFailed), "the row's error has its message")
		t.equal("0 1 2 3", fmt.Sprint(results[0].Index, results[1].Index, results[2].Index, results[3].Index))
		t.equal(`k="there" | v=0; k="b" | v=2`, showResults(t.batchGet(many(table, key("k", "there"), key("k", "b")))[table]))
	}},
	{"batch.get_row_errors", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "v", 1)
		results := t.batchGet(many(table, key("k", "a"), key("wrong", "a")), many("absent", key("k", "a")))
		t.equal(`k="a" | v=1; OTSInvalidPK`, showResults(results[table]))
		t.equal("OTSObjectNotExist", showResults(results["absent"]))
	}},
	{"batch.write_too_many_rows", func(t *T) {
		table := t.table()
		request := &ts.BatchWriteRowRequest{}
		for i := 0; i < 201; i++ {
			request.AddRowChange(put(table, key("k", fmt.Sprint(i))))
		}
		_, err := t.client.BatchWriteRow(request)
		t.refused(err, 400, "OTSParameterInvalid", "200")
		t.equal("none", t.row(table, key("k", "0")))
	}},
	{"batch.get_too_many_rows", func(t *T) {
		criteria := many(t.table())
		for i := 0; i < 101; i++ {
			criteria.AddRow(key("k", fmt.Sprint(i)))
		}
		_, err := t.client.BatchGetRow(&ts.BatchGetRowRequest{MultiRowQueryCriteria: []*ts.MultiRowQueryCriteria{criteria}})
		t.refused(err, 400, "OTSParameterInvalid", "100")
	}},
	{"batch.write_200_rows", func(t *T) {
		table := t.table(keyColumns(integer("k")))
		var changes []ts.RowChange
		for i := 0; i < 200; i++ {
			changes = append(changes, put(table, key("k", i), "square", i*i))
		}
		for _, r := range t.batchWrite(changes...)[table] {
			t.that(r.IsSucceed, "every row is written")
		}
		rows := t.scan(rangeOf(table, key("k", minimum), key("k", maximum))).Rows
		t.equal(200, len(rows))
		t.equal(`k=199 | square=39601`, showRow(rows[199].PrimaryKey, rows[199].Columns))
	}},
}

var autoIncrementCases = []Case{
	{"auto_increment.put_returns_key", func(t *T) {
		table := t.table(keyColumns(text("k"), auto("id")))
		var last int64
		for i := 0; i < 3; i++ {
			change := put(table, key("k", "a", "id", generated), "i", i)
			change.SetReturnPk()
			answer, err := t.tryPut(change)
			t.check(err)
			id := answer.PrimaryKey.PrimaryKeys[1].Value.(int64)
			t.that(id > last, "numbers rise")
			t.equal(fmt.Sprintf(`k="a" id=%d | i=%d`, id, i), t.row(table, key("k", "a", "id", id)))
			last = id
		}
	}},
	{"auto_increment.range_in_order", func(t *T) {
		table := t.table(keyColumns(text("k"), auto("id")))
		for i := 0; i < 4; i++ {
			t.put(table, key("k", "a", "id", generated), "i", i)
		}
		var order []string
		for _, r := range t.scan(rangeOf(table, key("k", "a", "id", minimum), key("k", "a", "id", maximum))).Rows {
			order = append(order, showCells(r.Columns))
		}
		t.equal("i=0 i=1 i=2 i=3", strings.Join(order, " "))
	}},
	{"auto_increment.batch_distinct", func(t *T) {
		table := t.table(keyColumns(text("k"), auto("id")))
		var changes []ts.RowChange
		for i := 0; i < 10; i++ {
			changes = append(changes, put(table, key("k", "a", "id", generated), "i", i))
		}
		t.batchWrite(changes...)
		t.equal(10, len(t.scan(rangeOf(table, key("k", "a", "id", minimum), key("k", "a", "id", maximum))).Rows))
	}},
	{"auto_increment.update_existing", func(t *T) {
		table := t.table(keyColumns(text("k"), auto("id")))
		change := put(table, key("k", "a", "id", generated), "v", 1)
		change.SetReturnPk()
		answer, err := t.tryPut(change)
		t.check(err)
		id := answer.PrimaryKey.PrimaryKeys[1].Value
		again := update(table, key("k", "a", "id", id))
		again.SetCondition(ts.RowExistenceExpectation_EXPECT_EXIST)
		again.IncrementColumn("v", 1)
		t.update(again)
		t.equal(fmt.Sprintf(`k="a" id=%d | v=2`, id), t.row(table, key("k", "a", "id", id)))
	}},
}
