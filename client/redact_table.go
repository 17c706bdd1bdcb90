package client

import "math/bits"

// A table is a set of numbers other than 0. Its length is a power of two.
type table []uint64

const spread = 0x9e3779b97f4a7c15 // 2^64 by the golden ratio

// newTable returns one for n numbers.
func newTable(n int) table { return make(table, 1<<bits.Len(uint(2*n))) }

func (t table) add(x uint64) {
	i := t.place(x)
	for t[i] != 0 && t[i] != x {
		i = (i + 1) & (len(t) - 1)
	}
	t[i] = x
}

func (t table) has(x uint64) bool {
	i := t.place(x)
	for t[i] != 0 && t[i] != x {
		i = (i + 1) & (len(t) - 1)
	}
	return t[i] == x
}

func (t table) place(x uint64) int { return int(x*spread>>32) & (len(t) - 1) }
