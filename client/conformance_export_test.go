package client

import "net/http"

// NewTransport lets external tests use the transport that a client has by default, with the dialer replaced.
func NewTransport() *http.Transport { return newTransport() }
