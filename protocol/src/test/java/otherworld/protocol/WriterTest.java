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
        byte[] bytes = Messages.encode(new Hello(1, "t\ud83e", "c\0"));
        assertThat(Messages.decodeClient(bytes, 0, bytes.length))
                .isEqualTo(new Hello(1, "t?", "c?"));
    }

    @Test
    void partsWrittenWithoutRecordsAreTheSameBytes() {
        AvatarMove move = new AvatarMove(7, new Pose(1, 2, 3, Rotation.ofYaw(1)), 99);
        byte[] record =
                Messages.encode(new PresenceDelta(5, 6, List.of(), List.of(move), List.of(8)));
        byte[] bytes = new byte[record.length];
        out.wrap(bytes, 0);
        PresenceDelta.writeStart(out, 5, 6);
        out.count(0, Protocol.MAX_STATES);
        out.count(1, Protocol.MAX_CHANGES);
        AvatarMove.write(out, 7, 1, 2, 3, Rotation.ofYaw(1), 99);
        out.count(1, Protocol.MAX_CHANGES);
        out.varuint(8);
        assertThat(bytes).isEqualTo(record);
    }

    @Test
    void encodingAllocatesNothing() {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Pose pose = new Pose(1, 2, 3, Rotation.IDENTITY);
        Message[] messages = {
            new PresenceDelta(
                    1,
                    2,
                    List.of(new AvatarState(1, "anna", pose, 3)),
                    List.of(new AvatarMove(1, pose, 3), new AvatarMove(2, pose, 3)),
                    List.of(4)),
            new PropDelta(1, 2, List.of(new PropState(9, "chair", pose, "anna")), List.of(5L)),
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
