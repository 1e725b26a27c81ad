package otherworld.replication;

import otherworld.protocol.Protocol;

/**
 * What viewers are told at most, and how often.
 *
 * @param epoch of the host, in every EntityStates
 * @param presenceRateHz how often updates go out; also how many turns a second has
 * @param sightM how far into the neighbours of its zone a viewer sees, in metres
 * @param bitsPerSecond of a viewer's updates, frames of the WebSocket included
 * @param statesBytesPerTick of what one viewer is told in full in one tick, while it is told so
 * @param nearest so many of the nearest avatars are told at every presence tick
 */
public record ReplicationSettings(
        long epoch,
        int presenceRateHz,
        float sightM,
        int bitsPerSecond,
        int statesBytesPerTick,
        int nearest) {
    public static final int BITS_PER_SECOND = 256_000;

    /** What a World may say in its place, in kbit/s. */
    public static final int LEAST_KBIT_PER_SECOND = 64;

    public static final int MOST_KBIT_PER_SECOND = 2_048;
    public static final int STATES_BYTES_PER_TICK = 2_048;
    public static final int NEAREST = 30;

    /** Entities that one viewer sees at most; more than the wire has indexes for cannot be. */
    public static final int MAX_SEEN = 1_024;

    /** Datagrams for one viewer in one presence tick, however many its bytes would fill. */
    public static final int MOST_DATAGRAMS = 2;

    /**
     * What a message takes beside its own bytes, as budgets count: the head of a WebSocket frame.
     */
    public static final int FRAME_BYTES = 4;

    private static final int DATAGRAM_BYTES = Protocol.MAX_UNRELIABLE_BYTES + FRAME_BYTES;

    /** Sight is half of a zone, so that a zone and what is seen around it are four zones' area. */
    public static ReplicationSettings of(long epoch, int presenceRateHz, float zoneSizeM) {
        return new ReplicationSettings(
                epoch,
                presenceRateHz,
                zoneSizeM / 2,
                BITS_PER_SECOND,
                STATES_BYTES_PER_TICK,
                NEAREST);
    }

    public ReplicationSettings {
        if (presenceRateHz < 1 || sightM <= 0 || bitsPerSecond < 8_000 || nearest < 0) {
            throw new IllegalArgumentException(
                    "presenceRateHz %d, sightM %s, bitsPerSecond %d, nearest %d"
                            .formatted(presenceRateHz, sightM, bitsPerSecond, nearest));
        }
    }

    public ReplicationSettings withBitsPerSecond(int bits) {
        return new ReplicationSettings(
                epoch, presenceRateHz, sightM, bits, statesBytesPerTick, nearest);
    }

    /**
     * Datagrams for one viewer in one presence tick: no more than its bytes fill in the long run,
     * since a message costs the server, the path and the client more than what is in it.
     */
    public int datagrams() {
        return Math.clamp(
                Math.ceilDiv(bitsPerSecond / 8 / presenceRateHz, DATAGRAM_BYTES),
                1,
                MOST_DATAGRAMS);
    }

    /** What a viewer's updates may take in one presence tick, in the long run. */
    int bytesPerTurn() {
        return Math.min(bitsPerSecond / 8 / presenceRateHz, burstBytes());
    }

    /** What they may take in one presence tick after some in which they took less. */
    int burstBytes() {
        return datagrams() * DATAGRAM_BYTES;
    }
}
