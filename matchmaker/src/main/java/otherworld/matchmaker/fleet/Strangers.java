package otherworld.matchmaker.fleet;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected to the operators' port: so many in all, and those who have not shown the secret
 * make room for others, the oldest first. Thread-safe.
 */
final class Strangers {
    private final int most;
    // Guarded by this.
    private final SequencedSet<Channel> strange = new LinkedHashSet<>();
    private final Set<Channel> known = new HashSet<>();

    Strangers(int most) {
        this.most = most;
    }

    /** Who must go for the new one: the new one itself if all others are known. */
    synchronized Optional<Channel> add(Channel channel) {
        if (strange.size() + known.size() < most) {
            strange.add(channel);
            return Optional.empty();
        }
        if (strange.isEmpty()) {
            return Optional.of(channel);
        }
        Channel oldest = strange.removeFirst();
        strange.add(channel);
        return Optional.of(oldest);
    }

    /** A call from there has shown the secret. */
    synchronized void known(@Nullable SocketAddress remote) {
        for (Channel each : strange) {
            if (each.remoteAddress() != null && each.remoteAddress().equals(remote)) {
                strange.remove(each);
                known.add(each);
                return;
            }
        }
    }

    synchronized void remove(Channel channel) {
        boolean _ = strange.remove(channel) || known.remove(channel);
    }
}
