package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// wrong is a wrong use of the command, or a call that fails: its one line on the standard error, with nothing on the
// standard output, and its exit code.
type wrong struct {
	args  string // split at spaces; ID is the group's, DIR a folder with files, ADDR a port in use, TLS a server's URL
	code  int
	line  string
	env   map[string]string
	in    string
	fault *fakegraph.Fault
}

const (
	badFile     = "FILE: "
	badTimeout  = "--timeout: must be a time such as 30s or 2m, at most 24h; 0 is no limit; see 'wagroups get --help'"
	badAddr     = "--addr: must be a host, a colon and a port from 0 to 65535, such as 127.0.0.1:8080; see 'wagroups fake --help'"
	badSecret   = ": must be printable ASCII without spaces and quotes"
	badEdge     = " begins or ends with a space, a line break or a byte order mark: remove it"
	badWebhook  = "--webhook: must be an http or https URL with a host; see 'wagroups fake --help'"
	badDelay    = "--apply-delay: must be a time such as 2s or 500ms, at most 24h; see 'wagroups fake --help'"
	badBase     = "--base-url or WAGROUPS_BASE_URL: "
	badField    = "--fields: number "
	otherFields = " must be one of id, subject, description, join_approval_mode, suspended, creation_timestamp, participants, total_participant_count"
	lookFirst   = "; the change may have been carried out: look with 'wagroups get' before you run it again"
)

