// A room of Colyseus that does what an instance does in `bench peers`: avatars of a root, a head and two hands, everybody sees everybody.
//
//   node server.mjs PORT PATCHES_PER_SECOND
//
// As its documentation advises where speed matters: plain fields of fixed types in one schema for each player (no nested refs), moves as binary
// messages, patches at the rate that is compared. Its uWebSockets transport is not on npm; ws, its default, is what is measured.
import { Room, Server } from '@colyseus/core';
import { schema, t } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';

const [port, rate] = process.argv.slice(2).map(Number);

// A position and the 32 bits of a rotation each, as an instance of ours is told.
const names = ['', 'h', 'l', 'r'].flatMap(part => [`${part}x`, `${part}y`, `${part}z`, `${part}q`]);
const Player = schema(Object.fromEntries(names.map(name => [name, name.endsWith('q') ? t.uint32() : t.float32()])), 'Player');
const State = schema({ players: t.map(Player) }, 'State');

class Plaza extends Room {
  maxClients = 1000;
  patchRate = 1000 / rate;
  autoDispose = false;

  onCreate() {
    this.setState(new State());
    this.onMessageBytes(1, (client, bytes) => {
      const player = this.state.players.get(client.sessionId);
      if (!player || bytes.length !== 64) return;
      const view = new DataView(bytes.buffer, bytes.byteOffset, 64);
      for (let i = 0; i < 16; i++) {
        player[names[i]] = i % 4 === 3 ? view.getUint32(4 * i, true) : view.getFloat32(4 * i, true);
      }
    });
  }

  onJoin(client) {
    this.state.players.set(client.sessionId, new Player());
  }

  onLeave(client) {
    this.state.players.delete(client.sessionId);
  }
}

const server = new Server({ transport: new WebSocketTransport({}), greet: false });
server.define('plaza', Plaza);
await server.listen(port, '127.0.0.1');
console.log('listening');
