package conformance

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// placeholders stand for what must not come out again: {token}, {app_secret}, {proof} and {group}, also escaped for a
// query and in base64, as in {token:query}. {page} is almost as long as the excerpt of a body that an error keeps.
func placeholders() *strings.Replacer {
	pairs := []string{"{page}", strings.Repeat("page ", 815)}
	for name, secret := range map[string]string{
		"token": plantedToken, "app_secret": plantedSecret, "group": plantedGroup, "proof": proofAt(time.Now()),
	} {
		pairs = append(pairs,
			"{"+name+"}", secret, "{"+name+":query}", url.QueryEscape(secret),
			"{"+name+":base64}", base64.StdEncoding.EncodeToString([]byte(secret)),
			"{"+name+":base64url}", base64.RawURLEncoding.EncodeToString([]byte(secret)))
	}
	return strings.NewReplacer(pairs...)
}

// fault is the fakegraph.Fault that the data mean.
func (f *faultData) fault() fakegraph.Fault {
	fill := placeholders().Replace
	fault := fakegraph.Fault{
		Times: f.Times, Executed: f.Executed, Delay: time.Duration(f.Delay), Stall: f.Stall,
		DropBefore: f.Drop == "before the change", DropAfter: f.Drop == "after the change",
		Status: f.Status, Subcode: f.Subcode, Transient: f.Transient,
		Message: fill(f.Message), Details: fill(f.Details), Body: fill(f.Body), HTML: f.HTML,
		ContentType: fill(f.Type), RetryAfter: f.RetryAfter, RegainAccess: f.Regain, ServedVersion: fill(f.Served),
		CutAfter: f.CutAfter, Endless: f.Endless,
	}
	if f.Code != nil {
		fault.Code = *f.Code
		if fault.Message == "" { // without it, code 0 would not be an error
			fault.Message = fmt.Sprintf("(#%d) Something went wrong", *f.Code)
		}
	}
	for name, value := range f.Header {
		if fault.Header == nil {
			fault.Header = http.Header{}
		}
		fault.Header.Set(name, fill(value))
	}
	return fault
}
