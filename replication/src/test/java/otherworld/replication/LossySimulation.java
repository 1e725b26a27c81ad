package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.entity.Quantised;
import otherworld.protocol.entity.Replica;

/**
 * Players walk, jump, stand still, come and go, track other joints, and build, over networks that
 * lose, double and mix up what may be lost, in both directions, and delay all else. At every moment
 * what a client shows of somebody is how that one was in the tick that the client says. When all
 * have stopped, each sees what there is around it, as it is.
 */
final class LossySimulation {
    private static final int PLAYERS = 14;
    private static final int PROPS = 60;
    private static final int BUSY_TICKS = 120;

    /** With a third of all lost in both directions, one in two turns of one a second is had. */
    private static final int SETTLING_TICKS = 900;

    private final long seed;
    private final SplittableRandom random;
    private final Lab lab;
    private final List<Integer> props = new ArrayList<>();
    private long datagrams;

    LossySimulation(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        int bits = random.nextInt(4) == 0 ? 24_000 : ReplicationSettings.BITS_PER_SECOND;
        int[] rates = {30, 20, 15, 10};
        int rate = rates[random.nextInt(rates.length)];
        lab = new Lab(seed, ReplicationSettings.of(7, rate, Lab.ZONE_M).withBitsPerSecond(bits));
        lab.presenceRateHz = rate;
    }

    /** Returns how many datagrams were sent. */
    long run(int rounds) {
        try {
            for (int round = 0; round < rounds; round++) {
                List<Client.Network> networks = new ArrayList<>();
                for (int i = 0; i < BUSY_TICKS; i++) {
                    comeAndGo(networks);
                    build();
                    lab.clients.forEach(this::walk);
                    lab.tick();
                }
                settle(networks);
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("-Dseed=" + seed + " in tick " + lab.tick, e);
        }
        return datagrams + lab.clients.stream().mapToLong(client -> client.datagrams).sum();
    }

    private void comeAndGo(List<Client.Network> networks) {
        if (lab.clients.size() < PLAYERS && random.nextInt(3) == 0) {
            Client.Network network =
                    random.nextInt(5) == 0
                            ? Client.Network.RELIABLE
                            : new Client.Network(
                                    random.nextDouble(0.7),
                                    random.nextDouble(0.3),
                                    1 + random.nextInt(20));
            networks.add(network);
            int slot = lab.avatar(place(), place(), random.nextInt(64));
            lab.client(slot, network);
        } else if (lab.clients.size() > 3 && random.nextInt(60) == 0) {
            Client client = lab.clients.get(random.nextInt(lab.clients.size()));
            datagrams += client.datagrams;
            lab.leave(client);
            lab.remove(client.slot);
        }
    }

    private float place() {
        return (float) random.nextDouble(40, 88); // zones meet at 64 m
    }

    private void build() {
        if (props.size() < PROPS && random.nextInt(4) == 0) {
            props.add(lab.prop(place(), place()));
        } else if (!props.isEmpty() && random.nextInt(6) == 0) {
            int at = random.nextInt(props.size());
            if (random.nextInt(3) == 0) {
                lab.remove(props.remove(/* index */ at));
            } else {
                lab.place(props.get(at), place(), place());
            }
        }
    }

    private void walk(Client client) {
        switch (random.nextInt(40)) {
            case 0 -> lab.jump(client.slot, place(), place());
            case 1 -> lab.entities.trackJoints(client.slot, random.nextInt(64), lab.tick);
            case 2 -> client.behind = random.nextInt(3) == 0;
            case 3, 4, 5, 6, 7, 8, 9 -> {}
            default -> lab.step(client.slot, 0.3f);
        }
    }

    private void settle(List<Client.Network> networks) {
        lab.clients.forEach(client -> client.behind = false);
        for (Client.Network network : networks) {
            network.loss = Math.min(network.loss, 1.0 / 3);
        }
        for (int i = 0; i < SETTLING_TICKS; i++) {
            lab.tick();
            if (i % 50 == 49 && lab.clients.stream().allMatch(this::knowsAll)) {
                break;
            }
        }
        for (Client client : lab.clients) {
            assertThat(knowsAll(client)).as("%s knows how all are", client).isTrue();
            sees(client);
        }
    }

    private boolean knowsAll(Client client) {
        return client.replica.size() == client.viewer().seen()
                && alive().stream().filter(client::sees).allMatch(slot -> knows(client, slot));
    }

    private boolean knows(Client client, int slot) {
        int index = client.replica.indexOf(lab.entities.id(slot));
        EntityState state = client.replica.state(index);
        if (state == null
                || state.joints() != lab.entities.joints(slot)
                || !state.owner().equals(lab.entities.owner(slot))
                || !state.model().equals(lab.entities.model(slot))) {
            return false;
        }
        if (lab.entities.kind(slot) != EntityKind.AVATAR) {
            return state.pose().x() == lab.entities.x(slot)
                    && state.pose().z() == lab.entities.z(slot)
                    && state.pose().rotation() == lab.entities.rotation(slot);
        }
        if (client.replica.tick(index) == Replica.NONE
                || client.replica.rotation(index, 0) != lab.entities.rotation(slot)
                || client.replica.position(index, 0)
                        != Quantised.root(
                                lab.entities.x(slot), lab.entities.y(slot), lab.entities.z(slot))) {
            return false;
        }
        int n = 0;
        for (int bits = lab.entities.joints(slot); bits != 0; bits &= bits - 1) {
            int joint = Integer.numberOfTrailingZeros(bits);
            n++;
            if (client.replica.rotation(index, n) != lab.entities.jointRotation(slot, joint)
                    || client.replica.position(index, n)
                            != Quantised.joint(
                                    lab.entities.jointX(slot, joint),
                                    lab.entities.jointY(slot, joint),
                                    lab.entities.jointZ(slot, joint))) {
                return false;
            }
        }
        return true;
    }

    private List<Integer> alive() {
        List<Integer> alive = new ArrayList<>();
        for (int slot = 0; slot < lab.entities.slots(); slot++) {
            if (lab.entities.isAlive(slot)) {
                alive.add(slot);
            }
        }
        return alive;
    }

    private void sees(Client client) {
        int seen = 0;
        for (int slot : alive()) {
            boolean sees = client.sees(slot);
            seen += sees ? 1 : 0;
            if (lab.isInSight(client.slot, slot)) {
                assertThat(sees)
                        .as(
                                "%s sees slot %d, %s, %.1f m away, set %d",
                                client,
                                slot,
                                lab.entities.kind(slot),
                                lab.distance(client.slot, slot),
                                client.viewer().seen.find(slot))
                        .isTrue();
            } else if (sees) {
                assertThat(lab.areNeighbours(client.slot, slot)).isTrue();
            }
        }
        assertThat(client.replica.size()).as("%s sees nobody who is gone", client).isEqualTo(seen);
    }
}
