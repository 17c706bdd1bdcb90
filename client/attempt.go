package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// attempt sends the request once and judges the answer.
func (k *call) attempt(callCtx context.Context) (o outcome) {
	ctx, cancel := k.bound(callCtx)
	defer cancel()
	if o = k.prepare(ctx); o.verdict != accepted {
		return o
	}
	k.attempts++
	t := &tracker{}
	if k.attemptTimeout > 0 {
		timer := time.AfterFunc(k.attemptTimeout, func() {
			t.expired.Store(true)
			cancel()
		})
		defer timer.Stop()
	}
	resp, err := k.doer.Do(k.newRequest(t.trace(ctx, k.op)))
	if err == nil && resp == nil {
		err = errors.New("the HTTP client returned neither an answer nor an error")
	}
	if err != nil {
		if resp != nil && resp.Body != nil {
			_ = resp.Body.Close()
		}
		return k.failed(ctx, t, err)
	}
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	defer func() { _ = resp.Body.Close() }()
	if t.repeated.Load() {
		k.mayHaveRun = true
	}
	o = judge(k.op, resp, k.into)
	if o.verdict == lost && !o.broken {
		o.cause = k.ended(ctx, t, o.cause)
	}
	o.skewed = o.class == ErrUnauthorized && k.appSecret != "" && k.skew.correct(o.header)
	return o
}

// bound ends an attempt with its call, for the limiter, the token source and the transport alike.
func (k *call) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok || k.deadline.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, k.deadline)
}

// prepare asks those who have to be asked before anything may be sent.
func (k *call) prepare(ctx context.Context) (o outcome) {
	o.permanent = true
	if err := ctx.Err(); err != nil {
		o.miss("", err)
		return o
	}
	if k.limiter != nil {
		if err := k.limiter.Wait(ctx); err != nil {
			o.miss("the limiter let no request pass", err)
			return o
		}
	}
	token, err := k.tokens.Token(ctx)
	if err != nil {
		o.miss("the token source failed", err)
		return o
	}
	if err := checkToken(token); err != nil {
		o.miss("", err)
		o.class = ErrInvalidArgument
		return o
	}
	if k.token != "" && k.token != token {
		k.earlier = append(k.earlier, k.token)
	}
	k.token = token
	return outcome{}
}

// newRequest adds what differs between attempts.
func (k *call) newRequest(ctx context.Context) *http.Request {
	req := k.template.WithContext(ctx)
	req.URL = k.url
	req.Header = maps.Clone(k.template.Header)
	req.Header["Authorization"] = k.auth.header(k.token)
	if p := k.payload; p != nil {
		p.reset()
		req.ContentLength = p.size()
		req.GetBody = p.open
		req.Body, _ = p.open()
	}
	if k.appSecret != "" {
		proof, seconds := appSecretProof(k.appSecret, k.token, k.skew.now())
		if k.proof != "" {
			k.earlier = append(k.earlier, k.proof)
		}
		k.proof = proof
		u := *req.URL
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += "appsecret_proof=" + proof + "&appsecret_time=" + seconds
		req.URL = &u
	}
	return req
}

// failed judges an attempt without an answer: what matters is whether the server may have seen the request.
func (k *call) failed(ctx context.Context, t *tracker, err error) (o outcome) {
	var started bool
	if k.payload != nil {
		var contentErr error
		if started, contentErr = k.payload.state(); contentErr != nil {
			o.miss("reading the photo", contentErr)
			o.permanent = true
			return o
		}
	}
	cause := k.ended(ctx, t, err)
	o.permanent = isCertificateError(err)
	if o.permanent || t.neverConnected(err) || isRefusedStream(err) || k.payload != nil && !started {
		o.miss("", cause)
		return o
	}
	o.lose(k.op, cause)
	return o
}

// ended says so when it was the end of the call or of the attempt that broke an attempt off.
func (k *call) ended(ctx context.Context, t *tracker, err error) error {
	switch {
	case t.expired.Load():
		return fmt.Errorf("no answer within the attempt's %s: %w", k.attemptTimeout, context.DeadlineExceeded)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return err
}
