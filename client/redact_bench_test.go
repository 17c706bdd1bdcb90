package client

import (
	"net/http"
	"strings"
	"testing"
)

func graphHeader() http.Header {
	return http.Header{
		"Access-Control-Allow-Origin": {"*"}, "Alt-Svc": {`h3=":443"; ma=86400`},
		"Cache-Control": {"private, no-cache, no-store, must-revalidate"}, "Connection": {"keep-alive"},
		"Content-Length": {"412"}, "Content-Type": {"application/json; charset=UTF-8"},
		"Date": {"Fri, 31 Oct 2025 05:02:58 GMT"}, "Expires": {"Sat, 01 Jan 2000 00:00:00 GMT"},
		"Etag": {`"4c9a6f0d2b7be80e2c7f6a1f5d0c3f5b8e9a7d11"`}, "Facebook-Api-Version": {"v23.0"}, "Pragma": {"no-cache"},
		"Proxy-Status":              {`http_request_error; e_proxy="AcJkQ1"; e_isproxyer="AcIHF4A"; e_upip="AcLq7z"`},
		"Strict-Transport-Security": {"max-age=15552000; preload"}, "Vary": {"Origin, Accept-Encoding"},
		"X-App-Usage": {`{"call_count":28,"total_cputime":25,"total_time":25}`},
		"X-Business-Use-Case-Usage": {`{"102290129340398":[{"type":"whatsapp_business_management","call_count":1,` +
			`"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":0}]}`},
		"X-Fb-Connection-Quality": {"EXCELLENT; q=0.9, rtt=12, rtx=0, c=10, mss=1380, tbw=3402"},
		"X-Fb-Debug":              {"k3UqXvQpYt0r9JmZf5s1Lw2eHcN8dBgTa7oKiRjVzWxMyPuCbEnDhGlQsFtAeIrO4YkUmZpXcVbN6w8q2LjS5g=="},
		"X-Fb-Request-Id":         {"AcVhTq8mVfD1rEOkzU2bqWx"}, "X-Fb-Rev": {"1030000000"}, "X-Fb-Trace-Id": {"BZq3v7kPp1d"},
	}
}

func BenchmarkRedact(b *testing.B) {
	secrets := []string{
		"EAA" + strings.Repeat("Gx8sPq0Zb3", 20), "5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0",
		"0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
		"Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD",
	}
	h := graphHeader()
	b.Run("header", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r := newRedactor(secrets...)
			r.header(h)
		}
	})
	b.Run("clone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.Clone()
		}
	})
	b.Run("id", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r := newRedactor(secrets...)
			r.id("AcVhTq8mVfD1rEOkzU2bqWx")
		}
	})
	const MiB = 1 << 20
	fill := func(s string) string { return strings.Repeat(s, MiB/len(s)) }
	for name, s := range map[string]string{
		"ordinary": fill("Error validating access token: the session has expired. "), "base64": fill("QUJDREVGR0hJ"),
		"escapes": fill("%25"), "entities": fill("&amp;"), "token": fill(secrets[0]),
		"almost": fill(secrets[0][:11] + "."), "hex": fill("4541414778"), "semicolons": fill("&;;;;;;;"),
		"one": fill("QUJDREVGR0hJ") + secrets[0], "almost64": fill("RUFBR3g4c1BxMFp."),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := newRedactor(secrets...)
				r.all(s)
			}
		})
	}
}
