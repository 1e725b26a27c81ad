// Holds protocol.js and entities.js to the vectors of the protocol, and to messages that Java made at random:
// node vectors.mjs FOLDER RANDOM.json TRAFFIC.json
// FOLDER has client.json, server.json, malformed.json, rotations.json and entities.json.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOINT_STEPS, NONE, ROOT_STEPS, Replica } from '../entities.js';
import { MAX_INDEXES, SUBPROTOCOL, decodeClient, decodeServer, encode, packRotation, unpackRotation } from '../protocol.js';

const [folder, random, traffic] = process.argv.slice(2);
const read = file => JSON.parse(readFileSync(file, 'utf8'));
const vectors = name => read(join(folder, `${name}.json`));
const hex = bytes => Buffer.from(bytes).toString('hex');
const decode = (from, text) => (from === 'client' ? decodeClient : decodeServer)(new Uint8Array(Buffer.from(text, 'hex')));
let checked = 0;

/** As vectors have it: 64-bit numbers as decimal digits. */
const plain = value =>
    JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v instanceof Uint8Array ? hex(v) : v)));

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

/** By index: the entity, and of each transform x, y, z in steps and the rotation. */
function known(replica) {
    const all = [];
    for (let index = 0; index < MAX_INDEXES; index++) {
        const state = replica.state(index);
        if (state === undefined) continue;
        assert.equal(replica.indexOf(state.entity), index);
        const transforms = [];
        for (let i = 0; replica.tick(index) !== NONE && i < replica.transforms(index); i++) {
            const steps = replica.position(index, i).map(metres => metres * (i === 0 ? ROOT_STEPS : JOINT_STEPS));
            transforms.push([...steps, replica.rotation(index, i)]);
        }
        all.push({ index, entity: state.entity.toString(), owner: state.owner, model: state.model, transforms });
    }
    assert.equal(replica.size, all.length);
    return all;
}

for (const { name, arriving, reason, known: expected, acknowledge } of vectors('entities')) {
    const replica = new Replica();
    const reasons = arriving.map(vector => replica.apply(whole('server', vector)));
    assert.equal(reasons.pop(), reason ?? '', name);
    assert.ok(reasons.every(r => r === ''), name);
    if (expected) assert.deepEqual(known(replica), expected, name);
    if (acknowledge) assert.deepEqual(replica.acknowledgement(), { type: 'Acknowledge', ...acknowledge }, name);
    checked++;
}

/** Of a connection, message after message: what Java thought of it, and now and then what it knew. */
for (const steps of read(traffic)) {
    const replica = new Replica();
    for (const [i, { hex: text, reason, known: expected, acknowledge }] of steps.entries()) {
        const message = decode('server', text);
        const what = `message ${i}: ${text}`;
        assert.equal(message.type === 'Malformed' ? message.reason : replica.apply(message), reason, what);
        if (expected) assert.deepEqual(known(replica), expected, what);
        if (acknowledge) assert.deepEqual(replica.acknowledgement(), { type: 'Acknowledge', ...acknowledge }, what);
        checked++;
    }
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
    { type: 'PlaceEntity', clientSequence: 1n, model: '', pose: { x: 0, y: 0, z: 0, rotation: 0 } },
    { type: 'PlaceEntity', clientSequence: 1n, model: 'm'.repeat(129), pose: { x: 0, y: 0, z: 0, rotation: 0 } },
    { type: 'PlaceEntity', clientSequence: 1n, model: 'm', pose: { x: NaN, y: 0, z: 0, rotation: 0 } },
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
