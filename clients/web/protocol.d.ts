// Generated from protocol/schema/otherworld.schema, which says how to change it.

export const VERSION: 1;
/** WebSocket subprotocol, and protocol of both data channels. */
export const SUBPROTOCOL: 'otherworld.v1';
/** HTTP path of the WebSocket. */
export const PATH: '/v1/play';
/** The first message must have arrived by then. */
export const HELLO_TIMEOUT_MS: 5000;
export const MAX_TOKEN_BYTES: 2048;
export const MAX_CLIENT_NAME_BYTES: 64;
export const MAX_MODEL_BYTES: 128;
export const MAX_PLAYER_BYTES: 128;
export const MAX_WORLD_BYTES: 104;
export const MAX_DETAIL_BYTES: 256;
/** Avatars or props that are told in full (with strings) in one message. */
export const MAX_STATES: 128;
/** Avatars or props that are told by number only in one message. */
export const MAX_CHANGES: 1024;
export const MAX_DURABLE_SEQUENCES: 256;
/** No longer message is sent where it may be lost: with the headers of SCTP, DTLS, UDP and IPv6 it fits the path MTU of 1,280 bytes that every IPv6 link has (RFC 8200, section 5). */
export const MAX_UNRELIABLE_BYTES: 1150;

/** Why a connection ends. */
export const GoodbyeReason: {
    /** The player asked for it. */
    readonly LEFT: 1;
    /** A newer connection of the same player has the seat. */
    readonly REPLACED: 2;
    /** A message was not one of this protocol. */
    readonly MALFORMED: 3;
    /** The client did not read fast enough. */
    readonly TOO_SLOW: 4;
    /** Nothing was heard of the client. */
    readonly IDLE: 5;
    /** No `Hello` in time. */
    readonly HELLO_TIMEOUT: 6;
    /** The server does not speak the version of `Hello`. */
    readonly VERSION_UNSUPPORTED: 7;
    /** The ticket was good for seconds, which are over. */
    readonly TICKET_EXPIRED: 8;
    /** Not signed by the matchmaker, or altered. */
    readonly TICKET_FORGED: 9;
    /** The ticket was used before. */
    readonly TICKET_REPLAYED: 10;
    /** A later ticket for the seat is out. */
    readonly TICKET_SUPERSEDED: 11;
    /** The ticket is for another instance. */
    readonly TICKET_WRONG_INSTANCE: 12;
    /** There is no seat of that number. */
    readonly INSTANCE_FULL: 13;
    /** The seat is no longer held for this player. */
    readonly SESSION_ENDED: 14;
    /** The seat could not be claimed now; try again. */
    readonly LEDGER_UNAVAILABLE: 15;
    /** The instance does not host yet; try again. */
    readonly NOT_READY: 16;
    /** The instance admits nobody new; ask the matchmaker. */
    readonly CORDONED: 17;
    /** The instance has lost touch with its database; try again. */
    readonly FROZEN: 18;
    /** The instance stops; resume through the matchmaker. */
    readonly CLOSING: 19;
    /** Too many messages. */
    readonly RATE_LIMITED: 20;
    /** A fault of the server; its log has it. */
    readonly INTERNAL: 21;
};
export type GoodbyeReason = keyof typeof GoodbyeReason;

/** Why an edit was refused. */
export const RefusalReason: {
    /** The database is behind; send it again later. */
    readonly STORAGE_SLOW: 1;
    /** The instance has lost touch with its database. */
    readonly FROZEN: 2;
    /** There is no such prop, or the answer to the number is no longer known. */
    readonly UNKNOWN_ENTITY: 3;
    /** The avatar is too far from the prop, or from where it is put. */
    readonly OUT_OF_REACH: 4;
    /** Nothing can be put there. */
    readonly OUT_OF_BOUNDS: 5;
    /** The instance or the zone is full. */
    readonly TOO_MANY_ENTITIES: 6;
    /** Too many edits of this player. */
    readonly RATE_LIMITED: 7;
    /** This instance keeps nothing. */
    readonly NOT_DURABLE_HERE: 8;
    /** This host stops; send it again to the next one. */
    readonly CLOSING: 9;
    /** What was committed is damaged; nothing is edited until it is repaired. */
    readonly STORAGE_DAMAGED: 10;
};
export type RefusalReason = keyof typeof RefusalReason;

