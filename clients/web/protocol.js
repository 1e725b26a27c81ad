// Generated from protocol/schema/otherworld.schema, which says how to change it.

import { Reader, Writer } from './wire.js';

export { packRotation, unpackRotation } from './wire.js';

export const VERSION = 1;
export const SUBPROTOCOL = 'otherworld.v1';
export const PATH = '/v1/play';
export const HELLO_TIMEOUT_MS = 5000;
export const MAX_TOKEN_BYTES = 2048;
export const MAX_CLIENT_NAME_BYTES = 64;
export const MAX_MODEL_BYTES = 128;
export const MAX_PLAYER_BYTES = 128;
export const MAX_WORLD_BYTES = 104;
export const MAX_DETAIL_BYTES = 256;
export const MAX_STATES = 128;
export const MAX_CHANGES = 1024;
export const MAX_DURABLE_SEQUENCES = 256;
export const MAX_UNRELIABLE_BYTES = 1150;

export const GoodbyeReason = Object.freeze({
    LEFT: 1,
    REPLACED: 2,
    MALFORMED: 3,
    TOO_SLOW: 4,
    IDLE: 5,
    HELLO_TIMEOUT: 6,
    VERSION_UNSUPPORTED: 7,
    TICKET_EXPIRED: 8,
    TICKET_FORGED: 9,
    TICKET_REPLAYED: 10,
    TICKET_SUPERSEDED: 11,
    TICKET_WRONG_INSTANCE: 12,
    INSTANCE_FULL: 13,
    SESSION_ENDED: 14,
    LEDGER_UNAVAILABLE: 15,
    NOT_READY: 16,
    CORDONED: 17,
    FROZEN: 18,
    CLOSING: 19,
    RATE_LIMITED: 20,
    INTERNAL: 21,
});

export const RefusalReason = Object.freeze({
    STORAGE_SLOW: 1,
    FROZEN: 2,
    UNKNOWN_ENTITY: 3,
    OUT_OF_REACH: 4,
    OUT_OF_BOUNDS: 5,
    TOO_MANY_ENTITIES: 6,
    RATE_LIMITED: 7,
    NOT_DURABLE_HERE: 8,
    CLOSING: 9,
    STORAGE_DAMAGED: 10,
});

export const CorrectionReason = Object.freeze({
    TOO_FAST: 1,
    OUT_OF_BOUNDS: 2,
    BLOCKED: 3,
    TELEPORTED: 4,
});

export const NoticeKind = Object.freeze({
    FROZEN: 1,
    THAWED: 2,
    CLOSING: 3,
    STORAGE_STALLED: 4,
    STORAGE_WORKS: 5,
});

const codeNames = codes => ['', ...Object.keys(codes)];
const GoodbyeReason_NAMES = codeNames(GoodbyeReason);
const RefusalReason_NAMES = codeNames(RefusalReason);
const CorrectionReason_NAMES = codeNames(CorrectionReason);
const NoticeKind_NAMES = codeNames(NoticeKind);

const readAvatarState = reader => ({
    avatar: reader.varuint(),
    player: reader.string(MAX_PLAYER_BYTES),
    pose: reader.pose(),
    sourceTimeMs: reader.varuint64(),
});

function writeAvatarState(writer, part) {
    writer.varuint(part.avatar);
    writer.string(part.player, MAX_PLAYER_BYTES);
    writer.pose(part.pose);
    writer.varuint64(part.sourceTimeMs);
}

const readAvatarMove = reader => ({
    avatar: reader.varuint(),
    pose: reader.pose(),
    sourceTimeMs: reader.varuint64(),
});

function writeAvatarMove(writer, part) {
    writer.varuint(part.avatar);
    writer.pose(part.pose);
    writer.varuint64(part.sourceTimeMs);
}

const readPropState = reader => ({
    entity: reader.varuint64(),
    model: reader.string(MAX_MODEL_BYTES),
    pose: reader.pose(),
    placedBy: reader.string(MAX_PLAYER_BYTES),
});

