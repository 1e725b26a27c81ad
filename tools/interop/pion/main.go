// A scripted peer on pion, pion's TURN server, and a server of many peers for benchmarks: ../README.md has the commands and events.
package main

import (
	"fmt"
	"os"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "peer":
		err = peer()
	case len(os.Args) == 4 && os.Args[1] == "turn":
		err = turnServer(os.Args[2], os.Args[3])
	case len(os.Args) == 3 && os.Args[1] == "serve":
		err = serve(os.Args[2])
	default:
		fmt.Fprintln(os.Stderr, "usage: pion peer | pion turn ADDRESS:PORT SECRET | pion serve ADDRESS:PORT")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pion:", err)
		os.Exit(1)
	}
}
