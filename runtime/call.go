package runtime

import (
	"net/http"

	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Call is one call of a service method on its way through the hooks. Hooks
// read and change it; it belongs to the goroutine that runs the call.
type Call struct {
	App     *App
	Service *Service
	Method  Method
	Params  Params

	// ID is the record that get, update, patch and remove are about. It is
	// null for a patch or remove of all records that match the query.
	ID record.Value
	// Query is never nil for the standard methods.
	Query *query.Query
	// Data holds what create, update, patch and custom methods were given:
	// one record, or with Many any number.
	Data []record.Record
	// Changed holds the fields that a patch sets. A hook that sets another
	// field of a patch's data adds it here.
	Changed record.FieldSet
	// Many says that the call is about a list: a find, a create with a list,
	// a patch or remove without an id.
	Many bool

	// Result is nil until the method ran. A before hook that sets it keeps
	// the method from running.
	Result *Result
	// Event is the event that the call causes, "" for none. Hooks may change
	// it to another event of the service.
	Event string
	// Local keeps that event from the clients of other processes.
	Local bool
	// Err is the error that error hooks are called for.
	Err error
	// HTTP changes what a REST client is answered.
	HTTP HTTP

	fixed    []fixedValue    // fields that path or user decide
	unsealed record.FieldSet // Sealed fields that an update did not give
	ticket   kept.Ticket     // of the events, nil unless they are kept
	own      bool            // for the owner's records only
	policy   bool            // Service.Policy decides
	ownToo   bool            // for the owner's records, if the policy refuses
}

// HTTP is what a call says about its answer over REST.
type HTTP struct {
	Status   int         // 0 for the usual one
	Header   http.Header // nil for none
	Location string      // answered as 303 See Other, "" for none
}

// Params tells where a call came from.
type Params struct {
	Provider   string      // "rest", "socketio", "primus"; "" for a call from Go
	Headers    http.Header // of the request, or of the connection's handshake; must not be changed
	Address    string      // the client's IP address; "" for calls from Go
	Identity   *Identity   // who calls; nil for nobody in particular, and for calls from Go
	Route      Route       // values of the path's :parameters
	Connection *Connection // nil over REST and for calls from Go
	Query      query.Tree  // as the client sent it
}

// Internal reports whether Go code made the call, not a client.
func (p *Params) Internal() bool { return p.Provider == "" }

// A Route holds the values of a path's :parameters, in their order.
type Route []RouteParam

// A RouteParam is one value from a path.
type RouteParam struct{ Name, Value string }

// Get returns the value of a parameter, "" when there is none.
func (r Route) Get(name string) string {
	for _, p := range r {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// A Result is what a method returned: one record, a list, a page of a list,
// or nothing at all.
type Result struct {
	Records []record.Record
	List    bool // a list, whatever its length
	Page    bool // a list with Total, Limit and Skip
	Total   int
	Limit   int
	Skip    int
}

// One returns the result of one record; nil is nothing at all.
func One(rec record.Record) *Result {
	if rec == nil {
		return &Result{}
	}
	return &Result{Records: []record.Record{rec}}
}

// List returns the result of a list of records.
func List(recs []record.Record) *Result { return &Result{Records: recs, List: true} }

// Empty reports whether the result is nothing at all, as opposed to an empty
// list.
func (r *Result) Empty() bool { return !r.List && len(r.Records) == 0 }

// AppendResult appends the call's result as JSON: what a client may see of
// it, cut to the fields that the query selected.
func (c *Call) AppendResult(dst []byte) []byte {
	r := c.Result
	if r == nil || r.Empty() {
		return append(dst, "null"...)
	}
	if !r.List {
		return c.appendRecord(dst, r.Records[0])
	}
	if r.Page {
		dst = append(dst, '{')
		dst = record.AppendIntField(dst, `"total":`, int64(r.Total))
		dst = record.AppendIntField(dst, `"limit":`, int64(r.Limit))
		dst = record.AppendIntField(dst, `"skip":`, int64(r.Skip))
		dst = append(dst, `"data":`...)
	}
	dst = append(dst, '[')
	for i, rec := range r.Records {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = c.appendRecord(dst, rec)
	}
	dst = append(dst, ']')
	if r.Page {
		dst = append(dst, '}')
	}
	return dst
}

func (c *Call) appendRecord(dst []byte, rec record.Record) []byte {
	schema := rec.Schema()
	fields := c.App.Shown(c.Params.Identity, rec)
	if c.Query != nil && !c.Query.Select.Empty() && schema == c.Service.Schema {
		selected := c.Query.Select
		selected.Add(schema.ID)
		fields = fields.Intersect(selected)
	}
	return rec.AppendJSON(dst, fields)
}
