// What every scripted peer does with a command, whatever its WebRTC stack: ../README.md has the commands and events.
// Runs in Node and in a page.

/** Byte i of a binary message, whose first four bytes are its number, big-endian. */
export function binary(size, seq) {
    const bytes = new Uint8Array(size);
    for (let i = 0; i < size; i++) bytes[i] = (seq * 31 + i * 7) & 255;
    if (size >= 4) new DataView(bytes.buffer).setUint32(0, seq);
    return bytes;
}

/** A text message of ASCII alone, which starts with its number in eight hexadecimal digits. */
export function text(size, seq) {
    const parts = [];
    for (let i = 0; i < size; i += 4096) {
        const codes = [];
        for (let j = i; j < Math.min(size, i + 4096); j++) codes.push(97 + ((seq + j) % 26));
        parts.push(String.fromCharCode(...codes));
    }
    const whole = parts.join('');
    return size < 8 ? whole : seq.toString(16).padStart(8, '0') + whole.slice(8);
}

/** FNV-1a, 32 bits, unsigned. */
function fnv(bytes) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    return hash >>> 0;
}

/** What a message was; seq is -1 if it is too short to have one. */
export function describe(data) {
    if (typeof data === 'string') {
        const bytes = new TextEncoder().encode(data);
        const seq = /^[0-9a-f]{8}/.test(data) ? parseInt(data.slice(0, 8), 16) : -1;
        return { kind: 'text', size: bytes.length, seq, fnv: fnv(bytes) };
    }
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const seq = data.byteLength >= 4 ? view.getUint32(0) : -1;
    return { kind: 'binary', size: data.byteLength, seq, fnv: fnv(data) };
}

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

/** The promise, or a failure that says what was waited for. */
export function within(promise, ms, what) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${typeof what === 'function' ? what() : what}: not within ${ms} ms`)), ms);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const MOST_BUFFERED = 1 << 20;

/**
 * A function that carries out one command and gives its answer.
 *
 * @param adapter connect(command, on) gives {open(channel), send(label, data), buffered(label), closeChannel(label), close()}
 * @param emit takes an event
 */
export function session(adapter, emit) {
    const peers = new Map();

    async function send(peer, command) {
        for (let i = 0; i < (command.count ?? 1); i++) {
            if (i > 0 && command.gapMs) await sleep(command.gapMs);
            while (peer.buffered(command.channel) > MOST_BUFFERED) await sleep(5);
            const seq = (command.first ?? 0) + i;
            const data = command.text ?? (command.kind === 'text' ? text(command.size, seq) : binary(command.size, seq));
            peer.send(command.channel, data);
        }
    }

    async function perform(command) {
        if (command.do === 'connect') {
            const name = command.peer;
            const start = performance.now();
            const on = {
                message: (channel, data) => emit({ event: 'message', peer: name, channel, ...describe(data) }),
                channelClosed: channel => emit({ event: 'channelClosed', peer: name, channel }),
                state: state => emit({ event: 'state', peer: name, state }),
            };
            peers.set(name, await adapter.connect(command, on));
            return { ms: performance.now() - start };
        }
        const peer = peers.get(command.peer);
        if (!peer) throw new Error(`no peer ${command.peer}`);
        switch (command.do) {
            case 'open': await peer.open(command.channel); return {};
            case 'send': await send(peer, command); return {};
            case 'closeChannel': peer.closeChannel(command.channel); return {};
            case 'close': await peer.close(); return {};
            default: throw new Error(`no command ${command.do}`);
        }
    }

    return async command => {
        try {
            return { id: command.id, ok: true, ...(await perform(command)) };
        } catch (e) {
            return { id: command.id, ok: false, error: String(e.message ?? e) };
        }
    };
}