function writePropState(writer, part) {
    writer.varuint64(part.entity);
    writer.string(part.model, MAX_MODEL_BYTES);
    writer.pose(part.pose);
    writer.string(part.placedBy, MAX_PLAYER_BYTES);
}

function readHello(reader) {
    const version = reader.u16();
    // The rest of another version is in a layout that is not known here.
    if (version !== VERSION) return reader.skipRest({ type: 'Hello', version, token: '', client: '' });
    return {
        type: 'Hello',
        version,
        token: reader.string(MAX_TOKEN_BYTES),
        client: reader.string(MAX_CLIENT_NAME_BYTES),
    };
}

function writeHello(writer, message) {
    writer.u16(message.version);
    writer.string(message.token, MAX_TOKEN_BYTES);
    writer.string(message.client, MAX_CLIENT_NAME_BYTES);
}

const readMoveIntent = reader => ({
    type: 'MoveIntent',
    sequence: reader.varuint(),
    pose: reader.pose(),
    clientTimeMs: reader.varuint64(),
});

function writeMoveIntent(writer, message) {
    writer.varuint(message.sequence);
    writer.pose(message.pose);
    writer.varuint64(message.clientTimeMs);
}

const readPlaceProp = reader => ({
    type: 'PlaceProp',
    clientSequence: reader.varuint64(),
    model: reader.name(MAX_MODEL_BYTES),
    pose: reader.pose(),
});

function writePlaceProp(writer, message) {
    writer.varuint64(message.clientSequence);
    writer.name(message.model, MAX_MODEL_BYTES);
    writer.pose(message.pose);
}

const readMoveProp = reader => ({
    type: 'MoveProp',
    clientSequence: reader.varuint64(),
    entity: reader.varuint64(),
    pose: reader.pose(),
});

function writeMoveProp(writer, message) {
    writer.varuint64(message.clientSequence);
    writer.varuint64(message.entity);
    writer.pose(message.pose);
}

const readRemoveProp = reader => ({
    type: 'RemoveProp',
    clientSequence: reader.varuint64(),
    entity: reader.varuint64(),
});

function writeRemoveProp(writer, message) {
    writer.varuint64(message.clientSequence);
    writer.varuint64(message.entity);
}

const readPing = reader => ({
    type: 'Ping',
    nonce: reader.varuint(),
    clientTimeMs: reader.varuint64(),
});

function writePing(writer, message) {
    writer.varuint(message.nonce);
    writer.varuint64(message.clientTimeMs);
}

const readLeave = () => ({ type: 'Leave' });

const writeLeave = () => {};

const readWelcome = reader => ({
    type: 'Welcome',
    version: reader.u16(),
    epoch: reader.varuint64(),
    world: reader.string(MAX_WORLD_BYTES),
    ordinal: reader.varuint(),
    avatar: reader.varuint(),
    seat: reader.varuint(),
    generation: reader.varuint64(),
    capacity: reader.varuint(),
    tickRateHz: reader.u8(),
    presenceRateHz: reader.u8(),
    zoneSize: reader.f32(),
    reconnectWindowMs: reader.varuint(),
    resumed: reader.flag(),
    serverTimeMs: reader.varuint64(),
    lastClientSequence: reader.varuint64(),
    pose: reader.pose(),
});

function writeWelcome(writer, message) {
    writer.u16(message.version);
    writer.varuint64(message.epoch);
    writer.string(message.world, MAX_WORLD_BYTES);
    writer.varuint(message.ordinal);
    writer.varuint(message.avatar);
    writer.varuint(message.seat);
    writer.varuint64(message.generation);
    writer.varuint(message.capacity);
    writer.u8(message.tickRateHz);
    writer.u8(message.presenceRateHz);
    writer.f32(message.zoneSize);
    writer.varuint(message.reconnectWindowMs);
    writer.flag(message.resumed);
    writer.varuint64(message.serverTimeMs);
    writer.varuint64(message.lastClientSequence);
    writer.pose(message.pose);
}

