package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import otherworld.instance.EntityMirror;
import otherworld.instance.session.Link;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Leave;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Pose;
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

    /** Who has stopped is told again about once a second, and may be lost each time. */
    private static final int QUIET_TICKS = 600;

    private static final int REPEAT_TICKS = 5;
    private static final float STRIDE_M = 0.6f;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final SimulatedInstance world = new SimulatedInstance();
    private final List<Peer> peers = new ArrayList<>();
    private int now;

    /** A client behind two channels: one late and in order, one that loses and mixes up. */
    private final class Peer implements Link {
        final String name;
        final EntityMirror mirror = new EntityMirror();
        private final Queue<Late> reliable = new ArrayDeque<>();
        private final List<Late> unreliable = new ArrayList<>();
        private final List<LateInput> inputs = new ArrayList<>();
        final Player player;
        Pose pose;
        private float targetX = 70;
        private int sequence;
        private int reliableAt;
        private int unsureSince;

        private record Late(int at, byte[] bytes) {}

        private record LateInput(int at, ClientMessage input) {}

        Peer(int seat) {
            name = "p" + seat;
            player = world.join(name, seat, this);
            pose = world.pose(player);
        }

        @Override
        public void send(byte[] message) {
            reliableAt = Math.max(reliableAt, now + delay());
            reliable.add(new Late(reliableAt, message));
        }

        @Override
        public void sendUnreliable(byte[] message) {
            assertThat(message).hasSizeLessThanOrEqualTo(Protocol.MAX_UNRELIABLE_BYTES);
            assertThat(decode(message)).isInstanceOf(EntityUpdate.class);
            if (random.nextInt(3) != 0) {
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
            MoveIntent intent = new MoveIntent(++sequence, pose, List.of());
            if (last || random.nextInt(3) != 0) { // the last one goes where it cannot be lost
                inputs.add(new LateInput(now + delay(), intent));
            }
        }

        void deliver() {
            while (!reliable.isEmpty() && reliable.peek().at() <= now) {
                apply(reliable.remove().bytes());
            }
            for (Late late : List.copyOf(unreliable)) {
                if (late.at() <= now) {
                    unreliable.remove(late);
                    apply(late.bytes());
                }
            }
            if (mirror.isAcknowledgeDue() && random.nextInt(2) == 0) {
                Acknowledge had = mirror.acknowledgement();
                if (random.nextInt(3) != 0) {
                    inputs.add(new LateInput(now + delay(), had));
                }
                unsureSince = now;
            } else if (now - unsureSince >= REPEAT_TICKS) {
                // As clients do with each move, whether or not anything new has come.
                unsureSince = now;
                inputs.add(new LateInput(now + delay(), mirror.acknowledgement()));
            }
            for (LateInput late : List.copyOf(inputs)) {
                if (late.at() <= now) {
                    inputs.remove(late);
                    world.simulation.receive(player, this, late.input());
                }
            }
        }

        private void apply(byte[] bytes) {
            try {
                mirror.apply(decode(bytes));
            } catch (MalformedMessage e) {
                throw new AssertionError("-Dseed=" + seed, e);
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
        public boolean isReliable() {
            return false;
        }

        @Override
        public boolean isBehind() {
            return random.nextInt(20) == 0;
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
            for (int tick = 0; tick < QUIET_TICKS; tick++) {
                oneTick(false);
            }
            peers.forEach(this::knowsWhoIsAround);
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

    /** All who are within sight or in the same zone are seen where they are, and nobody else. */
    private void knowsWhoIsAround(Peer peer) {
        assertThat(world.pose(peer.player)).as("-Dseed=%d", seed).isEqualTo(peer.pose);
        Map<Long, Pose> there = new HashMap<>();
        for (Peer other : peers) {
            there.put(world.entity(other.player), world.pose(other.player));
        }
        assertThat(there.keySet())
                .as("%s, -Dseed=%d", peer.name, seed)
                .containsAll(peer.mirror.poses.keySet());
        there.forEach((avatar, pose) -> {
            Pose seen = peer.mirror.poses.get(avatar);
            if (seen != null) {
                assertThat(seen.x())
                        .as("%s, -Dseed=%d", peer.name, seed)
                        .isCloseTo(pose.x(), within(EntityMirror.PRECISION_M));
                assertThat(seen.z()).isCloseTo(pose.z(), within(EntityMirror.PRECISION_M));
                assertThat(seen.rotation()).isEqualTo(pose.rotation());
            }
            boolean near = Math.abs(pose.x() - peer.pose.x()) < world.config.zoneSizeM() / 2 - 1;
            assertThat(seen != null || !near)
                    .as("%s sees %d, -Dseed=%d", peer.name, avatar, seed)
                    .isTrue();
        });
    }
}
