package conformance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func proofAt(at time.Time) string {
	mac := hmac.New(sha256.New, []byte(plantedSecret))
	mac.Write([]byte(plantedToken + "|" + strconv.FormatInt(at.Unix(), 10)))
	return hex.EncodeToString(mac.Sum(nil))
}

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
