package control

import (
	"fmt"
	"net/http"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

const (
	mediaJSON = "application/json"
	mediaJPEG = "image/jpeg"
)

func (a *api) ListGroups(w http.ResponseWriter, _ *http.Request) { show(w, a.fake.Groups()) }

func (a *api) GetGroup(w http.ResponseWriter, _ *http.Request, id string) {
	g, ok := a.fake.Group(id)
	if !ok {
		unknown(w, "group")
		return
	}
	show(w, g)
}

func (a *api) PutGroup(w http.ResponseWriter, r *http.Request, id string) {
	body, ok := readJSON(w, r, mostJSON)
	if !ok {
		return
	}
	var g wire.Group
	if err := a.decode(body, "Group", &g); err != nil {
		refuseError(w, "", err)
		return
	}
	if g.ID != "" && g.ID != id {
		refuse(w, http.StatusBadRequest, "id", "must be that of the path")
		return
	}
	g.ID = id
	if err := a.fake.PutGroup(g); err != nil {
		refuseError(w, "", err)
		return
	}
	g.Photo = nil
	show(w, g)
}

func (a *api) DeleteGroup(w http.ResponseWriter, _ *http.Request, id string) {
	done(w, a.fake.DeleteGroup(id), "group")
}

func (a *api) GetPhoto(w http.ResponseWriter, _ *http.Request, id string) {
	photo, ok := a.fake.Photo(id)
	if !ok {
		unknown(w, "photo")
		return
	}
	w.Header().Set("Content-Type", mediaJPEG)
	_, _ = w.Write(photo)
}

func (a *api) PutPhoto(w http.ResponseWriter, r *http.Request, id string) {
	photo, ok := read(w, r, mediaJPEG, mostPhoto)
	if !ok {
		return
	}
	found, err := a.fake.PutPhoto(id, photo)
	if err != nil {
		refuseError(w, "", err)
		return
	}
	done(w, found, "group")
}

func (a *api) GetState(w http.ResponseWriter, _ *http.Request) { show(w, a.fake.State()) }

func (a *api) PutState(w http.ResponseWriter, r *http.Request) {
	body, ok := readJSON(w, r, mostState)
	if !ok {
		return
	}
	var state wire.State
	if err := a.decode(body, "State", &state); err != nil {
		refuseError(w, "", err)
		return
	}
	if broken, err := a.fake.SetState(state.Groups); err != nil {
		element := ""
		if broken >= 0 {
			element = fmt.Sprintf("groups.%d", broken)
		}
		refuseError(w, element, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (a *api) Reset(w http.ResponseWriter, _ *http.Request) {
	a.fake.Reset()
	w.WriteHeader(http.StatusNoContent)
}
