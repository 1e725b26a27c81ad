// Holds protocol.js to the vectors of the protocol, and to messages that Java made at random: node vectors.mjs FOLDER RANDOM.json
// FOLDER has client.json, server.json, malformed.json, rotations.json and views.json.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUBPROTOCOL, decodeClient, decodeServer, encode, packRotation, unpackRotation } from '../protocol.js';

const [folder, random] = process.argv.slice(2);
const read = file => JSON.parse(readFileSync(file, 'utf8'));
const vectors = name => read(join(folder, `${name}.json`));
const hex = bytes => Buffer.from(bytes).toString('hex');
const decode = (from, text) => (from === 'client' ? decodeClient : decodeServer)(new Uint8Array(Buffer.from(text, 'hex')));
let checked = 0;

/** As vectors have it: 64-bit numbers as decimal digits. */
const plain = value => JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v)));

function whole(from, vector) {
    const message = decode(from, vector.hex);
    assert.deepEqual(plain(message), { type: vector.message, ...vector.fields }, vector.name);
    assert.equal(hex(encode(message)), vector.hex, vector.name);
    checked++;
    return message;
}

for (const from of ['client', 'server']) for (const vector of vectors(from)) whole(from, vector);

for (const { name, from, hex: text, reason } of vectors('malformed')) {
    assert.deepEqual(decode(from, text), { type: 'Malformed', reason }, name);
    checked++;
}

for (const { rotation, quaternion } of vectors('rotations')) {
    assert.equal(packRotation(...quaternion), rotation);
    const dot = unpackRotation(rotation).reduce((sum, c, i) => sum + c * quaternion[i], 0);
    assert.ok(Math.abs(Math.abs(dot) - 1) < 1e-5, `${rotation}`);
    checked++;
}

/** What a client knows of its zone: docs/protocol.md, Space and presence. */
function view(messages) {
    const avatars = new Map();
    const know = ({ avatar, player, pose }, tick) => avatars.set(avatar, { avatar, player, pose, tick });
    for (const message of messages) {
        const { tick } = message;
        if (message.type === 'ZoneSnapshot') {
            if (message.part === 0) avatars.clear();
            message.avatars.forEach(state => know(state, tick));
        } else {
            message.entered.forEach(state => know(state, tick));
            for (const { avatar, pose } of message.moved) {
                const known = avatars.get(avatar);
                if (known && tick >= known.tick) Object.assign(known, { pose, tick });
            }
            message.left.forEach(avatar => avatars.delete(avatar));
        }
    }
    return [...avatars.values()].sort((a, b) => a.avatar - b.avatar).map(({ tick, ...known }) => known);
}

for (const { name, arriving, known } of vectors('views')) {
    assert.deepEqual(view(arriving.map(vector => whole('server', vector))), known, name);
    checked++;
}

/** Java's verdict of bytes: why they are no message, or how the message is written again. */
for (const { from, hex: text, reason, again } of read(random)) {
    const message = decode(from, text);
    if (message.type === 'Malformed') assert.equal(message.reason, reason, text);
    else assert.equal(hex(encode(message)), again, text);
    checked++;
}

for (const wrong of [
    { type: 'Ping', nonce: -1, clientTimeMs: 0n },
    { type: 'Ping', nonce: 0, clientTimeMs: 1n << 63n },
    { type: 'PlaceProp', clientSequence: 1n, model: '', pose: { x: 0, y: 0, z: 0, rotation: 0 } },
    { type: 'PlaceProp', clientSequence: 1n, model: 'm'.repeat(129), pose: { x: 0, y: 0, z: 0, rotation: 0 } },
    { type: 'PlaceProp', clientSequence: 1n, model: 'm', pose: { x: NaN, y: 0, z: 0, rotation: 0 } },
    { type: 'EditDurable', epoch: 1n, clientSequences: Array(257).fill(1n) },
    { type: 'Notice', kind: 'NONE', detail: '' },
]) {
    assert.throws(() => encode(wrong), RangeError);
    checked++;
}
const cut = decodeServer(encode({ type: 'Notice', kind: 'CLOSING', detail: 'a' + 'é'.repeat(200) }));
assert.equal(cut.detail, 'a' + 'é'.repeat(127));

// transport.js stands alone, so it has the name once more.
const transport = readFileSync(new URL('../transport.js', import.meta.url), 'utf8');
assert.ok(transport.includes(`const SUBPROTOCOL = '${SUBPROTOCOL}';`));

console.log(`${checked} checked`);
