// Players of server.mjs: most only send and count what comes, PROBES of them decode it with Colyseus' own SDK and time it.
//
//   node load.mjs PORT PLAYERS PROBES MOVES_PER_SECOND SETTLE_SECONDS SECONDS
//
// Prints "measuring" when all are in and have settled, and at the end one line of JSON. A move carries its time in the rotation of a hand.
import { Client } from '@colyseus/sdk';
import WebSocket from 'ws';

const [port, players, probes, rate, settleS, seconds] = process.argv.slice(2).map(Number);
const ROOM_DATA_BYTES = 17, JOIN_ROOM = 10, MOVE = 1;

const now = () => performance.timeOrigin + performance.now();
// Hundredths of a millisecond, which do not wrap within eleven hours.
const stamp = () => Math.round((now() % 36e6) * 100) >>> 0;

/** Walks a circle of its own and trembles as trackers do. */
class Body {
  constructor(index) {
    this.index = index;
    this.fields = new DataView(new ArrayBuffer(64));
  }
  step(seconds) {
    const angle = this.index + seconds * 0.7, noise = () => (Math.random() - 0.5) * 1e-3;
    const x = 32 + (this.index % 10) * 2 + Math.cos(angle) * 2, z = 32 + Math.floor(this.index / 10) * 2 + Math.sin(angle) * 2;
    const at = [[x, 0, z], [x + noise(), 1.6 + noise(), z + noise()],
      [x - 0.3 + noise(), 1.1 + 0.1 * Math.sin(3 * angle), z + noise()], [x + 0.3 + noise(), 1.1 - 0.1 * Math.sin(3 * angle), z + noise()]];
    at.forEach((place, i) => {
      place.forEach((metres, axis) => this.fields.setFloat32(16 * i + 4 * axis, metres, true));
      this.fields.setUint32(16 * i + 12, i === 2 ? stamp() : Math.floor(Math.random() * 0x3fffffff), true);
    });
    return new Uint8Array(this.fields.buffer);
  }
}

const counts = { messages: 0, bytes: 0, sent: 0 };
let measuring = false, updates = 0;
const delays = [];

async function counting() {
  const answer = await fetch(`http://127.0.0.1:${port}/matchmake/joinOrCreate/plaza`,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  const seat = await answer.json();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`, { perMessageDeflate: false });
  await new Promise((joined, failed) => {
    socket.on('error', failed);
    socket.on('message', bytes => {
      if (bytes[0] === JOIN_ROOM) {
        socket.send(Uint8Array.of(JOIN_ROOM));
        joined();
      } else if (measuring) {
        counts.messages++;
        counts.bytes += bytes.length;
      }
    });
  });
  const message = new Uint8Array(2 + 64);
  message.set([ROOM_DATA_BYTES, MOVE]);
  return body => {
    message.set(body, 2);
    socket.send(message.slice());
  };
}

async function probing() {
  const room = await new Client(`ws://127.0.0.1:${port}`).joinOrCreate('plaza');
  const last = new Map();
  room.onStateChange(state => {
    const at = stamp();
    state.players.forEach((player, id) => {
      if (player.lq !== last.get(id)) {
        last.set(id, player.lq);
        if (measuring) updates++;
        if (measuring && id !== room.sessionId) delays.push((at - player.lq) / 100);
      }
    });
  });
  return body => room.sendBytes(MOVE, body);
}

const senders = [];
for (let i = 0; i < players; i++) {
  senders.push(await (i < probes ? probing() : counting()));
}
// Each at its own moment of the interval, as players are.
const startMs = now();
senders.forEach((send, i) => {
  const body = new Body(i);
  setTimeout(() => setInterval(() => {
    if (measuring) counts.sent++;
    send(body.step((now() - startMs) / 1000));
  }, 1000 / rate), (i * 1000) / rate / players);
});
await new Promise(done => setTimeout(done, settleS * 1000));
measuring = true;
const from = process.cpuUsage(), fromMs = now();
console.log('measuring');
await new Promise(done => setTimeout(done, seconds * 1000));
measuring = false;
const took = (now() - fromMs) / 1000, used = process.cpuUsage(from);
delays.sort((a, b) => a - b);
const counted = players - probes;
console.log(JSON.stringify({
  seconds: took, cores: (used.user + used.system) / 1e6 / took, sentPerPlayer: counts.sent / players / took,
  messagesPerPlayer: counts.messages / counted / took, bytesPerPlayer: counts.bytes / counted / took, updatesPerPlayer: updates / probes / took,
  delivery: { count: delays.length, p50: delays[Math.floor(delays.length * 0.5)], p99: delays[Math.floor(delays.length * 0.99)] },
}));
process.exit(0);
