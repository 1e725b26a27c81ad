"""aiortc as a scripted peer: ../README.md has the commands and events."""

import asyncio
import json
import struct
import sys
import time
import urllib.error
import urllib.request

import aioice.ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

# aioice leaves the loopback out, which is all that a machine without a network has.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]

MOST_BUFFERED = 1 << 20


def emit(event):
    print(json.dumps(event), flush=True)


def binary(size, seq):
    """Its first four bytes are its number, big-endian; core.mjs makes the same."""
    data = bytearray((seq * 31 + i * 7) & 255 for i in range(size))
    if size >= 4:
        struct.pack_into(">I", data, 0, seq)
    return bytes(data)


def text(size, seq):
    """Starts with its number in eight hexadecimal digits."""
    whole = "".join(chr(97 + (seq + i) % 26) for i in range(size))
    return whole if size < 8 else f"{seq:08x}{whole[8:]}"


def fnv(data):
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def describe(data):
    if isinstance(data, str):
        encoded = data.encode()
        head = data[:8]
        numbered = len(head) == 8 and all(c in "0123456789abcdef" for c in head)
        seq = int(head, 16) if numbered else -1
        return {"kind": "text", "size": len(encoded), "seq": seq, "fnv": fnv(encoded)}
    seq = struct.unpack_from(">I", data)[0] if len(data) >= 4 else -1
    return {"kind": "binary", "size": len(data), "seq": seq, "fnv": fnv(data)}


def signal(url, sdp):
    request = urllib.request.Request(
        url, data=sdp.encode(), headers={"Content-Type": "application/sdp"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.read().decode()
    except urllib.error.HTTPError as refused:
        raise RuntimeError(f"signalling: {refused.code} {refused.read().decode()}") from refused


class Peer:
    """One connection."""

    def __init__(self, name):
        self.name = name
        self.channels = {}
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.on("connectionstatechange", self.state_changed)

    def state_changed(self):
        emit({"event": "state", "peer": self.name, "state": self.connection.connectionState})

    def open(self, spec):
        label = spec["label"]
        options = {k: v for k, v in spec.items() if k != "label"}
        channel = self.connection.createDataChannel(label, **options)
        opened = asyncio.get_running_loop().create_future()
        closed = {"event": "channelClosed", "peer": self.name, "channel": label}

        @channel.on("open")
        def on_open():
            if not opened.done():
                opened.set_result(None)

        @channel.on("message")
        def on_message(data):
            emit({"event": "message", "peer": self.name, "channel": label, **describe(data)})

        channel.on("close", lambda: emit(closed))
        self.channels[label] = channel
        return opened

    async def connect(self, command):
        opens = [self.open(spec) for spec in command["channels"]]
        await self.connection.setLocalDescription(await self.connection.createOffer())
        offer = self.connection.localDescription.sdp
        answer = await asyncio.to_thread(signal, command["url"], offer)
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await asyncio.gather(*opens)

    async def send(self, command):
        channel = self.channels[command["channel"]]
        for i in range(command.get("count", 1)):
            if i > 0 and command.get("gapMs"):
                await asyncio.sleep(command["gapMs"] / 1000)
            while channel.bufferedAmount > MOST_BUFFERED:
                await asyncio.sleep(0.005)
            seq = command.get("first", 0) + i
            if "text" in command:
                channel.send(command["text"])
            elif command.get("kind") == "text":
                channel.send(text(command["size"], seq))
            else:
                channel.send(binary(command["size"], seq))
        await asyncio.sleep(0)


async def perform(peers, command):
    name, what = command["peer"], command["do"]
    limit = command.get("timeoutMs", 15000) / 1000
    if what == "connect":
        begun = time.monotonic()
        peer = Peer(name)
        peers[name] = peer
        await asyncio.wait_for(peer.connect(command), limit)
        return {"ms": (time.monotonic() - begun) * 1000}
    peer = peers[name]
    if what == "open":
        await asyncio.wait_for(peer.open(command["channel"]), limit)
    elif what == "send":
        await peer.send(command)
    elif what == "closeChannel":
        peer.channels[command["channel"]].close()
    elif what == "close":
        await peer.connection.close()
    else:
        raise ValueError(f"no command {what}")
    return {}


async def answer(peers, command):
    try:
        emit({"id": command["id"], "ok": True, **await perform(peers, command)})
    except Exception as error:
        emit({"id": command["id"], "ok": False, "error": f"{type(error).__name__}: {error}"})


async def main():
    peers, running = {}, set()
    emit({"event": "ready"})
    while line := await asyncio.to_thread(sys.stdin.readline):
        task = asyncio.create_task(answer(peers, json.loads(line)))
        running.add(task)
        task.add_done_callback(running.discard)


asyncio.run(main())
