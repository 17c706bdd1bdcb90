package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestGroupIDAccepted(t *testing.T) {
	for _, tt := range []struct{ name, id string }{
		{"the form that Graph uses", clienttest.GroupID},
		{"one character", "7"},
		{"256 characters", strings.Repeat("Z", 256)},
		{"every character of the alphabet", "ABCXYZabcxyz0189_=-"},
		{"starts with a minus", "-x"},
		{"nothing but signs", "=_-"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				clienttest.Equal(t, "request URI", strings.TrimSuffix(r.URL.EscapedPath(), tt.id), "/"+client.DefaultAPIVersion+"/")
				clienttest.Success(w, r)
			})
			for _, op := range clienttest.Operations {
				if err := op.Call(t.Context(), s.Client(), tt.id); err != nil {
					t.Errorf("%s: %v", op.Name, err)
				}
			}
			clienttest.Equal(t, "requests", s.Requests(), len(clienttest.Operations))
		})
	}
}

func TestGroupIDRefused(t *testing.T) {
	tests := []struct{ name, id string }{
		{"empty", ""},
		{"257 characters", strings.Repeat("Z", 257)},
		{"this folder", "."},
		{"the folder above", ".."},
		{"a path upwards", "../123456/messages"},
		{"an escaped slash", "groupid%2Fmessages"},
		{"a header split", "groupid\r\nX-Evil: 1"},
		{"a URL", "https://example.com/" + clienttest.GroupID},
		{"an accent", "groupidé"},
		{"digits of another script", "groupid١٢٣"},
		{"full-width letters", "ｇｒｏｕｐｉｄ"},
		{"invalid UTF-8", "groupid\xff"},
	}
	for c := range byte(0x80) {
		if !strings.ContainsRune("_-=", rune(c)) && !unicode.IsLetter(rune(c)) && !unicode.IsDigit(rune(c)) {
			tests = append(tests, struct{ name, id string }{fmt.Sprintf("character %#x", c), "group" + string(c) + "id"})
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := clienttest.ServeNothing(t).Client()
			for _, op := range clienttest.Operations {
				err := op.Call(t.Context(), c, tt.id)
				clienttest.WantArgument(t, err, "groupID")
				if len(tt.id) > 2 && strings.Contains(err.Error(), tt.id) {
					t.Errorf("%s: the id stands in the error: %v", op.Name, err)
				}
			}
		})
	}
}

func TestContextRefused(t *testing.T) {
	var none context.Context
	c := clienttest.ServeNothing(t).Client()
	for _, op := range clienttest.Operations {
		clienttest.WantArgument(t, op.Call(none, c, clienttest.GroupID), "ctx")
	}
}

func TestAPIVersionAccepted(t *testing.T) {
	for _, tt := range []struct{ name, version string }{
		{"that of the contract", client.DefaultAPIVersion},
		{"a newer one", "v26.0"},
		{"the first one", "v1.0"},
		{"a minor version", "v23.12"},
		{"as long as it may be", "v123456.12345678"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, op := range clienttest.Operations {
				path := requestOf(t, op, client.WithAPIVersion(tt.version)).URL.Path
				clienttest.Equal(t, "path", path, "/"+tt.version+"/"+clienttest.GroupID)
			}
		})
	}
}

func TestAPIVersionRefused(t *testing.T) {
	for _, tt := range []struct{ name, version string }{
		{"empty", ""},
		{"no v", "23.0"},
		{"a capital V", "V23.0"},
		{"no minor number", "v23"},
		{"an empty minor number", "v23."},
		{"an empty major number", "v.0"},
		{"three numbers", "v23.0.1"},
		{"a sign", "v-23.0"},
		{"letters", "vlatest.0"},
		{"digits of another script", "v٢٣.0"},
		{"a slash at its end", "v23.0/"},
		{"a slash in front", "/v23.0"},
		{"a path upwards", "v23.0/.."},
		{"an escaped slash", "v23.0%2f"},
		{"a space in front", " v23.0"},
		{"a line break at its end", "v23.0\n"},
		{"a query", "v23.0?x"},
		{"longer than it may be", "v123456.123456789"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clienttest.WantNoClient(t, "WithAPIVersion", client.WithAPIVersion(tt.version))
		})
	}
}

