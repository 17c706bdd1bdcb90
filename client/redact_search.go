package client

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
)

// A finder looks for secrets in the texts of one call. It first asks whether seven characters of a secret are there at
// all, as they are or in base64 or hex; only where they are, it decodes and compares.
type finder struct {
	secrets []string
	seven   table // runs of seven characters of the secrets
	least   int   // no shorter text can hold a secret
	dense   bool  // seven holds some of them and every one of a text is looked up; otherwise the other way around
	pieces  table // all runs of minPiece characters of long secrets; nil until needed
}

const (
	tableRoom = 1024
	// A text shorter than denseText costs less to look up whole than the secrets cost to enter whole.
	denseText = 256
	run       = 7 // 56 bits, with up to six more of base64 in one word
	runMask   = 1<<56 - 1
	foldCase  = 0x20202020202020 // and more; names of headers change their case
	stride    = minPiece - run + 1
)

// finder uses room if the secrets fit; size is the length of all texts.
func (r *redactor) finder(room *[tableRoom]uint64, size int) finder {
	f := finder{secrets: r.secrets, least: minPiece, dense: size < denseText, seven: room[:]}
	total := 0
	for _, secret := range f.secrets {
		if n := len(secret); n >= minSecret {
			total += n
			f.least = min(f.least, n)
		}
	}
	f.dense = f.dense || f.least < minPiece
	if 2*total > tableRoom {
		f.seven = newTable(total)
	}
	for _, secret := range f.secrets {
		f.enter(secret)
	}
	return f
}

func (f *finder) enter(secret string) {
	if len(secret) < minSecret {
		return
	}
	step := 1
	if f.dense {
		step = required(secret) - run + 1
	}
	var w uint64
	for i, next := 0, run-1; i < len(secret); i++ {
		w = w<<8 | uint64(secret[i])
		if i == next {
			f.seven.add(w&runMask | foldCase)
			next += step
		}
	}
}

// required is the number of characters of a secret that have to be there for it to be found.
func required(secret string) int {
	if len(secret) < minLong {
		return len(secret)
	}
	return minPiece
}

func (f *finder) has(w uint64) bool { return f.seven.has(w&runMask | foldCase) }

// suspects reports whether s may hold a secret.
func (f *finder) suspects(s string) bool {
	return len(s) >= f.least && (f.suspectsPlain(s) || f.suspectsDigits(s))
}

func (f *finder) suspectsPlain(s string) bool {
	step := stride
	if f.dense {
		step = 1
	}
	for i := 8; i <= len(s); i += step {
		w := binary.BigEndian.Uint64([]byte(s[i-8 : i]))
		if f.has(w) || i == 8 && f.has(w>>8) {
			return true
		}
	}
	return false
}

// suspectsDigits is about base64 and hex. In base64 a byte can begin at any second bit: one run for each of the four
// places in every eight digits, which are six bytes, is looked up; in hex, two in every twelve.
func (f *finder) suspectsDigits(s string) bool {
	var b64, hex uint64
	var n64, nHex int
	for i := range len(s) {
		v := base64Values[s[i]]
		if v > 63 {
			b64, hex, n64, nHex = 0, 0, 0, 0
			continue
		}
		b64, n64 = b64<<6|uint64(v), n64+1
		if (f.dense || n64%8 == 0) && (f.has(b64) || f.has(b64>>2) || f.has(b64>>4)) || n64%8 == 7 && f.has(b64) {
			return true
		}
		if v = hexValues[s[i]]; v > 15 {
			hex, nHex = 0, 0
			continue
		}
		hex, nHex = hex<<4|uint64(v), nHex+1
		if (f.dense || nHex%(2*stride) < 2) && f.has(hex) {
			return true
		}
	}
	return false
}

// maxNested is how many times escapes are decoded: texts of an error can have gone through several hands.
const maxNested = 4

// decode puts s and its decodings into levels, and reports whether one may hold a secret.
func (f *finder) decode(s string, levels *[maxNested + 1]view) (n int, suspect bool) {
	for v := (view{text: s}); len(v.text) >= minCut && n < len(levels); v = v.unescape() {
		levels[n] = v
		suspect = suspect || f.suspects(v.text)
		n++
	}
	return n, suspect
}

