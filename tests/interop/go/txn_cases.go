package main

import (
	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

// txnTable has two key columns: a transaction holds one value of the first.
func (t *T) txnTable() string {
	return t.table(keyColumns(text("k"), integer("n")))
}

func (t *T) tryBegin(table, partition string) (*string, error) {
	answer, err := t.client.StartLocalTransaction(
		&ts.StartLocalTransactionRequest{TableName: table, PrimaryKey: key("k", partition)})
	if err != nil {
		return nil, err
	}
	return answer.TransactionId, nil
}

func (t *T) begin(table, partition string) *string {
	id, err := t.tryBegin(table, partition)
	t.check(err)
	t.that(id != nil && *id != "", "a transaction has an id")
	return id
}

func (t *T) commit(id *string) error {
	_, err := t.client.CommitTransaction(&ts.CommitTransactionRequest{TransactionId: id})
	return err
}

func (t *T) abort(id *string) error {
	_, err := t.client.AbortTransaction(&ts.AbortTransactionRequest{TransactionId: id})
	return err
}

func (t *T) putIn(id *string, table string, key *ts.PrimaryKey, pairs ...interface{}) {
	change := put(table, key, pairs...)
	change.TransactionId = id
	_, err := t.tryPut(change)
	t.check(err)
}

func (t *T) rowIn(id *string, table string, key *ts.PrimaryKey) string {
	criteria := read(table, key)
	criteria.TransactionId = id
	answer := t.get(criteria)
	return showRow(&answer.PrimaryKey, answer.Columns)
}

var txnCases = []Case{
	{"txn.commit_shows_writes", func(t *T) {
		table := t.txnTable()
		t.put(table, key("k", "a", "n", 2), "v", "old")
		t.put(table, key("k", "a", "n", 3), "v", "gone")
		id := t.begin(table, "a")
		t.putIn(id, table, key("k", "a", "n", 1), "v", "put")
		change := update(table, key("k", "a", "n", 2))
		change.PutColumn("v", "updated")
		change.TransactionId = id
		t.update(change)
		deletion := remove(table, key("k", "a", "n", 3))
		deletion.TransactionId = id
		t.remove(deletion)
		t.check(t.commit(id))
		rows := t.scan(rangeOf(table, key("k", minimum, "n", minimum), key("k", maximum, "n", maximum))).Rows
		t.equal(`k="a" n=1 | v="put"; k="a" n=2 | v="updated"`, showRows(rows))
	}},
	{"txn.abort_hides_writes", func(t *T) {
		table := t.txnTable()
		t.put(table, key("k", "a", "n", 1), "v", "old")
		id := t.begin(table, "a")
		t.putIn(id, table, key("k", "a", "n", 1), "v", "new")
		t.putIn(id, table, key("k", "a", "n", 2), "v", "new")
		t.check(t.abort(id))
		t.equal(`k="a" n=1 | v="old"`, t.row(table, key("k", "a", "n", 1)))
		t.equal("none", t.row(table, key("k", "a", "n", 2)))
	}},
	{"txn.sees_own_writes", func(t *T) {
		table := t.txnTable()
		id := t.begin(table, "a")
		t.putIn(id, table, key("k", "a", "n", 1), "v", 1)
		t.equal(`k="a" n=1 | v=1`, t.rowIn(id, table, key("k", "a", "n", 1)))
		t.equal("none", t.row(table, key("k", "a", "n", 1)))
		t.check(t.abort(id))
	}},
	{"txn.range_in_transaction", func(t *T) {
		table := t.txnTable()
		t.put(table, key("k", "a", "n", 1), "v", "stored")
		t.put(table, key("k", "a", "n", 3), "v", "stored")
		id := t.begin(table, "a")
		t.putIn(id, table, key("k", "a", "n", 2), "v", "pending")
		criteria := rangeOf(table, key("k", "a", "n", minimum), key("k", "a", "n", maximum))
		criteria.TransactionId = id
		t.equal(`k="a" n=1 | v="stored"; k="a" n=2 | v="pending"; k="a" n=3 | v="stored"`, showRows(t.scan(criteria).Rows))
		t.check(t.abort(id))
	}},
	{"txn.write_conflict", func(t *T) {
		table := t.txnTable()
		id := t.begin(table, "a")
		_, err := t.tryPut(put(table, key("k", "a", "n", 1), "v", 1))
		t.refused(err, 409, "OTSRowOperationConflict", "Data is being modified by the other request")
		t.put(table, key("k", "b", "n", 1), "v", 2)
		t.check(t.commit(id))
		t.put(table, key("k", "a", "n", 1), "v", 3)
		t.equal(`k="a" n=1 | v=3`, t.row(table, key("k", "a", "n", 1)))
	}},
	{"txn.start_conflict", func(t *T) {
		table := t.txnTable()
		id := t.begin(table, "a")
		_, err := t.tryBegin(table, "a")
		t.refused(err, 409, "OTSRowOperationConflict", "Data is being modified by the other request")
		other := t.begin(table, "b")
		t.check(t.abort(other))
		t.check(t.abort(id))
		t.check(t.abort(t.begin(table, "a")))
	}},
	{"txn.ended_is_gone", func(t *T) {
		table := t.txnTable()
		id := t.begin(table, "a")
		t.check(t.commit(id))
		t.refused(t.commit(id), 404, "OTSSessionNotExist", "")
		t.refused(t.abort(id), 404, "OTSSessionNotExist", "")
		change := put(table, key("k", "a", "n", 1), "v", 1)
		change.TransactionId = id
		_, err := t.tryPut(change)
		t.refused(err, 404, "OTSSessionNotExist", "")
		t.equal("none", t.row(table, key("k", "a", "n", 1)))
	}},
	{"txn.other_partition_refused", func(t *T) {
		table := t.txnTable()
		id := t.begin(table, "a")
		change := put(table, key("k", "b", "n", 1), "v", 1)
		change.TransactionId = id
		_, err := t.tryPut(change)
		t.refused(err, 400, "OTSDataOutOfRange", "")
		t.check(t.abort(id))
	}},
	{"txn.expires", func(t *T) {
		table := t.txnTable()
		id := t.begin(table, "a")
		t.putIn(id, table, key("k", "a", "n", 1), "v", 1)
		t.stepClock(61 * 1000)
		t.refused(t.commit(id), 404, "OTSSessionNotExist", "")
		t.equal("none", t.row(table, key("k", "a", "n", 1)))
		t.put(table, key("k", "a", "n", 1), "v", 2)
	}},
	{"txn.condition_in_transaction", func(t *T) {
		table := t.txnTable()
		id := t.begin(table, "a")
		t.putIn(id, table, key("k", "a", "n", 1), "v", 1)
		change := put(table, key("k", "a", "n", 1), "v", 2)
		change.SetCondition(ts.RowExistenceExpectation_EXPECT_NOT_EXIST)
		change.TransactionId = id
		_, err := t.tryPut(change)
		t.refused(err, 403, "OTSConditionCheckFail", conditionFailed)
		t.check(t.commit(id))
		t.equal(`k="a" n=1 | v=1`, t.row(table, key("k", "a", "n", 1)))
	}},
	{"txn.stream_has_commit_only", func(t *T) {
		table := t.table(keyColumns(text("k"), integer("n")), stream(24))
		aborted := t.begin(table, "a")
		t.putIn(aborted, table, key("k", "a", "n", 1), "v", "aborted")
		t.check(t.abort(aborted))
		id := t.begin(table, "a")
		t.putIn(id, table, key("k", "a", "n", 1), "v", "one")
		t.putIn(id, table, key("k", "a", "n", 2), "v", "two")
		t.equal("", showRecords(t.onlyShardRecords(table)))
		t.check(t.commit(id))
		t.equal(`put k="a" n=1 | v="one"; put k="a" n=2 | v="two"`, showRecords(t.onlyShardRecords(table)))
	}},
}
