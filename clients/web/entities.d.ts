import type { Acknowledge, EntityState, Malformed, MalformedReason, ServerMessage } from './protocol.js';

/** Steps of a metre: of a root, and of a joint's offset from it. */
export const ROOT_STEPS: 256;
export const JOINT_STEPS: 1024;

/** No index, no tick, no transform. */
export const NONE: -1;

/**
 * What a client knows of the entities that it is told of, of one connection: docs/protocol.md, Entities. It takes EntityStates in
 * order and EntityUpdates as they come, late, twice or not at all, and has what is to be acknowledged. It never throws.
 */
export class Replica {
    /** Whether anything came that was not acknowledged yet. */
    isAcknowledgeDue: boolean;

    /** How many entities there are. */
    readonly size: number;

    /** Takes an EntityStates or EntityUpdate; any other message does nothing. The reason if it is malformed: the connection ends. */
    apply(message: ServerMessage | Malformed): MalformedReason | '';

    /** What to tell the server where messages may be lost; asking for it makes it no longer due. */
    acknowledgement(): Acknowledge;

    /** Where an entity is, by its id; NONE if it is not told of. */
    indexOf(entity: bigint): number;

    /** The entity of an index in full, as it was last told; undefined if it has none. */
    state(index: number): EntityState | undefined;

    /** All that there are. */
    states(): IterableIterator<EntityState>;

    /** The tick that where it is comes from; NONE if EntityStates alone told of it. The index has an entity, here and below. */
    tick(index: number): number;

    /** Root and joints. */
    transforms(index: number): number;

    /** Which transform a joint is, by its code (Joint); NONE if it is not tracked, or not told yet. */
    transformOf(index: number, joint: number): number;

    /** Metres [x, y, z]: of the root where it is, of a joint from the root; written into `out` if that is given. */
    position<T extends { [index: number]: number } = number[]>(index: number, transform?: number, out?: T): T;

    /** The 32 bits of a rotation: see unpackRotation. */
    rotation(index: number, transform?: number): number;
}
