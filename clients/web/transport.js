// Carries a session's messages between a page and an instance: WebRTC data channels where UDP gets through, WebSocket
// otherwise. docs/endpoints.md says how connections come about, docs/protocol.md what goes over which channel.
// No dependencies; transport.d.ts has the types and what each thing means.

const SUBPROTOCOL = 'otherworld.v1';

/** From the start until both data channels are open; with the WebSocket that is then used it stays within 2 s. */
const WEBRTC_MS = 1800;

/** The WebSocket that may be needed is opened this long before it is, so that its set-up costs nothing then. */
const AHEAD_MS = 600;

const WEBSOCKET_MS = 5000;

/** Bytes on their way beyond which a message that may be lost is not sent. */
const IDLE_BYTES = 4096;

const FIRST_AVOID_MS = 60_000;
const LONGEST_AVOID_MS = 24 * 3_600_000;

export class NotConnected extends Error {
    constructor(reason, message) {
        super(message);
        this.name = 'NotConnected';
        this.reason = reason;
    }
}

/** Which networks WebRTC failed on lately: each failure doubles how long it is not tried there. */
export class NetworkMemory {
    #entries = new Map();
    #now;
    #storage;

    constructor({ now = () => Date.now(), storage } = {}) {
        this.#now = now;
        this.#storage = storage;
        try {
            this.#entries = new Map(JSON.parse(storage?.getItem('otherworld.webrtc') ?? '[]'));
        } catch {
            // Nothing that was written by this code: start anew.
        }
    }

    /** Why WebRTC is not to be tried there now; empty if it is. */
    avoid(network) {
        const entry = this.#entries.get(network);
        return entry && entry.until > this.#now() ? entry.reason : '';
    }

    failed(network, reason) {
        const failures = (this.#entries.get(network)?.failures ?? 0) + 1;
        const avoidMs = Math.min(LONGEST_AVOID_MS, FIRST_AVOID_MS * 2 ** (failures - 1));
        this.#entries.set(network, { failures, reason, until: this.#now() + avoidMs });
        this.#keep();
    }

    succeeded(network) {
        if (this.#entries.delete(network)) this.#keep();
    }

    #keep() {
        try {
            this.#storage?.setItem('otherworld.webrtc', JSON.stringify([...this.#entries]));
        } catch {
            // Full or forbidden: it is remembered as long as the page lives.
        }
    }
}

const pageMemory = new NetworkMemory();
const tally = { webrtc: {}, websocket: {} };

/** How many connections were opened, by transport and reason; "direct" is a first choice. */
export function counts() {
    return structuredClone(tally);
}

/** A session's first connection. */
export async function connect(options) {
    const { memory = pageMemory } = options;
    const network = options.network ?? navigator.connection?.type ?? '';
    const offers = endpoint(options, 'http');
    if (!offers) return webSocket(options, '');
    const avoided = memory.avoid(network);
    if (avoided) return webSocket(options, avoided);

    const giveUp = new AbortController();
    const peer = webRtc(options, offers, '', giveUp.signal);
    peer.catch(() => {});
    const ahead = openAhead(options);
    const late = setTimeout(() => giveUp.abort(new NotConnected('webrtc-timeout', 'no channels in time')), options.timeoutMs ?? WEBRTC_MS);
    try {
        const connection = await peer;
        memory.succeeded(network);
        ahead.discard();
        return connection;
    } catch (e) {
        const reason = e instanceof NotConnected ? e.reason : 'webrtc-failed';
        // A refusal says nothing of the network.
        if (reason === 'webrtc-timeout' || reason === 'webrtc-failed') memory.failed(network, reason);
        return ahead.use(reason);
    } finally {
        clearTimeout(late);
    }
}

/** The way back after a connection was lost: WebSocket at once. Give the session token as ticket. */
export const resume = options => webSocket(options, 'resume');

/**
 * Over from WebSocket to WebRTC: the new connection replaces the old one once it says Hello. Only a caller decides this;
 * nothing here does it by itself. Give the session token as ticket.
 */
export async function upgrade(options) {
    const offers = endpoint(options, 'http');
    if (!offers) throw new NotConnected('webrtc-missing', 'no WebRTC endpoint');
    const signal = AbortSignal.timeout(options.timeoutMs ?? WEBRTC_MS);
    return webRtc(options, offers, 'upgrade', signal);
}

const endpoint = (options, scheme) => options.endpoints.find(url => url.startsWith(scheme));

const withReason = (url, reason) => (reason ? `${url}?reason=${reason}` : url);

/** What both transports have in common: messages out of order of arrival never get before their receiver is there. */
class Connection {
    #onmessage = null;
    #onclose = null;
    #early = [];
    #why = null;
    #heard = performance.now();

