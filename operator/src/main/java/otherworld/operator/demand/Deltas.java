package otherworld.operator.demand;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import otherworld.fleet.v1.Cordon;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.HostRef;
import otherworld.fleet.v1.Uncordon;
import otherworld.fleet.v1.WorldRef;

/** The messages that turn what the matchmaker was told of a World into what it should know. */
final class Deltas {
    private Deltas() {}

    /**
     * @param told what was sent before, null if nothing
     * @param now what should be known, null if the World is gone
     */
    static List<FromOperator.Builder> between(@Nullable FleetPart told, @Nullable FleetPart now) {
        List<FromOperator.Builder> messages = new ArrayList<>();
        if (now == null) {
            if (told != null) {
                String id = told.world().getId();
                told.hosts().values().forEach(host -> messages.add(removed(host)));
                messages.add(
                        FromOperator.newBuilder().setWorldRemoved(WorldRef.newBuilder().setId(id)));
            }
            return messages;
        }
        if (told == null || !told.world().equals(now.world())) {
            messages.add(FromOperator.newBuilder().setWorld(now.world()));
        }
        now.hosts()
                .forEach((uid, host) -> {
                    if (told == null || !host.equals(told.hosts().get(uid))) {
                        messages.add(FromOperator.newBuilder().setHost(host));
                    }
                });
        if (told != null) {
            told.hosts()
                    .forEach((uid, host) -> {
                        if (!now.hosts().containsKey(uid)) {
                            messages.add(removed(host));
                        }
                    });
            told.cordons()
                    .forEach((ordinal, cordon) -> {
                        Cordon wanted = now.cordons().get(ordinal);
                        if (wanted == null || !wanted.getToken().equals(cordon.getToken())) {
                            messages.add(uncordon(cordon));
                        }
                    });
        }
        now.cordons()
                .forEach((ordinal, cordon) -> {
                    if (told == null || !cordon.equals(told.cordons().get(ordinal))) {
                        messages.add(FromOperator.newBuilder().setCordon(cordon));
                    }
                });
        return messages;
    }

    private static FromOperator.Builder removed(Host host) {
        return FromOperator.newBuilder()
                .setHostRemoved(
                        HostRef.newBuilder()
                                .setWorldId(host.getWorldId())
                                .setOrdinal(host.getOrdinal())
                                .setPodUid(host.getPodUid()));
    }

    private static FromOperator.Builder uncordon(Cordon cordon) {
        return FromOperator.newBuilder()
                .setUncordon(
                        Uncordon.newBuilder()
                                .setWorldId(cordon.getWorldId())
                                .setOrdinal(cordon.getOrdinal())
                                .setToken(cordon.getToken()));
    }
}
