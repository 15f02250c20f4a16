package main

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

func TestModuleAndNameAreSetInPlace(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{{
		name: "both between braces",
		text: "# top\napp: { name: chat, module: example.com/chat } # mine\nversion: 1\n",
		want: "# top\napp: { name: shop, module: acme.org/shop } # mine\nversion: 1\n",
	}, {
		name: "both on lines of their own, the module first",
		text: "app:\n  module: example.com/chat # where\n  name: chat # who\nversion: 1\n",
		want: "app:\n  module: acme.org/shop # where\n  name: shop # who\nversion: 1\n",
	}, {
		name: "no module between braces",
		text: "app: { name: chat } # mine\n",
		want: "app: { name: shop, module: acme.org/shop } # mine\n",
	}, {
		name: "no module on lines",
		text: "app:\n    name: chat # who\nversion: 1\n",
		want: "app:\n    module: acme.org/shop\n    name: shop # who\nversion: 1\n",
	}, {
		name: "quoted",
		text: "app: { name: \"chat\", module: 'example.com/chat' }\n",
		want: "app: { name: shop, module: acme.org/shop }\n",
	}, {
		name: "after text that is not ASCII, with CRLF",
		text: "# ä\r\napp: { name: chat, module: \"example.com/chat\" } # ö\r\n",
		want: "# ä\r\napp: { name: shop, module: acme.org/shop } # ö\r\n",
	}, {
		name: "no app at all",
		text: "version: 1\n",
		want: "version: 1\n",
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := rename([]byte(tt.text), "shop", "acme.org/shop")
			if string(got) != tt.want {
				t.Errorf("rename gave\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestOddModuleIsQuoted(t *testing.T) {
	t.Parallel()
	text := []byte("app: { name: chat, module: example.com/chat }\n")
	file, _ := spec.Parse(specName, text)
	got := setModule(text, file, `x }, "y`)
	if want := `app: { name: chat, module: "x }, \"y" }` + "\n"; string(got) != want {
		t.Errorf("setModule gave %q, want %q", got, want)
	}
}

func TestSchemaLineIsAddedOnce(t *testing.T) {
	t.Parallel()
	once := withSchemaLine([]byte("\xef\xbb\xbfversion: 1\n"))
	if want := schemaLine + "version: 1\n"; string(once) != want {
		t.Errorf("withSchemaLine gave %q, want %q", once, want)
	}
	if twice := withSchemaLine(once); string(twice) != string(once) {
		t.Errorf("withSchemaLine gave %q the second time", twice)
	}
}

func TestAppName(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]string{
		"chat": "chat", "My Shop": "my-shop", "über_app.v2": "ber-app-v2", "2fa": "app-2fa",
		"--x--": "x", "日本": "app", "/": "app", ".": "app",
	} {
		if got := appName(folder); got != want {
			t.Errorf("appName(%q) = %q, want %q", folder, got, want)
		}
	}
}
