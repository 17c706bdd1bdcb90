// Package pagetest tries the page of the fake in a real browser: make check-page.
package pagetest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	groupID = "Z3JvdXBvZnBhZ2U"
	// script would run if a text became markup.
	script = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
	token  = "EAAplantedTokenOfTheTests"
)

// shots is where the screenshots go, an ignored folder.
const shots = "../../../../.tmp/page"

// step is one action in the page.
type step = chromedp.Action[chromedp.Void]

// tab is a page in a browser that ends with the test.
type tab struct {
	*testing.T

	ctx context.Context
}

func newTab(t *testing.T) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-dev-shm-usage", true))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return &tab{t, ctx}
}

func (p *tab) do(what string, steps ...step) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	for i, s := range steps {
		if err := chromedp.Do(ctx, s); err != nil {
			p.Fatalf("%s, step %d: %v; the page shows\n%s", what, i+1, err, evaluate[string](p, "document.body.innerText"))
		}
	}
}

func evaluate[T any](p *tab, expression string) T {
	p.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits for a condition. It asks from outside, because the page lets no text be run as code.
func until(condition string) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		again := time.NewTicker(20 * time.Millisecond)
		defer again.Stop()
		for {
			if is, err := chromedp.Evaluate[bool](condition)(ctx, t); err != nil || is {
				return err
			}
			select {
			case <-again.C:
			case <-ctx.Done():
				return fmt.Errorf("%w before %s", ctx.Err(), condition)
			}
		}
	})
}

// js runs a statement in the page.
func js(statement string) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Evaluate[bool](statement+"; true")(ctx, t)
		return err
	})
}

// shows waits until an element has a text.
func shows(selector, text string) step {
	return until(fmt.Sprintf("[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))", selector, text))
}

func click(selector, text string) step {
	return js(fmt.Sprintf("[...document.querySelectorAll(%q)].find((e) => e.textContent.includes(%q)).click()", selector, text))
}

// set gives a field a value.
func set(id, value string) step {
	return js(fmt.Sprintf("{const e = document.getElementById(%q); e.value = %q; "+
		"e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change'))}", id, value))
}

func send(t *testing.T, method, url, contentType, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("X-Script", script)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

func photo(t *testing.T) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 256, 256))
	for x := range 256 {
		for y := range 256 {
			picture.Set(x, y, color.RGBA{R: uint8(x), G: 140, B: uint8(y), A: 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func uploadOf(t *testing.T, name string, content []byte) (contentType, body string) {
	t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	_ = form.WriteField("messaging_product", "whatsapp")
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, name)}, "Content-Type": {"image/jpeg"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = form.Close()
	return form.FormDataContentType(), out.String()
}

func (p *tab) shoot(name string, width int64, scheme string) {
	p.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}); err != nil {
		p.Fatal(err)
	}
	p.do(name, chromedp.EmulateViewport(width, 900))
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.Fatal(err)
	}
	if err := os.MkdirAll(shots, 0o750); err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(shots, name+".png"), picture, 0o600); err != nil {
		p.Fatal(err)
	}
	if beyond := evaluate[int](p, "document.documentElement.scrollWidth - innerWidth"); beyond > 0 {
		p.Errorf("%s: %d pixels are beyond the right edge", name, beyond)
	}
}

