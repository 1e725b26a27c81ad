package otherworld.matchmaker.decisions;

import java.util.Locale;
import java.util.Map;
import otherworld.ledger.SeatLedger.Refusal;

/** One stable word for what the ledger says, in words for people, of a decision. */
final class Reason {
    /** For words that this version does not know. */
    static final String OTHER = "Other";

    private static final Map<String, String> CHOSEN =
            Map.of(
                    "fullest instance that fits", "FullestThatFits",
                    "emptiest instance", "Emptiest",
                    "asked for", "AskedFor",
                    "has a seat there", "HasSeatThere");

    /** What the ledger's words of one instance end with. */
    private static final Map<String, String> OF_INSTANCE =
            Map.ofEntries(
                    Map.entry(" not running", "InstanceStopped"),
                    Map.entry(" silent", "InstanceSilent"),
                    Map.entry(" unknown", "InstanceUnknown"),
                    Map.entry(" not known yet", "InstanceUnknown"),
                    Map.entry(" no host", "InstanceWithoutHost"),
                    Map.entry(" changes its host", "InstanceWithoutHost"),
                    Map.entry(" not ready", "InstanceNotReady"),
                    Map.entry(" stopping", "InstanceStops"),
                    Map.entry(" cordoned", "InstanceCloses"),
                    Map.entry(" paused", "InstancePaused"),
                    Map.entry(" full", "InstanceFull"),
                    Map.entry(" kept for those who came earlier", "KeptForEarlier"),
                    Map.entry(" without an address", "InstanceWithoutHost"));

    private Reason() {}

    static String chosen(String text) {
        return CHOSEN.getOrDefault(text, OTHER);
    }

    static String waiting(String text) {
        if (text.startsWith("no free seat") || text.startsWith("no instance has ")) {
            return "NoRoom";
        }
        return OF_INSTANCE.entrySet().stream()
                .filter(words -> text.endsWith(words.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(OTHER);
    }

    /** {@code QUEUE_FULL} as {@code QueueFull}. */
    static String refused(Refusal refusal) {
        StringBuilder word = new StringBuilder();
        for (String part : refusal.name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }
}
