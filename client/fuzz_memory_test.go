package client_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

// What decoding a response of 1 MiB may allocate in all: 8 MiB, less the 2 MiB that reading it takes at most.
const maxDecodeBytes = 6 << 20

// FuzzMemory repeats the middle of a body until it is 1 MiB long.
func FuzzMemory(f *testing.F) {
	surrogates := strings.Repeat(`\ud800`, 10_000) // 60 KB
	for _, shape := range [][3]string{
		{`{"id":"g","x":[1`, ",1", "]}"}, {`{"id":"g","x":[null`, ",null", "]}"}, {`{"id":"g","x":[{}`, ",{}", "]}"},
		{`{"id":"g","x":["`, `","`, `"]}`}, {`{"id":"g","x":[[]`, ",[]", "]}"}, {`{"id":"g","x":{"a":{}`, `,"a":{}`, "}}"},
		{`{"id":"g","participants":[1`, ",1", "]}"}, {`{"id":"g","participants":[{}`, ",{}", "]}"},
		{`{"id":"g","participants":[null`, ",null", "]}"}, {`{"id":"g","participants":[{"wa_id":"1"}`, `,{"wa_id":"1"}`, "]}"},
		{`{"id":"g","participants":[{"wa_id":"`, `\n`, `"},1]}`}, {`{"id":"g","participants":[{"wa_id":1`, ",", "}]}"},
		{`{"id":"g"`, `,"participants":[]`, "}"}, {`{"id":"g"`, `,"participants":[{}]`, "}"},
		{`{"id":"g"`, `,"id":"g"`, "}"}, {`{"id":"g"`, `,"id":"\n"`, "}"}, {`{"id":"g"`, `,"subject":1`, "}"},
		{`{"id":"g"`, `,"id":null`, "}"}, {`{"id":"g"`, `,"error":{}`, "}"}, {`{"id":"g"`, `,"error":{"code":1}`, "}"},
		{`{"id":"g"`, `,"errors":[1,1]`, "}"}, {`{"id":"g"`, `,"success":true`, "}"}, {`{"id":"g"`, `,"request_id":"r"`, "}"},
		{`{"id":"g"`, `,"":1`, "}"}, {`{"id":"g"`, `,"\n":1`, "}"}, {`{"id":"g"`, ",\"\xff\":1", "}"},
		{`{"id":"g"`, ",\"" + strings.Repeat("\xff", 15) + "\":1", "}"}, {`{"id":"g"`, `,"` + strings.Repeat("k", 1000) + `":1`, "}"},
		{`{"id":"g"`, `,"\u006b` + strings.Repeat("k", 1000) + `":1`, "}"}, {`{"id":"g","`, "k", `":1}`},
		{`{"id":"g","\n`, "k", `":1}`}, {`{"id":"g","`, "\xff", `":1}`}, {`{"id":"g","`, `\n`, `":1}`},
		{`{"id":"g","subject":"`, "k", `"}`}, {`{"id":"g","subject":"`, `\n`, `"}`}, {`{"id":"g","subject":"`, `\u1234`, `"}`},
		{`{"id":"g","subject":"`, `\ud800`, `"}`}, {`{"id":"g","subject":"`, "\xff", `"}`}, {`{"id":"`, `\n`, `"}`},
		{`{"request_id":"`, `k`, `"}`}, {`{"request_id":"`, `\n`, `"}`}, {`{"success":"`, `\n`, `"}`},
		{`{"id":"g","creation_timestamp":`, "1", "}"}, {`{"id":"g","creation_timestamp":"`, "1", `"}`},
		{`{"id":"g","total_participant_count":1.`, "0", "}"}, {`{"id":"g","suspended":"`, `\n`, `"}`},
		{`{"id":"g","subject":"` + surrogates + `","participants":[{"wa_id":"` + surrogates + surrogates + `"},1],"x":"`, "x", `"}`},
		{`{"id":"g"`, `,"` + surrogates[:996] + `":1`, "}"},
		{`{"id":"g","x":`, "[", ""}, {"", "[", ""}, {"", `{"id":`, ""}, {"", `{"error":`, ""}, {"[1", ",1", "]"}, {"", "{}", ""},
		{`{"error":{"code":190,"message":"`, "m", `"}}`}, {`{"error":{"code":190,"message":"`, `\n`, `"}}`},
		{`{"error":{"code":190`, `,"code":190`, "}}"}, {`{"error":[1`, ",1", "]}"}, {`{"errors":[{}`, ",{}", "]}"},
		{`{"error":{"error_data":[1`, ",1", "]}}"}, {`{"error":"`, `\n`, `"}`}, {`{"error_code":190,"error_msg":"`, `\n`, `"}`},
		{"", "<", ""}, {"<html>", "<p>x", ""}, {"<title>", "x\n", ""}, {"", "\xff", ""}, {"", " ", ""}, {"", "x ", ""},
		{"{", `"message":"m",`, ""},
	} {
		f.Add(shape[0], shape[1], shape[2])
	}
	f.Fuzz(func(t *testing.T, start, unit, end string) {
		const size = 1 << 20
		if unit == "" || len(start)+len(unit)+len(end) > size {
			return
		}
		body := []byte(start + strings.Repeat(unit, (size-len(start)-len(end))/len(unit)) + end)
		failure := allocated(func() { _, _ = client.ParseGraphError(400, body) }) // of what is reported as one
		for name, decode := range map[string]func(){
			"a group":   func() { _, _ = client.DecodeGroup(body) },
			"a receipt": func() { _, _ = client.DecodeReceipt(body) },
		} {
			if got := failure + allocated(decode); got > maxDecodeBytes {
				t.Errorf("%s from %.20q, %.20q repeated, %.20q: %d KiB", name, start, unit, end, got>>10)
			}
		}
	})
}

// TestMemoryIsMeasured shows that FuzzMemory would notice.
func TestMemoryIsMeasured(t *testing.T) {
	var kept []byte
	if got := allocated(func() { kept = make([]byte, maxDecodeBytes+1) }); got <= maxDecodeBytes {
		t.Errorf("%d bytes of %d are counted", got, len(kept))
	}
}

// allocated counts the bytes that f allocates, freed or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
