package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows a person how far the run is: a bar on a terminal, and a line for each pause and failure in any case.
type progress struct {
	out        io.Writer
	isTerminal bool

	mu  sync.Mutex
	bar *progressbar.ProgressBar // nil when there is nothing to show
}

func newProgress(out io.Writer, isTerminal bool) *progress {
	return &progress{out: out, isTerminal: isTerminal}
}

func (p *progress) start(total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.isTerminal || total == 0 {
		return
	}
	p.bar = progressbar.NewOptions(total,
		progressbar.OptionSetWriter(p.out),
		progressbar.OptionSetDescription("Reading"),
		progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetRenderBlankState(true),
	)
}

// step counts one group. A bar that cannot be drawn is no reason to fail.
func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Add(1)
	}
}

// paused says why nothing moves.
func (p *progress) paused(d time.Duration) {
	p.say(fmt.Sprintf("The server throttles: all workers pause for %s.", d.Round(time.Millisecond)))
}

// say writes a line, above the bar.
func (p *progress) say(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	_, _ = fmt.Fprintln(p.out, line)
	if p.bar != nil {
		_ = p.bar.RenderBlank()
	}
}

// end leaves the bar as it is and goes to the next line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_, _ = fmt.Fprintln(p.out)
		p.bar = nil
	}
}
