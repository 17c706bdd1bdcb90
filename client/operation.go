package client

import "net/http"

// operation is what the parts of a call have to know about the method that was called.
type operation struct {
	name   string // the Go method, as errors and logs show it
	method string // the HTTP method
	// change: the server's state may differ afterwards, so a lost answer leaves the outcome unknown.
	change bool
	// repeatable: to send it twice has the effect of sending it once.
	repeatable bool
	// deletes: a group that is gone afterwards is what was wanted.
	deletes bool
}

var (
	getGroup      = operation{name: "GetGroup", method: http.MethodGet, repeatable: true}
	updateGroup   = operation{name: "UpdateGroup", method: http.MethodPost, change: true}
	setGroupPhoto = operation{name: "SetGroupPhoto", method: http.MethodPost, change: true}
	deleteGroup   = operation{
		name: "DeleteGroup", method: http.MethodDelete, change: true, repeatable: true, deletes: true,
	}
)