const readZoneSnapshot = reader => ({
    type: 'ZoneSnapshot',
    epoch: reader.varuint64(),
    tick: reader.varuint(),
    zoneX: reader.svarint(),
    zoneZ: reader.svarint(),
    part: reader.u8(),
    parts: reader.u8(),
    avatars: reader.list(MAX_STATES, readAvatarState),
    props: reader.list(MAX_STATES, readPropState),
});

function writeZoneSnapshot(writer, message) {
    writer.varuint64(message.epoch);
    writer.varuint(message.tick);
    writer.svarint(message.zoneX);
    writer.svarint(message.zoneZ);
    writer.u8(message.part);
    writer.u8(message.parts);
    writer.list(message.avatars, MAX_STATES, writeAvatarState);
    writer.list(message.props, MAX_STATES, writePropState);
}

const readPresenceDelta = reader => ({
    type: 'PresenceDelta',
    epoch: reader.varuint64(),
    tick: reader.varuint(),
    entered: reader.list(MAX_STATES, readAvatarState),
    moved: reader.list(MAX_CHANGES, readAvatarMove),
    left: reader.list(MAX_CHANGES, item => item.varuint()),
});

function writePresenceDelta(writer, message) {
    writer.varuint64(message.epoch);
    writer.varuint(message.tick);
    writer.list(message.entered, MAX_STATES, writeAvatarState);
    writer.list(message.moved, MAX_CHANGES, writeAvatarMove);
    writer.list(message.left, MAX_CHANGES, (to, item) => to.varuint(item));
}

const readPositionCorrection = reader => ({
    type: 'PositionCorrection',
    epoch: reader.varuint64(),
    tick: reader.varuint(),
    lastSequence: reader.varuint(),
    pose: reader.pose(),
    reason: reader.code(CorrectionReason_NAMES),
});

function writePositionCorrection(writer, message) {
    writer.varuint64(message.epoch);
    writer.varuint(message.tick);
    writer.varuint(message.lastSequence);
    writer.pose(message.pose);
    writer.code(message.reason, CorrectionReason);
}

const readPropDelta = reader => ({
    type: 'PropDelta',
    epoch: reader.varuint64(),
    tick: reader.varuint(),
    changed: reader.list(MAX_STATES, readPropState),
    removed: reader.list(MAX_CHANGES, item => item.varuint64()),
});

function writePropDelta(writer, message) {
    writer.varuint64(message.epoch);
    writer.varuint(message.tick);
    writer.list(message.changed, MAX_STATES, writePropState);
    writer.list(message.removed, MAX_CHANGES, (to, item) => to.varuint64(item));
}

const readEditApplied = reader => ({
    type: 'EditApplied',
    epoch: reader.varuint64(),
    clientSequence: reader.varuint64(),
    entity: reader.varuint64(),
});

function writeEditApplied(writer, message) {
    writer.varuint64(message.epoch);
    writer.varuint64(message.clientSequence);
    writer.varuint64(message.entity);
}

const readEditDurable = reader => ({
    type: 'EditDurable',
    epoch: reader.varuint64(),
    clientSequences: reader.list(MAX_DURABLE_SEQUENCES, item => item.varuint64()),
});

function writeEditDurable(writer, message) {
    writer.varuint64(message.epoch);
    writer.list(message.clientSequences, MAX_DURABLE_SEQUENCES, (to, item) => to.varuint64(item));
}

const readEditRefused = reader => ({
    type: 'EditRefused',
    clientSequence: reader.varuint64(),
    reason: reader.code(RefusalReason_NAMES),
    detail: reader.string(MAX_DETAIL_BYTES),
});

function writeEditRefused(writer, message) {
    writer.varuint64(message.clientSequence);
    writer.code(message.reason, RefusalReason);
    writer.prose(message.detail, MAX_DETAIL_BYTES);
}

