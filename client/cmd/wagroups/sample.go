package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// sampleGroup is what fake and demo start with.
func sampleGroup() fakegraph.Group {
	return fakegraph.Group{
		ID:                "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD",
		Subject:           "Allotment Neighbours",
		Description:       "Seeds, water rota and the key to the shed.",
		JoinApprovalMode:  "approval_required",
		CreationTimestamp: 1735689600,
		Participants:      []fakegraph.Participant{{WaID: "15550100001"}, {WaID: "15550100002"}},
	}
}

// samplePhoto draws a square JPEG with sides of so many pixels: a field under a sky.
func samplePhoto(side int) ([]byte, error) {
	picture := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		shade := uint8(255 * y / side)
		for x := range side {
			c := color.RGBA{R: 110 + shade/4, G: 170 + shade/4, B: 240, A: 255}
			if y > side/2+(x*(side-x))/(8*side) {
				c = color.RGBA{R: 60, G: 190 - shade/2, B: 70, A: 255}
			}
			picture.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
