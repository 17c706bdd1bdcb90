package api_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unexplained lists what a list of differences lacks: a reason at each entry that is not the heading of deeper ones,
// and an entry for each reason.
func unexplained(list string) []string {
	reasons := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^# \[(\w+)\] \w`).FindAllStringSubmatch(list, -1) {
		reasons[m[1]] = 0
	}
	depth := func(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
	var problems []string
	lines := strings.Split(strings.TrimSpace(list), "\n")
	for i, line := range lines {
		entry := strings.HasPrefix(strings.TrimSpace(line), "- ")
		heading := i+1 < len(lines) && strings.HasPrefix(lines[i+1], "  ") && depth(lines[i+1]) > depth(line)
		if !entry || heading {
			continue
		}
		reason := ""
		if m := regexp.MustCompile(`  \[(\w+)\]$`).FindStringSubmatch(line); m != nil {
			reason = m[1]
		}
		if _, ok := reasons[reason]; !ok {
			problems = append(problems, fmt.Sprintf("line %d: no reason for %q", i+1, strings.TrimSpace(line)))
			continue
		}
		reasons[reason]++
	}
	for reason, entries := range reasons {
		if entries == 0 {
			problems = append(problems, "reason ["+reason+"]: no difference has it")
		}
	}
	slices.Sort(problems)
	return problems
}

func TestDifferencesHaveReasons(t *testing.T) {
	equal(t, unexplained(read(t, "upstream/differences.txt")), nil)

	const list = "# [a] One.\n# [b] Two.\n\nGET /x\n- Changed\n  - Deleted: y  [a]\n- New: z\n- New: w  [c]\n"
	equal(t, unexplained(list), []string{
		`line 7: no reason for "- New: z"`, `line 8: no reason for "- New: w  [c]"`, "reason [b]: no difference has it",
	})
}
