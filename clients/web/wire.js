// The encodings of docs/protocol.md, under protocol.js. No dependencies.

const NOTHING_LEFT = 'TRUNCATED';
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const TO_UTF8 = new TextEncoder();
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Reads the fields of one message. It never throws: after the first field that is none, `malformed` says why, and all that
 * is read then is empty.
 */
export class Reader {
    malformed = '';
    /** Of the session: what fields there are. */
    version;
    #bytes;
    #view;
    #at = 1;
    #end;

    /** Behind the type byte of a message. */
    constructor(bytes, version) {
        this.version = version;
        this.#bytes = bytes;
        this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.#end = bytes.length;
    }

    /** Whether all of it was a message. */
    done() {
        if (this.#at !== this.#end) this.#fail('TRAILING_BYTES');
        return this.malformed === '';
    }

    /** Skips what a later version says behind the fields of a message that every version reads. */
    lasting(message) {
        this.#at = this.#end;
        return message;
    }

    u8() {
        return this.#at < this.#end ? this.#bytes[this.#at++] : this.#fail(NOTHING_LEFT);
    }

    u16() {
        const at = this.#advance(2);
        return at < 0 ? 0 : this.#view.getUint16(at, true);
    }

    u32() {
        const at = this.#advance(4);
        return at < 0 ? 0 : this.#view.getUint32(at, true);
    }

    flag() {
        const value = this.u8();
        if (value > 1) this.#fail('BAD_FLAG');
        return value === 1;
    }

    /** 0 to 2^31 − 1. */
    varuint() {
        const value = this.#leb128();
        return value > 0x7fffffff ? this.#fail('NUMBER_TOO_LARGE') : value;
    }

    /** 0 to 1,023. */
    index() {
        const value = this.varuint();
        return value > 1023 ? this.#fail('NUMBER_TOO_LARGE') : value;
    }

    /** 0 to 2^63 − 1, as a BigInt. */
    varuint64() {
        let low = 0;
        let scale = 1;
        for (let i = 0; i < 9; i++) {
            const next = this.u8();
            if (i < 7) {
                low += (next & 0x7f) * scale;
                scale *= 128;
            } else if (i === 7) {
                scale = next & 0x7f;
            } else {
                scale += (next & 0x7f) * 128;
            }
            if (next < 0x80) {
                if (next === 0 && i > 0) this.#fail('NUMBER_NOT_SHORTEST');
                return i < 7 ? BigInt(low) : BigInt(low) | (BigInt(scale) << 49n);
            }
        }
        this.#fail('NUMBER_TOO_LARGE');
        return 0n;
    }

    f32() {
        const at = this.#advance(4);
        if (at < 0) return 0;
        const value = this.#view.getFloat32(at, true);
        return Number.isFinite(value) ? value : this.#fail('NOT_FINITE');
    }

    pose() {
        return { x: this.f32(), y: this.f32(), z: this.f32(), rotation: this.rotation() };
    }

    string(maxBytes) {
        const text = this.#text(maxBytes);
        if (text.includes('\0')) this.#fail('HAS_NUL');
        return text;
    }

    name(maxBytes) {
        const text = this.#text(maxBytes);
        if (text === '' || CONTROL.test(text)) this.#fail('BAD_NAME');
        return text;
    }

    list(maxItems, readItem) {
        const count = this.#bounded(maxItems, 'LIST_TOO_LONG');
        const items = [];
        // Each item takes at least a byte: nothing is allocated for a lie.
        if (count > this.#end - this.#at) this.#fail(NOTHING_LEFT);
        for (let i = 0; i < count && this.malformed === ''; i++) items.push(readItem(this));
        return items;
    }

    /** All that is left, in an array of its own. */
    rest() {
        const at = this.#at;
        this.#at = this.#end;
        return this.#bytes.slice(at, this.#end);
    }

    /** The name of a code up to the last; the first of the names stands for none. */
    code(names, last = names.length - 1) {
        const code = this.u8();
        if (code === 0 || code > last) this.#fail('UNKNOWN_CODE');
        return names[code] ?? '';
    }

    /** The same where versions are not agreed. */
    codeOr(names, unknown) {
        const code = this.u8();
        return code === 0 || code >= names.length ? unknown : names[code];
    }

    rotation() {
        const at = this.#advance(4);
        if (at < 0) return 0;
        const bits = this.#view.getUint32(at, true);
        const valid = (bits & 0x3ff) !== 0x3ff && ((bits >>> 10) & 0x3ff) !== 0x3ff && ((bits >>> 20) & 0x3ff) !== 0x3ff;
        return valid ? bits : this.#fail('BAD_ROTATION');
    }

    #text(maxBytes) {
        const length = this.#bounded(maxBytes, 'STRING_TOO_LONG');
        const at = this.#advance(length);
        if (at < 0) return '';
        try {
            return UTF8.decode(this.#bytes.subarray(at, at + length));
        } catch {
            this.#fail('NOT_UTF8');
            return '';
        }
    }

    #bounded(most, tooLong) {
        const count = this.varuint();
        return count > most ? this.#fail(tooLong) : count;
    }

    /** Up to five bytes. */
    #leb128() {
        let value = 0;
        let scale = 1;
        for (let i = 0; i < 5; i++) {
            const next = this.u8();
            value += (next & 0x7f) * scale;
            if (next < 0x80) return next === 0 && i > 0 ? this.#fail('NUMBER_NOT_SHORTEST') : value;
            scale *= 128;
        }
        return this.#fail('NUMBER_TOO_LARGE');
    }

