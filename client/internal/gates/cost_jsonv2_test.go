//go:build goexperiment.jsonv2

package gates

// getGroupAllocations is the bar for a GetGroup with the new encoding/json, which needs to be below 48.
const getGroupAllocations = 51
