package model_test

import (
	"go/token"
	"go/types"
	"strings"
	"testing"
	"unicode"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// table checks a function of names against what it should answer.
func table(t *testing.T, name string, f func(string) string, cases map[string]string) {
	t.Helper()
	for in, want := range cases {
		if got := f(in); got != want {
			t.Errorf("%s(%q) = %q, want %q", name, in, got, want)
		}
	}
}

func TestGoNamesReadLikeHandWrittenOnes(t *testing.T) {
	t.Parallel()
	table(t, "GoName", model.GoName, map[string]string{
		"id": "ID", "_id": "ID", "ids": "IDs", "userId": "UserID", "user_id": "UserID", "userIds": "UserIDs", "url": "URL",
		"avatarUrl": "AvatarURL", "json": "JSON", "htmlBody": "HTMLBody", "HTMLBody": "HTMLBody", "apiKey": "APIKey",
		"createdAt": "CreatedAt", "type": "Type", "2fa": "X2fa", "a1_2": "A1_2", "a": "A", "_": "X", "größe": "Größe",
		"日本": "X日本", "idea": "Idea", "ideas": "Ideas", "uid": "UID", "ßa": "Xßa", "sha256Sum": "Sha256Sum",
		"http2Server": "Http2Server", "iOS": "IOS", "x-y": "XY", "__proto": "Proto", "isOK": "IsOK",
	})
}

func TestFieldNamesLeaveTheRecordsMethodsAlone(t *testing.T) {
	t.Parallel()
	table(t, "FieldName", model.FieldName, map[string]string{
		"schema": "SchemaField", "value": "ValueField", "setValue": "SetValueField", "appendJson": "AppendJSONField", "marshalJSON": "MarshalJSONField",
		"clone": "CloneField", "values": "Values", "error": "Error",
	})
}

func TestTypesAreTheSingularOfTheService(t *testing.T) {
	t.Parallel()
	table(t, "TypeName", model.TypeName, map[string]string{
		"messages": "Message", "categories": "Category", "boxes": "Box", "statuses": "Status", "people": "People",
		"userRoles": "UserRole", "read-receipts": "ReadReceipt", "news": "News", "addresses": "Address", "classes": "Class",
		"matches": "Match", "dishes": "Dish", "movies": "Movie", "ties": "Tie", "buses": "Bus", "status": "Status",
		"houses": "House", "causes": "Cause", "heroes": "Hero", "shoes": "Shoe", "sizes": "Size", "quizzes": "Quiz",
		"responses": "Response", "databases": "Database", "analyses": "Analysis", "indices": "Index", "indexes": "Index",
		"children": "Child", "aliases": "Alias", "caches": "Cache", "knives": "Knife", "drives": "Drive", "urls": "URL",
		"apis": "API", "userIDs": "UserID", "2fa": "X2fa", "type": "Type", "gas": "Gas", "s": "S", "us": "Us", "data": "Data",
		"räume": "Räume", "CHILDREN": "CHILD",
	})
}

func TestEnumNamesStandBehindTheirType(t *testing.T) {
	t.Parallel()
	table(t, "EnumName", model.EnumName, map[string]string{
		"admin": "Admin", "in-review": "InReview", "not started": "NotStarted", "1": "1", "-1": "Minus1", "2.0": "2_0",
		"+": "U2B", "größe": "Größe", "url": "URL",
	})
}

func TestPackageNamesHideNothing(t *testing.T) {
	t.Parallel()
	table(t, "PackageName", func(s string) string { return model.PackageName(s, "web") }, map[string]string{
		"messages": "messages", "userRoles": "userroles", "read-receipts": "readreceipts", "2fa": "x2fa", "räume": "raume",
		"type": "typesvc", "error": "errorsvc", "string": "stringsvc", "context": "contextsvc", "time": "timesvc",
		"model": "modelsvc", "config": "configsvc", "app": "appsvc", "apptest": "apptestsvc", "runtime": "runtimesvc",
		"record": "recordsvc", "typed": "typedsvc", "query": "querysvc", "services": "servicessvc", "web": "websvc",
		"con": "consvc", "com1": "com1svc", "a": "asvc", "id": "idsvc", "my_test": "mytest", "internal": "internalsvc",
		"日本": "", "-": "",
	})
}

func TestPackageNamesAvoidWhatGoDeclares(t *testing.T) {
	t.Parallel()
	for _, name := range types.Universe.Names() {
		if got := model.PackageName(name, ""); got == name {
			t.Errorf("PackageName(%q) = %q, which Go declares", name, got)
		}
	}
	for tok := token.BREAK; tok <= token.VAR; tok++ {
		if got := model.PackageName(tok.String(), ""); got == tok.String() {
			t.Errorf("PackageName(%q) = %q, which is a keyword", tok, got)
		}
	}
}

func TestFileNamesAreNoBuildConditions(t *testing.T) {
	t.Parallel()
	table(t, "FileName", model.FileName, map[string]string{
		"Message": "message", "ReadReceipt": "read_receipt", "Linux": "linux", "MyLinux": "mylinux", "UnitTest": "unittest",
		"LinuxArm64": "linuxarm64", "Test": "test", "MyLinuxBox": "mylinuxbox", "X2fa": "x2fa", "Räume": "raume", "Con": "recordcon",
		"Nul": "recordnul", "HTMLPage": "html_page",
	})
}

func TestArticlesFollowTheSound(t *testing.T) {
	t.Parallel()
	table(t, "Article", model.Article, map[string]string{
		"Message": "a", "Invoice": "an", "User": "a", "Unit": "a", "Hour": "an", "URL": "a", "HTMLPage": "an", "SMS": "an",
		"X2fa": "an", "Umbrella": "an", "Uninstall": "an", "Euro": "a", "One": "a", "Über": "an", "ID": "an",
	})
}

func FuzzNames(f *testing.F) {
	for _, name := range []string{"userIds", "2fa", "größe", "日本", "ßa", "_", "a1_2", "read-receipts", "my_linux", "ǆ", "IDs", "con", "\u0301"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if strings.ToValidUTF8(name, "") != name {
			t.Skip("no name is broken UTF-8")
		}
		for what, got := range map[string]string{
			"GoName": model.GoName(name), "FieldName": model.FieldName(name), "TypeName": model.TypeName(name), "enum": "T" + model.EnumName(name),
		} {
			if name != "" && (!token.IsIdentifier(got) || !token.IsExported(got)) {
				t.Errorf("%s(%q) = %q, which is no exported identifier", what, name, got)
			}
		}
		pkg := model.PackageName(name, "")
		if pkg != "" && (!token.IsIdentifier(pkg) || strings.IndexFunc(pkg, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsUpper(r) }) >= 0) {
			t.Errorf("PackageName(%q) = %q, which is no package", name, pkg)
		}
		if file := model.FileName(model.TypeName(name)); file == "" || strings.HasSuffix(file, "_test") {
			t.Errorf("FileName(TypeName(%q)) = %q", name, file)
		}
		model.Article(model.TypeName(name))
	})
}
