package main

import (
	"fmt"

	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

type tableChange func(*ts.CreateTableRequest)

func versions(n int) tableChange {
	return func(r *ts.CreateTableRequest) { r.TableOption.MaxVersion = n }
}

func timeToLive(seconds int) tableChange {
	return func(r *ts.CreateTableRequest) { r.TableOption.TimeToAlive = seconds }
}

func stream(hours int32) tableChange {
	return func(r *ts.CreateTableRequest) {
		r.StreamSpec = &ts.StreamSpecification{EnableStream: true, ExpirationTime: hours}
	}
}

// keyColumns replaces the usual key: pairs of name and type, "n integer".
func keyColumns(columns ...keyColumn) tableChange {
	return func(r *ts.CreateTableRequest) {
		r.TableMeta.SchemaEntry = nil
		for _, c := range columns {
			if c.auto {
				r.TableMeta.AddPrimaryKeyColumnOption(c.name, c.kind, ts.AUTO_INCREMENT)
			} else {
				r.TableMeta.AddPrimaryKeyColumn(c.name, c.kind)
			}
		}
	}
}

type keyColumn struct {
	name string
	kind ts.PrimaryKeyType
	auto bool
}

func text(name string) keyColumn    { return keyColumn{name, ts.PrimaryKeyType_STRING, false} }
func integer(name string) keyColumn { return keyColumn{name, ts.PrimaryKeyType_INTEGER, false} }
func binary(name string) keyColumn  { return keyColumn{name, ts.PrimaryKeyType_BINARY, false} }
func auto(name string) keyColumn    { return keyColumn{name, ts.PrimaryKeyType_INTEGER, true} }

func (t *T) newName() string {
	t.tablesMade++
	return fmt.Sprintf("go_%d", t.tablesMade)
}

// tableRequest: key column "k" STRING, one version, for ever, no Stream.
func (t *T) tableRequest(changes ...tableChange) *ts.CreateTableRequest {
	request := &ts.CreateTableRequest{
		TableMeta:          &ts.TableMeta{TableName: t.newName()},
		TableOption:        ts.NewTableOption(-1, 1),
		ReservedThroughput: &ts.ReservedThroughput{},
	}
	request.TableMeta.AddPrimaryKeyColumn("k", ts.PrimaryKeyType_STRING)
	for _, change := range changes {
		change(request)
	}
	return request
}

// table creates one that lives as long as the case.
func (t *T) table(changes ...tableChange) string {
	request := t.tableRequest(changes...)
	t.create(request)
	return request.TableMeta.TableName
}

func (t *T) create(request *ts.CreateTableRequest) {
	_, err := t.client.CreateTable(request)
	t.check(err)
	t.tables = append(t.tables, request.TableMeta.TableName)
}

func (t *T) dropTables() {
	for _, name := range t.tables {
		t.client.DeleteTable(&ts.DeleteTableRequest{TableName: name})
	}
}

func (t *T) describe(table string) *ts.DescribeTableResponse {
	answer, err := t.client.DescribeTable(&ts.DescribeTableRequest{TableName: table})
	t.check(err)
	return answer
}
