package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/wagroups/wagroups-go/client/webhook"
)

// events is a stream in Redis that carries events from the process that receives webhooks to all that wait for one. The
// events have group IDs and texts of customers in them.
type events struct {
	redis *redis.Client
	key   string
}

// maxEvents is how many events stay in the stream, for processes that start later.
const maxEvents = 10_000

// add is the Receive of a webhook.Config. When Redis is away WhatsApp delivers the event again.
func (e events) add(ctx context.Context, event *webhook.Event) error {
	data, err := json.Marshal(event)
	if err != nil {
		return err
	}
	return e.redis.XAdd(ctx, &redis.XAddArgs{
		Stream: e.key, MaxLen: maxEvents, Approx: true, Values: []any{"event", data},
	}).Err()
}

// follow gives the events of the stream to outcomes until ctx ends. It goes on when Redis comes back; the limiter logs
// that Redis is away.
func (e events) follow(ctx context.Context, timeout time.Duration, outcomes *webhook.Outcomes) {
	const block = time.Second
	for last := "0"; ctx.Err() == nil; {
		reading, cancel := context.WithTimeout(ctx, block+timeout)
		streams, err := e.redis.XRead(reading, &redis.XReadArgs{
			Streams: []string{e.key, last}, Count: 100, Block: block,
		}).Result()
		cancel()
		if err != nil && !errors.Is(err, redis.Nil) { // Nil: no new events
			select {
			case <-time.After(block):
			case <-ctx.Done():
			}
			continue
		}
		for _, stream := range streams {
			for _, message := range stream.Messages {
				last = message.ID
				text, _ := message.Values["event"].(string)
				event := new(webhook.Event)
				if json.Unmarshal([]byte(text), event) == nil {
					_ = outcomes.Receive(ctx, event) // fails for a nil event only
				}
			}
		}
	}
}

// receive serves the callback URL of webhooks until ctx ends.
func (e events) receive(ctx context.Context, address string, config webhook.Config) error {
	config.Receive = e.add
	handler, err := webhook.NewHandler(config)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	config.Logger.Info("receiving webhooks", "url", "http://"+listener.Addr().String())
	server := &http.Server{Handler: handler, ReadTimeout: time.Minute}
	work, running := errgroup.WithContext(ctx)
	work.Go(func() error { return server.Serve(listener) })
	work.Go(func() error {
		<-running.Done()
		// A delivery that is under way gets its response: without one it would come again.
		rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return server.Shutdown(rest)
	})
	if err := work.Wait(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
