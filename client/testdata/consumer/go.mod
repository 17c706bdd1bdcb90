// A program outside the module, as a user would write it; the tests of package client look at what it links.
module example.com/consumer

go 1.26.0

require github.com/wagroups/wagroups-go v0.0.0

require (
	github.com/apapsch/go-jsonmerge/v2 v2.0.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/oapi-codegen/runtime v1.9.0 // indirect
)

replace github.com/wagroups/wagroups-go => ../../..
