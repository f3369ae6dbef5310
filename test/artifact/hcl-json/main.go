// Reads Terraform JSON with HashiCorp's parser, in the way Terraform does without the schemas of providers, and prints what it found.
//
// Standard input and output are lines of JSON. A request is {"json": base64 of a file}, or {"template": text} for one template.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// The blocks of the outermost level. Terraform's own list, with the labels that it names.
var root = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "terraform"},
	{Type: "provider", LabelNames: []string{"name"}},
	{Type: "variable", LabelNames: []string{"name"}},
	{Type: "locals"},
	{Type: "output", LabelNames: []string{"name"}},
	{Type: "module", LabelNames: []string{"name"}},
	{Type: "resource", LabelNames: []string{"type", "name"}},
	{Type: "data", LabelNames: []string{"type", "name"}},
	{Type: "ephemeral", LabelNames: []string{"type", "name"}},
	{Type: "moved"},
	{Type: "removed"},
	{Type: "import"},
	{Type: "check", LabelNames: []string{"name"}},
}}

type request struct {
	JSON     []byte  `json:"json"`
	Template *string `json:"template"`
}

// Template with an expression: the functions that it calls and the names that it refers to.
type template struct {
	Text      string   `json:"text"`
	Functions []string `json:"functions"`
	Roots     []string `json:"roots"`
	// Names with their attributes and known indexes: a.b[0]["c"].
	References []string `json:"references"`
	Error      string   `json:"error,omitempty"`
}

type block struct {
	Type   string   `json:"type"`
	Labels []string `json:"labels"`
	Body   any      `json:"body"`
	// Paths of values that are read as a block of several lists, with members that a reader of attributes does not see.
	Hidden []string `json:"hidden"`
	// Number of blocks that each member is read as, where it can be read as blocks.
	Blocks map[string]int `json:"blocks"`
}

