package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"

	"github.com/pion/turn/v4"
)

// turnServer relays UDP at address with time-limited credentials (username "expiry:player", password the base64 of
// HMAC-SHA1 of that under the secret), until stdin ends. Its first line on stdout tells its port.
func turnServer(address, secret string) error {
	socket, err := net.ListenPacket("udp4", address)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	server, err := turn.NewServer(turn.ServerConfig{
		Realm:       "otherworld",
		AuthHandler: turn.LongTermTURNRESTAuthHandler(secret, nil),
		PacketConnConfigs: []turn.PacketConnConfig{{
			PacketConn: socket,
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{
				RelayAddress: net.ParseIP(host),
				Address:      host,
			},
		}},
	})
	if err != nil {
		return err
	}
	ready, err := json.Marshal(map[string]any{"event": "ready", "port": socket.LocalAddr().(*net.UDPAddr).Port})
	if err != nil {
		return err
	}
	fmt.Println(string(ready))
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
	}
	return server.Close()
}
