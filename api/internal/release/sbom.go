package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
)

// The part of CycloneDX 1.6 that is needed. The serial number and the time, which are optional, would make each run's
// document another one.
type bom struct {
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type     string       `json:"type"`
	Ref      string       `json:"bom-ref"`
	Name     string       `json:"name"`
	Version  string       `json:"version"`
	Hashes   []hash       `json:"hashes,omitempty"`
	Licences []expression `json:"licenses,omitempty"`
	URL      string       `json:"purl"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type expression struct {
	Expression string `json:"expression"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// writeSBOM writes the bill of materials of a program of this module.
func writeSBOM(ctx context.Context, out io.Writer, binary string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	linked, err := linkedModules(ctx, ".", info.Path, settings["GOOS"]+"/"+settings["GOARCH"])
	if err != nil {
		return err
	}
	if err := sameModules(info, linked); err != nil {
		return fmt.Errorf("%s: %w", binary, err)
	}

	digest := sha256.Sum256(data)
	program := newComponent("application", info.Main.Path, info.Main.Version)
	program.Name = path.Base(info.Path)
	if folder, below := strings.CutPrefix(info.Path, info.Main.Path+"/"); below {
		program.URL += "#" + folder
	}
	program.Licences = []expression{{"MIT"}} // as LICENSE says
	program.Hashes = []hash{{"SHA-256", hex.EncodeToString(digest[:])}}
	b := bom{Format: "CycloneDX", SpecVersion: "1.6", Version: 1, Metadata: metadata{program}}
	all := dependency{Ref: program.Ref}
	for _, m := range linked {
		c := newComponent("library", m.path, m.version)
		c.Licences = []expression{{m.licence}}
		b.Components = append(b.Components, c)
		all.DependsOn = append(all.DependsOn, c.Ref)
	}
	b.Dependencies = []dependency{all}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(b)
}

func newComponent(kind, modulePath, version string) component {
	url := "pkg:golang/" + modulePath + "@" + url.QueryEscape(version)
	return component{Type: kind, Ref: url, Name: modulePath, Version: version, URL: url}
}

// sameModules compares what the linker wrote into a program with what this working tree would link.
func sameModules(info *buildinfo.BuildInfo, linked []module) error {
	was := []string{standardLibrary + " " + strings.TrimPrefix(info.GoVersion, "go")}
	for _, m := range info.Deps {
		was = append(was, m.Path+" "+m.Version)
	}
	var is []string
	for _, m := range linked {
		is = append(is, m.path+" "+m.version)
	}
	slices.Sort(was)
	slices.Sort(is)
	if !slices.Equal(was, is) {
		return fmt.Errorf("was built from other modules than those of this tree: %s instead of %s", was, is)
	}
	return nil
}
