package fakegraph

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"
)

// convert copies the fields that two structs have under the same name. Durations are texts on the wire.
func convert(target, source any) error {
	return convertValue(reflect.ValueOf(target).Elem(), reflect.ValueOf(source))
}

// mustConvert is for what goes to the wire, where no text can be wrong.
func mustConvert(target, source any) {
	if err := convert(target, source); err != nil {
		panic(err)
	}
}

func convertValue(to, from reflect.Value) error {
	duration := reflect.TypeFor[time.Duration]()
	switch {
	case to.Type() == duration && from.Kind() == reflect.String:
		if from.Len() == 0 {
			return nil
		}
		d, err := time.ParseDuration(from.String())
		if err != nil {
			return errors.New("must be a duration such as 1.5s")
		}
		to.SetInt(int64(d))
	case from.Type() == duration:
		if from.Int() != 0 {
			to.SetString(time.Duration(from.Int()).String())
		}
	case from.Type().ConvertibleTo(to.Type()):
		to.Set(from.Convert(to.Type()))
	case from.Kind() == reflect.Slice:
		if from.IsNil() {
			return nil
		}
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			if err := convertValue(to.Index(i), from.Index(i)); err != nil {
				return err
			}
		}
	default:
		for field := range to.Type().Fields() {
			value := from.FieldByName(field.Name)
			if !value.IsValid() || !field.IsExported() {
				continue
			}
			if err := convertValue(to.FieldByIndex(field.Index), value); err != nil {
				return fmt.Errorf("%s: %w", field.Name, err)
			}
		}
	}
	return nil
}

var goName = regexp.MustCompile(`\b[A-Z][a-zA-Z]+`)

// inSnakeCase gives the fields of a fault in an error their names on the wire.
func inSnakeCase(text string) string {
	fault, webhook := reflect.TypeFor[Fault](), reflect.TypeFor[WebhookFault]()
	return goName.ReplaceAllStringFunc(text, func(name string) string {
		_, ok := fault.FieldByName(name)
		if _, inner := webhook.FieldByName(name); !ok && !inner {
			return name
		}
		var out strings.Builder
		for i, r := range name {
			upper := r >= 'A' && r <= 'Z'
			before := i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z'
			if upper && before {
				out.WriteByte('_')
			}
			out.WriteRune(r)
		}
		return strings.ToLower(out.String())
	})
}