/** Why a move was not accepted as it was. */
export const CorrectionReason: {
    /** Longer than the speed allows. */
    readonly TOO_FAST: 1;
    /** Nobody can go there. */
    readonly OUT_OF_BOUNDS: 2;
    /** Something is in the way. */
    readonly BLOCKED: 3;
    /** The server moved the avatar itself. */
    readonly TELEPORTED: 4;
};
export type CorrectionReason = keyof typeof CorrectionReason;

/** What happens to the instance. */
export const NoticeKind: {
    /** The database is out of reach: nothing is acknowledged until `THAWED`. */
    readonly FROZEN: 1;
    /** The database is back. */
    readonly THAWED: 2;
    /** The instance stops within seconds. */
    readonly CLOSING: 3;
    /** Edits are applied and do not become durable, until `STORAGE_WORKS`. */
    readonly STORAGE_STALLED: 4;
    /** Edits become durable again. */
    readonly STORAGE_WORKS: 5;
};
export type NoticeKind = keyof typeof NoticeKind;

/** Where something is, in metres, y up, and how it is turned: see {@link unpackRotation}. */
export interface Pose {
    x: number;
    y: number;
    z: number;
    /** 32 bits, unsigned: quantised once, then passed on as they are. */
    rotation: number;
}

/** The first message of a connection. Of another version than `VERSION` only the version is read, so that the server can answer `VERSION_UNSUPPORTED`. */
export interface Hello {
    type: 'Hello';
    /** `VERSION` */
    version: number;
    /** a ticket, or a session token to resume */
    token: string;
    /** name and version of the client program, for logs */
    client: string;
}

/** Where the player's avatar is now; the client has moved it already. */
export interface MoveIntent {
    type: 'MoveIntent';
    /** grows with each of a connection */
    sequence: number;
    pose: Pose;
    /** the sender's clock; echoed to receivers as `sourceTimeMs` */
    clientTimeMs: bigint;
}

/** Creates a prop. */
export interface PlaceProp {
    type: 'PlaceProp';
    /** the player's own number of the edit, positive, growing by 1 with each new edit of the player in this instance; the same when the edit is sent again */
    clientSequence: bigint;
    /** what it looks like: any name that clients agree on */
    model: string;
    pose: Pose;
}

/** Moves a prop. */
export interface MoveProp {
    type: 'MoveProp';
    /** as in `PlaceProp` */
    clientSequence: bigint;
    entity: bigint;
    pose: Pose;
}

/** Removes a prop. */
export interface RemoveProp {
    type: 'RemoveProp';
    /** as in `PlaceProp` */
    clientSequence: bigint;
    entity: bigint;
}

/** Asks for a `Pong` with the same values; also keeps a quiet connection from being `IDLE`. */
export interface Ping {
    type: 'Ping';
    nonce: number;
    clientTimeMs: bigint;
}

/** The player goes: the seat is free at once, and the connection ends with `LEFT`. */
export interface Leave {
    type: 'Leave';
}

/** The answer to a `Hello` that was admitted. */
export interface Welcome {
    type: 'Welcome';
    version: number;
    epoch: bigint;
    world: string;
    ordinal: number;
    /** this player's avatar */
    avatar: number;
    seat: number;
    generation: bigint;
    capacity: number;
    tickRateHz: number;
    presenceRateHz: number;
    /** metres */
    zoneSize: number;
    reconnectWindowMs: number;
    /** whether the seat was held for this player */
    resumed: boolean;
    /** the server's wall clock, milliseconds since 1970 */
    serverTimeMs: bigint;
    /** the highest edit of this player that the instance has answered; 0 if none */
    lastClientSequence: bigint;
    /** where the avatar stands */
    pose: Pose;
}

/** All there is in the zone that the player entered. Part 0 replaces everything the client knew; the others add to it. */
export interface ZoneSnapshot {
    type: 'ZoneSnapshot';
    epoch: bigint;
    tick: number;
    zoneX: number;
    zoneZ: number;
    /** 0 to parts − 1, sent in order */
    part: number;
    parts: number;
    avatars: AvatarState[];
    props: PropState[];
}

/** Avatars of the player's zone that came, moved and went, to be applied in this order. */
export interface PresenceDelta {
    type: 'PresenceDelta';
    epoch: bigint;
    tick: number;
    entered: AvatarState[];
    moved: AvatarMove[];
    left: number[];
}

/** The server did not accept a `MoveIntent`: the avatar is at `pose`. */
export interface PositionCorrection {
    type: 'PositionCorrection';
    epoch: bigint;
    tick: number;
    /** the last `MoveIntent` that was considered; later ones stand on the corrected pose */
    lastSequence: number;
    pose: Pose;
    reason: CorrectionReason;
}

