package otherworld.instance.loop;

import java.util.ArrayList;
import java.util.List;
import otherworld.instance.trace.JoinTrace;
import otherworld.replication.Viewer;

/**
 * Players whose coming is recorded and who have not been told yet what they see. As many as are
 * admitted between two ticks. Simulation thread only.
 */
final class FirstSnapshots {
    private record Followed(Player player, Viewer viewer, JoinTrace trace) {}

    private final List<Followed> followed = new ArrayList<>();

    void follow(Player player, JoinTrace trace) {
        Viewer viewer = player.viewer;
        if (viewer != null) {
            followed.add(new Followed(player, viewer, trace));
        }
    }

    /** A tick was told to all. */
    void told() {
        if (followed.isEmpty()) {
            return;
        }
        for (Followed one : followed) {
            // Whoever saw nothing in a tick that was told has nothing around them.
            if (one.viewer().equals(one.player().viewer)) {
                one.trace().firstSnapshot();
            } else {
                one.trace().refused("gone", false);
            }
        }
        followed.clear();
    }
}
