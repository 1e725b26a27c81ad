package otherworld.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.schema.SampleEncoder.Size;
import otherworld.protocol.schema.Schema.Struct;

/**
 * What a build of the next version says to one of this version, and reads from it: codecs generated
 * from a schema that adds something of each kind, compiled beside the ones here.
 */
class NextVersionTest {
    private static final Path ROOT = Path.of("..");
    private static final int NOW = Protocol.VERSION;
    private static final int NEXT = NOW + 1;

    @TempDir private static Path folder;
    private static NextCodec codec;
    private static Schema schema;

    @BeforeAll
    static void compileTheNextVersion() throws Exception {
        schema = NextVersion.schema(ROOT);
        assertThat(schema.version()).isEqualTo(NEXT);
        codec = NextCodec.compiled(ROOT, folder);
    }

    @AfterAll
    static void close() throws Exception {
        codec.close();
    }

    @Test
    void anOlderPeerIsToldWhatItKnows() throws Exception {
        Random random = new Random(1);
        for (Struct message : schema.messages()) {
            for (int i = 0; i < 50; i++) {
                byte[] next = new SampleEncoder(schema, random, Size.ANY, "").encode(message);
                byte[] toNow = encode(decode(message, next, NEXT), message, NOW);
                if (!message.span().has(NOW)) {
                    assertThat(toNow).as("%s is not in version %d", message, NOW).isEmpty();
                } else if (!message.lasting()) {
                    decodeHere(message, toNow); // and nothing is left over
                }
            }
        }
    }

    @Test
    void anOlderPeersMessagesAreReadAsItWritesThem() throws Exception {
        Random random = new Random(2);
        for (Struct message : Generate.schema(ROOT).messages()) {
            for (int i = 0; i < 50; i++) {
                byte[] now =
                        new SampleEncoder(Generate.schema(ROOT), random, Size.ANY, "")
                                .encode(message);
                Object read = decode(message, now, NOW);
                assertThat(encode(read, message, NOW)).as("%s", message).isEqualTo(now);
            }
        }
    }

    /** A Welcome says which version it is of, and is read before that is agreed. */
    @Test
    void aWelcomeIsReadInTheVersionThatItSays() throws Exception {
        Schema here = Generate.schema(ROOT);
        Struct welcome = welcome(here);
        byte[] now = new SampleEncoder(here, new Random(3), Size.ANY, "").encode(welcome);
        Object read = decode(welcome, now, NEXT);
        assertThat(NextCodec.value(read, "version")).isEqualTo(NOW);
        assertThat(NextCodec.value(read, "motto")).isEqualTo("");
        assertThat(encode(read, welcome, NEXT)).isEqualTo(now);
        byte[] next =
                new SampleEncoder(schema, new Random(3), Size.ANY, "").encode(welcome(schema));
        assertThat(encode(decode(welcome, next, NOW), welcome, NOW)).isEqualTo(next);
    }

    private static Struct welcome(Schema of) {
        return of.messages().stream()
                .filter(m -> m.name().equals("Welcome"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFieldThatWasNotToldHoldsWhatTheSchemaSays() throws Exception {
        byte[] now =
                Messages.encode(
                        new EntityStates(
                                1,
                                1,
                                1,
                                List.of(),
                                List.of(
                                        new EntityState(
                                                1,
                                                2,
                                                EntityKind.PROP,
                                                "anna",
                                                "chair",
                                                Pose.ORIGIN,
                                                0))));
        Object states = codec.decode("Server", now, NOW);
        Object state = ((List<?>) NextCodec.value(states, "entities")).getFirst();
        assertThat(NextCodec.value(state, "scale")).isEqualTo(1f);
        assertThat(NextCodec.value(state, "tint")).isEqualTo("");
        assertThat(NextCodec.value(state, "joints")).isEqualTo(0);
    }

    @Test
    void aMessageThatTheVersionDoesNotHaveIsNotExpected() throws Exception {
        byte[] sit = {9, 5};
        assertThat(NextCodec.value(codec.decode("Client", sit, NEXT), "seat")).isEqualTo(5);
        assertThat(codec.reason("Client", sit, NOW)).isEqualTo("UNKNOWN_TYPE");
    }

    @Test
    void aCodeThatTheVersionDoesNotHaveIsToldAsAnother() throws Exception {
        byte[] refused = {71, 4, 13, 0};
        Object read = codec.decode("Server", refused, NEXT);
        assertThat(NextCodec.value(read, "reason").toString()).isEqualTo("OCCUPIED");
        assertThat(codec.reason("Server", refused, NOW)).isEqualTo("UNKNOWN_CODE");
        byte[] told = codec.encode(read, NOW);
        assertThat(told)
                .isEqualTo(
                        Messages.encode(
                                new otherworld.protocol.EditRefused(
                                        4, RefusalReason.OUT_OF_REACH, "")));
    }

    @Test
    void aLaterVersionsGoodbyeIsReadHere() throws Exception {
        byte[] goodbye = {74, 100, 0, 0, 1, 2, 3};
        assertThat(Messages.decodeServer(goodbye, 0, goodbye.length))
                .isEqualTo(new Goodbye(GoodbyeReason.INTERNAL, 0, ""));
    }

    private static Object decode(Struct message, byte[] bytes, int version) throws Exception {
        return codec.decode(message.from().side(), bytes, version);
    }

    private static byte[] encode(Object read, Struct message, int version) throws Exception {
        byte[] bytes = codec.encode(read, version);
        assertThat(bytes.length).isLessThanOrEqualTo(schema.maxBytes(message));
        return bytes;
    }

    private static void decodeHere(Struct message, byte[] bytes) throws MalformedMessage {
        if (message.from() == Schema.From.CLIENT) {
            Messages.decodeClient(bytes, 0, bytes.length);
        } else {
            Messages.decodeServer(bytes, 0, bytes.length);
        }
    }
}
