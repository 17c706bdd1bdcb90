package conformance

import (
	"fmt"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// leaks scans everything that the caller has got into its hands.
func (r *runner) leaks() []string {
	secrets := map[string]string{
		"the token": plantedToken, "the app secret": plantedSecret, "the group id": plantedGroup,
	}
	for i, proof := range r.proofs {
		secrets[fmt.Sprintf("the proof of request %d", i+1)] = proof
	}
	return clienttest.NewScanner(secrets).Scan(r.printed...)
}
