package main

import (
	"os"
	"strings"

	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

var errorCases = []Case{
	{"error.wrong_key", func(t *T) {
		_, err := t.newClient(t.id, "wrong", "").ListTable()
		t.refused(err, 403, "OTSAuthFailed", "")
	}},
	{"error.unknown_access_id", func(t *T) {
		_, err := t.newClient("nobody", t.key, "").ListTable()
		t.refused(err, 403, "OTSAuthFailed", "")
	}},
	{"error.unknown_instance", func(t *T) {
		config := ts.NewDefaultTableStoreConfig()
		config.RetryTimes = 0
		_, err := ts.NewClientWithConfig(t.endpoint, "elsewhere", t.id, t.key, "", config).ListTable()
		t.refused(err, 403, "OTSAuthFailed", "")
	}},
	{"wire.sts_token", func(t *T) {
		id, key, token := os.Getenv("OTS_STS_ID"), os.Getenv("OTS_STS_KEY"), os.Getenv("OTS_STS_TOKEN")
		table := t.table()
		names, err := t.newClient(id, key, token).ListTable()
		t.check(err)
		t.that(strings.Contains(strings.Join(names.TableNames, " "), table), "the table is listed")
		_, err = t.newClient(id, key, "another").ListTable()
		t.refused(err, 403, "OTSAuthFailed", "token")
		_, err = t.newClient(id, key, "").ListTable()
		t.refused(err, 403, "OTSAuthFailed", "token")
	}},
	{"error.unknown_table", func(t *T) {
		_, err := t.tryPut(put("absent", key("k", "a"), "v", 1))
		t.refused(err, 404, "OTSObjectNotExist", "Requested table does not exist")
		_, err = t.tryGet(read("absent", key("k", "a")))
		t.refused(err, 404, "OTSObjectNotExist", "Requested table does not exist")
	}},
	{"error.invalid_key", func(t *T) {
		table := t.table()
		_, err := t.tryPut(put(table, key("other", "a")))
		t.refused(err, 400, "OTSInvalidPK", "Validate PK name fail")
		_, err = t.tryPut(put(table, key("k", 1)))
		t.refused(err, 400, "OTSInvalidPK", "Validate PK type fail")
		_, err = t.tryPut(put(table, key("k", "a", "n", 1)))
		t.refused(err, 400, "OTSInvalidPK", "Validate PK size fail")
	}},
	{"error.key_too_long", func(t *T) {
		table := t.table()
		_, err := t.tryPut(put(table, key("k", strings.Repeat("x", 1025))))
		t.refused(err, 400, "OTSParameterInvalid", "1024")
	}},
	{"error.value_too_long", func(t *T) {
		table := t.table()
		_, err := t.tryPut(put(table, key("k", "a"), "v", strings.Repeat("x", 2<<20+1)))
		t.refused(err, 400, "OTSParameterInvalid", "2097152")
	}},
	{"error.update_without_columns", func(t *T) {
		table := t.table()
		_, err := t.tryUpdate(update(table, key("k", "a")))
		t.refused(err, 400, "OTSParameterInvalid", "column")
	}},
	{"error.client_retries", func(t *T) {
		table := t.table()
		t.put(table, key("k", "a"), "v", 1)
		t.control("POST", "faults", map[string]interface{}{"fault": "error", "code": "OTSServerBusy", "operation": "GetRow",
			"table": table, "count": 2})
		patient := ts.NewClient(t.endpoint, t.instance, t.id, t.key)
		answer, err := patient.GetRow(&ts.GetRowRequest{SingleRowQueryCriteria: read(table, key("k", "a"))})
		t.check(err)
		t.equal(`k="a" | v=1`, showRow(&answer.PrimaryKey, answer.Columns))
	}},
	{"unsupported.secondary_index", func(t *T) {
		table := t.table()
		_, err := t.client.CreateIndex(&ts.CreateIndexRequest{MainTableName: table,
			IndexMeta: &ts.IndexMeta{IndexName: "i", Primarykey: []string{"k"}}})
		t.refused(err, 400, "OTSParameterInvalid", "not supported")
	}},
	{"unsupported.search_index", func(t *T) {
		_, err := t.client.ListSearchIndex(&ts.ListSearchIndexRequest{TableName: "any"})
		t.refused(err, 400, "OTSParameterInvalid", "not supported")
	}},
}
