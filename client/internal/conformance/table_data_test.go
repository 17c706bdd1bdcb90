package conformance

import "time"

// A topic is one file of testdata.
type topic struct {
	Topic string     `json:"topic"`
	About string     `json:"about"`
	Cases []caseData `json:"cases"`
}

// caseData is one row of the table: what goes wrong with each of some operations, and what the caller has to be told.
type caseData struct {
	Name       string      `json:"name"`
	Why        string      `json:"why"`
	Operations []string    `json:"operations"`
	Options    optionsData `json:"options"`
	// Statuses, and Codes under each of them, make rows of their own: faults without a status get it, and what is wanted
	// of a failure too.
	Codes    []int       `json:"codes"`
	Statuses []int       `json:"statuses"`
	Faults   []faultData `json:"faults"`
	Want     wantData    `json:"want"`
	// Then are further calls of the same client.
	Then []thenData `json:"then"`
}

// optionsData are the options of the client and of the call; what is absent has the client's default.
type optionsData struct {
	MaxAttempts    *int      `json:"max_attempts"`
	BaseDelay      span      `json:"base_delay"`
	MaxDelay       span      `json:"max_delay"`
	RetryUpdates   bool      `json:"retry_updates"`
	AttemptTimeout *span     `json:"attempt_timeout"`
	Timeout        *span     `json:"timeout"`
	AppSecret      appSecret `json:"app_secret"`
	// Deadline and CancelAfter are those of the call's context.
	Deadline    *span `json:"deadline"`
	CancelAfter *span `json:"cancel_after"`
	// ServerClock is by how much the server's clock is ahead.
	ServerClock span `json:"server_clock"`
}

// appSecret is "right" or "wrong"; empty for a client and a server without one.
type appSecret string

type thenData struct {
	After     span        `json:"after"`
	Operation string      `json:"operation"` // that of the case by default
	Faults    []faultData `json:"faults"`
	Want      wantData    `json:"want"`
}

// faultData is a fakegraph.Fault, or a connection that is refused. {group} in its message stands for the group ID.
type faultData struct {
	Connection string `json:"connection"` // "refused"
	Drop       string `json:"drop"`       // "before the change" or "after the change"
	Times      int    `json:"times"`
	Executed   bool   `json:"executed"`
	Delay      span   `json:"delay"`
	Stall      bool   `json:"stall"`
	Status     int    `json:"status"`
	Code       *int   `json:"code"`
	Subcode    int    `json:"subcode"`
	Transient  bool   `json:"is_transient"`
	Message    string `json:"message"`
	Details    string `json:"details"`
	Body       string `json:"body"`
	HTML       bool   `json:"html"`
	RetryAfter string `json:"retry_after"`
	Regain     int    `json:"regain_access_minutes"`
	CutAfter   int    `json:"cut_after"`
	Endless    bool   `json:"endless"`
}

// wantData is what a call has to come to. What is absent is zero: no wait, no code, no hint;
// the pointers have defaults of their own.
type wantData struct {
	Outcome  string `json:"outcome"` // "success" or the name of an error class
	Attempts int    `json:"attempts"`
	// Requests is how many reach the server; as many as attempts by default.
	Requests *int `json:"requests"`
	// Status is that of the last response, 0 without one; 200 by default for a success.
	Status     int  `json:"status"`
	Code       int  `json:"code"`
	Subcode    int  `json:"subcode"`
	RetryAfter span `json:"retry_after"`
	// Context is the context error that is matched too: "Canceled" or "DeadlineExceeded".
	Context string `json:"context"`
	// Repeated is that of the Receipt.
	Repeated bool `json:"repeated"`
	// Executed: the server's state has changed. By default it has after a success and has not after a failure; where
	// the class leaves it open it must be given.
	Executed *bool `json:"executed"`
	// Takes are the bounds of the time that passes; none does by default.
	Takes [2]span `json:"takes"`
	// Says is a part of the error's text.
	Says string `json:"says"`
}

// span is a duration such as "1.5s".
type span time.Duration

func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*s = span(d)
	return err
}

// changed is the state that the server has to be in after an operation.
func (w *wantData) changed(op string) bool {
	if w.Executed != nil {
		return *w.Executed
	}
	return op != "GetGroup" && w.Outcome == "success"
}
