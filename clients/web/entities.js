// What a client knows of the entities that it is told of: docs/protocol.md, Entities. No dependencies but the codec's constants.

import { KEPT_TICKS, MAX_INDEXES, MAX_JOINTS } from './protocol.js';

/** Steps of a metre: of a root, and of a joint's offset from it. */
export const ROOT_STEPS = 256;
export const JOINT_STEPS = 1024;

/** No index, no tick, no transform. */
export const NONE = -1;

const NEVER = -0x80000000;
const MIDDLE = 1 << 20;
const LANE = 0x1fffff;
const ROOT_BYTES = 12;
const JOINT_BYTES = 10;
const MAX_TRANSFORMS = 1 + MAX_JOINTS;
const BYTES_OF_CLASS = [0, 1, 2, 4];

/** What one index did in the last KEPT_TICKS ticks. */
class History {
    ticks = new Int32Array(KEPT_TICKS);
    positions = new Int32Array(0);
    rotations = new Uint32Array(0);
    transforms = 0;
    newest = NONE;

    restart(transforms) {
        this.transforms = transforms;
        this.newest = NONE;
        this.ticks.fill(NEVER);
        if (this.rotations.length < KEPT_TICKS * transforms) {
            this.positions = new Int32Array(KEPT_TICKS * transforms * 3);
            this.rotations = new Uint32Array(KEPT_TICKS * transforms);
        }
    }

    at(tick) {
        return (tick & (KEPT_TICKS - 1)) * this.transforms;
    }
}

/**
 * Takes EntityStates in order and EntityUpdates as they come, late, twice or not at all, and has what is to be acknowledged. One for
 * each connection. It never throws: what is malformed is answered with the reason, and the connection ends.
 */
export class Replica {
    #states = new Array(MAX_INDEXES).fill(undefined);
    #histories = new Array(MAX_INDEXES).fill(undefined);
    #indexes = new Map();
    #since = new Int32Array(MAX_INDEXES).fill(NEVER);
    #clock = NEVER;
    #statesNumber = 0;
    #datagram = 0;
    #earlier = 0;
    #hasDatagram = false;
    #unkept = new History();

    // Of the message that is read.
    #bytes = new Uint8Array();
    #at = 0;
    #malformed = '';

    /** Whether anything came that was not acknowledged yet. */
    isAcknowledgeDue = false;

    constructor() {
        this.#unkept.restart(MAX_TRANSFORMS);
    }

    /** Takes an EntityStates or EntityUpdate; any other message does nothing. The reason if it is malformed, '' if not. */
    apply(message) {
        if (message.type === 'EntityUpdate') return this.#update(message);
        if (message.type === 'EntityStates') return this.#take(message);
        return '';
    }

