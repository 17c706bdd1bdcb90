package main

import (
	"context"
	"errors"

	"github.com/wagroups/wagroups-go/client"
)

// classOf labels a result: "ok", the client's class of the error, or "canceled" when the program itself gave the call
// up, which is no trouble of the server's. A change whose outcome is unknown keeps its class all the same.
func classOf(err error) string {
	switch class := client.Class(err); {
	case err == nil:
		return "ok"
	case errors.Is(err, context.Canceled) && class != client.ErrAmbiguous:
		return "canceled"
	case class == "":
		return "other"
	default:
		return string(class)
	}
}
