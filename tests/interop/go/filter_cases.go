package main

import (
	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

// filtered is the row under a filter, or "none".
func (t *T) filtered(table string, filter ts.ColumnFilter) string {
	criteria := read(table, key("k", "a"))
	criteria.SetFilter(filter)
	answer := t.get(criteria)
	return showRow(&answer.PrimaryKey, answer.Columns)
}

var filterCases = []Case{
	{"filter.single_types", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "b", true, "d", 2.5, "i", -3, "s", "m", "x", []byte{7})
		row := `k="a" | b=true d=2.5 i=-3 s="m" x=07`
		for _, c := range []struct {
			column string
			value  interface{}
		}{{"b", true}, {"d", 2.5}, {"i", -3}, {"s", "m"}, {"x", []byte{7}}} {
			t.equal(row, t.filtered(table, compare(c.column, ts.CT_EQUAL, c.value)))
			t.equal("none", t.filtered(table, compare(c.column, ts.CT_NOT_EQUAL, c.value)))
		}
		t.equal(row, t.filtered(table, compare("s", ts.CT_GREATER_THAN, "lz")))
		t.equal("none", t.filtered(table, compare("d", ts.CT_LESS_THAN, 2.5)))
	}},
	{"filter.missing_column", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "v", 1)
		filter := compare("none", ts.CT_EQUAL, 1)
		t.equal("none", t.filtered(table, filter))
		filter.FilterIfMissing = false
		t.equal(`k="a" | v=1`, t.filtered(table, filter))
	}},
	{"filter.latest_version_only", func(t *T) {
		table := t.table(versions(5))
		t.putVersions(table, 3)
		filter := compare("v", ts.CT_EQUAL, 1)
		criteria := read(table, key("k", "a"))
		criteria.MaxVersion = 5
		criteria.SetFilter(filter)
		t.equal("", showCells(t.get(criteria).Columns))
		filter.LatestVersionOnly = false
		t.equal("v=3 v=2 v=1", showCells(t.get(criteria).Columns))
	}},
	{"filter.composite", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "n", 5, "s", "x")
		five, six, x := compare("n", ts.CT_EQUAL, 5), compare("n", ts.CT_EQUAL, 6), compare("s", ts.CT_EQUAL, "x")
		row := `k="a" | n=5 s="x"`
		t.equal(row, t.filtered(table, combine(ts.LO_AND, five, x)))
		t.equal("none", t.filtered(table, combine(ts.LO_AND, six, x)))
		t.equal(row, t.filtered(table, combine(ts.LO_OR, six, x)))
		t.equal(row, t.filtered(table, combine(ts.LO_NOT, six)))
		t.equal("none", t.filtered(table, combine(ts.LO_NOT, combine(ts.LO_OR, six, x))))
	}},
	{"filter.pagination", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "a", 1, "b", 2, "c", 3, "d", 4)
		t.equal(`k="a" | b=2 c=3`, t.filtered(table, &ts.PaginationFilter{Offset: 1, Limit: 2}))
		t.equal(`k="a" | d=4`, t.filtered(table, &ts.PaginationFilter{Offset: 3, Limit: 5}))
		t.equal(`k="a" |`, t.filtered(table, &ts.PaginationFilter{Offset: 4, Limit: 1}))
	}},
	{"filter.range", func(t *T) {
		table := t.table()
		for i, name := range []string{"a", "b", "c", "d"} {
			t.put(table, key("k", name), "n", i)
		}
		criteria := rangeOf(table, key("k", minimum), key("k", maximum))
		criteria.Filter = combine(ts.LO_OR, compare("n", ts.CT_LESS_THAN, 1), compare("n", ts.CT_EQUAL, 2))
		t.equal(`k="a" | n=0; k="c" | n=2`, showRows(t.scan(criteria).Rows))
	}},
	{"filter.regex_integer", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "log", `{"cost": 250, "user": "ann"}`)
		cost := func(comparator ts.ComparatorType, value int64) ts.ColumnFilter {
			rule := ts.NewValueTransferRule(`cost": ([0-9]+)`, ts.Variant_INTEGER)
			filter := ts.NewSingleColumnValueRegexFilter("log", comparator, rule, value)
			filter.FilterIfMissing = true
			filter.LatestVersionOnly = true
			return filter
		}
		row := `k="a" | log="{\"cost\": 250, \"user\": \"ann\"}"`
		t.equal(row, t.filtered(table, cost(ts.CT_GREATER_THAN, 99)))
		t.equal(row, t.filtered(table, cost(ts.CT_EQUAL, 250)))
		t.equal("none", t.filtered(table, cost(ts.CT_LESS_THAN, 250)))
	}},
	{"filter.regex_string", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "s", "1aaa51bbb5")
		match := func(regex, want string) string {
			rule := ts.NewValueTransferRule(regex, ts.Variant_STRING)
			filter := ts.NewSingleColumnValueRegexFilter("s", ts.CT_EQUAL, rule, want)
			filter.FilterIfMissing = true
			return t.filtered(table, filter)
		}
		// The whole first match, or its first group.
		t.equal(`k="a" | s="1aaa51bbb5"`, match("1[a-z]+5", "1aaa5"))
		t.equal(`k="a" | s="1aaa51bbb5"`, match("1([a-z]+)5", "aaa"))
		t.equal("none", match("1([a-z]+)5", "bbb"))
	}},
}
