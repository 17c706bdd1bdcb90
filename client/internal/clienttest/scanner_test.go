package clienttest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

func TestScannerFindsLeaks(t *testing.T) {
	secrets := newScanner(map[string]string{"the token": Token})
	forms := []string{Token[:pieceLen+3]}
	for _, form := range Forms {
		forms = append(forms, form.Of(Token))
	}
	for _, form := range forms {
		for name, value := range map[string]any{
			"error": errors.New("sent " + form), "wrapped": fmt.Errorf("oh: %w", hiding{errors.New(form)}),
			"joined": errors.Join(errors.New("oh"), hiding{errors.New(form)}), "text": form,
			"struct": struct{ A []string }{[]string{form}}, "body": &client.Error{Body: []byte("x" + form)},
			"header": client.CallInfo{Header: http.Header{"A": {form}}},
		} {
			if len(secrets.scan("nothing here", value)) == 0 {
				t.Errorf("%s with %s: no leak found", name, form)
			}
		}
	}
	if got := secrets.scan(&url.Error{Op: "Get", URL: "x", Err: errors.New("y")}); len(got) == 0 {
		t.Error("a *url.Error was not found")
	}
	if got := secrets.scan(nil, client.StaticToken(Token), Token[:pieceLen-1]); got != nil {
		t.Errorf("leaks where there are none: %q", got)
	}
}

// hiding prints nothing of what it wraps.
type hiding struct{ err error }

func (hiding) Error() string   { return "hidden" }
func (h hiding) Unwrap() error { return h.err }
