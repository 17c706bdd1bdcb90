package client_test

import (
	"bytes"
	"encoding/json"
	"image"
	stdjpeg "image/jpeg"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{
		"0", "1", "1.5", ".5", "5.", "-1", "+1", "1e9", "99999999999999999999", "NaN", "Inf", "0x1p4", " 7 ", "soon",
		"Sat, 01 Jan 2000 00:00:30 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Saturday, 01-Jan-00 00:00:30 GMT",
	} {
		f.Add(value, "Sat, 01 Jan 2000 00:00:00 GMT")
		f.Add(value, "")
	}
	const year = 365 * 24 * time.Hour
	f.Fuzz(func(t *testing.T, value, date string) {
		got := client.ParseRetryAfter(http.Header{"Retry-After": {value}, "Date": {date}})
		if got < 0 || got > year {
			t.Fatalf("%q: %s", value, got)
		}
		value = strings.TrimSpace(value)
		until, errUntil := http.ParseTime(value)
		now, errNow := http.ParseTime(date)
		seconds, errSeconds := time.ParseDuration(value + "s")
		isNumber := strings.Trim(value, ".0123456789") == "" && strings.Trim(value, ".") != ""
		switch {
		case errUntil == nil && errNow == nil:
			clienttest.Equal(t, "from a date", got, min(max(until.Sub(now), 0), year))
		case isNumber && errSeconds == nil:
			if difference := (got - min(seconds, year)).Abs(); difference > time.Microsecond {
				t.Errorf("%q: %s, want %s", value, got, seconds)
			}
		case errUntil != nil && !isNumber:
			clienttest.Equal(t, "from nonsense", got, 0)
		}
	})
}

func FuzzUsage(f *testing.F) {
	f.Add(`{"call_count":28,"total_time":25,"total_cputime":25}`,
		`{"1":[{"type":"a","call_count":1,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":7}],"0":[{}]}`)
	for _, seed := range []string{
		``, `null`, `{}`, `[]`, `{"1":null}`, `{"1":[null]}`, `{"1":[{}],"1":[]}`, `{"call_count":"1"}`,
		`{"call_count":1e999}`, `{"1":[{"estimated_time_to_regain_access":-1e300}]}`, `{"":[{"TYPE":"x"}]}`, `{"":[{"":1e1000}]}`,
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, app, business string) {
		u := client.ParseUsage(http.Header{"X-App-Usage": {app}, "X-Business-Use-Case-Usage": {business}})
		var longest time.Duration
		for i, b := range u.Business {
			if b.RegainAccess < 0 || b.RegainAccess > 365*24*time.Hour {
				t.Errorf("%s to wait", b.RegainAccess)
			}
			if i > 0 && b.BusinessID < u.Business[i-1].BusinessID {
				t.Errorf("%s after %s", b.BusinessID, u.Business[i-1].BusinessID)
			}
			longest = max(longest, b.RegainAccess)
		}
		clienttest.Equal(t, "RegainAccess", u.RegainAccess, longest)

		var plain map[string][]map[string]json.RawMessage // a number of an unknown key may be too large
		entries := 0
		if json.Unmarshal([]byte(business), &plain) == nil {
			for _, list := range plain {
				entries += len(list)
			}
		}
		if len(u.Business) != 0 {
			clienttest.Equal(t, "businesses", len(u.Business), entries)
		}
		var quota map[string]float64
		if json.Unmarshal([]byte(app), &quota) == nil {
			if count, n := property([]byte(app), "call_count"); n == 1 && string(count) != "null" {
				var want float64
				_ = json.Unmarshal(count, &want)
				clienttest.Equal(t, "CallCount", u.App.CallCount, want)
			}
		} else if !strings.Contains(app, "{") && u.App != (client.Quota{}) {
			t.Errorf("%q: %+v", app, u.App)
		}
	})
}

func FuzzJPEGSize(f *testing.F) {
	for _, picture := range []image.Image{
		image.NewGray(image.Rect(0, 0, 3, 2)), image.NewRGBA(image.Rect(0, 0, 9, 17)),
	} {
		var b bytes.Buffer
		if err := stdjpeg.Encode(&b, picture, nil); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(withFrame(0xc2, b.Bytes()))
	}
	frame := segment(0xc0, 8, 0, 1, 0, 2, 1, 1, 0x11, 0)
	scan := segment(0xda, 1, 1, 0, 0, 63, 0)
	for _, seed := range [][]byte{
		assemble(frame, scan), assemble(segment(0xe0, []byte("JFIF\x00")...), frame, scan), clienttest.JPEGOf(192, 192),
		assemble([]byte{0xff, 0xff}, frame, scan), assemble([]byte{0xff, 0, 1, 0xff, 0xd0}, frame, scan), {0xff, 0xd8}, nil,
		assemble(segment(0xfe, frame...), segment(0xc4, 0), frame, scan), assemble(scan, frame), assemble(frame, frame, scan),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		width, height, err := client.JPEGSize(bytes.NewReader(b))
		if err != nil && clienttest.ClassesOf(err) != clienttest.ClassesOf(client.ErrInvalidArgument) {
			t.Errorf("error %v", err)
		}
		std, stdErr := stdjpeg.DecodeConfig(bytes.NewReader(b))
		if stdErr == nil && (err != nil || width != std.Width || height != std.Height) {
			t.Errorf("%d by %d, error %v; image/jpeg says %d by %d", width, height, err, std.Width, std.Height)
		}
	})
}
