package otherworld.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriterTest {
    private final Writer out = new Writer().wrap(new byte[4096], 0);

    @Test
    void valuesBeyondTheirLimitAreTheCallersBug() {
        assertThatIllegalArgumentException().isThrownBy(() -> out.varuint(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> out.u8(256));
        assertThatIllegalArgumentException().isThrownBy(() -> out.f32(Float.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> out.string("é", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> out.count(129, 128));
    }

    @Test
    void aFullArrayIsAnIndexOutOfBounds() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Messages.encode(new Ping(1, 1), new byte[2], 0));
    }

    @Test
    void detailsForPeopleAreCutAtAWholeCharacter() {
        String detail = "é".repeat(200);
        assertThat(new Notice(NoticeKind.CLOSING, detail).detail()).isEqualTo("é".repeat(128));
        assertThat(Text.cut("a🪑b", 4)).isEqualTo("a");
        assertThat(Text.cut("a🪑b", 5)).isEqualTo("a🪑");
    }

    @Test
    void aLoneSurrogateAndNulBecomeQuestionMarks() throws Exception {
        byte[] bytes = Messages.encode(new Hello(2, 2, 0, "t\ud83e", "c\0"));
        assertThat(Messages.decodeClient(bytes, 0, bytes.length))
                .isEqualTo(new Hello(2, 2, 0, "t?", "c?"));
    }

    @Test
    void partsWrittenWithoutRecordsAreTheSameBytes() {
        EntityState chair =
                new EntityState(
                        700,
                        1L << 40,
                        EntityKind.PROP,
                        "ännchen",
                        "chair",
                        new Pose(1, 2, 3, Rotation.ofYaw(1)),
                        0);
        byte[] record = Messages.encode(new EntityStates(3, 5, 6, List.of(8, 900), List.of(chair)));
        byte[] bytes = new byte[record.length];
        out.wrap(bytes, 0);
        EntityStates.writeStart(out, 3, 5, 6);
        out.count(2, Protocol.MAX_INDEXES);
        out.index(8);
        out.index(900);
        out.count(1, Protocol.MAX_STATES);
        int before = out.position();
        EntityState.write(
                out,
                700,
                1L << 40,
                EntityKind.PROP,
                "ännchen",
                "chair",
                1,
                2,
                3,
                Rotation.ofYaw(1),
                0);
        assertThat(bytes).isEqualTo(record);
        assertThat(EntityState.bytes(700, 1L << 40, "ännchen", "chair"))
                .isEqualTo(out.position() - before);
    }

    @Test
    void theRestOfAMessageIsWrittenBehindItsStart() {
        Rest rest = Rest.copyOf(new byte[] {9, 1, 2, 3, 9}, 1, 3);
        byte[] bytes = new byte[8];
        EntityUpdate.writeStart(out.wrap(bytes, 0), 65_535, 256);
        assertThat(out.position()).isEqualTo(EntityUpdate.MAX_HEADER_BYTES);
        rest.copyTo(bytes, out.position());
        assertThat(bytes).isEqualTo(Messages.encode(new EntityUpdate(65_535, 256, rest)));
    }

    @Test
    void encodingAllocatesNothing() {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Pose pose = new Pose(1, 2, 3, Rotation.IDENTITY);
        Message[] messages = {
            new EntityStates(
                    1,
                    1,
                    2,
                    List.of(4),
                    List.of(
                            new EntityState(1, 9, EntityKind.AVATAR, "anna", "", pose, 7),
                            new EntityState(2, 8, EntityKind.PROP, "anna", "chair", pose, 0))),
            new EntityUpdate(1, 2, Rest.copyOf(new byte[500], 0, 500)),
            new EditDurable(1, List.of(1L, 2L)),
            new Goodbye(GoodbyeReason.IDLE, 0, "für immer"),
        };
        byte[] buffer = new byte[4096];
        encodeAll(messages, buffer, 20_000);
        long before = thread.getCurrentThreadAllocatedBytes();
        encodeAll(messages, buffer, 20_000);
        long bytes = thread.getCurrentThreadAllocatedBytes() - before;
        assertThat(bytes).isLessThan(20_000); // less than a byte for each of 80,000 messages
    }

    private void encodeAll(Message[] messages, byte[] buffer, int rounds) {
        for (int round = 0; round < rounds; round++) {
            out.wrap(buffer, 0);
            for (Message message : messages) {
                Messages.encode(message, out);
            }
        }
    }
}
