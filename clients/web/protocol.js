// Generated from protocol/schema/otherworld.schema, which says how to change it.

import { Reader, Writer } from './wire.js';

export { packRotation, unpackRotation } from './wire.js';

export const VERSION = 2;
export const OLDEST = 2;
export const SUBPROTOCOL = 'otherworld.v1';
export const PATH = '/v1/play';
export const HELLO_TIMEOUT_MS = 5000;
export const MAX_LASTING_BYTES = 4096;
export const MAX_TOKEN_BYTES = 2048;
export const MAX_CLIENT_NAME_BYTES = 64;
export const MAX_MODEL_BYTES = 128;
export const MAX_PLAYER_BYTES = 128;
export const MAX_WORLD_BYTES = 104;
export const MAX_DETAIL_BYTES = 256;
export const MAX_STATES = 128;
export const MAX_INDEXES = 1024;
export const MAX_JOINTS = 6;
export const KEPT_TICKS = 64;
export const MAX_DURABLE_SEQUENCES = 256;
export const MAX_UNRELIABLE_BYTES = 1150;
export const MAX_UPDATE_BYTES = 1145;

export const EntityKind = Object.freeze({
    AVATAR: 1,
    PROP: 2,
    SMART_OBJECT: 3,
    COLLIDER: 4,
    MARKER: 5,
});

export const Joint = Object.freeze({
    HEAD: 1,
    LEFT_HAND: 2,
    RIGHT_HAND: 3,
    HIPS: 4,
    LEFT_FOOT: 5,
    RIGHT_FOOT: 6,
});

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
    NOT_PERMITTED: 11,
    BAD_SHAPE: 12,
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
const EntityKind_NAMES = codeNames(EntityKind);
const Joint_NAMES = codeNames(Joint);
const GoodbyeReason_NAMES = codeNames(GoodbyeReason);
const RefusalReason_NAMES = codeNames(RefusalReason);
const CorrectionReason_NAMES = codeNames(CorrectionReason);
const NoticeKind_NAMES = codeNames(NoticeKind);

const readEntityState = reader => ({
    index: reader.index(),
    entity: reader.varuint64(),
    kind: reader.code(EntityKind_NAMES),
    owner: reader.string(MAX_PLAYER_BYTES),
    model: reader.string(MAX_MODEL_BYTES),
    pose: reader.pose(),
    joints: reader.u8(),
});

function writeEntityState(writer, part) {
    writer.index(part.index);
    writer.varuint64(part.entity);
    writer.code(part.kind, EntityKind);
    writer.string(part.owner, MAX_PLAYER_BYTES);
    writer.string(part.model, MAX_MODEL_BYTES);
    writer.pose(part.pose);
    writer.u8(part.joints);
}

const readJointPose = reader => ({
    joint: reader.code(Joint_NAMES),
    dx: reader.f32(),
    dy: reader.f32(),
    dz: reader.f32(),
    rotation: reader.rotation(),
});

function writeJointPose(writer, part) {
    writer.code(part.joint, Joint);
    writer.f32(part.dx);
    writer.f32(part.dy);
    writer.f32(part.dz);
    writer.rotation(part.rotation);
}

function readHello(reader) {
    const newest = reader.u16();
    // The rest of an older one was laid out in another way.
    if (newest < OLDEST) return reader.lasting({ type: 'Hello', newest, oldest: 0, features: 0n, token: '', client: '' });
    reader.version = newest;
    return reader.lasting({
        type: 'Hello',
        newest,
        oldest: reader.u16(),
        features: reader.varuint64(),
        token: reader.string(MAX_TOKEN_BYTES),
        client: reader.string(MAX_CLIENT_NAME_BYTES),
    });
}

function writeHello(writer, message) {
    writer.u16(message.newest);
    writer.u16(message.oldest);
    writer.varuint64(message.features);
    writer.string(message.token, MAX_TOKEN_BYTES);
    writer.string(message.client, MAX_CLIENT_NAME_BYTES);
}

const readMoveIntent = reader => ({
    type: 'MoveIntent',
    sequence: reader.varuint(),
    pose: reader.pose(),
    joints: reader.list(MAX_JOINTS, readJointPose),
});