    /** What to tell the server; asking for it makes it no longer due. */
    acknowledgement() {
        this.isAcknowledgeDue = false;
        return { type: 'Acknowledge', datagram: this.#datagram, earlier: this.#earlier, states: this.#statesNumber };
    }

    get size() {
        return this.#indexes.size;
    }

    /** Where an entity is, by its id; NONE if it is not told of. */
    indexOf(entity) {
        return this.#indexes.get(entity) ?? NONE;
    }

    /** The EntityState of an index, as it was last told; undefined if it has none. */
    state(index) {
        return this.#states[index];
    }

    /** All that there are, as EntityStates. */
    *states() {
        for (const index of this.#indexes.values()) yield this.#states[index];
    }

    /** The tick that where it is comes from; NONE if EntityStates alone told of it. */
    tick(index) {
        return this.#histories[index]?.newest ?? NONE;
    }

    /** Root and joints. */
    transforms(index) {
        return transformsOf(this.#states[index].joints);
    }

    /** Which transform a joint is, by its code; NONE if it is not tracked, or not told yet. */
    transformOf(index, joint) {
        const { joints } = this.#states[index];
        const bit = 1 << (joint - 1);
        return (joints & bit) === 0 || this.tick(index) === NONE ? NONE : transformsOf(joints & (bit - 1));
    }

    /** Metres [x, y, z]: of the root where it is, of a joint from the root; written into `out` if that is given. */
    position(index, transform = 0, out = [0, 0, 0]) {
        const history = this.#histories[index];
        if (history === undefined || history.newest === NONE) {
            const { x, y, z } = this.#states[index].pose;
            out[0] = x;
            out[1] = y;
            out[2] = z;
            return out;
        }
        const at = 3 * (history.at(history.newest) + transform);
        const metre = transform === 0 ? 1 / ROOT_STEPS : 1 / JOINT_STEPS;
        out[0] = (history.positions[at] - MIDDLE) * metre;
        out[1] = (history.positions[at + 1] - MIDDLE) * metre;
        out[2] = (history.positions[at + 2] - MIDDLE) * metre;
        return out;
    }

    /** The 32 bits of a rotation: see unpackRotation. */
    rotation(index, transform = 0) {
        const history = this.#histories[index];
        if (history === undefined || history.newest === NONE) return this.#states[index].pose.rotation;
        return history.rotations[history.at(history.newest) + transform];
    }

    #take({ number, tick, left, entities }) {
        this.#clock = Math.max(this.#clock, tick);
        for (const index of left) {
            const state = this.#states[index];
            if (state === undefined) return 'BAD_INDEX';
            this.#states[index] = undefined;
            this.#since[index] = tick;
            this.#indexes.delete(state.entity);
        }
        for (const state of entities) {
            const { index, entity, joints } = state;
            const known = this.indexOf(entity);
            if (this.#states[index] === undefined ? known !== NONE : known !== index) return 'BAD_INDEX';
            if (joints >> MAX_JOINTS !== 0) return 'UNKNOWN_CODE';
            this.#states[index] = state;
            this.#since[index] = tick;
            this.#indexes.set(entity, index);
            this.#histories[index]?.restart(transformsOf(joints));
        }
        this.#statesNumber = number;
        this.isAcknowledgeDue = true;
        return '';
    }

    #update({ number, tick: tick16, entities }) {
        const tick = (this.#clock + (((tick16 - this.#clock) << 16) >> 16)) | 0;
        const end = entities.length;
        this.#bytes = entities;
        this.#at = 0;
        this.#malformed = '';
        let isWhole = true;
        while (this.#at < end) {
            if (end - this.#at < 2) return 'TRUNCATED';
            const head = entities[this.#at] | (entities[this.#at + 1] << 8);
            const index = head & 0x3ff;
            if (tick < this.#since[index]) {
                isWhole = false; // of another entity, or other joints: how long it is is not known
                break;
            }
            if (this.#states[index] === undefined) return 'BAD_INDEX';
            this.#at += 2;
            if (!this.#entity(this.#history(index), tick, head >> 10)) isWhole = false;
            if (this.#malformed !== '') return this.#malformed;
        }
        if (this.#clock !== NEVER) this.#clock = Math.max(this.#clock, tick);
        if (isWhole) this.#stored(number);
        return '';
    }

    /** Reads one; whether it was stored. */
    #entity(history, tick, age) {
        const base = (tick - age) | 0;
        const slot = tick & (KEPT_TICKS - 1);
        if (age !== 0 && history.ticks[base & (KEPT_TICKS - 1)] !== base) {
            if (tick > history.newest) this.#fail('NO_BASELINE'); // nothing can have taken its place
            else this.#skip(history.transforms);
            return false;
        }
        const isLate = history.ticks[slot] > tick;
        const into = isLate ? this.#unkept : history;
        const at = isLate ? 0 : history.at(tick);
        if (!isLate) history.ticks[slot] = NEVER;
        if (age === 0) this.#whole(history.transforms, into, at);
        else this.#delta(history, history.at(base), into, at);
        if (isLate || this.#malformed !== '') return false;
        history.ticks[slot] = tick;
        history.newest = Math.max(history.newest, tick);
        return true;
    }

    #whole(transforms, { positions, rotations }, to) {
        const bytes = this.#bytes;
        let at = this.#at;
        if (ROOT_BYTES + (transforms - 1) * JOINT_BYTES > bytes.length - at) {
            this.#fail('TRUNCATED');
            return;
        }
        const low = u32(bytes, at);
        const high = u32(bytes, at + 4);
        if (high >>> 31 !== 0) {
            this.#fail('NUMBER_TOO_LARGE');
            return;
        }
        positions[3 * to] = low & LANE;
        positions[3 * to + 1] = (low >>> 21) | ((high & 0x3ff) << 11);
        positions[3 * to + 2] = (high >>> 10) & LANE;
        if (!this.#turned(rotations, to, u32(bytes, at + 8))) return;
        at += ROOT_BYTES;
        for (let i = to + 1; i < to + transforms; i++) {
            for (let axis = 0; axis < 3; axis++) positions[3 * i + axis] = s16(bytes, at + 2 * axis) + MIDDLE;
            if (!this.#turned(rotations, i, u32(bytes, at + 6))) return;
            at += JOINT_BYTES;
        }
        this.#at = at;
    }

    #delta({ transforms, positions: before, rotations: turns }, from, { positions, rotations }, to) {
        const bytes = this.#bytes;
        let classes = this.#classes(transforms);
        let at = this.#at;
        if (this.#malformed !== '') return;
        for (let i = 0; i < transforms; i++, classes >>>= 4) {
            const moves = classes & 3;
            const turned = (classes >>> 2) & 3;
            if (BYTES_OF_CLASS[moves] + BYTES_OF_CLASS[turned] > bytes.length - at) {
                this.#fail('TRUNCATED');
                return;
            }
            let [a, b, c] = this.#differences(moves, at);
            if (this.#malformed !== '') return;
            at += BYTES_OF_CLASS[moves];
            // One addition to one number of 63 bits, so that bytes from outside mean the same everywhere.
            const p = 3 * (from + i);
            a += before[p];
            b += before[p + 1] + (a >> 21);
            c += before[p + 2] + (b >> 21);
            positions[3 * (to + i)] = a & LANE;
            positions[3 * (to + i) + 1] = b & LANE;
            positions[3 * (to + i) + 2] = c & LANE;
            let bits = turns[from + i];
            if (turned === 3) bits = u32(bytes, at);
            else if (turned !== 0) {
                [a, b, c] = this.#differences(turned, at);
                if (this.#malformed !== '') return;
                bits += (a << 20) + (b << 10) + c;
            }
            if (!this.#turned(rotations, to + i, bits)) return;
            at += BYTES_OF_CLASS[turned];
        }
        this.#at = at;
    }

    /** Three signed numbers. */
    #differences(kind, at) {
        const bytes = this.#bytes;
        if (kind === 0) return UNMOVED;
        if (kind === 1) return SMALL[bytes[at]] ?? this.#none();
        if (kind === 2) {
            const bits = bytes[at] | (bytes[at + 1] << 8);
            return bits >> 15 === 0 ? [(bits << 27) >> 27, (bits << 22) >> 27, (bits << 17) >> 27] : this.#none();
        }
        const bits = u32(bytes, at);
        return bits >>> 30 === 0 ? [(bits << 22) >> 22, (bits << 12) >> 22, (bits << 2) >> 22] : this.#none();
    }

    #none() {
        this.#fail('BAD_DELTA');
        return UNMOVED;
    }

    #turned(rotations, at, bits) {
        if ((bits & 0x3ff) === 0x3ff || ((bits >>> 10) & 0x3ff) === 0x3ff || ((bits >>> 20) & 0x3ff) === 0x3ff) {
            this.#fail('BAD_ROTATION');
            return false;
        }
        rotations[at] = bits;
        return true;
    }

    #skip(transforms) {
        let classes = this.#classes(transforms);
        for (; classes !== 0; classes >>>= 2) this.#at += BYTES_OF_CLASS[classes & 3];
        if (this.#at > this.#bytes.length) this.#fail('TRUNCATED');
    }

    #classes(transforms) {
        const count = (transforms + 1) >> 1;
        if (count > this.#bytes.length - this.#at) {
            this.#fail('TRUNCATED');
            return 0;
        }
        let classes = 0;
        for (let i = 0; i < count; i++) classes |= this.#bytes[this.#at++] << (8 * i);
        if (classes >>> (4 * transforms) !== 0) {
            this.#fail('BAD_DELTA');
            return 0;
        }
        return classes;
    }

    #history(index) {
        let history = this.#histories[index];
        if (history === undefined) {
            history = new History();
            history.restart(transformsOf(this.#states[index].joints));
            this.#histories[index] = history;
        }
        return history;
    }

    #stored(number) {
        const ahead = ((number - this.#datagram) << 16) >> 16;
        if (!this.#hasDatagram) {
            this.#hasDatagram = true;
            this.#datagram = number;
        } else if (ahead > 0) {
            const before = ahead < 32 ? this.#earlier << ahead : 0;
            this.#earlier = (ahead <= 32 ? before | (1 << (ahead - 1)) : 0) >>> 0;
            this.#datagram = number;
        } else if (ahead < 0 && ahead >= -32) {
            this.#earlier = (this.#earlier | (1 << (-ahead - 1))) >>> 0;
        }
        this.isAcknowledgeDue = true;
    }

    #fail(reason) {
        if (this.#malformed === '') this.#malformed = reason;
    }
}

const UNMOVED = Object.freeze([0, 0, 0]);

/** What a byte of class 1 says. */
const SMALL = Array.from({ length: 216 }, (_, code) => [(code % 6) - 3, (Math.floor(code / 6) % 6) - 3, Math.floor(code / 36) - 3]);

function transformsOf(joints) {
    let count = 1;
    for (let bits = joints; bits !== 0; bits &= bits - 1) count++;
    return count;
}

const u32 = (bytes, at) => (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;

const s16 = (bytes, at) => ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