    /** Where so many bytes are; −1 if they are not. */
    #advance(bytes) {
        const at = this.#at;
        if (bytes > this.#end - at) {
            this.#fail(NOTHING_LEFT);
            return -1;
        }
        this.#at = at + bytes;
        return at;
    }

    #fail(reason) {
        if (this.malformed === '') this.malformed = reason;
        this.#at = this.#end;
        return 0;
    }
}

/** Writes the fields of messages, one after the other. A value beyond its limit is a RangeError: a bug of the caller. */
export class Writer {
    /** Of the session: what fields there are. */
    version = 0;
    #bytes;
    #view;
    #at = 0;

    constructor(maxBytes) {
        this.#bytes = new Uint8Array(maxBytes);
        this.#view = new DataView(this.#bytes.buffer);
    }

    start(type, version) {
        this.version = version;
        this.#bytes[0] = type;
        this.#at = 1;
    }

    /** What was written since the start, in an array of its own. */
    bytes() {
        return this.#bytes.slice(0, this.#at);
    }

    u8(value) {
        this.#bytes[this.#at++] = within(value, 0, 0xff);
    }

    u16(value) {
        this.#view.setUint16(this.#at, within(value, 0, 0xffff), true);
        this.#at += 2;
    }

    u32(value) {
        this.#view.setUint32(this.#at, within(value, 0, 0xffffffff), true);
        this.#at += 4;
    }

    flag(value) {
        this.#bytes[this.#at++] = value ? 1 : 0;
    }

    varuint(value) {
        this.#leb128(within(value, 0, 0x7fffffff));
    }

    index(value) {
        this.#leb128(within(value, 0, 1023));
    }

