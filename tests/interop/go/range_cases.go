package main

import (
	"fmt"
	"strings"

	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

func rangeOf(table string, start, end *ts.PrimaryKey) *ts.RangeRowQueryCriteria {
	return &ts.RangeRowQueryCriteria{TableName: table, StartPrimaryKey: start, EndPrimaryKey: end, MaxVersion: 1,
		Direction: ts.FORWARD}
}

func (t *T) tryScan(criteria *ts.RangeRowQueryCriteria) (*ts.GetRangeResponse, error) {
	return t.client.GetRange(&ts.GetRangeRequest{RangeRowQueryCriteria: criteria})
}

func (t *T) scan(criteria *ts.RangeRowQueryCriteria) *ts.GetRangeResponse {
	answer, err := t.tryScan(criteria)
	t.check(err)
	return answer
}

// letters is a table of rows a … e with n = 0 … 4.
func (t *T) letters() string {
	table := t.table()
	for i, name := range strings.Split("abcde", "") {
		t.put(table, key("k", name), "n", i)
	}
	return table
}

var rangeCases = []Case{
	{"range.forward", func(t *T) {
		answer := t.scan(rangeOf(t.letters(), key("k", "b"), key("k", "d")))
		t.equal(`k="b" | n=1; k="c" | n=2`, showRows(answer.Rows))
		t.equal("none", showKey(answer.NextStartPrimaryKey))
	}},
	{"range.all", func(t *T) {
		answer := t.scan(rangeOf(t.letters(), key("k", minimum), key("k", maximum)))
		t.equal(`k="a" | n=0; k="b" | n=1; k="c" | n=2; k="d" | n=3; k="e" | n=4`, showRows(answer.Rows))
	}},
	{"range.backward", func(t *T) {
		criteria := rangeOf(t.letters(), key("k", "d"), key("k", "b"))
		criteria.Direction = ts.BACKWARD
		t.equal(`k="d" | n=3; k="c" | n=2`, showRows(t.scan(criteria).Rows))
	}},
	{"range.forward_limit", func(t *T) {
		criteria := rangeOf(t.letters(), key("k", minimum), key("k", maximum))
		criteria.Limit = 2
		answer := t.scan(criteria)
		t.equal(`k="a" | n=0; k="b" | n=1`, showRows(answer.Rows))
		t.equal(`k="c"`, showKey(answer.NextStartPrimaryKey))
	}},
	{"range.backward_limit", func(t *T) {
		criteria := rangeOf(t.letters(), key("k", maximum), key("k", minimum))
		criteria.Direction = ts.BACKWARD
		criteria.Limit = 2
		answer := t.scan(criteria)
		t.equal(`k="e" | n=4; k="d" | n=3`, showRows(answer.Rows))
		t.equal(`k="c"`, showKey(answer.NextStartPrimaryKey))
	}},
	{"range.pages", func(t *T) {
		criteria := rangeOf(t.letters(), key("k", minimum), key("k", maximum))
		criteria.Limit = 2
		var pages []string
		for criteria.StartPrimaryKey != nil {
			answer := t.scan(criteria)
			pages = append(pages, fmt.Sprint(len(answer.Rows)))
			criteria.StartPrimaryKey = answer.NextStartPrimaryKey
		}
		t.equal("2 2 1", strings.Join(pages, " "))
	}},
	{"range.empty", func(t *T) {
		answer := t.scan(rangeOf(t.table(), key("k", minimum), key("k", maximum)))
		t.equal(0, len(answer.Rows))
		t.equal("none", showKey(answer.NextStartPrimaryKey))
	}},
	{"range.key_order", func(t *T) {
		table := t.table(keyColumns(integer("i"), text("s"), binary("b")))
		for _, k := range []*ts.PrimaryKey{
			key("i", 10, "s", "a", "b", []byte{}), key("i", -1, "s", "b", "b", []byte{255}),
			key("i", -1, "s", "b", "b", []byte{1}), key("i", -1, "s", "é", "b", []byte{}),
			key("i", -1, "s", "z", "b", []byte{}), key("i", 9, "s", "", "b", []byte{}),
		} {
			t.put(table, k)
		}
		answer := t.scan(rangeOf(table, key("i", minimum, "s", minimum, "b", minimum),
			key("i", maximum, "s", maximum, "b", maximum)))
		t.equal(`i=-1 s="b" b=01 |; i=-1 s="b" b=ff |; i=-1 s="z" b= |; i=-1 s="é" b= |; i=9 s="" b= |; i=10 s="a" b= |`,
			showRows(answer.Rows))
	}},
	{"range.inner_bounds", func(t *T) {
		table := t.table(keyColumns(text("k"), integer("n")))
		for _, k := range []string{"a", "b"} {
			for n := 0; n < 4; n++ {
				t.put(table, key("k", k, "n", n))
			}
		}
		answer := t.scan(rangeOf(table, key("k", "a", "n", 2), key("k", "b", "n", minimum)))
		t.equal(`k="a" n=2 |; k="a" n=3 |`, showRows(answer.Rows))
	}},
	{"range.columns_to_get", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "x", 1, "y", 2)
		t.put(table, key("k", "b"), "y", 3)
		criteria := rangeOf(table, key("k", minimum), key("k", maximum))
		criteria.AddColumnToGet("x")
		t.equal(`k="a" | x=1`, showRows(t.scan(criteria).Rows))
	}},
	{"range.time_range", func(t *T) {
		table := t.table(versions(5))
		base := t.putVersions(table, 4)
		criteria := rangeOf(table, key("k", minimum), key("k", maximum))
		criteria.MaxVersion = 5
		criteria.TimeRange = &ts.TimeRange{Start: base + 1, End: base + 3}
		t.equal("v=2@+2 v=1@+1", showVersions(t.scan(criteria).Rows[0].Columns, base))
	}},
	{"range.cut_by_rows", func(t *T) {
		table := t.table(keyColumns(integer("k")))
		for start := 0; start < 5100; start += 100 {
			batch := &ts.BatchWriteRowRequest{}
			for i := start; i < start+100; i++ {
				batch.AddRowChange(put(table, key("k", i)))
			}
			_, err := t.client.BatchWriteRow(batch)
			t.check(err)
		}
		answer := t.scan(rangeOf(table, key("k", minimum), key("k", maximum)))
		t.equal(5000, len(answer.Rows))
		t.equal("k=5000", showKey(answer.NextStartPrimaryKey))
	}},
	{"range.cut_by_bytes", func(t *T) {
		table := t.table(keyColumns(integer("k")))
		for i := 0; i < 6; i++ {
			t.put(table, key("k", i), "v", strings.Repeat("x", 1<<20))
		}
		answer := t.scan(rangeOf(table, key("k", minimum), key("k", maximum)))
		t.that(len(answer.Rows) >= 3 && len(answer.Rows) <= 4, "an answer holds about 4 MB")
		t.equal(fmt.Sprint("k=", len(answer.Rows)), showKey(answer.NextStartPrimaryKey))
	}},
	{"range.wrong_direction", func(t *T) {
		table := t.table()
		_, err := t.tryScan(rangeOf(table, key("k", "b"), key("k", "a")))
		t.refused(err, 400, "OTSParameterInvalid", "FORWARD")
	}},
}
