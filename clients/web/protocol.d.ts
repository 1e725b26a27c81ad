// Generated from protocol/schema/otherworld.schema, which says how to change it.

/** The newest version that this module speaks. */
export const VERSION: 2;
/** The oldest one. */
export const OLDEST: 2;
/** WebSocket subprotocol, and protocol of both data channels: of messages behind a type byte. Versions are negotiated by `Hello`. */
export const SUBPROTOCOL: 'otherworld.v1';
/** HTTP path of the WebSocket. */
export const PATH: '/v1/play';
/** The first message must have arrived by then. */
export const HELLO_TIMEOUT_MS: 5000;
/** No message that every version reads is longer, whatever comes to stand behind its fields. */
export const MAX_LASTING_BYTES: 4096;
export const MAX_TOKEN_BYTES: 2048;
export const MAX_CLIENT_NAME_BYTES: 64;
export const MAX_MODEL_BYTES: 128;
export const MAX_PLAYER_BYTES: 128;
export const MAX_WORLD_BYTES: 104;
export const MAX_DETAIL_BYTES: 256;
/** Entities that are told in full (with strings) in one message. */
export const MAX_STATES: 128;
/** Indexes that a client has: as many entities are told to it at a time. */
export const MAX_INDEXES: 1024;
/** Joints of an avatar. */
export const MAX_JOINTS: 6;
/** Ticks that a client keeps of what each entity did: how far back an update may refer. */
export const KEPT_TICKS: 64;
export const MAX_DURABLE_SEQUENCES: 256;
/** No longer message is sent where it may be lost: with the headers of SCTP, DTLS, UDP and IPv6 it fits the path MTU of 1,280 bytes that every IPv6 link has (RFC 8200, section 5). */
export const MAX_UNRELIABLE_BYTES: 1150;
/** Entities in one `EntityUpdate`: what `MAX_UNRELIABLE_BYTES` leaves. */
export const MAX_UPDATE_BYTES: 1145;

/** What an entity is. */
export const EntityKind: {
    /** A player's body. */
    readonly AVATAR: 1;
    /** A thing that a player placed. */
    readonly PROP: 2;
    /** A thing that can be used. Not told yet. */
    readonly SMART_OBJECT: 3;
    /** Something in the way; its model names its shape. */
    readonly COLLIDER: 4;
    /** A place with a meaning. Not told yet. */
    readonly MARKER: 5;
};
export type EntityKind = keyof typeof EntityKind;

/** What moves on its own within an avatar. */
export const Joint: {
    /** Where the eyes are. */
    readonly HEAD: 1;
    /** Its palm. */
    readonly LEFT_HAND: 2;
    /** Its palm. */
    readonly RIGHT_HAND: 3;
    /** Their middle. */
    readonly HIPS: 4;
    /** Its sole. */
    readonly LEFT_FOOT: 5;
    /** Its sole. */
    readonly RIGHT_FOOT: 6;
};
export type Joint = keyof typeof Joint;

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
    /** The server speaks none of the versions of `Hello`. */
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
    /** There is no such thing to edit, or the answer to the number is no longer known. */
    readonly UNKNOWN_ENTITY: 3;
    /** The avatar is too far from it, or from where it is put. */
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
    /** The World does not let this player do it. */
    readonly NOT_PERMITTED: 11;
    /** A collider's model names no shape that there is. */
    readonly BAD_SHAPE: 12;
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

/** The first message of a connection. */
export interface Hello {
    type: 'Hello';
    /** the newest version that the client speaks */
    newest: number;
    /** the oldest one */
    oldest: number;
    /** bits of what the client could do beyond its version; none has a meaning yet */
    features: bigint;
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
    /** of the root */
    pose: Pose;
    /** those that the client tracks, in the order of their codes; empty: none */
    joints: JointPose[];
}

/** Creates an entity that a player may build with: a prop, or a collider, as its model says. */
export interface PlaceEntity {
    type: 'PlaceEntity';
    /** the player's own number of the edit, positive, growing by 1 with each new edit of the player in this instance; the same when the edit is sent again */
    clientSequence: bigint;
    /** what it looks like: any name that clients agree on */
    model: string;
    pose: Pose;
}

/** Moves what was placed. */
export interface MoveEntity {
    type: 'MoveEntity';
    /** as in `PlaceEntity` */
    clientSequence: bigint;
    entity: bigint;
    pose: Pose;
}

