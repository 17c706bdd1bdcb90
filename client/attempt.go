package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// attempt sends the request once and judges the response.
func (k *call) attempt(callCtx context.Context) (o outcome) {
	ctx, cancel := context.WithCancel(callCtx)
	defer cancel()
	k.attempts++
	body := k.payload.upload()
	defer body.close()
	t := &tracker{native: k.native, upload: body}
	if k.attemptTimeout > 0 {
		timer := time.AfterFunc(k.attemptTimeout, func() {
			t.expired.Store(true)
			cancel()
		})
		defer timer.Stop()
	}
	resp, err := k.doer.Do(k.newRequest(t.trace(ctx, k.op), body))
	if err == nil && resp == nil {
		err = errors.New("the HTTP client returned neither a response nor an error")
	}
	if err != nil {
		if resp != nil && resp.Body != nil {
			dispose(resp.Body, k.native)
		}
		body.close()
		return k.failed(ctx, t, err)
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
		o.cause = k.ended(ctx, t, o.cause)
	}
	if t.sentAgain() {
		k.mayHaveRun = true
	}
	o.skewed = o.class == ErrUnauthorized && k.appSecret != "" && k.clock.correct(o.header, k.skew)
	return o
}

// newRequest adds what differs between attempts. An attempt shares nothing with another that a Doer could write to.
func (k *call) newRequest(ctx context.Context, body *upload) *http.Request {
	req := k.template.WithContext(ctx)
	u := k.url
	req.URL = &u
	req.Header = k.template.Header.Clone()
	req.Header["Authorization"] = []string{k.auth.header(k.token)}
	if body != nil {
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
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += "appsecret_proof=" + proof + "&appsecret_time=" + seconds
	}
	return req
}

// failed judges an attempt without a response: what matters is whether the server may have the whole request.
func (k *call) failed(ctx context.Context, t *tracker, err error) (o outcome) {
	ev := evidence{whole: t.mayBeWhole(err)}
	o.class, o.final = ev.class(k.op)
	if contentErr := t.upload.failure(); contentErr != nil && o.class == ErrNotSent {
		return miss("reading the photo", contentErr)
	}
	o.cause = k.ended(ctx, t, err)
	if o.class == ErrNotSent {
		o.final = isCertificateError(err) || isProxyRefusal(err)
	}
	return o
}

// ended says so when it was the end of the call or of the attempt that broke an attempt off.
func (k *call) ended(ctx context.Context, t *tracker, err error) error {
	switch {
	case t.expired.Load():
		return fmt.Errorf("no response within the attempt's %s: %w", k.attemptTimeout, context.DeadlineExceeded)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return err
}
