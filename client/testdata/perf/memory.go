//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/testdata/perf/reference"
)

const uploadsAtOnce = 64

// upload is the part of a program that sends 64 photos at once in one of the ways, or none if the way is idle. It
// writes the peak of its resident memory in KiB.
func upload(ctx context.Context, way, url, photo string) error {
	c, err := newClient(client.WithBaseURL(url))
	if err != nil {
		return err
	}
	send := map[string]func(*os.File) error{
		"idle": func(*os.File) error { return nil },
		"client": func(f *os.File) error {
			_, err := c.SetGroupPhoto(ctx, reference.GroupID, f)
			return err
		},
		"multi-reader": func(f *os.File) error { return reference.MultiReader(url, http.DefaultClient, f) },
		"pipe":         func(f *os.File) error { return reference.Pipe(url, http.DefaultClient, f) },
		"buffered":     func(f *os.File) error { return reference.Buffered(url, http.DefaultClient, f) },
	}[way]
	if send == nil {
		return fmt.Errorf("unknown way %q", way)
	}
	errs := make([]error, uploadsAtOnce)
	start := make(chan struct{})
	var running sync.WaitGroup
	for i := range errs {
		running.Go(func() {
			<-start
			f, err := os.Open(photo)
			if err != nil {
				errs[i] = err
				return
			}
			defer func() { _ = f.Close() }()
			errs[i] = send(f)
		})
	}
	close(start)
	running.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	peak, err := residentPeak()
	if err != nil {
		return err
	}
	fmt.Println(peak)
	return nil
}

// residentPeak is VmHWM of this process, in KiB. Only Linux has it.
func residentPeak() (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
		}
	}
	return 0, errors.New("no VmHWM in /proc/self/status")
}

func measureUploadMemory(ctx context.Context, t *table, url, folder string) error {
	const figure = "64 uploads of 5 MiB at once: resident peak"
	if _, err := residentPeak(); err != nil {
		t.add(figure, "not measured: needs Linux", "≤ idle + 8 MiB", "", "")
		return nil
	}
	photo, err := reference.Photo(folder, 5<<20)
	if err != nil {
		return err
	}
	defer func() { _ = photo.Close() }()
	peaks := map[string]spread{}
	for _, way := range []struct {
		name  string
		times int
	}{{"idle", 9}, {"client", 9}, {"multi-reader", 9}, {"pipe", 3}, {"buffered", 1}} {
		var samples []float64
		for range way.times {
			peak, err := runUpload(ctx, way.name, url, photo.Name())
			if err != nil {
				return fmt.Errorf("%s: %w", way.name, err)
			}
			samples = append(samples, peak)
		}
		peaks[way.name] = spreadOf(samples)
	}
	idle, ours := peaks["idle"], peaks["client"]
	t.add(figure, fmt.Sprintf("idle + %.1f MiB [%.1f–%.1f]",
		ours.median-idle.median, ours.low-idle.median, ours.high-idle.median), "≤ idle + 8 MiB",
		fmt.Sprintf("idle %.1f MiB", idle.median), "")
	for _, way := range []string{"multi-reader", "pipe", "buffered"} {
		t.add("", "", "", fmt.Sprintf("%s idle + %.1f MiB", way, peaks[way].median-idle.median), "")
	}
	return nil
}

// runUpload starts the part of upload in a process of its own and returns its peak in MiB.
func runUpload(ctx context.Context, way, url, photo string) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	child := exec.CommandContext(ctx, self, "upload", way, url, photo)
	child.Stderr = os.Stderr
	output, err := child.Output()
	if err != nil {
		return 0, err
	}
	kib, err := strconv.Atoi(strings.TrimSpace(string(output)))
	return float64(kib) / 1024, err
}
