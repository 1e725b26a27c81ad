package otherworld.operator.decisions;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * Something that was decided or done about a World's fleet.
 *
 * @param at when it was decided first
 * @param last when it was decided the same way again; {@code at} if it was not
 * @param times how often
 * @param warning whether somebody may have to act
 * @param reason one stable CamelCase word, that of the Event or condition that says the same
 * @param instance whose; empty if it concerns the whole World
 * @param pod empty if there is none
 * @param message the same words as the Event or condition
 * @param figures what it rested on
 */
public record Decision(
        Instant at,
        Instant last,
        int times,
        boolean warning,
        String reason,
        OptionalInt instance,
        String pod,
        String message,
        Figures figures) {

    boolean isSameAs(Decision other) {
        return warning == other.warning
                && reason.equals(other.reason)
                && instance.equals(other.instance)
                && pod.equals(other.pod)
                && message.equals(other.message);
    }

    Decision again(Decision newer) {
        return new Decision(
                at, newer.at, times + 1, warning, reason, instance, pod, message, newer.figures);
    }
}
