package client

import (
	"strings"
	"testing"
)

func BenchmarkRedact(b *testing.B) {
	secrets := []string{
		"EAA" + strings.Repeat("Gx8sPq0Zb3", 20), "5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0",
		"0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
		"Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD",
	}
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