function writeMoveIntent(writer, message) {
    writer.varuint(message.sequence);
    writer.pose(message.pose);
    writer.list(message.joints, MAX_JOINTS, writeJointPose);
}

const readPlaceEntity = reader => ({
    type: 'PlaceEntity',
    clientSequence: reader.varuint64(),
    model: reader.name(MAX_MODEL_BYTES),
    pose: reader.pose(),
});

function writePlaceEntity(writer, message) {
    writer.varuint64(message.clientSequence);
    writer.name(message.model, MAX_MODEL_BYTES);
    writer.pose(message.pose);
}

const readMoveEntity = reader => ({
    type: 'MoveEntity',
    clientSequence: reader.varuint64(),
    entity: reader.varuint64(),
    pose: reader.pose(),
});

function writeMoveEntity(writer, message) {
    writer.varuint64(message.clientSequence);
    writer.varuint64(message.entity);
    writer.pose(message.pose);
}

const readRemoveEntity = reader => ({
    type: 'RemoveEntity',
    clientSequence: reader.varuint64(),
    entity: reader.varuint64(),
});

function writeRemoveEntity(writer, message) {
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

const readAcknowledge = reader => ({
    type: 'Acknowledge',
    datagram: reader.u16(),
    earlier: reader.u32(),
    states: reader.varuint(),
});

function writeAcknowledge(writer, message) {
    writer.u16(message.datagram);
    writer.u32(message.earlier);
    writer.varuint(message.states);
}

function readWelcome(reader) {
    const version = reader.u16();
    // The rest of an older one was laid out in another way.
    if (version < OLDEST) return reader.lasting({ type: 'Welcome', version, features: 0n, epoch: 0n, world: '', ordinal: 0, avatar: 0n, seat: 0, generation: 0n, capacity: 0, tickRateHz: 0, presenceRateHz: 0, zoneSize: 0, sight: 0, reconnectWindowMs: 0, resumed: false, serverTimeMs: 0n, lastClientSequence: 0n, pose: { x: 0, y: 0, z: 0, rotation: 3757571583 } });
    reader.version = version;
    return reader.lasting({
        type: 'Welcome',
        version,
        features: reader.varuint64(),
        epoch: reader.varuint64(),
        world: reader.string(MAX_WORLD_BYTES),
        ordinal: reader.varuint(),
        avatar: reader.varuint64(),
        seat: reader.varuint(),
        generation: reader.varuint64(),
        capacity: reader.varuint(),
        tickRateHz: reader.u8(),
        presenceRateHz: reader.u8(),
        zoneSize: reader.f32(),
        sight: reader.f32(),
        reconnectWindowMs: reader.varuint(),
        resumed: reader.flag(),
        serverTimeMs: reader.varuint64(),
        lastClientSequence: reader.varuint64(),
        pose: reader.pose(),
    });
}

function writeWelcome(writer, message) {
    writer.u16(message.version);
    writer.varuint64(message.features);
    writer.varuint64(message.epoch);
    writer.string(message.world, MAX_WORLD_BYTES);
    writer.varuint(message.ordinal);
    writer.varuint64(message.avatar);
    writer.varuint(message.seat);
    writer.varuint64(message.generation);
    writer.varuint(message.capacity);
    writer.u8(message.tickRateHz);
    writer.u8(message.presenceRateHz);
    writer.f32(message.zoneSize);
    writer.f32(message.sight);
    writer.varuint(message.reconnectWindowMs);
    writer.flag(message.resumed);
    writer.varuint64(message.serverTimeMs);
    writer.varuint64(message.lastClientSequence);
    writer.pose(message.pose);
}

const readEntityStates = reader => ({
    type: 'EntityStates',
    number: reader.varuint(),
    epoch: reader.varuint64(),
    tick: reader.varuint(),
    left: reader.list(MAX_INDEXES, item => item.index()),
    entities: reader.list(MAX_STATES, readEntityState),
});

function writeEntityStates(writer, message) {
    writer.varuint(message.number);
    writer.varuint64(message.epoch);
    writer.varuint(message.tick);
    writer.list(message.left, MAX_INDEXES, (to, item) => to.index(item));
    writer.list(message.entities, MAX_STATES, writeEntityState);
}

const readEntityUpdate = reader => ({
    type: 'EntityUpdate',
    number: reader.u16(),
    tick: reader.u16(),
    entities: reader.rest(),
});

function writeEntityUpdate(writer, message) {
    writer.u16(message.number);
    writer.u16(message.tick);
    writer.rest(message.entities, MAX_UPDATE_BYTES);
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

const readGoodbye = reader => reader.lasting({
    type: 'Goodbye',
    reason: reader.codeOr(GoodbyeReason_NAMES, 'INTERNAL'),
    retryAfterMs: reader.varuint(),
    detail: reader.string(MAX_DETAIL_BYTES),
});

function writeGoodbye(writer, message) {
    writer.code(message.reason, GoodbyeReason);
    writer.varuint(message.retryAfterMs);
    writer.prose(message.detail, MAX_DETAIL_BYTES);
}

/** By type: the longest, in bytes, what reads it, and which versions have it. */
const OF_CLIENT = new Map([
    [1, [4096, readHello]],
    [2, [125, readMoveIntent]],
    [3, [156, readPlaceEntity]],
    [4, [35, readMoveEntity]],
    [5, [19, readRemoveEntity]],
    [6, [15, readPing]],
    [7, [1, readLeave]],
    [8, [12, readAcknowledge]],
]);

/** By type: the longest, in bytes, what reads it, and which versions have it. */
const OF_SERVER = new Map([
    [64, [4096, readWelcome]],
    [65, [39064, readEntityStates]],
    [66, [1150, readEntityUpdate]],
    [67, [37, readPositionCorrection]],
    [69, [28, readEditApplied]],
    [70, [2316, readEditDurable]],
    [71, [269, readEditRefused]],
    [72, [24, readPong]],
    [73, [260, readNotice]],
    [74, [4096, readGoodbye]],
]);

/** By name: the type, what writes the fields, and which versions have it. */
const WRITERS = {
    Hello: [1, writeHello],
    MoveIntent: [2, writeMoveIntent],
    PlaceEntity: [3, writePlaceEntity],
    MoveEntity: [4, writeMoveEntity],
    RemoveEntity: [5, writeRemoveEntity],
    Ping: [6, writePing],
    Leave: [7, writeLeave],
    Acknowledge: [8, writeAcknowledge],
    Welcome: [64, writeWelcome],
    EntityStates: [65, writeEntityStates],
    EntityUpdate: [66, writeEntityUpdate],
    PositionCorrection: [67, writePositionCorrection],
    EditApplied: [69, writeEditApplied],
    EditDurable: [70, writeEditDurable],
    EditRefused: [71, writeEditRefused],
    Pong: [72, writePong],
    Notice: [73, writeNotice],
    Goodbye: [74, writeGoodbye],
};

const scratch = new Writer(39064);

export const decodeClient = (bytes, version = VERSION) => decode(OF_CLIENT, bytes, version);

export const decodeServer = (bytes, version = VERSION) => decode(OF_SERVER, bytes, version);

export const encode = message => encodeFor(VERSION, message);

export function encodeFor(version, message) {
    const [type, write, since = 0, until = Infinity] = WRITERS[message.type];
    if (version < since || version > until) return undefined;
    scratch.start(type, version);
    write(scratch, message);
    return scratch.bytes();
}

function decode(messages, bytes, version) {
    if (bytes.length === 0) return malformed('EMPTY');
    const known = messages.get(bytes[0]);
    if (known === undefined) return malformed('UNKNOWN_TYPE');
    const [longest, read, since = 0, until = Infinity] = known;
    if (version < since || version > until) return malformed('UNKNOWN_TYPE');
    if (bytes.length > longest) return malformed('TOO_LONG');
    const reader = new Reader(bytes, version);
    const message = read(reader);
    return reader.done() ? message : malformed(reader.malformed);
}

const malformed = reason => ({ type: 'Malformed', reason });