/** Props of the player's zone that appeared or changed (in full) and that went. */
export interface PropDelta {
    type: 'PropDelta';
    epoch: bigint;
    tick: number;
    changed: PropState[];
    removed: bigint[];
}

/** The edit is in the World, and others see it. Not yet durable. */
export interface EditApplied {
    type: 'EditApplied';
    epoch: bigint;
    clientSequence: bigint;
    /** the prop; for `PlaceProp` its new id */
    entity: bigint;
}

/** These edits of this player are committed: no crash undoes them. */
export interface EditDurable {
    type: 'EditDurable';
    epoch: bigint;
    clientSequences: bigint[];
}

/** The edit changed nothing. */
export interface EditRefused {
    type: 'EditRefused';
    clientSequence: bigint;
    reason: RefusalReason;
    detail: string;
}

/** The answer to a `Ping`. */
export interface Pong {
    type: 'Pong';
    nonce: number;
    clientTimeMs: bigint;
    serverTimeMs: bigint;
}

/** Something about the whole instance. */
export interface Notice {
    type: 'Notice';
    kind: NoticeKind;
    detail: string;
}

/** The last message of a connection. */
export interface Goodbye {
    type: 'Goodbye';
    reason: GoodbyeReason;
    /** when to try again at the earliest; 0 for at once where trying again makes sense */
    retryAfterMs: number;
    detail: string;
}

/** An avatar in full. */
export interface AvatarState {
    /** its number in this instance */
    avatar: number;
    player: string;
    pose: Pose;
    /** the `clientTimeMs` of the `MoveIntent` that gave the pose; 0 if none has yet */
    sourceTimeMs: bigint;
}

/** An avatar that moved: `AvatarState` without what never changes. */
export interface AvatarMove {
    avatar: number;
    pose: Pose;
    sourceTimeMs: bigint;
}

/** A prop in full. */
export interface PropState {
    /** its id, positive, the same for as long as it exists */
    entity: bigint;
    /** what to draw, a name the World's scene or the client knows */
    model: string;
    pose: Pose;
    /** the player who placed it */
    placedBy: string;
}

/** Why bytes are not a message. */
export type MalformedReason =
    /** no type byte */
    | 'EMPTY'
    /** unknown message type */
    | 'UNKNOWN_TYPE'
    /** longer than this type's limit */
    | 'TOO_LONG'
    /** ends within a field */
    | 'TRUNCATED'
    /** bytes left over after the last field */
    | 'TRAILING_BYTES'
    /** number out of range */
    | 'NUMBER_TOO_LARGE'
    /** number not in its shortest form */
    | 'NUMBER_NOT_SHORTEST'
    /** float that is not finite */
    | 'NOT_FINITE'
    /** rotation component out of range */
    | 'BAD_ROTATION'
    /** flag that is neither 0 nor 1 */
    | 'BAD_FLAG'
    /** string longer than its limit */
    | 'STRING_TOO_LONG'
    /** string that is not UTF-8 */
    | 'NOT_UTF8'
    /** string with a character U+0000 */
    | 'HAS_NUL'
    /** name that is empty or has control characters */
    | 'BAD_NAME'
    /** list longer than its limit */
    | 'LIST_TOO_LONG'
    /** unknown code */
    | 'UNKNOWN_CODE';

export interface Malformed {
    type: 'Malformed';
    reason: MalformedReason;
}

/** What a client sends. */
export type ClientMessage =
    | Hello
    | MoveIntent
    | PlaceProp
    | MoveProp
    | RemoveProp
    | Ping
    | Leave;

/** What an instance sends. */
export type ServerMessage =
    | Welcome
    | ZoneSnapshot
    | PresenceDelta
    | PositionCorrection
    | PropDelta
    | EditApplied
    | EditDurable
    | EditRefused
    | Pong
    | Notice
    | Goodbye;

/** Reads one message of an instance. Never throws: bytes that are none are answered with Malformed. */
export function decodeServer(bytes: Uint8Array): ServerMessage | Malformed;

/** Reads one message of a client. Never throws. */
export function decodeClient(bytes: Uint8Array): ClientMessage | Malformed;

/** The message in an array of its own. Throws a RangeError if a field is beyond its limit. */
export function encode(message: ClientMessage | ServerMessage): Uint8Array;

/** A quaternion of any length but zero as the 32 bits of a pose's rotation. */
export function packRotation(x: number, y: number, z: number, w: number): number;

/** The unit quaternion [x, y, z, w]; written into `out` if that is given. */
export function unpackRotation<T extends { [index: number]: number } = number[]>(rotation: number, out?: T): T;
