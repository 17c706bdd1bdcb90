package main

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	renovateName = ".github/renovate.json"
	makefileName = "Makefile"
	ciName       = ".ci/run"
)

// pins are the versions that no go.mod and no workflow names: those Renovate knows from our patterns only.
var pins = map[string]*regexp.Regexp{
	makefileName: regexp.MustCompile(`(?m)^(\w+)_VERSION\s*:=\s*(\S+)`),
	ciName:       regexp.MustCompile(`([\w-]+)@(\d+\.\d+\.\d+)`),
}

// unwatched lists the pins which no pattern of Renovate's configuration finds, and folders that it leaves out.
func unwatched(t *testing.T, texts map[string]string) []string {
	t.Helper()
	var config struct {
		IgnorePaths    *[]string
		CustomManagers []struct{ ManagerFilePatterns, MatchStrings []string }
	}
	if err := json.Unmarshal([]byte(texts[renovateName]), &config); err != nil {
		t.Fatal(err)
	}
	var problems []string
	// The recommended configuration leaves out folders called examples.
	if config.IgnorePaths == nil || len(*config.IgnorePaths) > 0 {
		problems = append(problems, "some modules are left out")
	}
	watched := map[string][]string{}
	for _, manager := range config.CustomManagers {
		for name, text := range texts {
			if !regexp.MustCompile(strings.Trim(manager.ManagerFilePatterns[0], "/")).MatchString(name) {
				continue
			}
			pattern := regexp.MustCompile(manager.MatchStrings[0])
			for _, match := range pattern.FindAllStringSubmatch(text, -1) {
				watched[name] = append(watched[name], match[pattern.SubexpIndex("currentValue")])
			}
		}
	}
	for name, pattern := range pins {
		for _, pin := range pattern.FindAllStringSubmatch(texts[name], -1) {
			if !slices.Contains(watched[name], pin[2]) {
				problems = append(problems, name+": "+pin[1])
			}
		}
	}
	slices.Sort(problems)
	return problems
}

func configuration(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, name := range []string{renovateName, makefileName, ciName} {
		text, err := os.ReadFile("../../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	return texts
}

// CONTRIBUTING.md says who sees to the rest: apidiff has no releases that Renovate could find.
func TestPinsAreWatched(t *testing.T) {
	if got := unwatched(t, configuration(t)); !slices.Equal(got, []string{"Makefile: APIDIFF"}) {
		t.Errorf("nobody sees a new version of %q", got)
	}
}

func TestPinsReports(t *testing.T) {
	texts := configuration(t)
	texts[makefileName] += "\nFUTURE_VERSION := v1.0.0\n"
	texts[ciName] += "\nnpm exec future@1.0.0\n"
	texts[renovateName] = strings.Replace(texts[renovateName], "ignorePaths", "includePaths", 1)
	got := unwatched(t, texts)
	for _, want := range []string{"Makefile: FUTURE", ".ci/run: future", "some modules are left out"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not reported, only %q", want, got)
		}
	}
}
