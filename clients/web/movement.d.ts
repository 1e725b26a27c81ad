import type { Pose, PositionCorrection } from './protocol.js';

/**
 * Where the player's own avatar is, which moves at once and is put right when the server says so: docs/protocol.md, Movement. Of one
 * connection. Positions are [x, y, z] in metres.
 */
export class OwnPose {
    /** Where the avatar is, as far as the client knows: the next move begins here. */
    position: number[];

    /** The 32 bits of the protocol. */
    rotation: number;

    /** Begins where Welcome says. */
    constructor(pose: Pose);

    /** The player moves; answers with the sequence to send it under. */
    move(position: number[], rotation?: number): number;

    /** The server's word; what was done since stands on top of it. A late one does nothing. */
    correct(correction: Pick<PositionCorrection, 'lastSequence' | 'pose'>): void;

    /** Where to show it in this frame: called once for each. What a correction moved is shown away within two. */
    frame(): number[];
}
