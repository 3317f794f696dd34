package main

import (
	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

const conditionFailed = "Condition check failed"

func compare(column string, comparator ts.ComparatorType, value interface{}) *ts.SingleColumnCondition {
	out := ts.NewSingleColumnCondition(column, comparator, widen(value))
	out.FilterIfMissing = true
	out.LatestVersionOnly = true
	return out
}

func combine(operator ts.LogicalOperator, parts ...ts.ColumnFilter) *ts.CompositeColumnValueFilter {
	out := ts.NewCompositeColumnCondition(operator)
	for _, part := range parts {
		out.AddFilter(part)
	}
	return out
}

// updateIf sets v under a column condition.
func (t *T) updateIf(table string, condition ts.ColumnFilter, v int) error {
	change := update(table, key("k", "a"))
	change.SetColumnCondition(condition)
	change.PutColumn("v", int64(v))
	_, err := t.tryUpdate(change)
	return err
}

var conditionCases = []Case{
	{"condition.put_expect_not_exist", func(t *T) {
		table := t.table()
		change := put(table, key("k", "a"), "v", 1)
		change.SetCondition(ts.RowExistenceExpectation_EXPECT_NOT_EXIST)
		_, err := t.tryPut(change)
		t.check(err)
		change.Columns[0].Value = int64(2)
		_, err = t.tryPut(change)
		t.refused(err, 403, "OTSConditionCheckFail", conditionFailed)
		t.equal(`k="a" | v=1`, t.row(table, key("k", "a")))
	}},
	{"condition.put_expect_exist", func(t *T) {
		table := t.table()
		change := put(table, key("k", "a"), "v", 1)
		change.SetCondition(ts.RowExistenceExpectation_EXPECT_EXIST)
		_, err := t.tryPut(change)
		t.refused(err, 403, "OTSConditionCheckFail", conditionFailed)
		t.put(table, key("k", "a"), "old", 0)
		_, err = t.tryPut(change)
		t.check(err)
		t.equal(`k="a" | v=1`, t.row(table, key("k", "a")))
	}},
	{"condition.update_expect_exist", func(t *T) {
		table := t.table()
		change := update(table, key("k", "a"))
		change.SetCondition(ts.RowExistenceExpectation_EXPECT_EXIST)
		change.PutColumn("v", "x")
		_, err := t.tryUpdate(change)
		t.refused(err, 403, "OTSConditionCheckFail", conditionFailed)
		t.equal("none", t.row(table, key("k", "a")))
	}},
	{"condition.delete_expect_exist", func(t *T) {
		table := t.table()
		change := remove(table, key("k", "a"))
		change.SetCondition(ts.RowExistenceExpectation_EXPECT_EXIST)
		_, err := t.tryRemove(change)
		t.refused(err, 403, "OTSConditionCheckFail", conditionFailed)
		t.put(table, key("k", "a"), "v", 1)
		t.remove(change)
		t.equal("none", t.row(table, key("k", "a")))
	}},
	{"condition.column_comparators", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "n", 5, "v", 0)
		for _, c := range []struct {
			comparator ts.ComparatorType
			value      int
			holds      bool
		}{
			{ts.CT_EQUAL, 5, true}, {ts.CT_EQUAL, 6, false},
			{ts.CT_NOT_EQUAL, 6, true}, {ts.CT_NOT_EQUAL, 5, false},
			{ts.CT_GREATER_THAN, 4, true}, {ts.CT_GREATER_THAN, 5, false},
			{ts.CT_GREATER_EQUAL, 5, true}, {ts.CT_GREATER_EQUAL, 6, false},
			{ts.CT_LESS_THAN, 6, true}, {ts.CT_LESS_THAN, 5, false},
			{ts.CT_LESS_EQUAL, 5, true}, {ts.CT_LESS_EQUAL, 4, false},
		} {
			err := t.updateIf(table, compare("n", c.comparator, c.value), 1)
			if c.holds {
				t.check(err)
			} else {
				t.refused(err, 403, "OTSConditionCheckFail", conditionFailed)
			}
		}
	}},
	{"condition.column_missing", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "n", 5)
		condition := compare("none", ts.CT_EQUAL, 1)
		t.refused(t.updateIf(table, condition, 1), 403, "OTSConditionCheckFail", conditionFailed)
		condition.FilterIfMissing = false
		t.check(t.updateIf(table, condition, 2))
		t.equal(`k="a" | n=5 v=2`, t.row(table, key("k", "a")))
	}},
	{"condition.composite", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "n", 5, "s", "x")
		five, x, y := compare("n", ts.CT_EQUAL, 5), compare("s", ts.CT_EQUAL, "x"), compare("s", ts.CT_EQUAL, "y")
		t.check(t.updateIf(table, combine(ts.LO_AND, five, x), 1))
		t.refused(t.updateIf(table, combine(ts.LO_AND, five, y), 2), 403, "OTSConditionCheckFail", conditionFailed)
		t.check(t.updateIf(table, combine(ts.LO_OR, y, five), 3))
		t.check(t.updateIf(table, combine(ts.LO_NOT, y), 4))
		t.check(t.updateIf(table, combine(ts.LO_AND, combine(ts.LO_NOT, y), combine(ts.LO_OR, y, x)), 5))
		t.equal(`k="a" | n=5 s="x" v=5`, t.row(table, key("k", "a")))
	}},
	{"condition.delete_by_column", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "done", false)
		change := remove(table, key("k", "a"))
		change.SetColumnCondition(compare("done", ts.CT_EQUAL, true))
		_, err := t.tryRemove(change)
		t.refused(err, 403, "OTSConditionCheckFail", conditionFailed)
		t.put(table, key("k", "a"), "done", true)
		t.remove(change)
		t.equal("none", t.row(table, key("k", "a")))
	}},
	{"condition.update_expect_not_exist_invalid", func(t *T) {
		table := t.table()
		change := update(table, key("k", "a"))
		change.SetCondition(ts.RowExistenceExpectation_EXPECT_NOT_EXIST)
		change.PutColumn("v", "x")
		_, err := t.tryUpdate(change)
		t.refused(err, 400, "OTSParameterInvalid", "EXPECT_NOT_EXIST")
	}},
}
