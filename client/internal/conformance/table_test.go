// Package conformance tests the client from outside: what a caller learns of a call, whatever a server, a connection or
// the caller itself does.
package conformance

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
)

// TestConformance runs testdata: every case with each of its operations, over HTTP/1.1 and HTTP/2, against
// the fake, in virtual time.
func TestConformance(t *testing.T) {
	topics := loadTopics(t)
	cells := 0
	t.Run("table", func(t *testing.T) {
		for _, name := range slices.Sorted(maps.Keys(topics)) {
			for _, c := range topics[name].Cases {
				for _, one := range c.cells() {
					cells++
					for _, p := range protocols {
						t.Run(name+"/"+one.Name+"/"+one.operation+"/"+p.name, func(t *testing.T) {
							t.Parallel()
							synctest.Test(t, func(t *testing.T) {
								for _, problem := range one.run(p.major) {
									t.Error(problem)
								}
							})
						})
					}
				}
			}
		}
	})
	if cells < 120 {
		t.Errorf("%d cells, want at least 120", cells)
	}
}
