//go:build slow

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// publish puts this module into a module proxy, a folder, as a release of its tree would be there, and returns the
// environment in which the go command uses it and a module cache of its own. Files that git does not know are not in a
// release.
func publish(t *testing.T) (env []string) {
	t.Helper()
	output := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = top
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", cmd, err)
		}
		return strings.TrimSpace(string(out))
	}
	tree := "HEAD"
	if now := output("git", "-c", "user.name=test", "-c", "user.email=test@localhost", "stash", "create"); now != "" {
		tree = now
	}
	release := module.Version{Path: "github.com/wagroups/wagroups-go", Version: "v" + client.Version}
	proxy, cache := t.TempDir(), t.TempDir()
	folder := filepath.Join(proxy, filepath.FromSlash(release.Path), "@v")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	archive, err := os.Create(filepath.Join(folder, release.Version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	if err := zip.CreateFromVCS(archive, release, output("git", "rev-parse", "--show-toplevel"), tree, ""); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := json.Marshal(map[string]any{"Version": release.Version, "Time": time.Now().UTC()})
	if err != nil {
		t.Fatal(err)
	}
	write(t, folder, "list", release.Version+"\n")
	write(t, folder, release.Version+".info", string(info))
	write(t, folder, release.Version+".mod", output("git", "show", tree+":go.mod")+"\n")

	known := strings.Split(output("go", "env", "GOMODCACHE", "GOCACHE"), "\n")
	return []string{
		"GOPROXY=file://" + proxy + ",file://" + filepath.Join(known[0], "cache", "download"),
		"GOMODCACHE=" + cache, "GOCACHE=" + known[1],
		"GOFLAGS=-modcacherw -trimpath", // so that the cache can be removed, and what was built before is used again
		"GOENV=off", "GOPRIVATE=", "GONOPROXY=", "GOWORK=off", "GOSUMDB=off", "GOTOOLCHAIN=local",
	}
}

// standIn starts a fake Graph server and a proxy that leads from graph.facebook.com to it, and returns the environment
// in which a program uses both, without knowing it.
func standIn(t *testing.T, options ...fakegraph.Option) (env []string) {
	t.Helper()
	fake, err := fakegraph.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fake.Close() })
	host := strings.TrimPrefix(client.DefaultBaseURL, "https://")
	certificate, authority := certificateOf(t, host)
	graph := httptest.NewUnstartedServer(fake.Handler())
	graph.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13}
	graph.EnableHTTP2 = true
	graph.StartTLS()
	t.Cleanup(graph.Close)

	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != host+":443" {
			t.Errorf("a program wants to reach %s %s", r.Method, r.Host)
			http.Error(w, "only "+host, http.StatusForbidden)
			return
		}
		there, err := new(net.Dialer).DialContext(r.Context(), "tcp", graph.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = there.Close() }()
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = here.Close() }()
		if _, err := io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
			return
		}
		go func() { _, _ = io.Copy(there, here) }()
		_, _ = io.Copy(here, there)
	}))
	t.Cleanup(proxy.Close)
	return []string{"HTTPS_PROXY=" + proxy.URL, "SSL_CERT_FILE=" + authority}
}

// certificateOf makes a certificate for a host that is its own authority, and the file in which programs look for that.
func certificateOf(t *testing.T, host string) (certificate tls.Certificate, authority string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write(t, folder, "authority.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, filepath.Join(folder, "authority.pem")
}
