package otherworld.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import otherworld.protocol.MalformedMessage.Reason;
import otherworld.protocol.schema.SampleEncoder;
import otherworld.protocol.schema.SampleEncoder.Size;
import otherworld.protocol.schema.Schema.Struct;

/** Mutates valid messages: only {@link MalformedMessage} may escape the decoder. */
class DecoderSimulationTest {
    private static final int ROUNDS = 300_000;
    private static final Set<Integer> LASTING = Set.of(Hello.TYPE, Welcome.TYPE, Goodbye.TYPE);

    /** What a Replica finds out. */
    private static final Set<Reason> OF_ENTITIES =
            EnumSet.of(Reason.BAD_DELTA, Reason.BAD_INDEX, Reason.NO_BASELINE);

    @Test
    void whateverTheBytesTheDecoderAnswersWithAMessageOrMalformedMessage() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + seed);
        Random random = new Random(seed);
        Set<Reason> seen = EnumSet.noneOf(Reason.class);
        int valid = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(random, sample(random));
            boolean client = random.nextBoolean();
            try {
                Message message =
                        client
                                ? Messages.decodeClient(bytes, 0, bytes.length)
                                : Messages.decodeServer(bytes, 0, bytes.length);
                valid++;
                // Bytes have one meaning and a meaning one encoding, or the vectors would not do.
                // What follows the fields of a lasting message is skipped, and not said again.
                if (!LASTING.contains(message.type())) {
                    assertThat(Messages.encode(message)).as("round %d", round).isEqualTo(bytes);
                }
            } catch (MalformedMessage e) {
                seen.add(e.reason());
                assertThat(e.getStackTrace()).isEmpty();
            }
        }
        assertThat(valid).isPositive();
        assertThat(seen).isEqualTo(EnumSet.complementOf(EnumSet.copyOf(OF_ENTITIES)));
    }

    static byte[] sample(Random random) {
        Struct message =
                CodecTest.SCHEMA.messages().get(random.nextInt(CodecTest.SCHEMA.messages().size()));
        Size size =
                random.nextInt(50) == 0 ? Size.MOST : random.nextBoolean() ? Size.ANY : Size.LEAST;
        if (size == Size.ANY && random.nextInt(8) != 0) { // large ones are slow and no better
            size = Size.LEAST;
        }
        return new SampleEncoder(CodecTest.SCHEMA, random, size, "").encode(message);
    }

    static byte[] mutated(Random random, byte[] sample) {
        byte[] bytes = sample.clone();
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
                default ->
                        Arrays.fill(
                                bytes, at, Math.min(bytes.length, at + 4), (byte) random.nextInt());
            }
        }
        return bytes;
    }
}
