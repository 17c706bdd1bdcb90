package main

import (
	"runtime"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

func TestVersion(t *testing.T) {
	w := world{}
	w.expect(t, "wagroups "+client.Version+", Graph API "+client.DefaultAPIVersion+", "+runtime.Version()+"\n", "version")
	w.expect(t, "{\n  \"version\": \""+client.Version+"\",\n  \"api_version\": \""+client.DefaultAPIVersion+
		"\",\n  \"go_version\": \""+runtime.Version()+"\"\n}\n", "version", "--output", "json")
}
