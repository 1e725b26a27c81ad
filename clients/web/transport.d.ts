/** Why a transport was used: docs/endpoints.md has what each means. Empty: the first choice. */
export type Reason =
    | '' | 'resume' | 'upgrade'
    | 'webrtc-timeout' | 'webrtc-refused' | 'webrtc-failed' | 'webrtc-missing';

export interface Options {
    /** As the matchmaker answered: `http(s)://…/v1/webrtc` and `ws(s)://…/v1/play`. */
    endpoints: string[];
    /** A ticket, or the session's token; the caller says Hello with the same one. */
    ticket: string;
    /** Instead of what the instance tells at `…/v1/webrtc/ice-servers`. */
    iceServers?: RTCIceServer[];
    /** How long WebRTC may take until both channels are open, in milliseconds; 1800 unless given. */
    timeoutMs?: number;
    /** Remembers where WebRTC failed; the page's own unless given. Give one with `storage: localStorage` to keep it. */
    memory?: NetworkMemory;
    /** Tells networks apart in the memory; `navigator.connection.type` unless given, where browsers have it. */
    network?: string;
}

export interface Connection {
    readonly transport: 'webrtc' | 'websocket';
    readonly reason: Reason;
    readonly closed: boolean;
    /** Milliseconds since anything came. Whoever sends a Ping each second takes more than 5000 as a lost connection. */
    readonly silentMs: number;
    /** Sends one message over the reliable channel. Throws if the connection is closed. */
    send(bytes: Uint8Array): void;
    /** Sends one message that may be lost (MoveIntent); false if it was not worth sending now. */
    sendUnreliable(bytes: Uint8Array): boolean;
    /** Takes messages; those that came before it was set come first. */
    set onmessage(receiver: ((bytes: Uint8Array, reliable: boolean) => void) | null);
    /** Is told once, also if it is set too late. */
    set onclose(receiver: ((why: string) => void) | null);
    /** Ends the connection. Over WebRTC the seat is free at once; over WebSocket say Leave first for that. */
    close(): void;
}

/** No connection came about. `reason` is one of {@link Reason}, or `unreachable`. */
export class NotConnected extends Error {
    readonly reason: string;
}

/** Which networks WebRTC failed on: it is not tried there for a minute, after each further failure twice as long, up to a day. */
export class NetworkMemory {
    constructor(options?: { now?: () => number; storage?: Pick<Storage, 'getItem' | 'setItem'> });
    /** Why WebRTC is not to be tried there now; empty if it is. */
    avoid(network: string): Reason;
    failed(network: string, reason: Reason): void;
    succeeded(network: string): void;
}

/**
 * A session's first connection: WebRTC, or WebSocket within 2 s if that does not come about. Say Hello on it next.
 * What was decided stands: nothing changes over by itself.
 */
export function connect(options: Options): Promise<Connection>;

/** The way back after a lost connection: WebSocket at once. */
export function resume(options: Options): Promise<Connection>;

/** Over to WebRTC while another connection plays on; Hello on the new one replaces the old one. Rejects if it fails. */
export function upgrade(options: Options): Promise<Connection>;

/** Connections opened so far, by transport and reason; `direct` counts first choices. */
export function counts(): { webrtc: Record<string, number>; websocket: Record<string, number> };
