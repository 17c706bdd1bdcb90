package main

import "testing"

func TestVersions(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		less bool
	}{
		{"v23.0", "v24.0", true},
		{"v24.0", "v23.9", false},
		{"v23.0", "v23.1", true},
		{"v9.0", "v10.0", true},
		{"v23.0", "v23.0", false},
	} {
		a, errA := parseVersion(tt.a)
		b, errB := parseVersion(tt.b)
		if errA != nil || errB != nil || a.less(b) != tt.less || a.String() != tt.a {
			t.Errorf("%s less than %s: %v, %v, %v", a, b, a.less(b), errA, errB)
		}
	}
	for _, text := range []string{"", "v", "v1", "v1.", "1.0", "V1.0", "v1.0 ", "v1.0\n", "v01.0", "v1.00", "v-1.0"} {
		if v, err := parseVersion(text); err == nil {
			t.Errorf("%q is taken for %s", text, v)
		}
	}
}

func TestReplaceVersion(t *testing.T) {
	const text = "/v23.0/ v23.0. v23.0.1 dev23.0 v23.01 (v23.0)"
	const want = "/v24.0/ v24.0. v23.0.1 dev23.0 v23.01 (v24.0)"
	if got := replaceVersion(text, version{23, 0}, version{24, 0}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEditChangelog(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a section with a version", "# C\n\n## Unreleased\n\nGraph API v23.0.\n\n### Added\n\n## 0.1.0\n\nGraph API v23.0.\n",
			"# C\n\n## Unreleased\n\nGraph API v24.0.\n\n### Added\n\n## 0.1.0\n\nGraph API v23.0.\n"},
		{"a section without", "# C\n\n## Unreleased\n\n- A fix.\n\n## 0.1.0\n\nGraph API v23.0.\n",
			"# C\n\n## Unreleased\n\nGraph API v24.0.\n\n- A fix.\n\n## 0.1.0\n\nGraph API v23.0.\n"},
		{"no section", "# C\n\n## 0.1.0\n\nGraph API v23.0.\n",
			"# C\n\n## Unreleased\n\nGraph API v24.0.\n\n## 0.1.0\n\nGraph API v23.0.\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := editChangelog(tt.text, version{24, 0})
			if err != nil || got != tt.want {
				t.Errorf("%v, got\n%s\nwant\n%s", err, got, tt.want)
			}
			if again, _ := editChangelog(got, version{24, 0}); again != got {
				t.Errorf("again:\n%s", again)
			}
		})
	}
	if _, err := editChangelog("empty", version{24, 0}); err == nil {
		t.Error("no error for a text without sections")
	}
}