func TestUserAgentRefused(t *testing.T) {
	for _, tt := range []struct{ name, product string }{
		{"empty", ""},
		{"no version", "allotment"},
		{"an empty version", "allotment/"},
		{"an empty name", "/1.2"},
		{"a v in the version", "allotment/v1.2"},
		{"two slashes", "allotment/1.2/3"},
		{"a space", "allot ment/1.2"},
		{"a comment", "allotment/1.2 (linux)"},
		{"a dot in the name", "allot.ment/1.2"},
		{"a header split", "allotment/1.2\r\nX-Evil: 1"},
		{"an accent", "allotmént/1.2"},
		{"129 characters", strings.Repeat("a", 125) + "/1.2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clienttest.WantNoClient(t, "WithUserAgent", client.WithUserAgent(tt.product))
		})
	}
}

func TestTexts(t *testing.T) {
	emoji, accent := "🌱", "e\u0301" // one character of four bytes; two characters that look like one
	for _, tt := range []struct {
		name    string
		update  client.GroupUpdate
		refused string
	}{
		{"nothing", client.GroupUpdate{}, "GroupUpdate"},
		{"an empty subject", client.GroupUpdate{Subject: new("")}, "GroupUpdate.Subject"},
		{"a subject of 1", client.GroupUpdate{Subject: new("x")}, ""},
		{"a subject of one space", client.GroupUpdate{Subject: new(" ")}, ""},
		{"a subject of 128", client.GroupUpdate{Subject: new(strings.Repeat("x", 128))}, ""},
		{"a subject of 129", client.GroupUpdate{Subject: new(strings.Repeat("x", 129))}, "GroupUpdate.Subject"},
		{"a subject of 128 emoji", client.GroupUpdate{Subject: new(strings.Repeat(emoji, 128))}, ""},
		{
			"a subject of 129 emoji", client.GroupUpdate{Subject: new(strings.Repeat(emoji, 129))},
			"GroupUpdate.Subject",
		},
		{
			"a subject of 64 letters with an accent of its own", client.GroupUpdate{Subject: new(strings.Repeat(accent, 64))},
			"",
		},
		{
			"a subject of 65 letters with an accent of its own",
			client.GroupUpdate{Subject: new(strings.Repeat(accent, 65))}, "GroupUpdate.Subject",
		},
		{"a subject in broken UTF-8", client.GroupUpdate{Subject: new("Allotment \xf0\x9f")}, "GroupUpdate.Subject"},
		{"an empty description", client.GroupUpdate{Description: new("")}, ""},
		{"a description of 2048", client.GroupUpdate{Description: new(strings.Repeat("ä", 2048))}, ""},
		{
			"a description of 2049", client.GroupUpdate{Description: new(strings.Repeat("x", 2049))},
			"GroupUpdate.Description",
		},
		{"a description in broken UTF-8", client.GroupUpdate{Description: new("\xed\xa0\x80")}, "GroupUpdate.Description"},
		{
			"a good subject with a bad description",
			client.GroupUpdate{Subject: new("Allotment"), Description: new("\xff")}, "GroupUpdate.Description",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := clienttest.Serve(t, clienttest.Success)
			_, err := s.Client().UpdateGroup(t.Context(), clienttest.GroupID, tt.update)
			if tt.refused == "" {
				clienttest.WantClass(t, err, nil)
				clienttest.Equal(t, "requests", s.Requests(), 1)
				return
			}
			clienttest.WantArgument(t, err, tt.refused)
			clienttest.Equal(t, "requests", s.Requests(), 0)
		})
	}
}

func TestFieldsRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fields []client.Field
	}{
		{"an empty field", []client.Field{""}},
		{"a field that does not exist", []client.Field{"invite_link"}},
		{"a group ID out of place", []client.Field{clienttest.GroupID}},
		{"a good field and a bad one", []client.Field{client.FieldSubject, "Subject"}},
		{"a list in one field", []client.Field{"subject,description"}},
		{"a second parameter", []client.Field{"subject&access_token=x"}},
		{"a field of a field", []client.Field{"participants{wa_id}"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			group, err := clienttest.ServeNothing(t).Client().GetGroup(t.Context(), clienttest.GroupID, tt.fields...)
			if group != nil {
				t.Error("a group together with an error")
			}
			clienttest.WantArgument(t, err, "fields")
		})
	}
}

