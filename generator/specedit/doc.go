// Package specedit changes the text of a spec in place: comments, order and
// layout stay as they are. A change only ever inserts text, and what it made
// is read again: it is returned only when it says what was there before and
// what was to be added, else an error tells to write it by hand. What the
// spec means is not checked here.
package specedit