type answer struct {
	Error     string     `json:"error,omitempty"`
	Blocks    []block    `json:"blocks"`
	Templates []template `json:"templates"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder := json.NewDecoder(in)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for decoder.More() {
		var next request
		if err := decoder.Decode(&next); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		var found answer
		if next.Template != nil {
			found.template(*next.Template)
		} else if err := found.file(next.JSON); err != nil {
			found = answer{Error: err.Error()}
		}
		if err := encoder.Encode(found); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func (found *answer) file(text []byte) error {
	file, diagnostics := hcljson.Parse(text, "cdk.tf.json")
	if diagnostics.HasErrors() {
		return diagnostics
	}
	content, diagnostics := file.Body.Content(root)
	if diagnostics.HasErrors() {
		return diagnostics
	}
	for _, each := range content.Blocks {
		read := block{Type: each.Type, Labels: each.Labels, Hidden: []string{}, Blocks: map[string]int{}}
		attributes, diagnostics := each.Body.JustAttributes()
		if diagnostics.HasErrors() {
			return diagnostics
		}
		body := map[string]any{}
		for name, attribute := range attributes {
			value, err := found.value(attribute.Expr)
			if err != nil {
				return err
			}
			body[name] = value
		}
		read.Body = body
		read.nested(each.Body, names(attributes), "")
		sort.Strings(read.Hidden)
		found.Blocks = append(found.Blocks, read)
	}
	return nil
}

// Value of an expression with its templates unevaluated.
func (found *answer) value(expression hcl.Expression) (any, error) {
	if items := hcljsonList(expression); items != nil {
		list := make([]any, 0, len(items))
		for _, item := range items {
			value, err := found.value(item)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	}
	if pairs := hcljsonMap(expression); pairs != nil {
		object := map[string]any{}
		for _, pair := range pairs {
			key, err := found.value(pair.Key)
			if err != nil {
				return nil, err
			}
			name, isText := key.(string)
			if _, exists := object[name]; exists || !isText {
				return nil, fmt.Errorf("key %q twice", name)
			}
			if object[name], err = found.value(pair.Value); err != nil {
				return nil, err
			}
		}
		return object, nil
	}
	value, diagnostics := expression.Value(nil)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	if value.Type() == cty.String && !value.IsNull() {
		found.template(value.AsString())
		return value.AsString(), nil
	}
	if value.IsNull() {
		return nil, nil
	}
	text, err := ctyjson.Marshal(value, value.Type())
	return json.RawMessage(text), err
}

// Reads a template as Terraform evaluates it. Texts without expressions are left out.
func (found *answer) template(text string) {
	expression, diagnostics := hclsyntax.ParseTemplate([]byte(text), "cdk.tf.json", hcl.InitialPos)
	read := template{Text: text, Functions: []string{}, Roots: []string{}, References: []string{}}
	if diagnostics.HasErrors() {
		read.Error = diagnostics.Error()
		found.Templates = append(found.Templates, read)
		return
	}
	functions, roots, references := map[string]bool{}, map[string]bool{}, map[string]bool{}
	_ = hclsyntax.VisitAll(expression.(hclsyntax.Node), func(node hclsyntax.Node) hcl.Diagnostics {
		if call, isCall := node.(*hclsyntax.FunctionCallExpr); isCall {
			functions[call.Name] = true
		}
		return nil
	})
	for _, traversal := range expression.Variables() {
		roots[traversal.RootName()] = true
		references[path(traversal)] = true
	}
	read.Functions, read.Roots, read.References = sorted(functions), sorted(roots), sorted(references)
	if _, isLiteral := literal(expression); !isLiteral {
		found.Templates = append(found.Templates, read)
	}
}

// Reads each member as blocks, as Terraform does where the schema has a block of the name.
func (read *block) nested(body hcl.Body, members []string, path string) {
	for _, name := range members {
		at := path + "/" + name
		schema := &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: name}}}
		content, _, diagnostics := body.PartialContent(schema)
		if diagnostics.HasErrors() {
			continue
		}
		read.Blocks[at] = len(content.Blocks)
		for index, each := range content.Blocks {
			// A body that is a list has no attributes in this reading, but Terraform merges the objects in it.
			attributes, diagnostics := each.Body.JustAttributes()
			place := fmt.Sprintf("%s/%d", at, index)
			if diagnostics.HasErrors() {
				if _, _, unreadable := each.Body.PartialContent(&hcl.BodySchema{}); !unreadable.HasErrors() {
					read.Hidden = append(read.Hidden, place)
				}
				continue
			}
			read.nested(each.Body, names(attributes), place)
		}
	}
}

func path(traversal hcl.Traversal) string {
	text := ""
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			text += step.Name
		case hcl.TraverseAttr:
			text += "." + step.Name
		case hcl.TraverseIndex:
			switch {
			case step.Key.Type() == cty.String:
				text += fmt.Sprintf("[%q]", step.Key.AsString())
			case step.Key.Type() == cty.Number && step.Key.AsBigFloat().IsInt():
				text += "[" + step.Key.AsBigFloat().Text('f', -1) + "]"
			default:
				return text
			}
		default:
			text += "[*]"
		}
	}
	return text
}

func literal(expression hclsyntax.Expression) (string, bool) {
	template, isTemplate := expression.(*hclsyntax.TemplateExpr)
	if !isTemplate {
		return "", false
	}
	text := ""
	for _, part := range template.Parts {
		value, isLiteral := part.(*hclsyntax.LiteralValueExpr)
		if !isLiteral || value.Val.Type() != cty.String {
			return "", false
		}
		text += value.Val.AsString()
	}
	return text, true
}

func hcljsonList(expression hcl.Expression) []hcl.Expression {
	items, diagnostics := hcl.ExprList(expression)
	if diagnostics.HasErrors() {
		return nil
	}
	return items
}

func hcljsonMap(expression hcl.Expression) []hcl.KeyValuePair {
	pairs, diagnostics := hcl.ExprMap(expression)
	if diagnostics.HasErrors() {
		return nil
	}
	return pairs
}

func names(attributes hcl.Attributes) []string {
	all := make([]string, 0, len(attributes))
	for name := range attributes {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}

func sorted(set map[string]bool) []string {
	all := make([]string, 0, len(set))
	for name := range set {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}
