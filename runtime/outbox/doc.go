// Package outbox sends events that a database keeps.
//
// A service with an Outbox writes, in the transaction of each change, an entry
// for the event that tells of it. The call sends the event as ever; once the bus
// has stored it, which is when no end of this process can lose it any more, the
// entry is deleted, off the call's way and together with others. What a crash
// leaves unsent is there to be sent by another process, or by the next one: each
// process keeps its own entries and says that it lives; one that is not heard of
// for a while loses them to another, which runs the publisher, brings the event
// to its own clients, and puts it on the bus.
//
// So every event of a change that was committed is stored on the bus at least
// once. It may be sent twice
//
//   - when a process ends between sending and deleting, a fraction of a second;
//   - when a process stands still for so long that it is taken for dead: it has
//     to say every few seconds that it lives;
//   - when the bus drops events of a call with many, for want of room: all of
//     the call's are sent again.
//
// Clients that count should look at the record's id and its time of change.
// Events that are sent later come after younger ones. They tell of the record as
// it was stored: what after hooks made of the result, or of Call.Event, is lost
// with the process, as are Sealed fields, which entries never hold. When an
// after hook fails the call, or leaves no event, the entry is deleted unsent,
// but a crash in between sends it. Events of custom methods and of
// Service.Emit are not kept.
package outbox
