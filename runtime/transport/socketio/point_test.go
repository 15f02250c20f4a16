package socketio_test

import "testing"

// TestPoint holds one test for each point of the protocol reference, by its
// number: go test -run 'Point/53'.
func TestPoint(t *testing.T) {
	t.Parallel()
	for _, point := range []struct {
		number string
		test   func(*testing.T)
	}{
		{"51", pollingHandshake},
		{"52", websocketHandshake},
		{"53", unknownSession},
		{"54", refusedRequests},
		{"55", pollingPayload},
		{"56", upgrade},
		{"57", heartbeat},
		{"58", clientPing},
		{"59", tooLarge},
		{"60", connectReply},
		{"61", unknownNamespace},
		{"62", protocolErrors},
		{"63", connectTimeout},
		{"64", binary},
		{"65", findAnswer},
		{"66", argumentShapes},
		{"67", missingQuery},
		{"68", tooManyArguments},
		{"69", unknownService},
		{"70", invalidPath},
		{"71", methodNotAllowed},
		{"72", everyEventIsAnswered},
		{"73", errorAcknowledgement},
		{"74", typesAreKept},
		{"75", callWithoutAcknowledgement},
		{"76", eventName},
		{"77", eventPerItem},
		{"78", noEvent},
		{"79", originatorGetsTheEvent},
		{"80", oneEventForTwoChannels},
		{"81", customEvent},
		{"82", disconnectLeavesChannels},
		{"85", connectPayloadIsIgnored},
		{"88", version3},
	} {
		t.Run(point.number, func(t *testing.T) {
			t.Parallel()
			point.test(t)
		})
	}
}
