package main

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strconv"
)

// binaryMessage has its number in its first four bytes, big-endian; peers/core.mjs makes the same.
func binaryMessage(size int, seq uint32) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(seq*31 + uint32(i)*7)
	}
	if size >= 4 {
		binary.BigEndian.PutUint32(data, seq)
	}
	return data
}

// textMessage starts with its number in eight hexadecimal digits.
func textMessage(size int, seq uint32) string {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(97 + (int(seq)+i)%26)
	}
	if size >= 8 {
		copy(data, fmt.Sprintf("%08x", seq))
	}
	return string(data)
}

func messageEvent(peer, channel string, isText bool, data []byte) event {
	kind, seq := "binary", int64(-1)
	if isText {
		kind = "text"
		if len(data) >= 8 {
			if number, err := strconv.ParseUint(string(data[:8]), 16, 32); err == nil {
				seq = int64(number)
			}
		}
	} else if len(data) >= 4 {
		seq = int64(binary.BigEndian.Uint32(data))
	}
	hash := fnv.New32a()
	hash.Write(data)
	return event{"event": "message", "peer": peer, "channel": channel,
		"kind": kind, "size": len(data), "seq": seq, "fnv": hash.Sum32()}
}
