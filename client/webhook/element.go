package webhook

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
)

// group reads an element of a change's groups; e has what stands around it.
func (p *parser) group(e Event, element []byte) Event {
	if !isObject(element) {
		e.problem = "an event is not an object"
		return e
	}
	around := e
	var failures []byte
	for key, value := range members(element) {
		switch string(key) {
		case "timestamp":
			e.Time = unixTime(text(value))
		case "group_id":
			e.GroupID = text(value)
		case "type":
			e.Type = text(value)
		case "request_id":
			e.RequestID = text(value)
		case "errors":
			failures = value
		}
	}
	if e.Type == "" || e.GroupID == "" && e.RequestID == "" {
		around.problem = "an event has no type, or neither a group ID nor a request ID"
		return around
	}
	e.Errors = readErrors(failures, e.GroupID)
	if e.Type == TypeGroupSettings || e.Field == FieldGroupSettings {
		e.readSettings(element)
	}
	e.Raw = bytes.Clone(element)
	p.add(e)
	return around
}

// settingKeys are the keys of an event that hold results, and the two of its older form, which hold texts.
var settingKeys = map[string]Setting{
	"group_subject":     SettingSubject,
	"group_description": SettingDescription,
	"profile_picture":   SettingPhoto,
	"subject":           SettingSubject,
	"description":       SettingDescription,
}

// maxReported limits the settings and the errors of an event: more come from no one but a faulty sender.
const maxReported = 100

// readSettings takes every object for the result of a setting, those under unknown keys included. Where the type is
// that of another event, which happens in Meta's examples, only known keys count.
func (e *Event) readSettings(element []byte) {
	for key, value := range members(element) {
		setting, known := settingKeys[string(key)]
		var result SettingResult
		switch {
		case string(key) == "errors":
			continue
		case isObject(value) && (known || e.Type == TypeGroupSettings && string(value) != "{}"):
			if !known {
				setting = Setting(key)
			}
			var understood bool
			result, understood = readResult(value, e.GroupID)
			if !understood {
				e.problem = "update_successful of a setting is not a boolean"
			}
		case known && value[0] == '"' && setting != SettingPhoto:
			result = SettingResult{Status: NotStated, Requested: text(value)}
		case known && string(value) != "null":
			e.problem = "the result of a setting is not an object"
			continue
		default:
			continue
		}
		result.Setting = setting
		at := slices.IndexFunc(e.Settings, func(s SettingResult) bool { return s.Setting == setting })
		switch {
		case at < 0 && len(e.Settings) == maxReported:
			e.problem = "there are more than 100 settings"
			return
		case at < 0:
			e.Settings = append(e.Settings, result)
		case isObject(value): // says more than a text
			e.Settings[at] = result
		}
	}
}

func readResult(object []byte, groupID string) (r SettingResult, understood bool) {
	r.Status = NotStated
	understood = true
	for key, value := range members(object) {
		switch string(key) {
		case "text":
			r.Requested = text(value)
		case "update_successful":
			r.Status, understood = readFlag(value)
		case "errors":
			r.Errors = readErrors(value, groupID)
		}
	}
	if len(r.Errors) > 0 {
		r.Status = Refused
	}
	return r, understood
}

func readFlag(value []byte) (status Status, understood bool) {
	switch strings.Trim(string(value), `"`) {
	case "true", "1":
		return Applied, true
	case "false", "0":
		return Refused, true
	case "null":
		return NotStated, true
	}
	return NotStated, false
}

// readErrors reads a list of errors, or a single one. Equal neighbours are one error.
func readErrors(value []byte, groupID string) []*Error {
	switch string(value) {
	case "", "null", "false", `""`, "{}":
		return nil
	}
	if !isList(value) {
		return []*Error{new(readError(value, groupID))}
	}
	var list []*Error
	for _, element := range elements(value) {
		found := readError(element, groupID)
		if n := len(list); n == 0 || *list[n-1] != found {
			if list = append(list, new(found)); n+1 == maxReported {
				break
			}
		}
	}
	return list
}

func readError(value []byte, groupID string) (e Error) {
	if !isObject(value) {
		return Error{Message: without(groupID, text(value))}
	}
	for key, value := range members(value) {
		switch string(key) {
		case "code":
			code, _ := strconv.ParseInt(text(value), 10, 32)
			e.Code = int(code)
		case "title":
			e.Title = without(groupID, text(value))
		case "message":
			e.Message = without(groupID, text(value))
		case "error_data":
			e.Details = without(groupID, readDetails(value))
		}
	}
	return e
}

// readDetails reads error_data, which Graph also sends as a bare text.
func readDetails(value []byte) string {
	if !isObject(value) {
		return text(value)
	}
	details := ""
	for key, value := range members(value) {
		if string(key) == "details" {
			details = text(value)
		}
	}
	return details
}

// without keeps the group ID out of the texts of errors, which end up in logs.
func without(groupID, s string) string {
	const shortest = 8 // shorter ones are of tests, and parts of words
	if len(groupID) < shortest {
		return s
	}
	return strings.ReplaceAll(s, groupID, "[redacted]")
}

// unixTime reads Unix seconds, or milliseconds, which are told apart by their size. It returns the zero time for
// anything else.
func unixTime(s string) time.Time {
	const firstMilli, end = 1e11, 1e14 // the year 5138 in seconds, and in milliseconds
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 0 || n >= end:
		return time.Time{}
	case n >= firstMilli:
		return time.UnixMilli(n).UTC()
	}
	return time.Unix(n, 0).UTC()
}
