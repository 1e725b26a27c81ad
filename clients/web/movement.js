// Where the player's own avatar is, which moves at once and is put right when the server says so: docs/protocol.md, Movement. No dependencies.

/** Moves that are kept to be put right: some seconds of them. */
const KEPT = 128;

/** Frames in which what a correction moves is shown away. */
const BLEND_FRAMES = 2;

/**
 * Of one connection. The program moves it, sends what it says, and shows it; the server's word comes in by {@link correct}. Positions
 * are [x, y, z] in metres.
 */
export class OwnPose {
    /** Where the avatar is, as far as the client knows: the next move begins here. */
    position;

    /** Of the last move, or of the server's word if that is newer: the 32 bits of the protocol. */
    rotation;

    #sequence = 0;
    #sent = new Array(KEPT).fill(undefined); // by sequence, as it was put right since
    #corrected = 0;
    #off = [0, 0, 0]; // of what is shown
    #frames = 0; // in which it is to be shown away

    /** Begins where Welcome says. */
    constructor({ x, y, z, rotation }) {
        this.position = [x, y, z];
        this.rotation = rotation;
    }

    /** The player moves; answers with the sequence to send it under. */
    move(position, rotation = this.rotation) {
        this.position = [...position];
        this.rotation = rotation;
        this.#sequence++;
        this.#sent[this.#sequence % KEPT] = { sequence: this.#sequence, position: this.position };
        return this.#sequence;
    }

    /**
     * A PositionCorrection: the avatar stood at its pose after the move that it answers; what was done since stands on top of that.
     */
    correct({ lastSequence, pose }) {
        if (lastSequence < this.#corrected || lastSequence > this.#sequence) return; // late, or of no move of ours
        this.#corrected = lastSequence;
        const move = this.#sent[lastSequence % KEPT];
        const known = move?.sequence === lastSequence ? move.position : this.position;
        const by = [pose.x - known[0], pose.y - known[1], pose.z - known[2]];
        const shown = this.#shown();
        for (let sequence = lastSequence; sequence <= this.#sequence; sequence++) {
            const later = this.#sent[sequence % KEPT];
            if (later?.sequence === sequence) later.position = later.position.map((at, axis) => at + by[axis]);
        }
        this.position = this.position.map((at, axis) => at + by[axis]);
        this.#off = shown.map((at, axis) => at - this.position[axis]);
        this.#frames = BLEND_FRAMES;
    }

    /** Where to show it in this frame: called once for each. */
    frame() {
        if (this.#frames > 0) {
            const left = --this.#frames / (this.#frames + 1);
            this.#off = this.#off.map((metres) => metres * left);
        }
        return this.#shown();
    }

    #shown() {
        return this.position.map((at, axis) => at + this.#off[axis]);
    }
}
