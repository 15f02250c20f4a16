// Package token issues and verifies the access tokens of Feathers: JSON Web
// Tokens (RFC 7519) that Feathers' own servers accept, and theirs. What it
// refuses, it refuses in the words of the npm package jsonwebtoken, which
// Feathers passes on to clients.
//
// It knows no users, services or connections, and it keeps no list of tokens:
// one that was issued is good until it expires.
//
// Signatures are made and checked by golang-jwt. Headers and claims are read
// here: that library builds a map by reflection for each token, takes a claim
// that is given twice, and has error texts of its own.
package token
