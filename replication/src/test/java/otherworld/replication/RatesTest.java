package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import otherworld.protocol.EntityState;
import otherworld.protocol.Protocol;

/** How often everybody is told, and in how many bytes. */
class RatesTest {
    private static final int HEAD = 1;
    private static final int HANDS = 0b111;
    private static final int ALL = 0b111111;

    private Lab lab = new Lab(2);
    private boolean jumping;
    private final List<Integer> walkers = new ArrayList<>();

    /** Everybody moves all the time, within one zone. */
    private void crowd(int count, int joints) {
        for (int i = 0; i < count; i++) {
            walkers.add(
                    lab.avatar(
                            (float) lab.random.nextDouble(1, 63),
                            (float) lab.random.nextDouble(1, 63),
                            joints));
        }
    }

    private void walk() {
        for (int slot : walkers) {
            float x = lab.entities.x(slot) + (float) lab.random.nextDouble(-0.05, 0.05);
            float z = lab.entities.z(slot) + (float) lab.random.nextDouble(-0.05, 0.05);
            if (jumping) {
                lab.jump(slot, lab.entities.x(slot), lab.entities.z(slot));
            } else {
                lab.move(slot, Math.clamp(x, 0.5f, 63.5f), Math.clamp(z, 0.5f, 63.5f));
            }
        }
    }

    private void run(int ticks) {
        for (int i = 0; i < ticks; i++) {
            walk();
            lab.tick();
        }
    }

    /** Ticks between two tellings at most, over some seconds, of everybody but the viewer. */
    private Map<Integer, Integer> longestGaps(Client viewer, int seconds) {
        Map<Integer, Integer> last = new HashMap<>();
        Map<Integer, Integer> longest = new HashMap<>();
        int from = lab.tick;
        for (int i = 0; i < seconds * Lab.TICK_RATE_HZ; i++) {
            walk();
            lab.tick();
            for (int slot : walkers) {
                if (viewer.toldThisTick.contains(lab.entities.id(slot))) {
                    longest.merge(slot, lab.tick - last.getOrDefault(slot, from), Math::max);
                    last.put(slot, lab.tick);
                }
            }
        }
        for (int slot : walkers) {
            longest.merge(slot, lab.tick - last.getOrDefault(slot, from), Math::max);
        }
        return longest;
    }

    @Test
    void ofAThousandInOneZoneNobodyStarvesAndTheNearestAreToldEveryTick() {
        crowd(1_000, HEAD);
        Client viewer = lab.client(walkers.getFirst(), Client.Network.RELIABLE);
        run(150);
        assertThat(viewer.replica.size()).isEqualTo(1_000);
        long bytes = viewer.bytes;
        List<Integer> nearest = new ArrayList<>(walkers.subList(1, walkers.size()));
        nearest.sort(Comparator.comparingDouble(slot -> lab.distance(viewer.slot, slot)));
        Map<Integer, Integer> gaps = longestGaps(viewer, 4);
        assertThat(gaps.values()).allMatch(gap -> gap <= Lab.TICK_RATE_HZ);
        // Those at the edge of the nearest are not always among them.
        assertThat(nearest.subList(0, 20))
                .allMatch(slot -> gaps.getOrDefault(slot, Integer.MAX_VALUE) <= 1);
        assertThat((viewer.bytes - bytes) * 8 / 4).isLessThanOrEqualTo(256_000);
    }

    @Test
    void ahundredWithHandsAreToldWithinTheirBytesAndTheNearestEveryTick() {
        crowd(100, HANDS);
        Client viewer = lab.client(walkers.getFirst(), Client.Network.RELIABLE);
        run(100);
        long bytes = viewer.bytes;
        Map<Integer, Integer> gaps = longestGaps(viewer, 4);
        assertThat(gaps.values()).allMatch(gap -> gap <= Lab.TICK_RATE_HZ);
        assertThat(gaps.values().stream().filter(gap -> gap == 1).count()).isGreaterThan(20);
        assertThat((viewer.bytes - bytes) * 8 / 4).isLessThanOrEqualTo(256_000);
    }

    /** How many of those whom the viewer sees were never longer untold, give or take a tenth. */
    private long toldOnceASecond(Client viewer) {
        Map<Integer, Integer> gaps = longestGaps(viewer, 4);
        return walkers.stream()
                .filter(viewer::sees)
                .filter(slot ->
                        gaps.getOrDefault(slot, Integer.MAX_VALUE) <= Lab.TICK_RATE_HZ * 11 / 10)
                .count();
    }

    @Test
    void soManyAreSeenThatNobodyStarvesWithinTheBytes() {
        crowd(1_000, ALL);
        Client viewer = lab.client(walkers.getFirst(), Client.Network.RELIABLE);
        run(400);
        int seen = viewer.replica.size();
        assertThat(seen).isBetween(100, 900);
        assertThat(toldOnceASecond(viewer)).isGreaterThan(seen * 95L / 100);
    }