func wrongUses() []wrong {
	return []wrong{
		// Commands and flags.
		{args: "gte ID", code: exitUsage, line: "unknown command; did you mean get? see 'wagroups --help'"},
		{args: "ID", code: exitUsage, line: "unknown command; see 'wagroups --help'"},
		{args: "-v get ID", code: exitUsage, line: "unknown command; flags come after the command; see 'wagroups --help'"},
		{args: "--verson", code: exitUsage, line: "unknown flag; did you mean --version? see 'wagroups --help'"},
		{args: "help gte", code: exitUsage, line: "unknown command; did you mean get? see 'wagroups --help'"},
		{args: "completion", code: exitUsage, line: "name a shell: bash, fish, powershell or zsh; see 'wagroups completion --help'"},
		{args: "completion csh", code: exitUsage, line: "name a shell: bash, fish, powershell or zsh; see 'wagroups completion --help'"},
		{args: "completion bash x", code: exitUsage, line: "bash takes no arguments; see 'wagroups completion bash --help'"},
		{args: "get", code: exitUsage, line: "ID missing; see 'wagroups get --help'"},
		{args: "get - ID -", code: exitUsage, line: "the standard input, -, can be named once only; see 'wagroups get --help'"},
		{args: "update", code: exitUsage, line: "ID missing; see 'wagroups update --help'"},
		{args: "update ID", code: exitUsage, line: "nothing to change: give --subject, --description or both; see 'wagroups update --help'"},
		{args: "update ID x", code: exitUsage, line: "too many arguments; only ID expected; see 'wagroups update --help'"},
		{args: "photo", code: exitUsage, line: "ID and FILE missing; see 'wagroups photo --help'"},
		{args: "photo ID", code: exitUsage, line: "FILE missing; see 'wagroups photo --help'"},
		{args: "photo ID a b", code: exitUsage, line: "too many arguments; only ID and FILE expected; see 'wagroups photo --help'"},
		{args: "delete", code: exitUsage, line: "ID missing; see 'wagroups delete --help'"},
		{args: "delete ID ID", code: exitUsage, line: "too many arguments; only ID expected; see 'wagroups delete --help'"},
		{args: "delete ID", code: exitUsage, line: "cannot ask for confirmation without a terminal: add --yes; see 'wagroups delete --help'"},
		{args: "listen x", code: exitUsage, line: "listen takes no arguments; see 'wagroups listen --help'"},
		{args: "fake x", code: exitUsage, line: "fake takes no arguments; see 'wagroups fake --help'"},
		{args: "demo x", code: exitUsage, line: "demo takes no arguments; see 'wagroups demo --help'"},
		{args: "version x", code: exitUsage, line: "version takes no arguments; see 'wagroups version --help'"},
		{args: "get ID --subject x", code: exitUsage, line: "unknown flag --subject; see 'wagroups get --help'"},
		{args: "get ID --feilds id", code: exitUsage, line: "unknown flag; did you mean --fields? see 'wagroups get --help'"},
		{args: "get ID -x", code: exitUsage, line: "unknown flag -x; see 'wagroups get --help'"},
		{args: "get ID --x", code: exitUsage, line: "unknown flag --x; see 'wagroups get --help'"},
		{args: "get -ID", code: exitUsage, line: "unknown flag; see 'wagroups get --help'"},
		{args: "get --=x", code: exitUsage, line: "malformed flag; see 'wagroups get --help'"},
		{args: "demo --timeout 5s", code: exitUsage, line: "unknown flag --timeout; see 'wagroups demo --help'"},
		{args: "fake --base-url x", code: exitUsage, line: "unknown flag --base-url; see 'wagroups fake --help'"},

		// Values of flags.
		{args: "get ID --timeout 5", code: exitUsage, line: badTimeout},
		{args: "get ID --timeout 99999999h", code: exitUsage, line: badTimeout},
		{args: "get ID --timeout -1s", code: exitUsage, line: badTimeout},
		{args: "get ID --output xml", code: exitUsage, line: "--output: must be table or json; see 'wagroups get --help'"},
		{args: "get ID --concurrency 0", code: exitUsage, line: "--concurrency: must be a number from 1 to 64; see 'wagroups get --help'"},
		{args: "get ID --concurrency 65", code: exitUsage, line: "--concurrency: must be a number from 1 to 64; see 'wagroups get --help'"},
		{args: "get ID --fields=", code: exitUsage, line: "--fields: must name a field, such as subject; see 'wagroups get --help'"},
		{args: "get ID --fields id,ID", code: exitUsage, line: badField + "2" + otherFields},
		{args: "get ID --fields a\"b", code: exitUsage, line: badField + "1" + otherFields},
		{args: "get ID ID --fields nope", code: exitUsage, line: badField + "1" + otherFields},
		{args: "get ID --failed=", code: exitUsage, line: "--failed: the value is missing; see 'wagroups get --help'"},
		{args: "get ID --failed DIR", code: exitUsage, line: "--failed: cannot write the file: is a directory"},
		{args: "get ID --verbose=x", code: exitUsage, line: "--verbose: must be true or false; see 'wagroups get --help'"},
		{args: "get ID --api-version 23", code: exitUsage, line: "--api-version: must look like v23.0: a v, a number, a dot and a number"},
		{args: "get ID --base-url=", code: exitUsage, line: "--base-url: the value is missing; see 'wagroups get --help'"},
		{args: "get ID --base-url https://ADDR/v23.0", code: exitUsage, line: badBase + "must not contain the API version v23.0 in its path: that is for --api-version"},
		{args: "get ID --base-url http://example.com", code: exitUsage, line: badBase + "must use https: the host is not a loopback address, and the token would travel in the clear"},
		{args: "get ID --base-url ://", code: exitUsage, line: badBase + "is not a URL"},
		{args: "get ID", env: map[string]string{envBaseURL: "https://user:" + testSecret + "@example.com"}, code: exitUsage,
			line: badBase + "must not contain a user name or password"},
		{args: "fake --addr 127.0.0.1:99999", code: exitUsage, line: badAddr},
		{args: "fake --addr 127.0.0.1", code: exitUsage, line: badAddr},
		{args: "fake --addr 127.0.0.1:http", code: exitUsage, line: badAddr},
		{args: "fake --addr 192.0.2.1:80", code: exitOther, line: "cannot listen on --addr: cannot assign requested address; choose another one"},
		{args: "fake --addr ADDR", code: exitOther, line: "cannot listen on --addr: address already in use; choose another one"},
		{args: "fake --addr a..b:1", code: exitOther, line: "cannot listen on --addr: the host name cannot be resolved; choose another one"},
		{args: "fake --host x:80", code: exitUsage, line: "--host: must be a host name without a port, such as fake.internal; see 'wagroups fake --help'"},
		{args: "fake --token=", code: exitUsage, line: "--token" + badSecret + "; see 'wagroups fake --help'"},
		{args: "fake --webhook=", code: exitUsage, line: "--webhook: the value is missing; see 'wagroups fake --help'"},
		{args: "fake --webhook 127.0.0.1:8081", code: exitUsage, line: badWebhook},
		{args: "fake --webhook ftp://127.0.0.1", code: exitUsage, line: badWebhook},
		{args: "fake --webhook http:/path", code: exitUsage, line: badWebhook},
		{args: "fake --webhook http://127.0.0.1:1", code: exitUsage, line: "no app secret: set WHATSAPP_APP_SECRET"},
		{args: "fake --webhook http://127.0.0.1:1", env: map[string]string{envAppSecret: testSecret, envVerifyToken: "x\n"}, code: exitUsage,
			line: "WHATSAPP_VERIFY_TOKEN" + badEdge},
		{args: "fake --apply-delay -1s", code: exitUsage, line: badDelay},
		{args: "fake --apply-delay soon", code: exitUsage, line: badDelay},
		{args: "fake --seed=", code: exitUsage, line: "--seed: the value is missing; see 'wagroups fake --help'"},
		{args: "fake --seed DIR/missing", code: exitUsage, line: "--seed: no such file or directory"},
		{args: "fake --seed /dev/zero", code: exitUsage, line: "--seed: must be a regular file; '-' reads the standard input"},
		{args: "fake --seed DIR/empty", code: exitUsage, line: "--seed: must not be empty"},
		{args: "fake --seed -", in: `{"groups":[{"id":"Z","colour":1}]}`, code: exitUsage, line: `--seed:1:22: unknown key "colour" in a group`},
		{args: "fake --seed -", in: `{"id":"Z"}` + "\n" + `{"id":"Z","colour":1}`, code: exitUsage, line: `--seed:2:2: unknown key "colour" in a group`},

		// Arguments and files.
		{args: "get bad/id", code: exitUsage, line: "ID: may contain letters, digits, _, = and - only; character 4 is '/'"},
		{args: "get é", code: exitUsage, line: "ID: may contain letters, digits, _, = and - only; character 1 is 'é'"},
		{args: "update ID --subject=", code: exitUsage, line: "--subject: must have 1 to 128 characters, has 0"},
		{args: "update ID --description " + strings.Repeat("x", 2049), code: exitUsage, line: "--description: must have 0 to 2048 characters, has 2049"},
		{args: "get -", in: "\xff\xfeZ\x00", code: exitUsage, line: "standard input: the text is UTF-16: save it as UTF-8"},
		{args: "get -", in: strings.Repeat("#", maxIDs+1), code: exitUsage, line: "standard input: must have at most 16 MiB"},
		{args: "photo ID DIR/missing", code: exitUsage, line: badFile + "no such file or directory"},
		{args: "photo ID DIR", code: exitUsage, line: badFile + "must be a file, not a folder"},
		{args: "photo ID /dev/zero", code: exitUsage, line: badFile + "must be a regular file; '-' reads the standard input"},
		{args: "photo ID DIR/good/photo.jpg", code: exitUsage, line: badFile + "not a directory"},
		{args: "photo ID DIR/empty", code: exitUsage, line: badFile + "must not be empty"},
		{args: "photo ID DIR/huge", code: exitUsage, line: badFile + "must have at most 5 MiB"},
		{args: "photo ID DIR/text", code: exitUsage, line: badFile + "must be a JPEG: it does not start like one"},
		{args: "photo ID DIR/wide", code: exitUsage, line: badFile + "must be square, is 201 by 200 pixels"},
		{args: "photo ID DIR/small", code: exitUsage, line: badFile + "must be at least 192 by 192 pixels, is 191 by 191"},
		{args: "photo ID DIR/cut", code: exitUsage, line: badFile + "the JPEG is damaged or cut short"},
		{args: "photo ID DIR/damaged", code: exitUsage, line: badFile + "the JPEG is damaged or cut short"},

		// Credentials.
		{args: "get ID", env: map[string]string{envToken: ""}, code: exitUnauthorized, line: "no access token: set WHATSAPP_ACCESS_TOKEN"},
		{args: "get ID", env: map[string]string{envToken: testToken + "\n"}, code: exitUsage, line: "WHATSAPP_ACCESS_TOKEN" + badEdge},
		{args: "get ID", env: map[string]string{envToken: testToken + "\n" + testToken}, code: exitUsage, line: "WHATSAPP_ACCESS_TOKEN" + badSecret + "; character 26 is not"},
		{args: "get ID", env: map[string]string{envToken: "bearer " + testToken}, code: exitUsage, line: "WHATSAPP_ACCESS_TOKEN begins with Bearer: give the token alone"},
		{args: "get ID", env: map[string]string{envAppSecret: "\ufeff" + testSecret}, code: exitUsage,
			line: "WHATSAPP_APP_SECRET" + badEdge},
		{args: "get ID", env: map[string]string{envAppSecret: " " + testSecret}, code: exitUsage,
			line: "WHATSAPP_APP_SECRET" + badEdge},
		{args: "get ID", env: map[string]string{envAppSecret: "'" + testSecret + "'"}, code: exitUsage,
			line: "WHATSAPP_APP_SECRET" + badSecret + "; character 1 is not"},
		{args: "listen --addr nowhere", code: exitUsage, line: strings.Replace(badAddr, "fake", "listen", 1)},
		{args: "listen", code: exitUsage, line: "no app secret: set WHATSAPP_APP_SECRET"},
		{args: "listen", env: map[string]string{envAppSecret: testSecret}, code: exitUsage, line: "no verify token: set WHATSAPP_VERIFY_TOKEN to a text of your choice"},
		{args: "listen", env: map[string]string{envAppSecret: "a b", envVerifyToken: "x"}, code: exitUsage, line: "WHATSAPP_APP_SECRET: must not contain white space, control characters or a byte order mark"},

		// The classes of errors.
		{args: "get Zmissing", code: exitNotFound, line: "no such group, or your business is not in it (code 131041, trace ID Fake00000001); check the ID"},
		{args: "get ID", fault: &fakegraph.Fault{Status: 401, Code: 190, Message: "Session of " + testToken + " has expired"}, code: exitUnauthorized, line: "the token was refused: Session of [redacted] has expired (code 190, trace ID Fake00000001); set WHATSAPP_ACCESS_TOKEN to a valid token, and WHATSAPP_APP_SECRET if the app requires proofs"},
		{args: "update ID --subject x", fault: &fakegraph.Fault{Code: 131207, Message: "Group " + testID + "\nis suspended"}, code: exitUnauthorized, line: "not allowed: Group [redacted] is suspended (code 131207, trace ID Fake00000001); check what the token may do, and whether the group is suspended"},
		{args: "get ID", fault: &fakegraph.Fault{Code: 4, Message: "Slow down", RetryAfter: "7200"}, code: exitRateLimited, line: "too many calls: Slow down (code 4, trace ID Fake00000001); wait 2h"},
		{args: "get ID", fault: &fakegraph.Fault{Status: 503, Code: 2, Message: "Down", Times: 3}, code: exitSafe, line: "the server is not available: Down (code 2, 3 attempts, trace ID Fake00000003); try again later"},
		{args: "get ID", fault: &fakegraph.Fault{Status: 502, Times: 3}, code: exitSafe, line: "the server is not available: the server gave no reason (HTTP status 502, 3 attempts, trace ID Fake00000003); try again later"},
		{args: "update ID --subject x", fault: &fakegraph.Fault{Status: 503, Code: 2, Message: "Down"}, code: exitMayHaveRun, line: "Down (code 2, trace ID Fake00000001)" + lookFirst},
		{args: "delete ID --yes", fault: &fakegraph.Fault{Status: 503, Code: 2, Message: "Down", Times: 3}, code: exitMayHaveRun, line: "Down (code 2, 3 attempts, trace ID Fake00000003); the group may have been deleted: look with 'wagroups get' before you run it again"},
		{args: "update ID --subject x", fault: &fakegraph.Fault{DropAfter: true}, code: exitMayHaveRun, line: "the server closed the connection" + lookFirst},
		{args: "photo ID DIR/good", fault: &fakegraph.Fault{DropAfter: true}, code: exitMayHaveRun, line: "the server closed the connection; the photo may have been set: to send the same photo again is harmless"},
		{args: "update ID --subject x", fault: &fakegraph.Fault{HTML: true}, code: exitMayHaveRun, line: "the response cannot be understood, it is text/html; charset=utf-8 (HTTP status 200, trace ID Fake00000001)" + lookFirst},
		{args: "update ID --subject x", fault: &fakegraph.Fault{Status: 206, Code: 131201, Message: "In part"}, code: exitMayHaveRun, line: "In part (code 131201, trace ID Fake00000001); a part of the change was carried out: look with 'wagroups get'"},
		{args: "get ID", fault: &fakegraph.Fault{HTML: true, Times: 3}, code: exitOther, line: "the response cannot be understood, it is text/html; charset=utf-8 (HTTP status 200, 3 attempts, trace ID Fake00000003); check --base-url"},
		{args: "update ID --subject x", fault: &fakegraph.Fault{Code: 100, Message: "No"}, code: exitOther, line: "the server refused the request: No (code 100, trace ID Fake00000001)"},
		{args: "get ID", fault: &fakegraph.Fault{Status: 302, Header: http.Header{"Location": {"https://example.com/" + testID}}}, code: exitOther, line: "the call failed: the server redirects, which is not followed (HTTP status 302, trace ID Fake00000001); check --base-url"},
		{args: "get ID --timeout 1s", fault: &fakegraph.Fault{Stall: true}, code: exitSafe, line: "the server is not available: no response within 1s (--timeout); try again later"},
		{args: "update ID --subject x --timeout 1s", fault: &fakegraph.Fault{Stall: true}, code: exitMayHaveRun, line: "no response within 1s (--timeout)" + lookFirst},

		// The network.
		{args: "get ID --base-url http://127.0.0.1:1", code: exitSafe, line: "cannot reach the server: connection refused (3 attempts); nothing was sent: check the network and --base-url"},
		{args: "update ID --subject x --base-url http://127.0.0.1:1", code: exitSafe, line: "cannot reach the server: connection refused (3 attempts); nothing was sent: check the network and --base-url"},
		{args: "get ID --base-url https://a..b", code: exitSafe, line: "cannot reach the server: the host name cannot be resolved (3 attempts); nothing was sent: check the network and --base-url"},
		{args: "get ID --base-url https://ADDR", code: exitSafe, line: "cannot reach the server: it speaks http, not https (3 attempts); nothing was sent: check the network and --base-url"},
		{args: "get ID --base-url TLS", code: exitSafe, line: "cannot reach the server: its certificate is not trusted; nothing was sent: check the network and --base-url"},
	}
}

