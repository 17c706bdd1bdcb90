package gates

import (
	"regexp"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/api"
	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// versionMentions says in which form each text names the API version of the contract. The bump edits the same texts.
var versionMentions = map[string]*regexp.Regexp{
	// Any v1.2; v1.2.3 would be a release of this module.
	"README.md": regexp.MustCompile(`\b(v\d+\.\d+)(?:[^.\d]|\.\s)`),
	// The unreleased section, which stands first; older releases keep the version that they had.
	"CHANGELOG.md":                     regexp.MustCompile(`(?s)\A.*?Graph API (v\d+\.\d+)\.`),
	"client/example_test.go":           regexp.MustCompile(`\b(v\d+\.\d+)\b`),
	"client/fakegraph/example_test.go": regexp.MustCompile(`\b(v\d+\.\d+)\b`),
}

func textsWithVersion(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for name := range versionMentions {
		texts[name] = clienttest.ReadFile(t, top+"/"+name)
	}
	return texts
}

func TestContractVersion(t *testing.T) {
	documented := contract(t).Info.Version
	wantProblems(t, versionProblems(documented, client.DefaultAPIVersion, textsWithVersion(t), versionMentions))
	clienttest.Equal(t, "api.Version", api.Version(), documented)
}

func TestContractVersionReports(t *testing.T) {
	texts := textsWithVersion(t)
	texts["README.md"] = strings.Replace(texts["README.md"], "/"+api.Version()+"/", "/v1.0/", 1)
	texts["CHANGELOG.md"] = strings.ReplaceAll(texts["CHANGELOG.md"], "Graph API ", "")
	texts["client/example_test.go"] = strings.ReplaceAll(texts["client/example_test.go"], api.Version(), "v1.2")
	wantProblems(t, versionProblems(api.Version(), "v9.9", texts, versionMentions),
		"DefaultAPIVersion is v9.9, info.version is "+api.Version(),
		"CHANGELOG.md names no API version",
		"README.md names v1.0 instead of "+api.Version(),
		"client/example_test.go names v1.2 instead of "+api.Version(),
	)
}
