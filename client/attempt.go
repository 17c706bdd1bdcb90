package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// attempt sends the request once and judges the response.
func (k *call) attempt(callCtx context.Context, start time.Time) (o outcome) {
	ctx, cancel := k.bound(callCtx, start)
	defer cancel()
	k.attempts++
	body := k.payload.upload()
	defer body.close()
	t := &tracker{native: k.native, h2c: k.h2c, upload: body}
	resp, err := k.doer.Do(k.newRequest(ctx, t)) //nolint:bodyclose // readResponse closes it, in time also if it blocks
	if err == nil && resp == nil {
		err = errors.New("the HTTP client returned neither a response nor an error")
	}
	if err != nil {
		if resp != nil && resp.Body != nil {
			dispose(resp.Body, k.native)
		}
		body.close()
		return k.failed(callCtx, ctx, t, err)
	}
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	o = outcome{status: resp.StatusCode, header: resp.Header}
	o.body, err = readResponse(ctx, resp, k.native)
	o.judge(k.op, evidence{
		whole: true, status: resp.StatusCode, redirected: resp.Request != nil && resp.Request.Response != nil,
	}, err, k.into)
	if o.cut {
		o.cause = k.ended(callCtx, ctx, o.cause)
	}
	if t.sentAgain() {
		k.mayHaveRun = true
	}
	o.skewed = o.class == ErrUnauthorized && !o.foreign && k.appSecret != "" && k.clock.correct(o.header, k.skew)
	return o
}

// bound ends an attempt with its own time limit or that of the call, whichever is first.
func (k *call) bound(ctx context.Context, start time.Time) (context.Context, context.CancelFunc) {
	end := k.deadline
	if k.attemptTimeout > 0 {
		if own := start.Add(k.attemptTimeout); end.IsZero() || own.Before(end) {
			end = own
		}
	}
	if end.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end)
}

// newRequest adds what differs between attempts. An attempt shares nothing with another that a Doer could write to.
func (k *call) newRequest(ctx context.Context, t *tracker) *http.Request {
	req := k.template.WithContext(t.trace(ctx, k.op))
	t.url = k.url
	req.URL = &t.url
	req.Header = k.template.Header.Clone()
	t.authorization[0] = k.auth.header(k.token)
	req.Header["Authorization"] = t.authorization[:]
	if body := t.upload; body != nil {
		req.ContentLength = body.size()
		req.GetBody = body.open
		req.Body, _ = body.open()
	}
	if k.appSecret != "" {
		k.skew = k.clock.get()
		proof, seconds := appSecretProof(k.appSecret, k.token, time.Now().Add(k.skew))
		if k.proof != "" {
			k.earlier = append(k.earlier, k.proof)
		}
		k.proof = proof
		if t.url.RawQuery != "" {
			t.url.RawQuery += "&"
		}
		t.url.RawQuery += "appsecret_proof=" + proof + "&appsecret_time=" + seconds
	}
	return req
}

// failed judges an attempt without a response: what matters is whether the server may have the whole request.
func (k *call) failed(callCtx, ctx context.Context, t *tracker, err error) (o outcome) {
	ev := evidence{whole: t.mayBeWhole(err)}
	o.class, o.final = ev.class(k.op)
	if contentErr := t.upload.failure(); contentErr != nil && o.class == ErrNotSent {
		return miss("reading the photo", contentErr)
	}
	o.cause = k.ended(callCtx, ctx, err)
	if o.class == ErrNotSent {
		o.final = isCertificateError(err) || isProxyRefusal(err)
		if refusal, ok := errors.AsType[*proxyError](err); ok {
			o.reason = refusal.Error()
		}
	}
	return o
}

// ended says so when it was the end of the call or of the attempt that broke an attempt off.
func (k *call) ended(callCtx, ctx context.Context, err error) error {
	switch {
	case ctx.Err() == nil:
		return err
	case callCtx.Err() == nil && (k.deadline.IsZero() || time.Now().Before(k.deadline)):
		return fmt.Errorf("no response within the attempt's %s: %w", k.attemptTimeout, context.DeadlineExceeded)
	}
	return ctx.Err()
}
