package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	ts "github.com/aliyun/aliyun-tablestore-go-sdk/tablestore"
)

// World is the server under test and a client of it that never repeats a request: a case sees every
// error.
type World struct {
	client     *ts.TableStoreClient
	endpoint   string
	instance   string
	id, key    string
	controlKey string
	tablesMade int
}

func newWorld() *World {
	w := &World{
		endpoint:   os.Getenv("OTS_ENDPOINT"),
		instance:   os.Getenv("OTS_INSTANCE"),
		id:         os.Getenv("OTS_ACCESS_ID"),
		key:        os.Getenv("OTS_ACCESS_KEY"),
		controlKey: os.Getenv("OTS_CONTROL_KEY"),
	}
	w.client = w.newClient(w.id, w.key, "")
	return w
}

func (w *World) newClient(id, key, token string) *ts.TableStoreClient {
	config := ts.NewDefaultTableStoreConfig()
	config.RetryTimes = 0
	return ts.NewClientWithConfig(w.endpoint, w.instance, id, key, token, config)
}

// T is one case's run.
type T struct {
	*World
	tables []string
}

func (t *T) fail(format string, args ...interface{}) { panic(failure(fmt.Sprintf(format, args...))) }

func (t *T) check(err error) {
	if err != nil {
		t.fail("unexpected error: %v", err)
	}
}

func (t *T) equal(want, got interface{}) {
	if w, g := fmt.Sprint(want), fmt.Sprint(got); w != g {
		t.fail("expected %s\n     got %s", w, g)
	}
}

func (t *T) that(holds bool, claim string) {
	if !holds {
		t.fail("not so: %s", claim)
	}
}

// refused wants the service's error with this status and code, and a message that contains text.
func (t *T) refused(err error, status int, code, text string) {
	known, is := err.(*ts.OtsError)
	if !is {
		t.fail("expected %d %s, got %v", status, code, err)
	}
	t.equal(fmt.Sprint(status, " ", code), fmt.Sprint(known.HttpStatusCode, " ", known.Code))
	if !bytes.Contains([]byte(known.Message), []byte(text)) {
		t.fail("expected a message with %q, got %q", text, known.Message)
	}
	t.that(known.RequestId != "", "the error has a request id")
}

// control asks the control API; see docs/local-tablestore.md.
func (t *T) control(method, path string, body map[string]interface{}) map[string]interface{} {
	var text []byte
	if body != nil {
		var err error
		text, err = json.Marshal(body)
		t.check(err)
	}
	request, err := http.NewRequest(method, t.endpoint+"/control/"+path, bytes.NewReader(text))
	t.check(err)
	request.Header.Set("x-otsstream-control-key", t.controlKey)
	answer, err := http.DefaultClient.Do(request)
	t.check(err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	t.check(err)
	if answer.StatusCode != 200 {
		t.fail("control %s answered %d %s", path, answer.StatusCode, raw)
	}
	decoded := map[string]interface{}{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	t.check(decoder.Decode(&decoded))
	return decoded
}

// dataMicros is the data clock's time; it may be ahead of the wall clock.
func (t *T) dataMicros() int64 {
	now, err := t.control("GET", "clock", nil)["now_us"].(json.Number).Int64()
	t.check(err)
	return now
}

func (t *T) stepClock(milliseconds int64) {
	t.control("POST", "clock", map[string]interface{}{"step_ms": milliseconds})
}
