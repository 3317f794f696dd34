package main

import (
	"fmt"
	"strconv"
	"strings"

	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

// Rows as text, so that a case can be read: k="a" | i=1 d=1.5 b=true s="x" x=00ff, with "@+3" behind
// a cell for its version, counted from a base.

func showValue(value interface{}) string {
	switch v := value.(type) {
	case string:
		return strconv.Quote(v)
	case []byte:
		return fmt.Sprintf("%x", v)
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text
	case int64, bool:
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%T(%v)", value, value)
}

func showKey(key *ts.PrimaryKey) string {
	if key == nil {
		return "none"
	}
	var parts []string
	for _, c := range key.PrimaryKeys {
		switch c.PrimaryKeyOption {
		case ts.MIN:
			parts = append(parts, c.ColumnName+"=min")
		case ts.MAX:
			parts = append(parts, c.ColumnName+"=max")
		default:
			parts = append(parts, c.ColumnName+"="+showValue(c.Value))
		}
	}
	return strings.Join(parts, " ")
}

func showCells(cells []*ts.AttributeColumn) string {
	var parts []string
	for _, c := range cells {
		parts = append(parts, c.ColumnName+"="+showValue(c.Value))
	}
	return strings.Join(parts, " ")
}

func showVersions(cells []*ts.AttributeColumn, base int64) string {
	var parts []string
	for _, c := range cells {
		parts = append(parts, fmt.Sprintf("%s=%s@%+d", c.ColumnName, showValue(c.Value), c.Timestamp-base))
	}
	return strings.Join(parts, " ")
}

func showRow(key *ts.PrimaryKey, cells []*ts.AttributeColumn) string {
	if len(key.PrimaryKeys) == 0 {
		return "none"
	}
	return strings.TrimSpace(showKey(key) + " | " + showCells(cells))
}

func showRows(rows []*ts.Row) string {
	var parts []string
	for _, r := range rows {
		parts = append(parts, showRow(r.PrimaryKey, r.Columns))
	}
	return strings.Join(parts, "; ")
}

// key of pairs: name, value, name, value; a value may be minimum, maximum or generated.
type bound string

const (
	minimum   bound = "min"
	maximum   bound = "max"
	generated bound = "auto"
)

func key(pairs ...interface{}) *ts.PrimaryKey {
	out := &ts.PrimaryKey{}
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		switch pairs[i+1] {
		case minimum:
			out.AddPrimaryKeyColumnWithMinValue(name)
		case maximum:
			out.AddPrimaryKeyColumnWithMaxValue(name)
		case generated:
			out.AddPrimaryKeyColumnWithAutoIncrement(name)
		default:
			out.AddPrimaryKeyColumn(name, widen(pairs[i+1]))
		}
	}
	return out
}

// The client takes int64 only.
func widen(value interface{}) interface{} {
	if n, is := value.(int); is {
		return int64(n)
	}
	return value
}

func put(table string, key *ts.PrimaryKey, pairs ...interface{}) *ts.PutRowChange {
	change := &ts.PutRowChange{TableName: table, PrimaryKey: key}
	change.SetCondition(ts.RowExistenceExpectation_IGNORE)
	for i := 0; i < len(pairs); i += 2 {
		change.AddColumn(pairs[i].(string), widen(pairs[i+1]))
	}
	return change
}

func update(table string, key *ts.PrimaryKey) *ts.UpdateRowChange {
	change := &ts.UpdateRowChange{TableName: table, PrimaryKey: key}
	change.SetCondition(ts.RowExistenceExpectation_IGNORE)
	return change
}

func remove(table string, key *ts.PrimaryKey) *ts.DeleteRowChange {
	change := &ts.DeleteRowChange{TableName: table, PrimaryKey: key}
	change.SetCondition(ts.RowExistenceExpectation_IGNORE)
	return change
}

func read(table string, key *ts.PrimaryKey) *ts.SingleRowQueryCriteria {
	return &ts.SingleRowQueryCriteria{TableName: table, PrimaryKey: key, MaxVersion: 1}
}

func (t *T) tryPut(change *ts.PutRowChange) (*ts.PutRowResponse, error) {
	return t.client.PutRow(&ts.PutRowRequest{PutRowChange: change})
}

func (t *T) tryUpdate(change *ts.UpdateRowChange) (*ts.UpdateRowResponse, error) {
	return t.client.UpdateRow(&ts.UpdateRowRequest{UpdateRowChange: change})
}

func (t *T) tryRemove(change *ts.DeleteRowChange) (*ts.DeleteRowResponse, error) {
	return t.client.DeleteRow(&ts.DeleteRowRequest{DeleteRowChange: change})
}

func (t *T) tryGet(criteria *ts.SingleRowQueryCriteria) (*ts.GetRowResponse, error) {
	return t.client.GetRow(&ts.GetRowRequest{SingleRowQueryCriteria: criteria})
}

func (t *T) put(table string, key *ts.PrimaryKey, pairs ...interface{}) {
	_, err := t.tryPut(put(table, key, pairs...))
	t.check(err)
}

func (t *T) update(change *ts.UpdateRowChange) *ts.UpdateRowResponse {
	answer, err := t.tryUpdate(change)
	t.check(err)
	return answer
}

func (t *T) remove(change *ts.DeleteRowChange) {
	_, err := t.tryRemove(change)
	t.check(err)
}

func (t *T) get(criteria *ts.SingleRowQueryCriteria) *ts.GetRowResponse {
	answer, err := t.tryGet(criteria)
	t.check(err)
	return answer
}

func (t *T) row(table string, key *ts.PrimaryKey) string {
	answer := t.get(read(table, key))
	return showRow(&answer.PrimaryKey, answer.Columns)
}