// The way of somebody who sees the page for the first time, from the empty page to a webhook delivery.
func TestPage(t *testing.T) {
	receiver := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	fake := fakegraph.Start(t, fakegraph.WithControl(),
		fakegraph.WithWebhook(fakegraph.Webhook{Handler: receiver, AppSecret: "secret-of-the-tests"}))
	target := fake.URL() + "/v23.0/" + groupID
	p := newTab(t)

	p.do("open", chromedp.Navigate(fake.URL()+"/_fake/"), shows("#live", "live"),
		shows("#requests", "curl --request 'GET' '"+fake.URL()), shows("#requests", "client.WithBaseURL"),
		shows("#groups", "There are no groups"),
		js("window.confirm = () => true; window.failures = []; addEventListener('error', (e) => failures.push(e.message))"),
		js("addEventListener('unhandledrejection', (e) => failures.push(String(e.reason)))"))
	p.shoot("empty", 1280, "light")

	p.do("create a group with the keyboard", chromedp.Focus("#new-group"), chromedp.KeyEvent("\r"),
		chromedp.WaitVisible("#edit"), set("group-id", "a b"), chromedp.Focus("#save-group"), chromedp.KeyEvent("\r"),
		shows("#edit-problem", "id: "), set("group-id", groupID), set("group-subject", script),
		set("group-description", "Seeds, water rota and the key to the shed."),
		set("group-members", "15550100001\n15550100002 username=rowan"), chromedp.Focus("#save-group"),
		chromedp.KeyEvent("\r"), shows("#groups", script), shows("#groups", "username=rowan"))
	if g, ok := fake.Group(groupID); !ok || g.Subject != script || len(g.Participants) != 2 {
		t.Fatalf("the fake has %+v", g)
	}

	contentType, body := uploadOf(t, script, photo(t))
	for _, c := range []struct{ method, query, contentType, body string }{
		{"GET", "?fields=subject", "", ""},
		{"POST", "", "application/json", `{"messaging_product":"whatsapp","subject":"` + strings.Repeat("long ", 40) + `"}`},
		{"POST", "", contentType, body},
	} {
		send(t, c.method, target+c.query, c.contentType, c.body)
	}
	p.do("requests appear", shows("#requests li:nth-child(3)", "GET"),
		shows("#requests li:nth-child(2)", "subject: maximum string length is 128"),
		chromedp.WaitVisible("#groups img"), shows("#deliveries", "reports FA4E"))

	p.do("a photo", click("#requests li:nth-child(1) button", ""), chromedp.WaitVisible("#detail img"),
		shows("#detail", "--form 'file=@photo.jpg"), shows("#detail", "X-Script: "+script))
	p.shoot("detail", 1280, "light")
	p.do("close with Escape", chromedp.KeyEvent("\u001b"), chromedp.WaitNotVisible("#detail"))
	p.do("a refusal", click("#requests li:nth-child(2) button", ""), shows("#detail", "Refused: "),
		shows("#detail", "Bearer $WHATSAPP_ACCESS_TOKEN"), click("#close-detail", ""))
	p.do("filter", chromedp.Click("#filter-failed"), until("document.querySelectorAll('#requests li').length === 1"),
		chromedp.Click("#filter-failed"), set("filter-group", "other"), shows("#requests", "No request matches the filter"),
		set("filter-group", ""))

	p.do("inject a fault", set("fault-times", "2"), click("#presets button", "Throttled"),
		shows("#faults", "2 × any operation"), click("#presets button", "Stall"), shows("#faults", "stall"),
		chromedp.Click(`[aria-label="Cancel fault 2"]`),
		until("document.querySelectorAll('#faults li').length === 1"))
	if status := send(t, "GET", target, "", ""); status != http.StatusTooManyRequests {
		t.Errorf("status %d instead of the fault", status)
	}
	p.do("the fault is used", shows("#requests li:nth-child(1)", "fault 1 was used"),
		shows("#faults", "1 × any operation"))
	p.do("inject a fault under 200", set("fault-times", "1"), chromedp.Click(`[aria-label="Cancel fault 1"]`),
		click("#presets button", "Cut body"), shows("#faults", "1 × any operation"))
	if status := send(t, "GET", target, "", ""); status != http.StatusOK {
		t.Errorf("status %d with a body that was cut", status)
	}
	p.do("filter by fault", chromedp.Click("#filter-failed"), shows("#requests li:nth-child(1)", "fault 3 was used"),
		until("document.querySelectorAll('#requests li').length === 3"), chromedp.Click("#filter-failed"))
	p.do("a wrong fault", set("fault-json", `{"status":7}`), js("document.querySelector('details').open = true"),
		chromedp.Click("#add-fault"), shows("#problem", "status: 7 is not from 200 to 599"), set("fault-json", "[]"),
		chromedp.Click("#add-fault"), chromedp.WaitNotVisible("#problem"))
	p.do("follow a delivery", js("document.querySelector('#deliveries details').open = true"),
		shows("#deliveries", `"messaging_product": "whatsapp"`))

	p.shoot("light", 1280, "light")
	p.shoot("dark", 1280, "dark")
	p.shoot("narrow", 400, "light")
	p.do("a request on a narrow screen", click("#requests li:nth-child(1) button", ""), chromedp.WaitVisible("#detail"))
	p.shoot("narrow-detail", 400, "dark")

	title, text := evaluate[string](p, "document.title"), evaluate[string](p, "document.documentElement.outerHTML")
	if title != "wagroups fake" || strings.Contains(text, token) || strings.Contains(text, "<script>document") {
		t.Errorf("title %q, the token is there: %t", title, strings.Contains(text, token))
	}
	hidden := "Object.defineProperty(document, 'hidden', { value: %t, configurable: true }); " +
		"document.dispatchEvent(new Event('visibilitychange'))"
	p.do("a hidden tab", click("#close-detail", ""), js(fmt.Sprintf(hidden, true)), shows("#live", "paused"))
	send(t, "DELETE", fake.URL()+"/_fake/groups/"+groupID, "", "")
	p.do("a tab in view again", js(fmt.Sprintf(hidden, false)), shows("#live", "live"), shows("#groups", "There are no groups"))
	p.do("reset", chromedp.Click("#reset"), shows("#groups", "There are no groups"),
		shows("#requests", "No requests yet"))
	for n := range 201 {
		if err := fake.PutGroup(fakegraph.Group{ID: fmt.Sprintf("G%d", n)}); err != nil {
			t.Fatal(err)
		}
	}
	p.do("many groups", shows("#more-groups", "Not shown: 1 more"))
	if failures := evaluate[[]string](p, "failures"); len(failures) > 0 {
		t.Errorf("the page threw %v", failures)
	}
}
