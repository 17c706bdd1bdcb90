package main

import (
	"context"
	"fmt"
	"io"
	"net/http/httptrace"
	"sync"

	"github.com/schollz/progressbar/v3"
)

// A bar has at most barWidth columns; what stands beside it takes besideBar.
const (
	barWidth  = 32
	besideBar = len("Uploading 100% ||  ")
)

// withProgress returns a context and a reader for one upload that draw a bar on the standard error, if that is a
// terminal with room for one, nothing else is written there, and the length of the input is known. Done ends the bar.
func (a *app) withProgress(ctx context.Context, in io.Reader) (_ context.Context, photo io.Reader, done func()) {
	content, ok := sized(in)
	if !ok {
		return ctx, interruptible{ctx, in}, func() {}
	}
	width := barWidth
	if columns := a.columns(a.Err); columns > 0 {
		width = min(width, columns-besideBar)
	}
	if !a.IsTerminal(a.Err) || a.quiet || a.verbose || width < 1 {
		return ctx, content, func() {}
	}
	p := &progress{out: a.Err, width: width}
	// The client reads the photo's header before it sends anything; the bar waits for the upload itself, and starts
	// anew when the upload does.
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { p.start(content.Size()) }})
	return ctx, progressReader{content, p}, p.finish
}

// progressReader tells progress how far the transport has read.
type progressReader struct {
	sizedReader
	progress *progress
}

func (r progressReader) ReadAt(b []byte, offset int64) (int, error) {
	n, err := r.sizedReader.ReadAt(b, offset)
	r.progress.move(offset + int64(n))
	return n, err
}

// progress is the bar of one upload. The transport calls it from goroutines of its own.
type progress struct {
	out   io.Writer
	width int

	mu       sync.Mutex
	bar      *progressbar.ProgressBar // nil before the first attempt
	finished bool
}

// start is called once for each attempt.
func (p *progress) start(size int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.finished {
		return
	}
	// No rate: what the kernel buffers would make it absurd for a file of this size.
	p.bar = progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(p.out),
		progressbar.OptionSetDescription("Uploading"),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetWidth(p.width),
	)
	_ = p.bar.RenderBlank() // a bar that cannot be drawn is no reason to fail
}

func (p *progress) move(to int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil && !p.finished {
		_ = p.bar.Set64(to)
	}
}

// finish leaves the bar as it is and goes to the next line.
func (p *progress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finished = true
	if p.bar != nil {
		_, _ = fmt.Fprintln(p.out)
	}
}
