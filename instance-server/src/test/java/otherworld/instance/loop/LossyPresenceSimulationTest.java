package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import otherworld.instance.ZoneMirror;
import otherworld.instance.config.Limits;
import otherworld.instance.session.Link;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Leave;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Pose;
import otherworld.protocol.PresenceDelta;
import otherworld.protocol.Protocol;
import otherworld.protocol.Rotation;
import otherworld.protocol.ServerMessage;

/**
 * Players walk between zones, come and go, over a network that loses a third of what may be lost
 * and mixes up the rest, in both directions, while what must arrive is late. When all have stopped
 * and the network is empty, everyone knows exactly who is where.
 */
class LossyPresenceSimulationTest {
    private static final int PLAYERS = 8;
    private static final int ROUNDS = 12;
    private static final int MOST_DELAY_TICKS = 12;
    private static final float STRIDE_M = 0.6f;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final SimulatedInstance world = new SimulatedInstance();
    private final List<Peer> peers = new ArrayList<>();
    private int now;

    /** A client behind two channels: one late and in order, one that loses and mixes up. */
    private final class Peer implements Link {
        final String name;
        final ZoneMirror mirror = new ZoneMirror();
        private final Queue<Late> reliable = new ArrayDeque<>();
        private final List<Late> unreliable = new ArrayList<>();
        private final List<LateIntent> intents = new ArrayList<>();
        final Player player;
        Pose pose;
        private float targetX = 70;
        private int sequence;
        private int reliableAt;

        private record Late(int at, byte[] bytes) {}

        private record LateIntent(int at, MoveIntent intent) {}

        Peer(int seat) {
            name = "p" + seat;
            player = world.join(name, seat, this);
            pose = player.avatar.pose();
        }

        @Override
        public void send(byte[] message) {
            reliableAt = Math.max(reliableAt, now + delay());
            reliable.add(new Late(reliableAt, message));
        }

        @Override
        public void sendUnreliable(byte[] message) {
            ServerMessage decoded = decode(message);
            assertThat(message).hasSizeLessThanOrEqualTo(Protocol.MAX_UNRELIABLE_BYTES);
            assertThat(decoded)
                    .isInstanceOfSatisfying(
                            PresenceDelta.class,
                            delta -> {
                                assertThat(delta.entered()).isEmpty();
                                assertThat(delta.left()).isEmpty();
                            });
            if (random.nextInt(3) != 0) {
                // Some come after the last pose did.
                unreliable.add(new Late(now + 3 * delay(), message));
            }
        }

        /** To and fro over the border of two zones, which is at 64 m. */
        void walk(boolean last) {
            if (Math.abs(targetX - pose.x()) < STRIDE_M) {
                targetX = (float) random.nextDouble(40, 88);
            }
            float x = pose.x() + Math.copySign(STRIDE_M, targetX - pose.x());
            pose = last ? pose : new Pose(x, 0, pose.z(), Rotation.IDENTITY);
            MoveIntent intent = new MoveIntent(++sequence, pose, now + 1L);
            if (last || random.nextInt(3) != 0) { // the last one goes where it cannot be lost
                intents.add(new LateIntent(now + delay(), intent));
            }
        }

        void deliver() {
            while (!reliable.isEmpty() && reliable.peek().at() <= now) {
                mirror.apply(decode(reliable.remove().bytes()));
            }
            for (Late late : List.copyOf(unreliable)) {
                if (late.at() <= now) {
                    unreliable.remove(late);
                    mirror.apply(decode(late.bytes()));
                }
            }
            for (LateIntent late : List.copyOf(intents)) {
                if (late.at() <= now) {
                    intents.remove(late);
                    world.simulation.receive(player, this, late.intent());
                }
            }
        }

        private ServerMessage decode(byte[] bytes) {
            try {
                return Messages.decodeServer(bytes, 0, bytes.length);
            } catch (MalformedMessage e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void goodbye(GoodbyeReason reason, int retryAfterMs, String detail) {
            assertThat(reason).isEqualTo(GoodbyeReason.LEFT);
        }

        @Override
        public String remote() {
            return name;
        }
    }

    @Test
    void whenAllHaveStoppedEveryoneKnowsWhoIsWhere() {
        System.out.println("-Dseed=" + seed);
        for (int round = 0; round < ROUNDS; round++) {
            for (int step = 0; step < 60; step++) {
                oneTick(true);
            }
            peers.forEach(peer -> peer.walk(true));
            int serverMs = Limits.ZONE_CHANGE_MS + Limits.SETTLE_MS + 200;
            for (int tick = 0; tick < 4 * MOST_DELAY_TICKS + serverMs * 30 / 1000; tick++) {
                oneTick(false);
            }
            peers.forEach(this::knowsItsZone);
        }
    }

    private void oneTick(boolean busy) {
        if (busy) {
            comeAndGo();
            peers.stream().filter(_ -> random.nextInt(2) == 0).forEach(peer -> peer.walk(false));
        }
        peers.forEach(Peer::deliver);
        world.ticks(1);
        now++;
    }

    private void comeAndGo() {
        if (peers.size() < PLAYERS && random.nextInt(4) == 0) {
            int seat = 0;
            while (taken(seat)) {
                seat++;
            }
            peers.add(new Peer(seat));
        } else if (peers.size() > 2 && random.nextInt(40) == 0) {
            Peer peer = peers.remove(random.nextInt(peers.size()));
            world.simulation.receive(peer.player, peer, new Leave());
        }
    }

    private boolean taken(int seat) {
        return peers.stream().anyMatch(peer -> peer.name.equals("p" + seat));
    }

    private int delay() {
        return random.nextInt(MOST_DELAY_TICKS);
    }

    private void knowsItsZone(Peer peer) {
        Map<Integer, Pose> there = new HashMap<>();
        for (Peer other : peers) {
            if (other.player.avatar.zone() == peer.player.avatar.zone()) {
                there.put(other.player.avatar.number, other.player.avatar.pose());
            }
        }
        assertThat(peer.player.avatar.pose()).as("-Dseed=%d", seed).isEqualTo(peer.pose);
        assertThat(peer.mirror.poses).as("%s, -Dseed=%d", peer.name, seed).isEqualTo(there);
    }
}
