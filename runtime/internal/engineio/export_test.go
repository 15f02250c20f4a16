package engineio

import "github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"

// PacketV3 returns a packet as a server of version 3 sends it by polling.
func PacketV3(packet string) string { return string(appendPacket(nil, wsconn.Text(packet), true)) }