func TestBaseURLAccepted(t *testing.T) {
	for _, tt := range []struct{ name, base, host, path string }{
		{"the default", client.DefaultBaseURL, "graph.facebook.com", ""},
		{"a slash at its end", "https://graph.facebook.com/", "graph.facebook.com", ""},
		{"several slashes at its end", "https://graph.facebook.com///", "graph.facebook.com", ""},
		{"a path", "https://proxy.example/meta/graph", "proxy.example", "/meta/graph"},
		{"a path and a slash", "https://proxy.example/meta/", "proxy.example", "/meta"},
		{"a dot inside of a segment", "https://proxy.example/x1.2/..a", "proxy.example", "/x1.2/..a"},
		{"brackets in the path", "https://proxy.example/[x]", "proxy.example", "/[x]"},
		{"a port", "https://proxy.example:8443", "proxy.example:8443", ""},
		{"a scheme in capitals", "HTTPS://proxy.example", "proxy.example", ""},
		{"a host in capitals", "https://Graph.FACEBOOK.com/Meta", "graph.facebook.com", "/Meta"},
		{"a dotless version in the path", "https://proxy.example/v2", "proxy.example", "/v2"},
		{"port 1", "https://proxy.example:1", "proxy.example:1", ""},
		{"port 65535", "https://proxy.example:65535", "proxy.example:65535", ""},
		{"an IPv6 address", "https://[2001:db8::1]", "[2001:db8::1]", ""},
		{"an IPv6 address with a zone, which may have capitals", "https://[fe80::1%25Eth0]:1", "[fe80::1%Eth0]:1", ""},
		{"http on localhost", "http://localhost:8080", "localhost:8080", ""},
		{"http on LocalHost", "http://LocalHost", "localhost", ""},
		{"http on 127.0.0.1", "http://127.0.0.1:8080", "127.0.0.1:8080", ""},
		{"http elsewhere in 127.0.0.0/8", "http://127.1.2.3", "127.1.2.3", ""},
		{"http on ::1", "http://[::1]:8080", "[::1]:8080", ""},
		{"http on 127.0.0.1 as IPv6", "http://[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, op := range clienttest.Operations {
				asked := requestOf(t, op, client.WithBaseURL(tt.base))
				clienttest.Equal(t, "host", asked.URL.Host, tt.host)
				clienttest.Equal(t, "path", asked.URL.Path, tt.path+"/"+client.DefaultAPIVersion+"/"+clienttest.GroupID)
			}
		})
	}
}

// requestOf catches the request of an operation on its way to the network.
func requestOf(tb testing.TB, op clienttest.Operation, opts ...client.Option) *http.Request {
	tb.Helper()
	var caught *http.Request
	catch := clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
		caught = r
		return nil, errors.New("caught")
	})
	c, err := client.New(client.StaticToken(clienttest.Token),
		append(opts, clienttest.NoRetries, client.WithHTTPClient(catch))...)
	if err != nil {
		tb.Fatal(err)
	}
	if err := op.Call(tb.Context(), c, clienttest.GroupID); err == nil || caught == nil {
		tb.Fatalf("%s: error %v, request %v", op.Name, err, caught)
	}
	return caught
}