    varuint64(value) {
        if (typeof value !== 'bigint' || value < 0n || value > 0x7fffffffffffffffn) throw new RangeError(`${value} is not 0n to 2^63 − 1`);
        let rest = value;
        for (; rest > 0xffffffffn; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
        this.#leb128(Number(rest));
    }

    f32(value) {
        const single = Math.fround(value);
        if (!Number.isFinite(single)) throw new RangeError(`${value} is not finite`);
        this.#view.setFloat32(this.#at, single, true);
        this.#at += 4;
    }

    pose({ x, y, z, rotation }) {
        this.f32(x);
        this.f32(y);
        this.f32(z);
        this.u32(rotation);
    }

    rotation(value) {
        this.u32(value);
    }

    rest(bytes, maxBytes) {
        if (bytes.length > maxBytes) throw new RangeError(`${bytes.length} bytes are more than ${maxBytes}`);
        this.#bytes.set(bytes, this.#at);
        this.#at += bytes.length;
    }

    string(value, maxBytes) {
        const bytes = TO_UTF8.encode(value.replaceAll('\0', '?'));
        if (bytes.length > maxBytes) throw new RangeError(`a string of ${bytes.length} bytes is longer than ${maxBytes}`);
        this.varuint(bytes.length);
        this.#bytes.set(bytes, this.#at);
        this.#at += bytes.length;
    }

    name(value, maxBytes) {
        if (value === '' || CONTROL.test(value)) throw new RangeError('a name that is empty or has control characters');
        this.string(value, maxBytes);
    }

    /** For people: cut at a whole character. */
    prose(value, maxBytes) {
        const { read } = TO_UTF8.encodeInto(value, new Uint8Array(maxBytes));
        this.string(value.slice(0, read), maxBytes);
    }

    list(items, maxItems, writeItem) {
        if (items.length > maxItems) throw new RangeError(`a list of ${items.length} is longer than ${maxItems}`);
        this.varuint(items.length);
        for (const item of items) writeItem(this, item);
    }

    code(name, codes) {
        if (!Object.hasOwn(codes, name)) throw new RangeError(`${name} is no code`);
        this.u8(codes[name]);
    }

    #leb128(value) {
        let rest = value;
        for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
        this.#bytes[this.#at++] = rest;
    }
}

function within(value, least, most) {
    if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${value} is not ${least} to ${most}`);
    return value;
}

const STEPS = 511;
const SCALE = Math.SQRT2 * STEPS;

/** A quaternion of any length but zero in 32 bits, "smallest three": docs/protocol.md, Rotation. */
export function packRotation(x, y, z, w) {
    const q = [x, y, z, w];
    const length = Math.hypot(x, y, z, w);
    if (!(length > 1e-12 && length < Infinity)) throw new RangeError(`(${q}) is no rotation`);
    let left = 3;
    for (let i = 0; i < 3; i++) if (Math.abs(q[i]) > Math.abs(q[left])) left = i;
    const scale = (q[left] < 0 ? -SCALE : SCALE) / length;
    let bits = left;
    for (let i = 0; i < 4; i++) {
        if (i !== left) bits = (bits << 10) | (Math.max(-STEPS, Math.min(STEPS, roundHalfEven(q[i] * scale))) + STEPS);
    }
    return bits >>> 0;
}

/** The unit quaternion [x, y, z, w]. */
export function unpackRotation(rotation, out = [0, 0, 0, 0]) {
    const left = rotation >>> 30;
    const a = (((rotation >>> 20) & 0x3ff) - STEPS) / SCALE;
    const b = (((rotation >>> 10) & 0x3ff) - STEPS) / SCALE;
    const c = ((rotation & 0x3ff) - STEPS) / SCALE;
    const squares = a * a + b * b + c * c;
    const largest = Math.sqrt(Math.max(0, 1 - squares));
    const unit = 1 / Math.sqrt(squares + largest * largest);
    out[0] = (left === 0 ? largest : a) * unit;
    out[1] = (left === 1 ? largest : left === 0 ? a : b) * unit;
    out[2] = (left === 2 ? largest : left < 2 ? b : c) * unit;
    out[3] = (left === 3 ? largest : c) * unit;
    return out;
}

/** As Java's Math.rint, so that both sides pack alike. */
function roundHalfEven(value) {
    const floor = Math.floor(value);
    const over = value - floor;
    return over < 0.5 || (over === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}
