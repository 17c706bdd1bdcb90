//go:build goexperiment.jsonv2

package gates

// getGroupAllocations is the bar for a GetGroup with the new encoding/json.
const getGroupAllocations = 32
