package need

// Install is NPM but for the test that it fails, with the npm to use.
var Install = install