    constructor(transport, reason) {
        this.transport = transport;
        this.reason = reason;
        const counter = tally[transport];
        counter[reason || 'direct'] = (counter[reason || 'direct'] ?? 0) + 1;
    }

    get closed() {
        return this.#why !== null;
    }

    /** Since anything came: whoever sends a Ping each second takes more than 5 s as a lost connection. */
    get silentMs() {
        return performance.now() - this.#heard;
    }

    set onmessage(receiver) {
        this.#onmessage = receiver;
        if (receiver) for (const [bytes, reliable] of this.#early.splice(0)) receiver(bytes, reliable);
    }

    set onclose(receiver) {
        this.#onclose = receiver;
        if (receiver && this.closed) receiver(this.#why);
    }

    _received(data, reliable) {
        this.#heard = performance.now();
        const bytes = new Uint8Array(data);
        if (this.#onmessage) this.#onmessage(bytes, reliable);
        else this.#early.push([bytes, reliable]);
    }

    _closed(why) {
        if (this.closed) return;
        this.#why = why;
        this.#onclose?.(why);
    }
}

class WebSocketConnection extends Connection {
    #socket;

    constructor(socket, reason) {
        super('websocket', reason);
        this.#socket = socket;
        socket.onmessage = ({ data }) => this._received(data, true);
        socket.onclose = ({ code, reason: why }) => this._closed(why || `closed with ${code}`);
        if (socket.readyState !== WebSocket.OPEN) this._closed('closed');
    }

    send(bytes) {
        this.#socket.send(bytes);
    }

    sendUnreliable(bytes) {
        if (this.#socket.bufferedAmount > IDLE_BYTES) return false;
        this.#socket.send(bytes);
        return true;
    }

    close() {
        this.#socket.close();
        this._closed('closed here');
    }
}

class WebRtcConnection extends Connection {
    #attempt;
    #greeted = false;

    constructor(attempt, reason) {
        super('webrtc', reason);
        this.#attempt = attempt;
        const { peer, reliable, unreliable } = attempt;
        reliable.onmessage = ({ data }) => {
            this.#greeted = true;
            this._received(data, true);
        };
        // What overtakes the answer to Hello is of no use.
        unreliable.onmessage = ({ data }) => this.#greeted && this._received(data, false);
        reliable.onclose = unreliable.onclose = () => this.#lost('a channel was closed');
        peer.onconnectionstatechange = () => peer.connectionState === 'failed' && this.#lost('the connection failed');
        if (reliable.readyState !== 'open') this.#lost('a channel was closed');
    }

    send(bytes) {
        this.#attempt.reliable.send(bytes);
    }

    sendUnreliable(bytes) {
        const { unreliable } = this.#attempt;
        if (unreliable.readyState !== 'open' || unreliable.bufferedAmount > IDLE_BYTES) return false;
        unreliable.send(bytes);
        return true;
    }

    close() {
        this.#attempt.end();
        this._closed('closed here');
    }

    #lost(why) {
        this.#attempt.peer.close();
        this._closed(why);
    }
}

/** A peer connection on its way, and what must be undone if it does not arrive. */
class Attempt {
    #session = null;

    constructor(iceServers) {
        this.peer = new RTCPeerConnection({ iceServers });
        const protocol = SUBPROTOCOL;
        this.reliable = this.peer.createDataChannel('reliable', { protocol });
        this.unreliable = this.peer.createDataChannel('unreliable', { protocol, ordered: false, maxRetransmits: 0 });
        this.reliable.binaryType = this.unreliable.binaryType = 'arraybuffer';
    }

    /** Resolves once both channels are open. */
    opened() {
        const { peer } = this;
        return new Promise((resolve, reject) => {
            const failed = () => reject(new NotConnected('webrtc-failed', `the connection is ${peer.connectionState}`));
            peer.onconnectionstatechange = () => ['failed', 'closed'].includes(peer.connectionState) && failed();
            this.reliable.onclose = this.unreliable.onclose = failed;
            this.reliable.onopen = this.unreliable.onopen = () => {
                if (this.reliable.readyState === 'open' && this.unreliable.readyState === 'open') resolve();
            };
        });
    }

    /** The instance is ICE-lite and learns the page's candidates from its checks: none need to be waited for or sent. */
    async negotiate(url, ticket, signal) {
        await this.peer.setLocalDescription();
        const response = await fetch(url, {
            method: 'POST',
            headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${ticket}` },
            body: this.peer.localDescription.sdp,
            signal,
        });
        const location = response.headers.get('Location');
        if (location) this.#session = new URL(location, url);
        const answer = await response.text();
        if (response.status !== 201) throw new NotConnected('webrtc-refused', `the offer was answered ${response.status} ${answer}`);
        signal.throwIfAborted();
        await this.peer.setRemoteDescription({ type: 'answer', sdp: answer });
    }

    /** Lets the instance forget it; whether it hears that matters little. */
    end() {
        this.peer.close();
        if (this.#session) fetch(this.#session, { method: 'DELETE', keepalive: true }).catch(() => {});
        this.#session = null;
    }
}

async function webRtc(options, url, reason, signal) {
    if (typeof RTCPeerConnection === 'undefined') throw new NotConnected('webrtc-missing', 'this browser has no WebRTC');
    const aborted = new Promise((_, reject) => signal.addEventListener('abort', () => reject(inTime(signal.reason))));
    aborted.catch(() => {});
    let attempt = null;
    try {
        const iceServers = options.iceServers ?? (await Promise.race([fetchIceServers(url, options.ticket, signal), aborted]));
        attempt = new Attempt(iceServers);
        const opened = attempt.opened();
        opened.catch(() => {});
        await Promise.race([attempt.negotiate(withReason(url, reason), options.ticket, signal), aborted]);
        await Promise.race([opened, aborted]);
        return new WebRtcConnection(attempt, reason);
    } catch (e) {
        attempt?.end();
        throw e instanceof NotConnected ? e : new NotConnected('webrtc-failed', String(e.message ?? e));
    }
}

const inTime = reason => (reason instanceof NotConnected ? reason : new NotConnected('webrtc-timeout', 'no channels in time'));

/** Without them WebRTC often works too. */
async function fetchIceServers(url, ticket, signal) {
    try {
        const response = await fetch(`${url}/ice-servers`, { headers: { Authorization: `Bearer ${ticket}` }, signal });
        return response.ok ? (await response.json()).iceServers : [];
    } catch {
        return [];
    }
}

/** The WebSocket for when WebRTC does not come about. Nothing is said on it before it is used. */
function openAhead(options) {
    let opening = null;
    const open = reason => (opening ??= openSocket(options, reason));
    const timer = setTimeout(() => open('webrtc-timeout').catch(() => {}), (options.timeoutMs ?? WEBRTC_MS) - AHEAD_MS);
    return {
        async use(reason) {
            clearTimeout(timer);
            return new WebSocketConnection(await open(reason), reason);
        },
        discard() {
            clearTimeout(timer);
            opening?.then(socket => socket.close()).catch(() => {});
        },
    };
}

async function webSocket(options, reason) {
    return new WebSocketConnection(await openSocket(options, reason), reason);
}

function openSocket(options, reason) {
    const url = endpoint(options, 'ws');
    if (!url) return Promise.reject(new NotConnected('unreachable', 'no WebSocket endpoint'));
    return new Promise((resolve, reject) => {
        const socket = new WebSocket(withReason(url, reason), SUBPROTOCOL);
        socket.binaryType = 'arraybuffer';
        const fail = why => {
            clearTimeout(timer);
            socket.onclose = null;
            socket.close();
            reject(new NotConnected('unreachable', why));
        };
        const timer = setTimeout(() => fail(`no WebSocket within ${WEBSOCKET_MS} ms`), WEBSOCKET_MS);
        socket.onclose = ({ code }) => fail(`the WebSocket was closed with ${code}`);
        socket.onopen = () => {
            clearTimeout(timer);
            resolve(socket);
        };
    });
}
