package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// fault is the fakegraph.Fault that the data mean.
func (f *faultData) fault() fakegraph.Fault {
	fault := fakegraph.Fault{
		Times: f.Times, Executed: f.Executed, Delay: time.Duration(f.Delay), Stall: f.Stall,
		DropBefore: f.Drop == "before the change", DropAfter: f.Drop == "after the change",
		Status: f.Status, Subcode: f.Subcode, Transient: f.Transient,
		Message: strings.ReplaceAll(f.Message, "{group}", clienttest.GroupID), Details: f.Details, Body: f.Body, HTML: f.HTML,
		RetryAfter: f.RetryAfter, RegainAccess: f.Regain, CutAfter: f.CutAfter, Endless: f.Endless,
	}
	if f.Code != nil {
		fault.Code = *f.Code
		if fault.Message == "" { // without it, code 0 would not be an error
			fault.Message = fmt.Sprintf("(#%d) Something went wrong", *f.Code)
		}
	}
	return fault
}