func TestBaseURLRefused(t *testing.T) {
	for _, tt := range []struct{ name, base string }{
		{"empty", ""},
		{"no scheme", "graph.facebook.com"},
		{"a path only", "/graph"},
		{"no host", "https://"},
		{"no host but a port", "https://:443"},
		{"no slashes", "https:graph.facebook.com"},
		{"another scheme", "ftp://graph.facebook.com"},
		{"http to another machine", "http://graph.facebook.com"},
		{"http to any address", "http://0.0.0.0"},
		{"http to a name that starts like localhost", "http://localhost.example"},
		{"http to a name that ends like localhost", "http://evil-localhost"},
		{"http to a short form of 127.0.0.1", "http://127.1"},
		{"http to 127.0.0.1 as one number", "http://2130706433"},
		{"a user", "https://user@graph.facebook.com"},
		{"a user and a password", "https://user:" + clienttest.AppSecret + "@graph.facebook.com"},
		{"a query", "https://graph.facebook.com?access_token=" + clienttest.Token},
		{"an empty query", "https://graph.facebook.com/?"},
		{"a fragment", "https://graph.facebook.com#top"},
		{"an empty fragment", "https://graph.facebook.com/#"},
		{"this folder", "https://graph.facebook.com/./x"},
		{"the folder above", "https://graph.facebook.com/x/.."},
		{"the folder above, escaped", "https://graph.facebook.com/x/%2e%2e"},
		{"an escaped slash", "https://graph.facebook.com/a%2Fb"},
		{"a space in the path", "https://graph.facebook.com/a b"},
		{"an accent in the path", "https://graph.facebook.com/é"},
		{"a space in the host", "https://graph.face book.com"},
		{"a space in front", " https://graph.facebook.com"},
		{"a line break", "https://graph.facebook.com\n"},
		{"a version in the path", "https://graph.facebook.com/v23.0"},
		{"a version in capitals", "https://graph.facebook.com/V24.0"},
		{"a version in front of a path", "https://proxy.example/v23.0/graph"},
		{"a version behind a path", "https://proxy.example/meta/v1.0"},
		{"port 0", "https://graph.facebook.com:0"},
		{"port 65536", "https://graph.facebook.com:65536"},
		{"a port that is empty", "https://graph.facebook.com:"},
		{"port 0 of an IPv6 address", "http://[::1]:0"},
		{"http to an IPv6 address with a zone", "http://[fe80::1%25eth0]"},
		{"http to a loopback address with a zone", "http://[::1%25lo]"},
		{"http to a name in capitals that starts like localhost", "http://LOCALHOST.example"},
		{"a port that is no number", "https://graph.facebook.com:https"},
		{"a malformed address", "https://[::1"},
		{"a backslash", `https://graph.facebook.com\@example.com`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clienttest.WantNoClient(t, "WithBaseURL", client.WithBaseURL(tt.base))
		})
	}
}

func FuzzGroupIDPath(f *testing.F) {
	for _, id := range []string{
		clienttest.GroupID, "", ".", "..", "a/b", "a%2fb", "a?b", "a#b", "a b", "a\x00", "é", "a=b_c-",
		strings.Repeat("a", 257),
	} {
		f.Add("https://graph.facebook.com", "v23.0", id)
	}
	for _, base := range []string{
		"http://127.0.0.1:80/", "https://h/a/b//", "https://h//a", "https://[::1]:1/a:b", "http://h", "https://h/[x]",
		"https://h/;a", "https://h/a'b", "https://h/..a", "HTTPS://H/A", "http://localhost/./", "https://h/$&+,;=:@",
		"https://h%41/", "https://h:",
	} {
		f.Add(base, "v23.0", clienttest.GroupID)
	}
	f.Add("https://h", "v1.0/..", "g")
	goodID := regexp.MustCompile(`^[A-Za-z0-9_=-]{1,256}$`)
	goodVersion := regexp.MustCompile(`^v[0-9]+\.[0-9]+$`)
	f.Fuzz(func(t *testing.T, base, version, id string) {
		var sent *http.Request
		stop := errors.New("stop")
		catch := clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
			sent = r
			return nil, stop
		})
		c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries, client.WithHTTPClient(catch),
			client.WithBaseURL(base), client.WithAPIVersion(version))
		if err != nil {
			if clienttest.ClassesOf(err) != clienttest.ClassesOf(client.ErrInvalidArgument) {
				t.Errorf("New: %v", err)
			}
			return
		}
		if !goodVersion.MatchString(version) {
			t.Errorf("version %q was accepted", version)
		}
		_, err = c.DeleteGroup(t.Context(), id)
		if !goodID.MatchString(id) {
			if sent != nil || clienttest.ClassesOf(err) != clienttest.ClassesOf(client.ErrInvalidArgument) {
				t.Errorf("id %q: request %v, error %v", id, sent, err)
			}
			return
		}
		if sent == nil || !errors.Is(err, stop) {
			t.Fatalf("id %q: request %v, error %v", id, sent, err)
		}
		wanted, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		got, err := url.Parse(sent.URL.String())
		if err != nil {
			t.Fatal(err)
		}
		clienttest.Equal(t, "host", got.Host, strings.ToLower(strings.TrimSuffix(wanted.Host, ":"))) // net/http drops an empty port
		clienttest.Equal(t, "path", got.Path, strings.TrimRight(wanted.Path, "/")+"/"+version+"/"+id)
		clienttest.Equal(t, "query, user and fragment", got.RawQuery+got.User.String()+got.Fragment, "")
		if address, err := netip.ParseAddr(got.Hostname()); got.Scheme != "https" &&
			!strings.EqualFold(got.Hostname(), "localhost") && (err != nil || !address.Unmap().IsLoopback()) {
			t.Errorf("the token travels in the clear to %s", got.Host)
		}
	})
}
