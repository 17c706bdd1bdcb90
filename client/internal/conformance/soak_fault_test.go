package conformance

import (
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// soakFaults are what a soak picks from. A server that says no has not carried the change out, and one that says yes
// has: where a fault is a response of its own that is neither, executed decides.
var soakFaults = []struct {
	weight int
	make   func(r *rand.Rand) fakegraph.Fault
}{
	{10, func(*rand.Rand) fakegraph.Fault { return fakegraph.Fault{DropBefore: true} }},
	{10, func(*rand.Rand) fakegraph.Fault { return fakegraph.Fault{DropAfter: true} }},
	{10, func(r *rand.Rand) fakegraph.Fault { return fakegraph.Fault{CutAfter: r.IntN(300) - 1} }},
	{8, func(r *rand.Rand) fakegraph.Fault {
		return fakegraph.Fault{Status: oneOf(r, 500, 502, 503, 504, 408), Executed: yes(r), HTML: yes(r)}
	}},
	{8, func(r *rand.Rand) fakegraph.Fault { // trouble, by Graph's own account
		return fakegraph.Fault{
			Code: oneOf(r, 1, 2, 131000, 131016, 131057), Status: oneOf(r, 200, 400, 500), Executed: yes(r),
		}
	}},
	{2, func(r *rand.Rand) fakegraph.Fault {
		after := oneOf(r, "", "1", "9")
		return fakegraph.Fault{Code: 9_999, Transient: true, Status: 400, Executed: yes(r), RetryAfter: after}
	}},
	{8, func(r *rand.Rand) fakegraph.Fault { // throttling
		return fakegraph.Fault{
			Code:   oneOf(r, 4, 17, 32, 613, 80_007, 130_429, 131_048, 131_208),
			Status: oneOf(r, 400, 403, 429), RetryAfter: oneOf(r, "", "", "0.2", "1", "4"),
		}
	}},
	{1, func(r *rand.Rand) fakegraph.Fault { // throttling for longer than anybody waits
		return fakegraph.Fault{Status: 429, Code: 4, RetryAfter: oneOf(r, "", "20"), RegainAccess: 1}
	}},
	{6, func(r *rand.Rand) fakegraph.Fault { // refusals
		return fakegraph.Fault{Code: oneOf(r, 3, 10, 100, 104, 190, 200, 368, 131009, 131207), Status: oneOf(r, 400, 403)}
	}},
	{2, func(r *rand.Rand) fakegraph.Fault {
		return fakegraph.Fault{Status: oneOf(r, 400, 401, 403, 422), HTML: yes(r)}
	}},
	{1, func(*rand.Rand) fakegraph.Fault { return fakegraph.Fault{Body: `{"success":false}`} }},
	{1, func(*rand.Rand) fakegraph.Fault {
		return fakegraph.Fault{Status: 302, Header: http.Header{"Location": {"/elsewhere"}}}
	}},
	{2, func(r *rand.Rand) fakegraph.Fault { // a part of it, or not
		return fakegraph.Fault{Status: 206, Code: 131201, Executed: yes(r)}
	}},
	{4, func(r *rand.Rand) fakegraph.Fault { // responses that make no sense
		return fakegraph.Fault{Status: 200, Body: oneOf(r, "{", "null", "[]", "\x00", `{"success":7}`), Executed: yes(r)}
	}},
	{3, func(r *rand.Rand) fakegraph.Fault { return fakegraph.Fault{Status: 200, HTML: true, Executed: yes(r)} }},
	{3, func(*rand.Rand) fakegraph.Fault { return fakegraph.Fault{Status: 200, Executed: true} }}, // an empty yes
	{2, func(r *rand.Rand) fakegraph.Fault {
		return fakegraph.Fault{Delay: time.Duration(r.IntN(20)) * time.Second, Executed: yes(r)}
	}},
	{1, func(r *rand.Rand) fakegraph.Fault { return fakegraph.Fault{Stall: true, Executed: yes(r)} }},
}

func yes(r *rand.Rand) bool { return r.IntN(2) == 0 }

func oneOf[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// soakFault picks one by weight.
func soakFault(r *rand.Rand) fakegraph.Fault {
	total := 0
	for _, f := range soakFaults {
		total += f.weight
	}
	n := r.IntN(total)
	for _, f := range soakFaults {
		if n -= f.weight; n < 0 {
			return f.make(r)
		}
	}
	panic("unreachable")
}