    @Test
    void evenIfAllAreElsewhereInEveryTickNobodyStarves() {
        crowd(600, ALL);
        Client viewer = lab.client(walkers.getFirst(), Client.Network.RELIABLE);
        jumping = true;
        run(400);
        int seen = viewer.replica.size();
        assertThat(seen).isBetween(100, 400);
        assertThat(toldOnceASecond(viewer)).isGreaterThan(seen * 9L / 10);
    }

    @Test
    void noMomentTakesMoreThanTheBytesOfItsTurnsAndOneBurst() {
        ReplicationSettings settings =
                ReplicationSettings.of(7, Lab.TICK_RATE_HZ, Lab.ZONE_M).withBitsPerSecond(64_000);
        lab = new Lab(3, settings);
        crowd(200, HANDS);
        Client viewer = lab.client(walkers.getFirst(), new Client.Network(0.2, 0.1, 6));
        List<Long> sums = new ArrayList<>(List.of(0L));
        for (int i = 0; i < 300; i++) {
            long before = viewer.datagrams;
            walk();
            lab.tick();
            assertThat(viewer.datagrams - before).isLessThanOrEqualTo(settings.datagrams());
            sums.add(viewer.bytes);
        }
        for (int from = 0; from < sums.size(); from++) {
            for (int to = from + 1; to < sums.size(); to++) {
                assertThat(sums.get(to) - sums.get(from))
                        .isLessThanOrEqualTo(
                                settings.burstBytes()
                                        + (long) (to - from - 1) * settings.bytesPerTurn());
            }
        }
    }

    @Test
    void whoIsBehindIsToldNothingAndThenHowThingsAre() {
        crowd(50, HEAD);
        Client viewer = lab.client(walkers.getFirst(), Client.Network.RELIABLE);
        run(60);
        viewer.behind = true;
        long datagrams = viewer.datagrams;
        run(200);
        assertThat(viewer.datagrams).isEqualTo(datagrams);
        viewer.behind = false;
        run(3);
        assertThat(viewer.datagrams - datagrams)
                .isLessThanOrEqualTo(3L * ReplicationSettings.MOST_DATAGRAMS);
        int late = 0;
        for (int slot : walkers) {
            int index = viewer.replica.indexOf(lab.entities.id(slot));
            late += viewer.replica.tick(index) < lab.tick - 3 ? 1 : 0;
        }
        assertThat(late).isZero();
    }

    @Test
    void whoRestsIsToldOnceAndThenCostsNothing() {
        crowd(100, HANDS);
        Client viewer = lab.client(walkers.getFirst(), Client.Network.RELIABLE);
        lab.ticks(200);
        long updates = lab.replication.figures().updates();
        lab.ticks(100);
        assertThat(lab.replication.figures().updates()).isEqualTo(updates);
        lab.step(walkers.get(50), 0.2f);
        lab.ticks(2);
        assertThat(lab.replication.figures().updates()).isEqualTo(updates + 1);
        for (int slot : walkers) {
            EntityState state = viewer.find(lab.entities.id(slot));
            assertThat(state).isNotNull();
            assertThat(viewer.replica.tick(state.index())).isPositive();
        }
    }

    @Test
    void aSlowerPresenceRateTellsNobodyLessThanOnceASecond() {
        lab = new Lab(4, ReplicationSettings.of(7, 10, Lab.ZONE_M));
        lab.presenceRateHz = 10;
        crowd(400, HEAD);
        Client viewer = lab.client(walkers.getFirst(), Client.Network.RELIABLE);
        run(150);
        assertThat(longestGaps(viewer, 4).values()).allMatch(gap -> gap <= Lab.TICK_RATE_HZ);
    }

    @Test
    void noDatagramIsLongerThanOneAndAllThatFitsIsInIt() {
        lab =
                new Lab(
                        5,
                        ReplicationSettings.of(7, Lab.TICK_RATE_HZ, Lab.ZONE_M)
                                .withBitsPerSecond(2_000_000));
        crowd(300, HANDS);
        List<Integer> lengths = new ArrayList<>();
        ViewerLink link =
                new ViewerLink() {
                    @Override
                    public boolean isReliable() {
                        return true;
                    }

                    @Override
                    public boolean isBehind() {
                        return false;
                    }

                    @Override
                    public void send(byte[] message) {}

                    @Override
                    public void sendUnreliable(byte[] message) {
                        lengths.add(message.length);
                    }
                };
        lab.replication.open(link, walkers.getFirst());
        run(100);
        assertThat(Collections.max(lengths))
                .isBetween(Protocol.MAX_UNRELIABLE_BYTES - 40, Protocol.MAX_UNRELIABLE_BYTES);
    }
}
