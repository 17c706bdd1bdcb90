package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Renovate finds every version that the Makefile and .ci/run pin but that of apidiff, for which see CONTRIBUTING.md. It
// does not find those added here, to show that the test notices.
func TestPinsAreWatched(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile("../../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var config struct {
		CustomManagers []struct{ ManagerFilePatterns, MatchStrings []string }
	}
	if err := json.Unmarshal([]byte(read(".github/renovate.json")), &config); err != nil {
		t.Fatal(err)
	}
	pin := regexp.MustCompile(`\w+_VERSION +[:?]?=|[\w-]+@v?\d`)
	unseen := map[string]string{"Makefile": "[APIDIFF_VERSION := A_VERSION := b@1]", ".ci/run": "[A_VERSION := b@1]"}
	for name, want := range unseen {
		rest := read(name) + "\nA_VERSION := v1.0.0\nb@1.0.0\n"
		for _, manager := range config.CustomManagers {
			if regexp.MustCompile(strings.Trim(manager.ManagerFilePatterns[0], "/")).MatchString(name) {
				rest = regexp.MustCompile(manager.MatchStrings[0]).ReplaceAllString(rest, "")
			}
		}
		if got := fmt.Sprint(pin.FindAllString(rest, -1)); got != want {
			t.Errorf("%s: Renovate does not see %s, want %s", name, got, want)
		}
	}
}
