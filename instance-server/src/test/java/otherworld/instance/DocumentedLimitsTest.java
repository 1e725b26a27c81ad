package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.replication.ReplicationSettings;
import otherworld.world.WorldLimits;

/** Numbers that docs/protocol.md promises to clients are the program's. */
@SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of this module
class DocumentedLimitsTest {
    private final String document = read();

    @Test
    void limitsAreTheDocumentedOnes() {
        row(
                "speed | %.0f m/s in the long run; a step of %.0f m after %.0f s without one",
                WorldLimits.SPEED_M_PER_S,
                WorldLimits.STRIDE_M,
                WorldLimits.STRIDE_M / WorldLimits.SPEED_M_PER_S);
        row(
                "bounds | x and z −%.0f to %.0f m, y −%.0f to %.0f m, inclusive",
                WorldLimits.HALF_WORLD_M,
                WorldLimits.HALF_WORLD_M,
                -WorldLimits.LOWEST_M,
                WorldLimits.HIGHEST_M);
        row(
                "reach | %.0f m from the avatar to the prop, and to where it is put",
                WorldLimits.REACH_M);
        row(
                "edits | %d a second in the long run, %d at once",
                Limits.EDITS_PER_SECOND, Limits.EDITS_BURST);
        row(
                "messages, of all kinds | %d a second in the long run, %d at once",
                Limits.MESSAGES_PER_SECOND, Limits.MESSAGES_BURST);
        row(
                "props | %d in an instance, %d in a zone",
                WorldLimits.MAX_PROPS, WorldLimits.MAX_PROPS_PER_ZONE);
        row(
                "colliders | %d over a square of %.0f m; edges of %s to %.0f m",
                WorldLimits.MAX_COLLIDERS_PER_CELL,
                WorldLimits.COLLIDER_CELL_M,
                WorldLimits.MIN_COLLIDER_M,
                WorldLimits.MAX_COLLIDER_M);
        row("silence | %d s", Limits.IDLE_MS / 1_000);
        row("until Hello | %d s", Protocol.HELLO_TIMEOUT_MS / 1_000);
        row(
                "waiting for a client to read | %d messages over WebSocket, %d bytes over either",
                Limits.OUTBOX_MESSAGES, Limits.OUTBOX_BYTES);
        row("answers kept of a player | %d", Limits.ANSWERS_PER_PLAYER);
        row("clientSequence above the highest | %d", Limits.SEQUENCE_AHEAD);
        row("joints | %.0f m from the root, along each axis", WorldLimits.MAX_JOINT_M);
        row(
                "a client that is behind | nothing of entities is sent to it while more than %d KiB wait; %d s of it",
                Limits.BEHIND_BYTES >> 10, Limits.BEHIND_MS / 1_000);
    }

    @Test
    void sizesAndTimesAreTheDocumentedOnes() {
        says("The longest is %,d bytes (Hello)", Messages.MAX_CLIENT_BYTES);
        says("whole frames, of up to %,d bytes", Messages.MAX_SERVER_BYTES);
        says("EntityUpdate, at most %,d bytes", Protocol.MAX_UNRELIABLE_BYTES);
        says("At most %,d entities are told at a time", ReplicationSettings.MAX_SEEN);
        says(
                "Each of the %d nearest avatars has its turn in each presence tick",
                ReplicationSettings.NEAREST);
        says(
                "as far as %d kbit/s reach (a World may say otherwise, `simulation.kbitPerPlayer`): at most two EntityUpdates",
                ReplicationSettings.BITS_PER_SECOND / 1_000);
        says("the TCP connection %d s", Limits.CLOSE_PATIENCE_MS / 1_000);
        says("newest %d numbers", Limits.ANSWERS_PER_PLAYER);
        says("more than %,d above the highest", Limits.SEQUENCE_AHEAD);
        says(
                "%.2f m to each side, from %.2f to %.2f m above the root",
                WorldLimits.BODY_HALF_WIDTH_M,
                WorldLimits.BODY_FROM_M,
                WorldLimits.BODY_FROM_M + 2 * WorldLimits.BODY_HALF_HEIGHT_M);
        says("within %.0f cm of where it wanted", WorldLimits.TOLD_OFF_M * 100);
        says("no message for %d s", Limits.IDLE_MS / 1_000);
    }

    private void row(String format, Object... values) {
        assertThat(document).contains("\n| " + text(format, values) + " | ");
    }

    private void says(String format, Object... values) {
        assertThat(document).contains(text(format, values));
    }

    private static String text(String format, Object... values) {
        return String.format(java.util.Locale.ROOT, format, values);
    }

    private static String read() {
        try {
            return Files.readString(Path.of("..", "docs", "protocol.md"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
