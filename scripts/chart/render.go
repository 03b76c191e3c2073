// Renders deploy/helm as Helm does, for machines without Helm: with the same template engine and the same functions (Go's
// text/template and sprig). scripts/deployment checks what comes out.
//
//	go run render.go CHART RELEASE [VALUES.yaml]
//
// Prints the objects to the standard output, each file behind a line `# Source: NAME`. Values are laid over those of the
// chart as Helm does it: objects member by member, anything else whole.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

type object = map[string]interface{}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: render.go CHART RELEASE [VALUES.yaml]")
		os.Exit(2)
	}
	if err := render(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "render:", err)
		os.Exit(1)
	}
}

func render(chart, release string, overlays []string) error {
	values, err := read(filepath.Join(chart, "values.yaml"))
	if err != nil {
		return err
	}
	for _, file := range overlays {
		overlay, err := read(file)
		if err != nil {
			return err
		}
		lay(overlay, values)
	}
	about, err := read(filepath.Join(chart, "Chart.yaml"))
	if err != nil {
		return err
	}
	names, err := templates(filepath.Join(chart, "templates"))
	if err != nil {
		return err
	}

	root := template.New("chart").Option("missingkey=zero")
	root.Funcs(sprig.TxtFuncMap()).Funcs(functions(root))
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(chart, "templates", name))
		if err != nil {
			return err
		}
		if _, err := root.New(name).Parse(string(text)); err != nil {
			return err
		}
	}

	// Helm shows the members of Chart.yaml with a capital.
	shown := object{}
	for key, value := range about {
		shown[strings.ToUpper(key[:1])+key[1:]] = value
	}
	data := object{
		"Values":       values,
		"Chart":        shown,
		"Release":      object{"Name": release, "Namespace": "default", "Service": "Helm", "IsInstall": true, "Revision": 1},
		"Capabilities": object{"KubeVersion": object{"Version": "v1.34.0", "Major": "1", "Minor": "34"}},
	}
	for _, name := range names {
		if strings.HasPrefix(filepath.Base(name), "_") || strings.HasSuffix(name, ".txt") {
			continue
		}
		var out strings.Builder
		if err := root.ExecuteTemplate(&out, name, data); err != nil {
			return err
		}
		// What text/template prints where a value is missing; Helm prints nothing, which hides a typing error.
		if strings.Contains(out.String(), "<no value>") {
			return fmt.Errorf("%s uses a value that does not exist", name)
		}
		fmt.Printf("---\n# Source: %s\n%s\n", name, out.String())
	}
	return nil
}

func read(file string) (object, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	values := object{}
	if err := yaml.Unmarshal(text, &values); err != nil {
		return nil, err
	}
	asNumbers(values)
	return values, nil
}

// asNumbers makes floating-point numbers of all integers, as Helm has them: a large one is then shown with an exponent.
func asNumbers(value interface{}) interface{} {
	switch value := value.(type) {
	case object:
		for key, part := range value {
			value[key] = asNumbers(part)
		}
	case []interface{}:
		for index, part := range value {
			value[index] = asNumbers(part)
		}
	case int:
		return float64(value)
	}
	return value
}

// lay puts the members of above over those of below.
func lay(above, below object) {
	for key, value := range above {
		upper, isObject := value.(object)
		lower, wasObject := below[key].(object)
		if isObject && wasObject {
			lay(upper, lower)
		} else {
			below[key] = value
		}
	}
}

func templates(folder string) ([]string, error) {
	var names []string
	err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		names = append(names, name)
		return err
	})
	sort.Strings(names)
	return names, err
}

// functions are those that Helm has beside sprig's.
func functions(root *template.Template) template.FuncMap {
	return template.FuncMap{
		"include": func(name string, data interface{}) (string, error) {
			var out strings.Builder
			err := root.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		"required": func(message string, value interface{}) (interface{}, error) {
			if text, isText := value.(string); value == nil || (isText && text == "") {
				return nil, errors.New(message)
			}
			return value, nil
		},
		"toYaml": func(value interface{}) (string, error) {
			text, err := yaml.Marshal(value)
			return strings.TrimSuffix(string(text), "\n"), err
		},
	}
}
