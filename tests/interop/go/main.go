// Cases of the official Go client against `otsstream local`. tests/interop/README.md says what a
// suite gets and prints.
package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
)

// Case is a named claim about what the client sees.
type Case struct {
	name string
	run  func(t *T)
}

// failure is what a case stops with; any other panic is the client's or ours.
type failure string

func runCase(world *World, c Case) (reason string) {
	t := &T{World: world}
	defer t.dropTables()
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case failure:
			reason = string(problem)
		default:
			reason = fmt.Sprintf("panic: %v\n%s", problem, debug.Stack())
		}
	}()
	c.run(t)
	return ""
}

func main() {
	world := newWorld()
	only := regexp.MustCompile(os.Getenv("INTEROP_ONLY"))
	failed := false
	for _, group := range [][]Case{tableCases, rowCases, conditionCases, filterCases, rangeCases, batchCases,
		autoIncrementCases, txnCases, streamCases, errorCases} {
		for _, c := range group {
			if !only.MatchString(c.name) {
				continue
			}
			if reason := runCase(world, c); reason != "" {
				failed = true
				fmt.Printf("fail %s\n  %s\n", c.name, strings.ReplaceAll(reason, "\n", "\n  "))
			} else {
				fmt.Printf("pass %s\n", c.name)
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}