func TestWrongUses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := jpegOf(200, 200)
	damaged := bytes.Replace(good, []byte{0xff, 0xc4}, []byte{0xff, 0xc4, 0}, 1)
	for name, data := range map[string][]byte{
		"empty": nil, "huge": append(bytes.Clone(good), make([]byte, maxPhoto)...), "text": []byte("text"), "good": good,
		"wide": jpegOf(201, 200), "small": jpegOf(191, 191), "cut": good[:len(good)*2/3], "damaged": damaged,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	untrusted := httptest.NewTLSServer(nil)
	t.Cleanup(untrusted.Close)
	for _, c := range wrongUses() {
		name := c.args
		if len(name) > 60 {
			name = name[:60]
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakegraph.Start(t, serverOptions()...)
			addr := strings.TrimPrefix(fake.URL(), "http://")
			replace := strings.NewReplacer("ID", testID, "DIR", dir, "ADDR", addr, "TLS", untrusted.URL)
			if c.fault != nil {
				fake.FailNext(*c.fault)
			}
			env := map[string]string{envToken: testToken, envBaseURL: fake.URL()}
			maps.Copy(env, c.env)
			var args []string
			for arg := range strings.SplitSeq(c.args, " ") {
				args = append(args, replace.Replace(arg))
			}
			code, out, errOut := runIn(t.Context(), env, c.in, args...)
			line := "wagroups: " + c.line + "\n"
			if code != c.code || out != "" || errOut != line {
				t.Errorf("exit code %d, want %d; stdout %q, stderr\n%swant\n%s", code, c.code, out, errOut, line)
			}
			if n := fake.PendingFaults(); n != 0 {
				t.Errorf("%d faults did not happen", n)
			}
		})
	}
}

