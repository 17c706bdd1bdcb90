package client_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// tenants are the ways to serve many tokens.
var tenants = []struct {
	name string
	// call makes one call for each number, of a client of the server.
	call func(t *testing.T, s *clienttest.Server, opts ...client.Option) func(number int) error
}{
	{"WithTokenSource", func(t *testing.T, s *clienttest.Server, opts ...client.Option) func(int) error {
		c := s.Client(opts...)
		return func(number int) error {
			tenant, err := c.WithTokenSource(client.StaticToken(tenantToken(number)))
			if err != nil {
				return err
			}
			return clienttest.Outcome(tenant.GetGroup(t.Context(), clienttest.GroupID))
		}
	}},
	{"a token source that decides by the context", func(t *testing.T, s *clienttest.Server,
		opts ...client.Option) func(int) error {
		type key struct{}
		c := s.ClientOf(clienttest.TokenFunc(func(ctx context.Context) (string, error) {
			return tenantToken(ctx.Value(key{}).(int)), nil
		}), opts...)
		return func(number int) error {
			return clienttest.Outcome(c.GetGroup(context.WithValue(t.Context(), key{}, number), clienttest.GroupID))
		}
	}},
}

func tenantToken(number int) string { return "EAAtenant-" + strconv.Itoa(number) }

func numberOf(r *http.Request) int {
	number, _ := strconv.Atoi(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer EAAtenant-"))
	return number
}

// With the codes of the app every token is held back, with any other the one that met it.
func TestScopeOfAPause(t *testing.T) {
	for _, tt := range []struct {
		code, tokens, served int
	}{
		{0, 10, 9}, {9, 10, 9}, {17, 10_000, 9_999}, {32, 10, 9}, {613, 10, 9}, {80000, 10, 9}, {80008, 10, 9},
		{80014, 10, 9}, {130429, 10, 9}, {131048, 10, 9}, {131056, 10, 9}, {131064, 10, 9}, {131208, 10, 9}, {133016, 10, 9},
		{4, 10, 0}, {341, 10, 0},
	} {
		for _, tenant := range tenants {
			t.Run(fmt.Sprintf("%d, %s", tt.code, tenant.name), func(t *testing.T) {
				t.Parallel()
				s := clienttest.Serve(t, clienttest.InTurn(throttle(tt.code, "Retry-After", "3600"), clienttest.Success))
				call := tenant.call(t, s)
				clienttest.WantClass(t, call(0), client.ErrRateLimited)
				served := 0
				for number := range tt.tokens {
					if call(number) == nil {
						served++
					}
				}
				clienttest.Equal(t, "tokens that are served", served, tt.served)
				clienttest.Equal(t, "requests", s.Requests(), 1+tt.served)
			})
		}
	}
}

// The client remembers 10,000 tokens. Of more it forgets those whose pause ends first.
func TestPausedTokensAreBounded(t *testing.T) {
	t.Parallel()
	const kept, tokens = 10_000, 10_200
	var well atomic.Bool
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if well.Load() {
			clienttest.Success(w, r)
			return
		}
		throttle(17, "Retry-After", strconv.Itoa(600+10*numberOf(r)))(w, r)
	})
	call := tenants[0].call(t, s, clienttest.NoRetries, client.WithMaxPause(100*time.Hour))
	for number := range tokens {
		clienttest.WantClass(t, call(number), client.ErrRateLimited)
	}
	well.Store(true)
	for number := range tokens {
		var want error
		if number >= tokens-kept {
			want = client.ErrRateLimited
		}
		clienttest.WantClass(t, call(number), want)
	}
}
