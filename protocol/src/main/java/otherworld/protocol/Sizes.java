package otherworld.protocol;

/** The most bytes a field can take on the wire, for the limits of messages. */
final class Sizes {
    static final int TYPE = 1;
    static final int VARUINT = 5;
    static final int SVARINT = 5;
    static final int VARUINT64 = 9;
    static final int F32 = 4;

    static final int TOKEN = 2 + Protocol.MAX_TOKEN_BYTES; // lengths of 128 and more take two bytes
    static final int CLIENT_NAME = 1 + Protocol.MAX_CLIENT_NAME_BYTES;
    static final int MODEL = 2 + Protocol.MAX_MODEL_BYTES;
    static final int PLAYER = 2 + Protocol.MAX_PLAYER_BYTES;
    static final int WORLD = 1 + Protocol.MAX_WORLD_BYTES;
    static final int DETAIL = 2 + Protocol.MAX_DETAIL_BYTES;

    private Sizes() {}

    /** Bytes that LEB128 takes for one value, which is not negative. */
    static int varuint(long value) {
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    /** A list of 128 or more items at most: its count takes two bytes. */
    static int list(int maxItems, int maxItemBytes) {
        return 2 + maxItems * maxItemBytes;
    }
}