func runIn(ctx context.Context, env map[string]string, in string, args ...string) (code int, out, errOut string) {
	var stdout, stderr bytes.Buffer
	code = run(ctx, args, streams{strings.NewReader(in), &stdout, &stderr}, func(name string) string { return env[name] })
	return code, stdout.String(), stderr.String()
}

// Each flag with a value misses it in the same words.
func TestFlagWithoutValue(t *testing.T) {
	t.Parallel()
	call := []string{"output", "base-url", "api-version", "timeout"}
	for command, flags := range map[string][]string{
		"get":     append([]string{"fields", "concurrency", "failed"}, call...),
		"update":  append([]string{"subject", "description"}, call...),
		"photo":   call,
		"delete":  call,
		"fake":    {"addr", "seed", "host", "token", "webhook", "apply-delay", "output"},
		"listen":  {"addr", "output"},
		"version": {"output"},
	} {
		for _, flag := range flags {
			code, out, errOut := runIn(t.Context(), nil, "", command, "--"+flag)
			want := "wagroups: --" + flag + ": the value is missing; see 'wagroups " + command + " --help'\n"
			if code != exitUsage || out != "" || errOut != want {
				t.Errorf("%s --%s: exit code %d, stdout %q, stderr %q", command, flag, code, out, errOut)
			}
		}
	}
}

// Ctrl-C while the server has the request.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]struct {
		code int
		line string
	}{
		"get Z":                {exitOther, "interrupted"},
		"update Z --subject x": {exitMayHaveRun, "interrupted; the change may have been carried out: look with 'wagroups get' before you run it again"},
		"delete Z --yes":       {exitMayHaveRun, "interrupted; the group may have been deleted: look with 'wagroups get' before you run it again"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // net/http notices only then that the client goes away
			cancel()
			<-r.Context().Done()
		}))
		env := map[string]string{envToken: testToken, envBaseURL: server.URL}
		code, _, errOut := runIn(ctx, env, "", strings.Split(args, " ")...)
		if code != want.code || errOut != "wagroups: "+want.line+"\n" {
			t.Errorf("%s: exit code %d, stderr %q", args, code, errOut)
		}
		server.Close()
	}
}