/** Removes what was placed. */
export interface RemoveEntity {
    type: 'RemoveEntity';
    /** as in `PlaceEntity` */
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

/** What has arrived, where messages may be lost. */
export interface Acknowledge {
    type: 'Acknowledge';
    /** number of the newest `EntityUpdate` that was stored whole; 0 if none was */
    datagram: number;
    /** which of the 32 before it were: bit i for datagram − 1 − i */
    earlier: number;
    /** number of the last `EntityStates`; 0 if none came */
    states: number;
}

/** The answer to a `Hello` that was admitted. */
export interface Welcome {
    type: 'Welcome';
    /** the highest that both speak: that of every message that follows */
    version: number;
    /** those of the client's that the instance takes up */
    features: bigint;
    epoch: bigint;
    world: string;
    ordinal: number;
    /** this player's avatar: its entity */
    avatar: bigint;
    seat: number;
    generation: bigint;
    capacity: number;
    tickRateHz: number;
    presenceRateHz: number;
    /** metres */
    zoneSize: number;
    /** metres: how far entities of neighbouring zones are told */
    sight: number;
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

/** Entities that went out of what the player is told of, and those that came into it or changed, in full. Reliable and in order. */
export interface EntityStates {
    type: 'EntityStates';
    /** 1, 2, … of the connection */
    number: number;
    epoch: bigint;
    tick: number;
    /** free from here on */
    left: number[];
    /** after `left` */
    entities: EntityState[];
}

/** What entities did since ticks that the client has. It may be lost. */
export interface EntityUpdate {
    type: 'EntityUpdate';
    /** 1, 2, … of the connection; after 65,535 comes 0 */
    number: number;
    /** its low 16 bits */
    tick: number;
    /** Entities in docs/protocol.md */
    entities: Uint8Array;
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

/** The edit is in the World, and others see it. Not yet durable. */
export interface EditApplied {
    type: 'EditApplied';
    epoch: bigint;
    clientSequence: bigint;
    /** for `PlaceEntity` its new id */
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

/** An entity in full. */
export interface EntityState {
    /** what it is called from here on with this client */
    index: number;
    /** its id, positive, the same for as long as it exists */
    entity: bigint;
    kind: EntityKind;
    /** the player whose avatar it is, or who placed it */
    owner: string;
    /** what to draw, a name the World's scene or the client knows; empty: the client's choice */
    model: string;
    pose: Pose;
    /** the joints that are tracked: bit n for code n + 1; only then `EntityUpdate` tells them */
    joints: number;
}

/** A part of an avatar's body that its client tracks. */
export interface JointPose {
    joint: Joint;
    /** metres from the root, along the world's axes */
    dx: number;
    dy: number;
    dz: number;
    /** in the world, as the root's */
    rotation: number;
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
    | 'UNKNOWN_CODE'
    /** difference that stands for none */
    | 'BAD_DELTA'
    /** index that no entity has */
    | 'BAD_INDEX'
    /** told against a tick that was not told */
    | 'NO_BASELINE';

export interface Malformed {
    type: 'Malformed';
    reason: MalformedReason;
}

/** What a client sends. */
export type ClientMessage =
    | Hello
    | MoveIntent
    | PlaceEntity
    | MoveEntity
    | RemoveEntity
    | Ping
    | Leave
    | Acknowledge;

/** What an instance sends. */
export type ServerMessage =
    | Welcome
    | EntityStates
    | EntityUpdate
    | PositionCorrection
    | EditApplied
    | EditDurable
    | EditRefused
    | Pong
    | Notice
    | Goodbye;

/**
 * Reads one message of an instance, in the version of the session (Welcome's). Never throws: bytes that are none are
 * answered with Malformed.
 */
export function decodeServer(bytes: Uint8Array, version?: number): ServerMessage | Malformed;

/** Reads one message of a client. Never throws. */
export function decodeClient(bytes: Uint8Array, version?: number): ClientMessage | Malformed;

/** The message in an array of its own. Throws a RangeError if a field is beyond its limit. */
export function encode(message: ClientMessage | ServerMessage): Uint8Array;

/** The same for a session of another version: undefined if that does not have the message. */
export function encodeFor(version: number, message: ClientMessage | ServerMessage): Uint8Array | undefined;

/** A quaternion of any length but zero as the 32 bits of a pose's rotation. */
export function packRotation(x: number, y: number, z: number, w: number): number;

/** The unit quaternion [x, y, z, w]; written into `out` if that is given. */
export function unpackRotation<T extends { [index: number]: number } = number[]>(rotation: number, out?: T): T;
