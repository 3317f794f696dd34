package main

import (
	"fmt"
	"math"
	"strings"

	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

// putVersions writes column v with n versions: 1 at base+1, ... n at base+n.
func (t *T) putVersions(table string, n int64) (base int64) {
	base = t.dataMicros()/1000 - 1000
	for i := int64(1); i <= n; i++ {
		change := update(table, key("k", "a"))
		change.Columns = append(change.Columns,
			ts.ColumnToUpdate{ColumnName: "v", Value: i, Timestamp: base + i, HasTimestamp: true})
		t.update(change)
	}
	return base
}

func (t *T) versions(criteria *ts.SingleRowQueryCriteria, base int64) string {
	return showVersions(t.get(criteria).Columns, base)
}

var rowCases = []Case{
	{"row.put_get_all_types", func(t *T) {
		table := t.table(keyColumns(text("s"), integer("i"), binary("b")))
		k := key("s", "城市", "i", int64(math.MinInt64), "b", []byte{0, 255})
		t.put(table, k, "bool", true, "double", -1.5, "int", int64(math.MaxInt64), "str", "héllo\n", "bin", []byte{1, 0, 2})
		t.equal(`s="城市" i=-9223372036854775808 b=00ff | bin=010002 bool=true double=-1.5 int=9223372036854775807 str="héllo\n"`,
			t.row(table, k))
	}},
	{"row.empty_values", func(t *T) {
		table := t.table(keyColumns(text("s"), binary("b")))
		k := key("s", "", "b", []byte{})
		t.put(table, k, "bin", []byte{}, "str", "", "zero", 0.0, "no", false)
		t.equal(`s="" b= | bin= no=false str="" zero=0.0`, t.row(table, k))
	}},
	{"row.key_only", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"))
		t.equal(`k="a" |`, t.row(table, key("k", "a")))
	}},
	{"row.get_missing", func(t *T) {
		table := t.table()
		answer := t.get(read(table, key("k", "a")))
		t.equal("none", showRow(&answer.PrimaryKey, answer.Columns))
		t.equal(1, answer.ConsumedCapacityUnit.Read)
	}},
	{"row.put_replaces", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "old", 1, "both", 1)
		t.put(table, key("k", "a"), "both", 2, "new", 2)
		t.equal(`k="a" | both=2 new=2`, t.row(table, key("k", "a")))
	}},
	{"row.default_version_is_commit_time", func(t *T) {
		table := t.table()
		before := t.dataMicros() / 1000
		t.put(table, key("k", "a"), "v", 1)
		at := t.get(read(table, key("k", "a"))).Columns[0].Timestamp
		t.that(before <= at && at <= t.dataMicros()/1000, "the version lies between before and after")
	}},
	{"row.explicit_version", func(t *T) {
		table := t.table()
		base := t.dataMicros() / 1000
		change := put(table, key("k", "a"))
		change.AddColumnWithTimestamp("v", "x", base-5)
		_, err := t.tryPut(change)
		t.check(err)
		t.equal(`v="x"@-5`, t.versions(read(table, key("k", "a")), base))
	}},
	{"row.update_put_and_delete_columns", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "keep", 1, "gone", 2, "set", 3)
		change := update(table, key("k", "a"))
		change.PutColumn("set", "new")
		change.PutColumn("add", 4.5)
		change.DeleteColumn("gone")
		t.update(change)
		t.equal(`k="a" | add=4.5 keep=1 set="new"`, t.row(table, key("k", "a")))
	}},
	{"row.update_creates", func(t *T) {
		table := t.table()
		change := update(table, key("k", "a"))
		change.PutColumn("v", int64(1))
		t.update(change)
		t.equal(`k="a" | v=1`, t.row(table, key("k", "a")))
	}},
	{"row.delete_one_version", func(t *T) {
		table := t.table(versions(5))
		base := t.putVersions(table, 3)
		change := update(table, key("k", "a"))
		change.DeleteColumnWithTimestamp("v", base+2)
		t.update(change)
		criteria := read(table, key("k", "a"))
		criteria.MaxVersion = 10
		t.equal("v=3@+3 v=1@+1", t.versions(criteria, base))
	}},
	{"row.delete_all_versions", func(t *T) {
		table := t.table(versions(5))
		t.putVersions(table, 3)
		change := update(table, key("k", "a"))
		change.PutColumn("other", true)
		change.DeleteColumn("v")
		t.update(change)
		criteria := read(table, key("k", "a"))
		criteria.MaxVersion = 10
		t.equal("other=true", showCells(t.get(criteria).Columns))
	}},
	{"row.max_versions_trims", func(t *T) {
		table := t.table(versions(2))
		base := t.putVersions(table, 4)
		criteria := read(table, key("k", "a"))
		criteria.MaxVersion = 10
		t.equal("v=4@+4 v=3@+3", t.versions(criteria, base))
	}},
	{"row.get_max_versions", func(t *T) {
		table := t.table(versions(5))
		base := t.putVersions(table, 4)
		criteria := read(table, key("k", "a"))
		criteria.MaxVersion = 3
		t.equal("v=4@+4 v=3@+3 v=2@+2", t.versions(criteria, base))
	}},
	{"row.get_time_range", func(t *T) {
		table := t.table(versions(5))
		base := t.putVersions(table, 4)
		criteria := read(table, key("k", "a"))
		criteria.MaxVersion = 10
		criteria.TimeRange = &ts.TimeRange{Start: base + 2, End: base + 4}
		t.equal("v=3@+3 v=2@+2", t.versions(criteria, base))
		criteria.MaxVersion = 1
		t.equal("v=3@+3", t.versions(criteria, base))
	}},
	{"row.get_specific_time", func(t *T) {
		table := t.table(versions(5))
		base := t.putVersions(table, 4)
		criteria := read(table, key("k", "a"))
		criteria.MaxVersion = 0
		criteria.TimeRange = &ts.TimeRange{Specific: base + 2}
		t.equal("v=2@+2", t.versions(criteria, base))
	}},
	{"row.get_columns_to_get", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "x", 1, "y", 2, "z", 3)
		criteria := read(table, key("k", "a"))
		criteria.ColumnsToGet = []string{"z", "x", "none"}
		answer := t.get(criteria)
		t.equal(`k="a" | x=1 z=3`, showRow(&answer.PrimaryKey, answer.Columns))
	}},
	{"row.get_columns_absent_is_no_row", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "x", 1)
		criteria := read(table, key("k", "a"))
		criteria.ColumnsToGet = []string{"other"}
		answer := t.get(criteria)
		t.equal("none", showRow(&answer.PrimaryKey, answer.Columns))
	}},
	{"row.get_start_end_column", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "a", 1, "b", 2, "c", 3, "d", 4)
		criteria := read(table, key("k", "a"))
		criteria.SetStartColumn("b")
		criteria.SetEndtColumn("d")
		t.equal("b=2 c=3", showCells(t.get(criteria).Columns))
	}},
	{"row.delete", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "x", 1)
		t.remove(remove(table, key("k", "a")))
		t.equal("none", t.row(table, key("k", "a")))
		t.remove(remove(table, key("k", "a")))
	}},
	{"row.increment", func(t *T) {
		table := t.table()
		for _, delta := range []int64{5, -7, 100} {
			change := update(table, key("k", "a"))
			change.IncrementColumn("n", delta)
			t.update(change)
		}
		t.equal(`k="a" | n=98`, t.row(table, key("k", "a")))
	}},
	{"row.increment_returns_new_value", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "n", 40, "other", 1)
		change := update(table, key("k", "a"))
		change.IncrementColumn("n", 2)
		change.SetReturnIncrementValue()
		change.AppendIncrementColumnToReturn("n")
		t.equal("n=42", showCells(t.update(change).Columns))
	}},
	{"row.increment_not_integer", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "n", "text")
		change := update(table, key("k", "a"))
		change.IncrementColumn("n", 1)
		_, err := t.tryUpdate(change)
		t.refused(err, 400, "OTSParameterInvalid", "")
		t.equal(`k="a" | n="text"`, t.row(table, key("k", "a")))
	}},
	{"row.return_primary_key", func(t *T) {
		table := t.table(keyColumns(text("k"), integer("n")))
		change := put(table, key("k", "a", "n", 7), "v", 1)
		change.SetReturnPk()
		answer, err := t.tryPut(change)
		t.check(err)
		t.equal(`k="a" n=7`, showKey(&answer.PrimaryKey))
	}},
	{"row.capacity_units", func(t *T) {
		table := t.table()
		answer, err := t.tryPut(put(table, key("k", "a"), "v", strings.Repeat("x", 9000)))
		t.check(err)
		t.equal("{0 3}", *answer.ConsumedCapacityUnit)
		t.equal("{3 0}", *t.get(read(table, key("k", "a"))).ConsumedCapacityUnit)
	}},
	{"row.time_to_live_expires", func(t *T) {
		table := t.table(timeToLive(86400))
		t.put(table, key("k", "a"), "v", 1)
		t.equal(`k="a" | v=1`, t.row(table, key("k", "a")))
		t.stepClock(86400*1000 + 1000)
		t.equal("none", t.row(table, key("k", "a")))
	}},
	{"row.version_deviation_refused", func(t *T) {
		table := t.table()
		change := put(table, key("k", "a"))
		change.AddColumnWithTimestamp("v", int64(1), t.dataMicros()/1000+2*86400*1000)
		_, err := t.tryPut(change)
		t.refused(err, 400, "OTSParameterInvalid", fmt.Sprint(change.Columns[0].Timestamp))
	}},
}
