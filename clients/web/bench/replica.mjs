// What the client's half of entities costs in JavaScript, from bytes to what is shown: node replica.mjs OUT.json
// OUT.json is what clients/godot/bench/replica.gd reads: the messages of each tick, and what is there at the end.

import { writeFileSync } from 'node:fs';
import { JOINT_STEPS, ROOT_STEPS, Replica } from '../entities.js';
import { MAX_UPDATE_BYTES, decodeServer, encode, unpackRotation } from '../protocol.js';
import { AVATARS, BONES, BONE_STEPS, FIELDS, TICKS, motion } from './motion.mjs';

/** A round trip of 100 ms and half a tick to send: what a viewer has acknowledged is four ticks old. */
const AGE = 4;
const BATCHES = 60;
const FRAME_MS = 1000 / 60;
const HEAD_AND_HANDS = 7;

if (BONE_STEPS !== JOINT_STEPS) throw new Error('motion.mjs has other steps');
const frames = motion(20261126);
let number = 0;

function come() {
    const pose = { x: 0, y: 0, z: 0, rotation: frames[0].rotations[0] };
    const entities = Array.from({ length: AVATARS }, (_, index) => {
        return { index, entity: BigInt(index + 1), kind: 'AVATAR', owner: `p${index}`, model: '', pose, joints: HEAD_AND_HANDS };
    });
    return encode({ type: 'EntityStates', number: 1, epoch: 1n, tick: 0, left: [], entities });
}

/** As many messages as the avatars need. */
function updates(tick) {
    const messages = [];
    let bytes = [];
    for (let avatar = 0; avatar < AVATARS; avatar++) {
        const entity = told(tick, avatar);
        if (bytes.length + entity.length > MAX_UPDATE_BYTES) {
            messages.push(bytes);
            bytes = [];
        }
        bytes.push(...entity);
    }
    messages.push(bytes);
    return messages.map(entities => {
        number = (number + 1) & 0xffff;
        return encode({ type: 'EntityUpdate', number, tick, entities: Uint8Array.from(entities) });
    });
}

function told(tick, avatar) {
    const differences = tick < AGE ? null : delta(frames[tick], frames[tick - AGE], avatar * BONES);
    const head = age => [(avatar | (age << 10)) & 0xff, (avatar | (age << 10)) >> 8];
    return differences ? [...head(AGE), ...differences] : [...head(0), ...whole(frames[tick], avatar * BONES)];
}

function whole({ positions, rotations }, first) {
    const lanes = [0, 1, 2].map(axis => BigInt(positions[first * 3 + axis] + (1 << 20)) << BigInt(21 * axis));
    const bytes = [...little(lanes[0] | lanes[1] | lanes[2], 8), ...little(BigInt(rotations[first]), 4)];
    for (let field = first + 1; field < first + BONES; field++) {
        for (let axis = 0; axis < 3; axis++) bytes.push(...little(BigInt(positions[field * 3 + axis] & 0xffff), 2));
        bytes.push(...little(BigInt(rotations[field]), 4));
    }
    return bytes;
}

/** Null if something is further off than the classes reach. */
function delta(now, base, first) {
    let classes = 0;
    const bytes = [];
    for (let field = first; field < first + BONES; field++) {
        const moved = [0, 1, 2].map(axis => now.positions[field * 3 + axis] - base.positions[field * 3 + axis]);
        const parts = bits => [bits >>> 20, bits >>> 10, bits].map(part => part & 0x3ff);
        const before = parts(base.rotations[field]);
        const turned = parts(now.rotations[field]).map((part, i) => part - before[i]);
        const move = classOf(moved);
        const same = now.rotations[field] === base.rotations[field];
        const turn = same ? 0 : now.rotations[field] >>> 30 === base.rotations[field] >>> 30 ? Math.min(3, classOf(turned)) : 3;
        if (move > 3) return null;
        classes |= (move | (turn << 2)) << (4 * (field - first));
        bytes.push(...bytesOf(move, moved), ...(turn === 3 ? little(BigInt(now.rotations[field]), 4) : bytesOf(turn, turned)));
    }
    return [classes & 0xff, classes >> 8, ...bytes];
}

function classOf(differences) {
    const fits = bound => differences.every(d => d >= -bound && d < bound);
    if (differences.every(d => d === 0)) return 0;
    return fits(3) ? 1 : fits(16) ? 2 : fits(512) ? 3 : 4;
}

function bytesOf(kind, [a, b, c]) {
    if (kind === 0) return [];
    if (kind === 1) return [a + 3 + 6 * (b + 3) + 36 * (c + 3)];
    const width = kind === 2 ? 5n : 10n;
    const bits = [a, b, c].map((d, i) => BigInt.asUintN(Number(width), BigInt(d)) << (width * BigInt(i)));
    return little(bits[0] | bits[1] | bits[2], kind === 2 ? 2 : 4);
}

const little = (value, bytes) => Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));

const first = come();
const ticks = frames.map((_, tick) => updates(tick));
const out = [0, 0, 0];
const quaternion = [0, 0, 0, 0];

function take(replica, bytes) {
    const reason = replica.apply(decodeServer(bytes));
    if (reason !== '') throw new Error(reason);
}

function show(replica) {
    for (let index = 0; index < AVATARS; index++) {
        for (let i = 0; i < BONES; i++) {
            replica.position(index, i, out);
            unpackRotation(replica.rotation(index, i), quaternion);
        }
    }
}

let reading = Infinity;
let showing = Infinity;
let replica;
for (let batch = 0; batch < BATCHES; batch++) {
    replica = new Replica();
    take(replica, first);
    const before = process.cpuUsage();
    for (const messages of ticks) for (const bytes of messages) take(replica, bytes);
    const between = process.cpuUsage();
    for (let i = 0; i < TICKS; i++) show(replica);
    const after = process.cpuUsage();
    const ms = (from, to) => (to.user + to.system - from.user - from.system) / 1000 / TICKS;
    reading = Math.min(reading, ms(before, between));
    showing = Math.min(showing, ms(between, after));
}

const last = frames.at(-1);
for (let field = 0; field < FIELDS; field++) {
    const steps = field % BONES === 0 ? ROOT_STEPS : JOINT_STEPS;
    const at = replica.position(Math.floor(field / BONES), field % BONES).map(metres => metres * steps);
    at.forEach((step, axis) => {
        if (step !== last.positions[field * 3 + axis]) throw new Error(`field ${field} is at ${at}`);
    });
    if (replica.rotation(Math.floor(field / BONES), field % BONES) !== last.rotations[field]) throw new Error(`field ${field} is turned`);
}

const bytes = ticks.slice(AGE).flat().reduce((sum, message) => sum + message.length, 0) / (TICKS - AGE);
console.log(`replica_bytes_per_tick ${bytes.toFixed(0)} B`);
console.log(`web_replica_update_ms ${reading.toFixed(4)} ms`);
console.log(`web_replica_show_ms ${showing.toFixed(4)} ms`);
console.log(`web_replica_frame ${((100 * (reading + showing)) / FRAME_MS).toFixed(2)} %`);
const hex = message => Buffer.from(message).toString('hex');
if (process.argv[2]) {
    const ends = { positions: [...last.positions], rotations: [...last.rotations] };
    writeFileSync(process.argv[2], JSON.stringify({ first: hex(first), ticks: ticks.map(messages => messages.map(hex)), ...ends }));
}