const readPong = reader => ({
    type: 'Pong',
    nonce: reader.varuint(),
    clientTimeMs: reader.varuint64(),
    serverTimeMs: reader.varuint64(),
});

function writePong(writer, message) {
    writer.varuint(message.nonce);
    writer.varuint64(message.clientTimeMs);
    writer.varuint64(message.serverTimeMs);
}

const readNotice = reader => ({
    type: 'Notice',
    kind: reader.code(NoticeKind_NAMES),
    detail: reader.string(MAX_DETAIL_BYTES),
});

function writeNotice(writer, message) {
    writer.code(message.kind, NoticeKind);
    writer.prose(message.detail, MAX_DETAIL_BYTES);
}

const readGoodbye = reader => ({
    type: 'Goodbye',
    reason: reader.code(GoodbyeReason_NAMES),
    retryAfterMs: reader.varuint(),
    detail: reader.string(MAX_DETAIL_BYTES),
});

function writeGoodbye(writer, message) {
    writer.code(message.reason, GoodbyeReason);
    writer.varuint(message.retryAfterMs);
    writer.prose(message.detail, MAX_DETAIL_BYTES);
}

/** By type: the longest, in bytes, and what reads it. */
const OF_CLIENT = new Map([
    [1, [2118, readHello]],
    [2, [31, readMoveIntent]],
    [3, [156, readPlaceProp]],
    [4, [35, readMoveProp]],
    [5, [19, readRemoveProp]],
    [6, [15, readPing]],
    [7, [1, readLeave]],
]);

/** By type: the longest, in bytes, and what reads it. */
const OF_SERVER = new Map([
    [64, [192, readWelcome]],
    [65, [56991, readZoneSnapshot]],
    [66, [56341, readPresenceDelta]],
    [67, [37, readPositionCorrection]],
    [68, [45715, readPropDelta]],
    [69, [28, readEditApplied]],
    [70, [2316, readEditDurable]],
    [71, [269, readEditRefused]],
    [72, [24, readPong]],
    [73, [260, readNotice]],
    [74, [265, readGoodbye]],
]);

/** By name: the type, and what writes the fields. */
const WRITERS = {
    Hello: [1, writeHello],
    MoveIntent: [2, writeMoveIntent],
    PlaceProp: [3, writePlaceProp],
    MoveProp: [4, writeMoveProp],
    RemoveProp: [5, writeRemoveProp],
    Ping: [6, writePing],
    Leave: [7, writeLeave],
    Welcome: [64, writeWelcome],
    ZoneSnapshot: [65, writeZoneSnapshot],
    PresenceDelta: [66, writePresenceDelta],
    PositionCorrection: [67, writePositionCorrection],
    PropDelta: [68, writePropDelta],
    EditApplied: [69, writeEditApplied],
    EditDurable: [70, writeEditDurable],
    EditRefused: [71, writeEditRefused],
    Pong: [72, writePong],
    Notice: [73, writeNotice],
    Goodbye: [74, writeGoodbye],
};

const scratch = new Writer(56991);

export const decodeClient = bytes => decode(OF_CLIENT, bytes);

export const decodeServer = bytes => decode(OF_SERVER, bytes);

export function encode(message) {
    const [type, write] = WRITERS[message.type];
    scratch.start(type);
    write(scratch, message);
    return scratch.bytes();
}

function decode(messages, bytes) {
    if (bytes.length === 0) return malformed('EMPTY');
    const known = messages.get(bytes[0]);
    if (known === undefined) return malformed('UNKNOWN_TYPE');
    const [longest, read] = known;
    if (bytes.length > longest) return malformed('TOO_LONG');
    const reader = new Reader(bytes);
    const message = read(reader);
    return reader.done() ? message : malformed(reader.malformed);
}

const malformed = reason => ({ type: 'Malformed', reason });
