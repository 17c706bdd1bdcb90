//go:build !goexperiment.jsonv2

package gates

// getGroupAllocations is the bar for a GetGroup with encoding/json as it is by default.
const getGroupAllocations = 38
