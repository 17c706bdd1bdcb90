package fakegraph

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// Many goroutines use everything at once; the race detector watches, and nothing gets lost.
func TestConcurrentUse(t *testing.T) {
	const workers, rounds = 16, 10
	for _, tr := range transports {
		t.Run(tr.name, func(t *testing.T) {
			s := newServer(t)
			client, base := tr.open(t, s)
			photo := form(t, part{"file", "image/jpeg", string(testJPEG(t, 192, 192))})
			var wg sync.WaitGroup
			for worker := range workers {
				wg.Go(func() {
					id := fmt.Sprintf("group-%d", worker)
					path := "/v23.0/" + id
					for round := range rounds {
						if err := s.PutGroup(Group{ID: id}); err != nil {
							t.Error(err)
						}
						subject := fmt.Sprintf("Shed %d", round)
						steps := []call{
							{method: "POST", path: path, body: fmt.Sprintf(`{"messaging_product":"whatsapp","subject":%q}`, subject)},
							{method: "POST", path: path, body: photo.body, contentType: photo.contentType},
							{path: path + "?fields=subject"},
						}
						for _, step := range steps {
							if o := try(t, client, step.request(t, base), tr.major); o.status != http.StatusOK {
								t.Errorf("%s: status %d, %s, error %v", step.method, o.status, o.body, o.callErr)
							}
						}
						if g, _ := s.Group(id); g.Subject != subject {
							t.Errorf("subject %s, want %s", g.Subject, subject)
						}
						if _, ok := s.Photo(id); !ok {
							t.Error("the photo is lost")
						}
						failNext(t, s, Fault{Op: DeleteGroup, Status: 503})
						_ = try(t, client, call{method: "DELETE", path: path}.request(t, base), tr.major)
						_ = s.Requests()
					}
				})
			}
			wg.Wait()
			const total = workers * rounds * 4
			numbers := map[int]bool{}
			for _, r := range s.Requests() {
				numbers[r.Number] = true
			}
			if len(numbers) != total || !numbers[total] {
				t.Errorf("%d requests with different numbers, want 1 to %d", len(numbers), total)
			}
			if s.PendingFaults() != 0 {
				t.Errorf("%d faults left", s.PendingFaults())
			}
		})
	}
}
