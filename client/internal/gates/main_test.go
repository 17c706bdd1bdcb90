package gates

import (
	"testing"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestMain(m *testing.M) { clienttest.Main(m) }
