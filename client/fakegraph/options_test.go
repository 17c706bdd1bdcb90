package fakegraph

import (
	"strings"
	"testing"
)

func TestWrongOptions(t *testing.T) {
	for want, opt := range map[string]Option{
		"fakegraph: WithToken: the token is empty":                                   WithToken("a", ""),
		"fakegraph: WithSeed: no reader":                                             WithSeed(nil, "seed.json"),
		"fakegraph: WithPhotoPart: no name":                                          WithPhotoPart(),
		`fakegraph: WithPhotoPart: "photo" is neither file nor profile_picture_file`: WithPhotoPart("file", "photo"),
		"fakegraph: WithHosts: the name is empty":                                    WithHosts("a", ""),
	} {
		if s, err := New(opt); err == nil || err.Error() != want || s != nil {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestOptionsThatChangeNothing(t *testing.T) {
	s := newServer(t, nil, WithClock(nil), WithAppSecret(""), WithGroups())
	if a := send(t, s, call{}); a.status != 200 {
		t.Error(a.body)
	}
}

func TestLaterGroupsReplaceEarlierOnes(t *testing.T) {
	want := Group{ID: testID, Subject: "Shed"}
	s := newServer(t, WithSeed(strings.NewReader(`{"groups":[{"id":"`+testID+`"}]}`), ""), WithGroups(want))
	wantGroup(t, s, want)
}
