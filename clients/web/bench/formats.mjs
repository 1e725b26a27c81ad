// The candidates for an update of entities, from quantised fields to bytes and back. Each writes the fields that changed at any tick
// since the one that the viewer has acknowledged; deltas are told against that one. A message begins with tick u16, count u8.

import { AVATARS, BONES, BONE_STEPS, FIELDS, ROOT_STEPS, motion } from './motion.mjs';
import { unpackRotation } from '../protocol.js';

/** Ticks that a viewer remembers: an age takes the six bits that an index of ten leaves in two bytes. */
const RING = 64;
const HEADER = 3;
const FINE = Math.SQRT2 * 16383;
const CODES_PER_ENTITY = BONES * 2;

/** What a viewer has: what it shows, and for deltas the fields of the last ticks. */
export class View {
    positions = new Float32Array(FIELDS * 3);
    rotations = new Float32Array(FIELDS * 4);
    ringPositions = new Int32Array(RING * FIELDS * 3);
    ringRotations = new Uint32Array(RING * FIELDS);
    #quaternion = new Float32Array(4);

    show(field, x, y, z) {
        const metre = field % BONES === 0 ? 1 / ROOT_STEPS : 1 / BONE_STEPS;
        this.positions[field * 3] = x * metre;
        this.positions[field * 3 + 1] = y * metre;
        this.positions[field * 3 + 2] = z * metre;
    }

