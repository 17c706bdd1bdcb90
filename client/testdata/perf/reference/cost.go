package reference

import (
	"math"
	"runtime"
	"runtime/debug"
)

// Cost is what one call allocates.
type Cost struct{ Allocations, Bytes uint64 }

// CostOf measures f. The figures are exact: nothing else runs meanwhile but the runtime, and of several rounds the one
// counts that it disturbed least.
func CostOf(f func()) Cost {
	const runs, rounds = 100, 5
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	// A collection would empty the pools of the standard library.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	f()
	least := Cost{math.MaxUint64, math.MaxUint64}
	var before, after runtime.MemStats
	for range rounds {
		runtime.ReadMemStats(&before)
		for range runs {
			f()
		}
		runtime.ReadMemStats(&after)
		least.Allocations = min(least.Allocations, (after.Mallocs-before.Mallocs)/runs)
		least.Bytes = min(least.Bytes, (after.TotalAlloc-before.TotalAlloc)/runs)
	}
	return least
}
