package bus

import (
	"context"
	"errors"
)

// A Broker is a server that carries frames from every process of an app to
// every other. Drivers in packages redis and rabbitmq connect by themselves,
// in Send and Receive, and again when a connection broke. Send and Receive run
// beside each other; of each there is one call at a time.
type Broker interface {
	// Send hands a frame to the broker and returns nil once the broker keeps
	// it for all processes. After any other error than ErrForgotten the frame
	// may or may not have arrived; it is sent again, and nothing after it
	// before. Send does not keep the frame. It ends with ctx.
	Send(ctx context.Context, frame []byte) error
	// Receive calls frame for every frame that is sent, in the broker's order,
	// those of this process too, until ctx ends or the connection breaks; it
	// always returns an error. ready is called once it is connected and misses
	// nothing any more. A later Receive goes on where the one before ended:
	// what was sent between is read first. If some of that is gone, it calls
	// lost before it goes on. The frame is the callee's own.
	Receive(ctx context.Context, ready func(), frame func([]byte), lost func()) error
	// Close lets go of the broker for good, along with what the broker keeps
	// for this process. It is called once Send and Receive have returned.
	Close(ctx context.Context) error
}

// ErrForgotten is returned by a Send that sent nothing, because the broker lost
// frames that it had: those of late are to be sent again. It is returned once
// for each time that happens.
var ErrForgotten = errors.New("broker forgot what it was sent")