    turn(field, bits) {
        this.rotations.set(unpackRotation(bits, this.#quaternion), field * 4);
    }

    turnFine(field, left, a, b, c) {
        const q = this.#quaternion;
        const x = (a - 16383) / FINE;
        const y = (b - 16383) / FINE;
        const z = (c - 16383) / FINE;
        const largest = Math.sqrt(Math.max(0, 1 - x * x - y * y - z * z));
        q[0] = left === 0 ? largest : x;
        q[1] = left === 1 ? largest : left === 0 ? x : y;
        q[2] = left === 2 ? largest : left < 2 ? y : z;
        q[3] = left === 3 ? largest : z;
        this.rotations.set(q, field * 4);
    }
}

// ---- Bytes and bits ------------------------------------------------------------------------------

export class Sink {
    bytes = [];
    #bits = 0n;
    #count = 0;

    put(value, width) {
        for (let i = 0; i < width; i++) this.bytes.push((value >> (8 * i)) & 0xff);
    }

    bit(value, width) {
        this.#bits |= BigInt(value & (width === 32 ? -1 : (1 << width) - 1)) << BigInt(this.#count) & ((1n << BigInt(this.#count + width)) - 1n);
        this.#count += width;
        for (; this.#count >= 8; this.#count -= 8) {
            this.bytes.push(Number(this.#bits & 0xffn));
            this.#bits >>= 8n;
        }
    }

    finish() {
        if (this.#count > 0) this.bytes.push(Number(this.#bits & 0xffn));
        this.#bits = 0n;
        this.#count = 0;
    }

    zigzag(value) {
        let rest = ((value << 1) ^ (value >> 31)) >>> 0;
        for (; rest > 0x7f; rest >>>= 7) this.bytes.push((rest & 0x7f) | 0x80);
        this.bytes.push(rest);
    }
}

/** Up to 25 bits at once, lowest first. Nothing but zeros behind the end. */
class Bits {
    constructor(bytes, at) {
        this.bytes = bytes;
        this.at = at;
        this.held = 0;
        this.count = 0;
    }

    read(width) {
        while (this.count < width) {
            this.held |= (this.at < this.bytes.length ? this.bytes[this.at++] : 0) << this.count;
            this.count += 8;
        }
        const value = this.held & ((1 << width) - 1);
        this.held >>>= width;
        this.count -= width;
        return value;
    }

    signed(width) {
        return (this.read(width) << (32 - width)) >> (32 - width);
    }
}

const parts = bits => [(bits >>> 20) & 0x3ff, (bits >>> 10) & 0x3ff, bits & 0x3ff];

/** Differences of a field against the acknowledged tick, or null where there are none to tell. */
function differences(now, base, field) {
    const position = [0, 1, 2].map(i => now.positions[field * 3 + i] - base.positions[field * 3 + i]);
    const same = now.rotations[field] >>> 30 === base.rotations[field] >>> 30;
    const before = parts(base.rotations[field]);
    const rotation = same ? parts(now.rotations[field]).map((part, i) => part - before[i]) : null;
    return { position, rotation };
}

const most = values => Math.max(...values.map(v => (v < 0 ? -v - 1 : v)));

const where = (frame, field) => frame.positions.slice(field * 3, field * 3 + 3).join();
const turned = (frame, field) => frame.rotations[field];
const turnedFine = (frame, field) => frame.fine[field].join();

/** Whether it changed at any tick since the acknowledged one: what a viewer shows of a field that is not told stays right. */
function changed(frames, tick, age, field, of) {
    if (age === 0) return true;
    for (let i = tick - age; i < tick; i++) if (of(frames[i], field) !== of(frames[i + 1], field)) return true;
    return false;
}

// ---- Absolute, byte-aligned ----------------------------------------------------------------------

function absolute(fine) {
    const bytesOfRotation = fine ? 6 : 4;
    return {
        encode(sink, frames, tick, entity, age) {
            let mask = 0;
            for (let bone = 0; bone < BONES; bone++) {
                const field = entity * BONES + bone;
                if (changed(frames, tick, age, field, where)) mask |= 1 << (2 * bone);
                if (changed(frames, tick, age, field, fine ? turnedFine : turned)) mask |= 2 << (2 * bone);
            }
            if (mask === 0) return false;
            sink.put(entity, 2);
            sink.put(mask, 1);
            const now = frames[tick];
            for (let bone = 0; bone < BONES; bone++) {
                const field = entity * BONES + bone;
                if (mask & (1 << (2 * bone))) for (let i = 0; i < 3; i++) sink.put(now.positions[field * 3 + i], 2);
                if (mask & (2 << (2 * bone))) {
                    if (fine) {
                        const [left, a, b, c] = now.fine[field];
                        sink.put(a | ((left & 1) << 15), 2);
                        sink.put(b | ((left >> 1) << 15), 2);
                        sink.put(c, 2);
                    } else sink.put(now.rotations[field], 4);
                }
            }
            return true;
        },
        decode(view, bytes, data) {
            const count = bytes[2];
            const end = bytes.length;
            let at = HEADER;
            for (let n = 0; n < count; n++) {
                if (at + 3 > end) return false;
                const entity = data.getUint16(at, true);
                const mask = bytes[at + 2];
                at += 3;
                if (entity >= AVATARS) return false;
                for (let field = entity * BONES, bits = mask; bits !== 0; field++, bits >>= 2) {
                    if (bits & 1) {
                        if (at + 6 > end) return false;
                        view.show(field, data.getInt16(at, true), data.getInt16(at + 2, true), data.getInt16(at + 4, true));
                        at += 6;
                    }
                    if (bits & 2) {
                        if (at + bytesOfRotation > end) return false;
                        if (fine) {
                            const a = data.getUint16(at, true);
                            const b = data.getUint16(at + 2, true);
                            const left = (a >> 15) | ((b >> 15) << 1);
                            view.turnFine(field, left, a & 0x7fff, b & 0x7fff, data.getUint16(at + 4, true));
                        } else view.turn(field, data.getUint32(at, true));
                        at += bytesOfRotation;
                    }
                }
            }
            return at === end;
        },
    };
}

// ---- Absolute, bit-packed ------------------------------------------------------------------------

const packed = {
    encode(sink, frames, tick, entity, age) {
        const aligned = new Sink();
        if (!absolute(false).encode(aligned, frames, tick, entity, age)) return false;
        const mask = aligned.bytes[2];
        const now = frames[tick];
        sink.bit(entity, 10);
        sink.bit(mask, 8);
        for (let bone = 0; bone < BONES; bone++) {
            const field = entity * BONES + bone;
            if (mask & (1 << (2 * bone))) for (let i = 0; i < 3; i++) sink.bit(now.positions[field * 3 + i], bone === 0 ? 16 : 12);
            if (mask & (2 << (2 * bone))) {
                sink.bit(now.rotations[field] & 0xffff, 16);
                sink.bit(now.rotations[field] >>> 16, 16);
            }
        }
        return true;
    },
    decode(view, bytes) {
        const count = bytes[2];
        const bits = new Bits(bytes, HEADER);
        for (let n = 0; n < count; n++) {
            const entity = bits.read(10);
            if (entity >= AVATARS) return false;
            let mask = bits.read(8);
            for (let field = entity * BONES; mask !== 0; field++, mask >>= 2) {
                const width = field % BONES === 0 ? 16 : 12;
                if (mask & 1) view.show(field, bits.signed(width), bits.signed(width), bits.signed(width));
                if (mask & 2) view.turn(field, (bits.read(16) | (bits.read(16) << 16)) >>> 0);
            }
        }
        return bits.at === bytes.length;
    },
};

// ---- Deltas --------------------------------------------------------------------------------------

/**
 * Two bits for each field say how it is told: as the acknowledged tick has it, by small or larger differences, or whole.
 * `write` and `read` tell the fields of a class; both positions and rotations are three numbers, which makes them alike.
 */
function delta({ code, write, small, large }) {
    return {
        encode(sink, frames, tick, entity, age) {
            const now = frames[tick];
            const base = age === 0 ? null : frames[tick - age];
            const classes = [];
            const values = [];
            for (let bone = 0; bone < BONES; bone++) {
                const field = entity * BONES + bone;
                const d = base && differences(now, base, field);
                for (const [difference, whole, of] of [
                    [d && d.position, { position: [...now.positions.slice(field * 3, field * 3 + 3)], root: bone === 0 }, where],
                    [d && d.rotation, { rotation: now.rotations[field] }, turned],
                ]) {
                    const size = difference ? most(difference) : Infinity;
                    const kind = !changed(frames, tick, age, field, of) ? 0 : size < small ? 1 : size < large ? 2 : 3;
                    classes.push(kind);
                    values.push(kind === 3 ? whole : difference);
                }
            }
            if (classes.every(kind => kind === 0)) return false;
            code(sink, entity, age, classes);
            classes.forEach((kind, i) => kind !== 0 && write(sink, kind, values[i]));
            return true;
        },
    };
}

/** Reads deltas: `Source` has the bytes, and a method for each way to tell three numbers. */
const decodeDelta = Source => (view, bytes, data) => {
    const { ringPositions: positions, ringRotations: rotations } = view;
    const source = new Source(bytes, data);
    const tick = data.getUint16(0, true);
    const slot = (tick % RING) * FIELDS;
    for (let n = bytes[2]; n > 0; n--) {
        let classes = source.entity();
        if (source.number >= AVATARS || source.at > bytes.length) return false;
        const from = ((tick - source.age + RING) % RING) * FIELDS - slot;
        for (let field = source.number * BONES, bone = 0; bone < BONES; field++, bone++, classes >>>= 4) {
            const to = slot + field;
            const p = to * 3;
            const b = (to + from) * 3;
            const kind = classes & 3;
            if (kind === 3) source.whole(bone === 0);
            else if (kind !== 0) {
                if (kind === 1) source.small();
                else source.large();
                source.a += positions[b];
                source.b += positions[b + 1];
                source.c += positions[b + 2];
            }
            positions[p] = kind === 0 ? positions[b] : source.a;
            positions[p + 1] = kind === 0 ? positions[b + 1] : source.b;
            positions[p + 2] = kind === 0 ? positions[b + 2] : source.c;
            if (kind !== 0) view.show(field, source.a, source.b, source.c);

            const turned = (classes >> 2) & 3;
            let bits = rotations[to + from];
            if (turned === 3) bits = source.turned();
            else if (turned !== 0) {
                if (turned === 1) source.small();
                else source.large();
                bits += (source.a << 20) + (source.b << 10) + source.c;
            }
            rotations[to] = bits;
            if (turned !== 0) view.turn(field, bits);
        }
    }
    return source.at === bytes.length;
};

const wholeAligned = (sink, { position, rotation }) => {
    if (position) position.forEach(v => sink.put(v, 2));
    else sink.put(rotation, 4);
};
const classesAligned = (sink, entity, age, classes) => {
    sink.put(entity | (age << 10), 2);
    sink.put(classes.reduce((bits, kind, i) => bits | (kind << (2 * i)), 0), 2);
};

/** Behind the end there is nothing but zeros, and `at` tells. */
class Aligned {
    constructor(bytes, data) {
        this.bytes = bytes;
        this.data = data;
        this.at = HEADER;
        this.end = bytes.length;
        this.number = this.age = this.a = this.b = this.c = 0;
    }

    u16() {
        const at = this.at;
        this.at = at + 2;
        return at + 2 <= this.end ? this.data.getUint16(at, true) : 0;
    }

    turned() {
        const at = this.at;
        this.at = at + 4;
        return at + 4 <= this.end ? this.data.getUint32(at, true) : 0;
    }

    entity() {
        const word = this.u16();
        this.number = word & 0x3ff;
        this.age = word >> 10;
        return this.u16();
    }

    whole() {
        this.a = (this.u16() << 16) >> 16;
        this.b = (this.u16() << 16) >> 16;
        this.c = (this.u16() << 16) >> 16;
    }
}

/** Small: three of 5 bits in two bytes. Larger: three of 10 bits in four. */
const words = delta({
    code: classesAligned,
    small: 16,
    large: 512,
    write(sink, kind, value) {
        if (kind === 3) return wholeAligned(sink, value);
        const width = kind === 1 ? 5 : 10;
        const [a, b, c] = value.map(v => v & ((1 << width) - 1));
        sink.put(a | (b << width) | (c * 2 ** (2 * width)), kind * 2);
    },
});
words.decode = decodeDelta(class extends Aligned {
    small() {
        const word = this.u16();
        this.a = (word << 27) >> 27;
        this.b = (word << 22) >> 27;
        this.c = (word << 17) >> 27;
    }

    large() {
        const word = this.turned();
        this.a = (word << 22) >> 22;
        this.b = (word << 12) >> 22;
        this.c = (word << 2) >> 22;
    }
});

/** Three bytes, or three times two. */
const bytewise = delta({
    code: classesAligned,
    small: 128,
    large: 512,
    write(sink, kind, value) {
        if (kind === 3) wholeAligned(sink, value);
        else value.forEach(v => sink.put(v & 0xffff, kind));
    },
});
bytewise.decode = decodeDelta(class extends Aligned {
    small() {
        const { at, bytes } = this;
        this.at = at + 3;
        this.a = (bytes[at] << 24) >> 24;
        this.b = (bytes[at + 1] << 24) >> 24;
        this.c = (bytes[at + 2] << 24) >> 24;
    }

    large() {
        this.whole();
    }
});

/** Zigzag LEB128 of each difference. */
const varints = delta({
    code: classesAligned,
    small: 512,
    large: 0,
    write(sink, kind, value) {
        if (kind === 3) wholeAligned(sink, value);
        else value.forEach(v => sink.zigzag(v));
    },
});
varints.decode = decodeDelta(class extends Aligned {
    zigzag() {
        let value = this.bytes[this.at++];
        if (value > 0x7f) value = (value & 0x7f) | (this.bytes[this.at++] << 7);
        return (value >> 1) ^ -(value & 1);
    }

    small() {
        this.a = this.zigzag();
        this.b = this.zigzag();
        this.c = this.zigzag();
    }
});

/** Small: three of 4 bits. Larger: three of 7. Nothing is aligned. */
const deltaBits = delta({
    small: 8,
    large: 64,
    code(sink, entity, age, classes) {
        sink.bit(entity, 10);
        sink.bit(age, 6);
        classes.forEach(kind => sink.bit(kind, 2));
    },
    write(sink, kind, value) {
        if (kind === 3 && value.position) value.position.forEach(v => sink.bit(v, value.root ? 16 : 12));
        else if (kind === 3) [value.rotation & 0xffff, value.rotation >>> 16].forEach(v => sink.bit(v, 16));
        else value.forEach(v => sink.bit(v, kind === 1 ? 4 : 7));
    },
});
deltaBits.decode = decodeDelta(class extends Bits {
    constructor(bytes) {
        super(bytes, HEADER);
        this.number = this.age = this.a = this.b = this.c = 0;
    }

    entity() {
        this.number = this.read(10);
        this.age = this.read(6);
        return this.read(2 * CODES_PER_ENTITY);
    }

    three(width) {
        this.a = this.signed(width);
        this.b = this.signed(width);
        this.c = this.signed(width);
    }

    small() {
        this.three(4);
    }

    large() {
        this.three(7);
    }

    whole(root) {
        this.three(root ? 16 : 12);
    }

    turned() {
        return (this.read(16) | (this.read(16) << 16)) >>> 0;
    }
});

// ---- Deltas by table -----------------------------------------------------------------------------

/** Three numbers of −3 to 2 in one byte. */
const TRIPLES = Array.from({ length: 216 }, (_, i) => [(i % 6) - 3, (Math.floor(i / 6) % 6) - 3, Math.floor(i / 36) - 3]);
const TRIPLE_A = Int32Array.from(TRIPLES, ([a]) => a);
const TRIPLE_B = Int32Array.from(TRIPLES, ([, b]) => b);
const TRIPLE_C = Int32Array.from(TRIPLES, ([, , c]) => c);
const TURN = Int32Array.from(TRIPLES, ([a, b, c]) => (a << 20) + (b << 10) + c);

/**
 * A field is told by no byte, by one (three of −3 to 2), by two (three of 5 bits) or by four: a rotation as it is, a position by
 * three differences of 10 bits. What is further away is told whole, entity by entity, and so is what has no acknowledged tick: age 0.
 */
const table = {
    encode(sink, frames, tick, entity, age) {
        const now = frames[tick];
        const fields = Array.from({ length: BONES }, (_, bone) => entity * BONES + bone);
        const deltas = age === 0 ? [] : fields.map(field => differences(now, frames[tick - age], field));
        if (age === 0 || deltas.some(d => most(d.position) >= 512)) {
            sink.put(entity, 2);
            for (const field of fields) {
                for (let i = 0; i < 3; i++) sink.put(now.positions[field * 3 + i], 2);
                sink.put(now.rotations[field], 4);
            }
            return true;
        }
        const kind = (values, field, of) => {
            if (!changed(frames, tick, age, field, of)) return 0;
            const size = values ? most(values) : Infinity;
            return size < 3 ? 1 : size < 16 ? 2 : 3;
        };
        const classes = fields.flatMap((field, i) => [kind(deltas[i].position, field, where), kind(deltas[i].rotation, field, turned)]);
        if (classes.every(c => c === 0)) return false;
        classesAligned(sink, entity, age, classes);
        fields.forEach((field, i) => {
            three(sink, classes[2 * i], deltas[i].position);
            if (classes[2 * i + 1] === 3) sink.put(now.rotations[field], 4);
            else three(sink, classes[2 * i + 1], deltas[i].rotation);
        });
        return true;
    },
    decode(view, bytes, data) {
        const { ringPositions: positions, ringRotations: rotations } = view;
        const tick = data.getUint16(0, true);
        const slot = (tick % RING) * FIELDS;
        const end = bytes.length;
        let at = HEADER;
        for (let n = bytes[2]; n > 0; n--) {
            if (at + 2 > end) return false;
            const word = data.getUint16(at, true);
            const age = word >> 10;
            const first = (word & 0x3ff) * BONES;
            at += 2;
            if (first >= FIELDS || (age === 0 && at + 10 * BONES > end) || at + 2 > end) return false;
            let classes = age === 0 ? 0 : data.getUint16(at, true);
            if (age !== 0) at += 2;
            const from = ((tick - age + RING) % RING) * FIELDS - slot;
            for (let field = first; field < first + BONES; field++, classes >>>= 4) {
                const to = slot + field;
                const p = to * 3;
                if (age === 0) {
                    for (let i = 0; i < 3; i++) positions[p + i] = data.getInt16(at + 2 * i, true);
                    rotations[to] = data.getUint32(at + 6, true);
                    at += 10;
                    view.show(field, positions[p], positions[p + 1], positions[p + 2]);
                    view.turn(field, rotations[to]);
                    continue;
                }
                const base = to + from;
                const kind = classes & 3;
                let a = 0;
                let b = 0;
                let c = 0;
                if (kind === 1) {
                    if (at + 1 > end || bytes[at] >= 216) return false;
                    const triple = bytes[at++];
                    a = TRIPLE_A[triple];
                    b = TRIPLE_B[triple];
                    c = TRIPLE_C[triple];
                } else if (kind === 2) {
                    if (at + 2 > end) return false;
                    const d = data.getUint16(at, true);
                    at += 2;
                    a = (d << 27) >> 27;
                    b = (d << 22) >> 27;
                    c = (d << 17) >> 27;
                } else if (kind === 3) {
                    if (at + 4 > end) return false;
                    const d = data.getUint32(at, true);
                    at += 4;
                    a = (d << 22) >> 22;
                    b = (d << 12) >> 22;
                    c = (d << 2) >> 22;
                }
                positions[p] = positions[base * 3] + a;
                positions[p + 1] = positions[base * 3 + 1] + b;
                positions[p + 2] = positions[base * 3 + 2] + c;
                if (kind !== 0) view.show(field, positions[p], positions[p + 1], positions[p + 2]);

                const turn = (classes >> 2) & 3;
                let bits = rotations[base];
                if (turn === 1) {
                    if (at + 1 > end || bytes[at] >= 216) return false;
                    bits += TURN[bytes[at++]];
                } else if (turn === 2) {
                    if (at + 2 > end) return false;
                    const d = data.getUint16(at, true);
                    at += 2;
                    bits += (((d << 27) >> 27) << 20) + (((d << 22) >> 27) << 10) + ((d << 17) >> 27);
                } else if (turn === 3) {
                    if (at + 4 > end) return false;
                    bits = data.getUint32(at, true);
                    at += 4;
                }
                rotations[to] = bits;
                if (turn !== 0) view.turn(field, bits);
            }
        }
        return at === end;
    },
};

function three(sink, kind, values) {
    if (kind === 0) return;
    const [a, b, c] = values;
    if (kind === 1) sink.put(a + 3 + 6 * (b + 3) + 36 * (c + 3), 1);
    else if (kind === 2) sink.put((a & 31) | ((b & 31) << 5) | ((c & 31) << 10), 2);
    else sink.put((a & 1023) | ((b & 1023) << 10) | ((c & 1023) << 20), 4);
}

// ---- Deltas through an entropy coder ---------------------------------------------------------------

const LEAST_STATE = 1 << 23;
const TOTAL = 4096;
const ESCAPE = 63;
const UNIFORM = BONES * 2;

/**
 * rANS (Duda, arXiv:1311.2540) with 12 bits of probability: a static model for the differences of each field, made of other people
 * than those who are measured, and one for bytes that follow an escape. A symbol is a difference of −31 to 31, plus 31.
 */
const MODELS = models();

/** Of each slot of a model: symbol (8 bits), frequency less 1 (12), slot less start (12). */
export const TABLES = MODELS.map(frequencies => {
    const table = new Uint32Array(TOTAL);
    let start = 0;
    frequencies.forEach((frequency, symbol) => {
        for (let i = 0; i < frequency; i++) table[start + i] = symbol | ((frequency - 1) << 8) | (i << 20);
        start += frequency;
    });
    return table;
});

function models() {
    const counts = Array.from({ length: UNIFORM }, () => new Array(64).fill(0.2));
    const frames = motion(7);
    for (let tick = 4; tick < frames.length; tick++) {
        for (let field = 0; field < FIELDS; field++) {
            const { position, rotation } = differences(frames[tick], frames[tick - 4], field);
            position.forEach(d => counts[(field % BONES) * 2][Math.abs(d) < 32 ? d + 31 : ESCAPE]++);
            if (rotation === null) counts[(field % BONES) * 2 + 1][ESCAPE]++;
            else rotation.forEach(d => counts[(field % BONES) * 2 + 1][Math.abs(d) < 32 ? d + 31 : ESCAPE]++);
        }
    }
    return [...counts.map(normalised), new Array(256).fill(TOTAL / 256)];
}

/** Frequencies of at least 1 that make up the total. */
function normalised(counts) {
    const all = counts.reduce((a, b) => a + b);
    const frequencies = counts.map(count => Math.max(1, Math.floor((count / all) * TOTAL)));
    for (let over = frequencies.reduce((a, b) => a + b) - TOTAL; over !== 0; ) {
        const largest = frequencies.indexOf(Math.max(...frequencies));
        const step = Math.min(over, frequencies[largest] - 1);
        frequencies[largest] -= step;
        over -= step;
    }
    return frequencies;
}

/** The words of all entities, then 24 symbols and more of each. */
const coded = {
    message(frames, tick, age) {
        const entities = Array.from({ length: AVATARS }, (_, entity) => entity).filter(entity =>
            Array.from({ length: BONES }, (_, bone) => entity * BONES + bone).some(
                field => changed(frames, tick, age, field, where) || changed(frames, tick, age, field, turned)));
        const sink = new Sink();
        sink.put(tick, 2);
        sink.put(entities.length, 1);
        const symbols = [];
        const escaped = (model, value, bytes) => {
            symbols.push([model, ESCAPE]);
            for (let i = 0; i < bytes; i++) symbols.push([UNIFORM, (value >> (8 * i)) & 0xff]);
        };
        for (const entity of entities) {
            sink.put(entity | (age << 10), 2);
            for (let bone = 0; bone < BONES; bone++) {
                const field = entity * BONES + bone;
                const d = age === 0 ? null : differences(frames[tick], frames[tick - age], field);
                for (let i = 0; i < 3; i++) {
                    if (d && Math.abs(d.position[i]) < 32) symbols.push([bone * 2, d.position[i] + 31]);
                    else escaped(bone * 2, frames[tick].positions[field * 3 + i], 2);
                }
                if (d && d.rotation && d.rotation.every(v => Math.abs(v) < 32)) d.rotation.forEach(v => symbols.push([bone * 2 + 1, v + 31]));
                else escaped(bone * 2 + 1, frames[tick].rotations[field], 4);
            }
        }
        sink.bytes.push(...rans(symbols));
        return { bytes: Uint8Array.from(sink.bytes), count: entities.length };
    },
    decode(view, bytes, data) {
        const { ringPositions: positions, ringRotations: rotations } = view;
        const tick = data.getUint16(0, true);
        const slot = (tick % RING) * FIELDS;
        const end = bytes.length;
        let at = HEADER + 2 * bytes[2];
        if (at + 4 > end) return false;
        let state = data.getUint32(at, true);
        at += 4;
        const symbol = model => {
            const entry = TABLES[model][state & 0xfff];
            state = (((entry >>> 8) & 0xfff) + 1) * (state >>> 12) + (entry >>> 20);
            while (state < LEAST_STATE && at < end) state = state * 256 + bytes[at++];
            return entry & 0xff;
        };
        for (let n = 0; n < bytes[2]; n++) {
            const word = data.getUint16(HEADER + 2 * n, true);
            const first = (word & 0x3ff) * BONES;
            if (first >= FIELDS) return false;
            const from = ((tick - (word >> 10) + RING) % RING) * FIELDS - slot;
            for (let bone = 0; bone < BONES; bone++) {
                const to = slot + first + bone;
                for (let i = to * 3; i < to * 3 + 3; i++) {
                    const value = symbol(bone * 2);
                    positions[i] = value === ESCAPE ? ((symbol(UNIFORM) | (symbol(UNIFORM) << 8)) << 16) >> 16 : positions[i + from * 3] + value - 31;
                }
                const a = symbol(bone * 2 + 1);
                rotations[to] = a === ESCAPE
                    ? symbol(UNIFORM) | (symbol(UNIFORM) << 8) | (symbol(UNIFORM) << 16) | (symbol(UNIFORM) << 24)
                    : rotations[to + from] + ((a - 31) << 20) + ((symbol(bone * 2 + 1) - 31) << 10) + symbol(bone * 2 + 1) - 31;
                view.show(first + bone, positions[to * 3], positions[to * 3 + 1], positions[to * 3 + 2]);
                view.turn(first + bone, rotations[to]);
            }
        }
        return at === end && state === LEAST_STATE;
    },
};

function rans(symbols) {
    const reversed = [];
    let state = LEAST_STATE;
    for (const [model, symbol] of symbols.reverse()) {
        const frequency = MODELS[model][symbol];
        const start = MODELS[model].slice(0, symbol).reduce((a, b) => a + b, 0);
        for (; state >= (LEAST_STATE / TOTAL) * 256 * frequency; state = Math.floor(state / 256)) reversed.push(state & 0xff);
        state = Math.floor(state / frequency) * TOTAL + start + (state % frequency);
    }
    return [state & 0xff, (state >>> 8) & 0xff, (state >>> 16) & 0xff, (state >>> 24) & 0xff, ...reversed.reverse()];
}

export const FORMATS = {
    absolute_32: absolute(false),
    absolute_48: absolute(true),
    absolute_bits: packed,
    delta_table: table,
    delta_words: words,
    delta_bytes: bytewise,
    delta_varints: varints,
    delta_bits: deltaBits,
    delta_coded: coded,
};

/** The message of a tick for a viewer who has acknowledged the one `age` ticks before; 0: none. */
export function encode(format, frames, tick, age) {
    if (format.message) return format.message(frames, tick, age);
    const sink = new Sink();
    sink.put(tick, 2);
    sink.put(0, 1);
    let count = 0;
    for (let entity = 0; entity < AVATARS; entity++) if (format.encode(sink, frames, tick, entity, age)) count++;
    sink.finish();
    sink.bytes[2] = count;
    return { bytes: Uint8Array.from(sink.bytes), count };
}