// redact returns s without secrets; isCut says that more of s is missing.
func (f *finder) redact(s string, isCut bool) string {
	if !isCut && len(s) < f.least {
		return s
	}
	var levels [maxNested + 1]view
	n, suspect := f.decode(s, &levels)
	if !isCut && !suspect {
		return s
	}
	if f.pieces == nil {
		f.enterPieces()
	}
	var found []span
	for _, v := range levels[:n] {
		found = f.search(found, v, isCut)
	}
	if len(found) == 0 {
		return s
	}
	slices.SortFunc(found, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	end := 0
	for i, hit := range found {
		if i == 0 || hit.from > end {
			b.WriteString(s[end:hit.from])
			b.WriteString(redacted)
		}
		end = max(end, hit.to)
	}
	b.WriteString(s[end:])
	return b.String()
}

func (f *finder) enterPieces() {
	total := 1
	for _, secret := range f.secrets {
		total += len(secret)
	}
	f.pieces = newTable(total)
	for _, secret := range f.secrets {
		for i := 0; len(secret) >= minLong && i+minPiece <= len(secret); i++ {
			f.pieces.add(pieceKey(secret[i:]))
		}
	}
}

// pieceKey stands for the first minPiece characters of s.
func pieceKey(s string) uint64 {
	begin, end := binary.LittleEndian.Uint64([]byte(s[:8])), binary.LittleEndian.Uint32([]byte(s[8:minPiece]))
	return begin*spread ^ bits.RotateLeft64(uint64(end)*spread, 32) | 1
}

// A span is a part of the source that has to go.
type span struct{ from, to int }

// search adds what there is in v, and in the base64 and hex that it holds.
func (f *finder) search(found []span, v view, isCut bool) []span {
	found = f.compare(found, &v, isCut)
	for _, code := range [...]struct {
		bits, shifts int // of a digit; how many digits may come before the first whole byte
		values       *[256]byte
	}{{6, 4, &base64Values}, {4, 2, &hexValues}} {
		for start := 0; start < len(v.text); start++ {
			end := start
			for end < len(v.text) && code.values[v.text[end]] != 255 {
				end++
			}
			atEnd := isCut && end == len(v.text)
			if atEnd || (end-start)*code.bits >= 8*minSecret && f.suspectsDigits(v.text[start:end]) {
				for shift := range min(code.shifts, end-start) {
					decoded := v.digits(start+shift, end, code.bits, code.values)
					found = f.compare(found, &decoded, atEnd)
				}
			}
			start = end
		}
	}
	return found
}

// compare adds the secrets that stand in v itself.
func (f *finder) compare(found []span, v *view, isCut bool) []span {
	add := func(from, to int) {
		hit := span{v.source(from), v.source(to)}
		if n := len(found); n > 0 && found[n-1].from <= hit.from && hit.from <= found[n-1].to {
			found[n-1].to = max(found[n-1].to, hit.to)
			return
		}
		found = append(found, hit)
	}
	for i := 0; i+minPiece <= len(v.text); i++ {
		if f.pieces.has(pieceKey(v.text[i:])) {
			add(i, i+minPiece)
		}
	}
	for _, secret := range f.secrets {
		if len(secret) < minSecret {
			continue
		}
		for i := 0; len(secret) < minLong; i += len(secret) {
			at := strings.Index(v.text[i:], secret)
			if at < 0 {
				break
			}
			i += at
			add(i, i+len(secret))
		}
		if isCut {
			if n := endsLike(v.text, secret); n > 0 {
				add(len(v.text)-n, len(v.text))
			}
		}
	}
	return found
}

// endsLike returns the length of what s has of the beginning of a secret at its end, and of an escape that was cut.
func endsLike(s, secret string) int {
	for cut, end := range [...]int{len(s), strings.LastIndexAny(s, `%\&`)} {
		if len(s)-end > maxEntity {
			continue
		}
		for n := min(len(secret), end); n >= minCut-cut; n-- {
			if strings.HasSuffix(s[:end], secret[:n]) {
				return len(s) - end + n
			}
		}
	}
	return 0
}
