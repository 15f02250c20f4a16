package specedit

import "testing"

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
		want: "app:\n    name: shop # who\n    module: acme.org/shop\nversion: 1\n",
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
			got := SetApp([]byte(tt.text), "shop", "acme.org/shop")
			if string(got) != tt.want {
				t.Errorf("SetApp gave\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestOddModuleIsQuoted(t *testing.T) {
	t.Parallel()
	got := SetApp([]byte("app: { name: chat, module: example.com/chat }\n"), "", `x }, "y`)
	if want := `app: { name: chat, module: 'x }, "y' }` + "\n"; string(got) != want {
		t.Errorf("SetApp gave %q, want %q", got, want)
	}
}

func TestSchemaLineIsAddedOnce(t *testing.T) {
	t.Parallel()
	once := WithSchemaLine([]byte("\xef\xbb\xbfversion: 1\n"))
	if want := schemaLine + "version: 1\n"; string(once) != want {
		t.Errorf("WithSchemaLine gave %q, want %q", once, want)
	}
	if twice := WithSchemaLine(once); string(twice) != string(once) {
		t.Errorf("WithSchemaLine gave %q the second time", twice)
	}
}
