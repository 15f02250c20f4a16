module example.com/notes

go 1.26.0

require github.com/featherscaffold/featherscaffold v0.1.0

require golang.org/x/time v0.16.0 // indirect
