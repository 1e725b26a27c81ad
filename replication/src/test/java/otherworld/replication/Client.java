package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.entity.Replica;

/** A viewer at the other end of a network. */
final class Client implements ViewerLink {
    final Replica replica = new Replica();
    final int slot;
    boolean behind;
    long datagrams;
    long bytes;
    int datagramsThisTick;
    int updatesThisTick;
    int statesThisTick;

    /** By index, of the updates that were delivered in this tick. */
    final Set<Long> toldThisTick = new HashSet<>();

    private final Lab lab;
    private final Network network;
    private final Viewer viewer;
    private final Queue<Late> reliable = new ArrayDeque<>();
    private final List<Late> unreliable = new ArrayList<>();
    private final List<LateAcknowledge> acknowledges = new ArrayList<>();
    private int reliableAt;

    private record Late(int at, byte[] message) {}

    private record LateAcknowledge(int at, Acknowledge message) {}

    /** What happens to what may be lost, in both directions; {@link #RELIABLE} is a WebSocket. */
    static final class Network {
        static final Network RELIABLE = new Network(0, 0, 0);

        double loss;
        double doubled;
        int mostDelayTicks;

        Network(double loss, double doubled, int mostDelayTicks) {
            this.loss = loss;
            this.doubled = doubled;
            this.mostDelayTicks = mostDelayTicks;
        }
    }

    Client(Lab lab, int slot, Network network) {
        this.lab = lab;
        this.slot = slot;
        this.network = network;
        this.viewer = lab.replication.open(this, slot);
    }

    Viewer viewer() {
        return viewer;
    }

    @Override
    public boolean isReliable() {
        return network == Network.RELIABLE;
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    @Override
    public void send(byte[] message) {
        assertThat(message.length).isLessThanOrEqualTo(Messages.MAX_SERVER_BYTES);
        reliableAt = Math.max(reliableAt, lab.tick + delay());
        reliable.add(new Late(reliableAt, message));
    }

    @Override
    public void sendUnreliable(byte[] message) {
        assertThat(message.length).isLessThanOrEqualTo(Protocol.MAX_UNRELIABLE_BYTES);
        assertThat(behind).isFalse();
        datagrams++;
        datagramsThisTick++;
        bytes += message.length + ReplicationSettings.FRAME_BYTES;
        if (isReliable()) {
            reliable.add(new Late(lab.tick, message));
            return;
        }
        for (int copies = copies(); copies > 0; copies--) {
            unreliable.add(new Late(lab.tick + delay(), message));
        }
    }

    private int copies() {
        if (lab.random.nextDouble() < network.loss) {
            return 0;
        }
        return lab.random.nextDouble() < network.doubled ? 2 : 1;
    }

    private int delay() {
        return network.mostDelayTicks == 0 ? 0 : lab.random.nextInt(network.mostDelayTicks);
    }

    /** What has arrived by now, in both directions. */
    void deliver() {
        datagramsThisTick = 0;
        updatesThisTick = 0;
        statesThisTick = 0;
        toldThisTick.clear();
        while (!reliable.isEmpty() && reliable.peek().at() <= lab.tick) {
            apply(reliable.remove().message());
        }
        for (int i = 0; i < unreliable.size(); ) {
            if (unreliable.get(i).at() <= lab.tick) {
                Late late = unreliable.get(i);
                unreliable.set(i, unreliable.getLast());
                unreliable.removeLast();
                apply(late.message());
            } else {
                i++;
            }
        }
        if (!isReliable()) {
            acknowledge();
        }
    }

    private void acknowledge() {
        if (replica.isAcknowledgeDue()) {
            for (int copies = copies(); copies > 0; copies--) {
                acknowledges.add(
                        new LateAcknowledge(lab.tick + delay(), replica.acknowledgement()));
            }
        }
        for (int i = 0; i < acknowledges.size(); ) {
            if (acknowledges.get(i).at() <= lab.tick) {
                Acknowledge message = acknowledges.remove(i).message();
                assertThat(
                                lab.replication.acknowledged(
                                        viewer,
                                        message.datagram(),
                                        message.earlier(),
                                        message.states()))
                        .isTrue();
            } else {
                i++;
            }
        }
    }

    private void apply(byte[] bytes) {
        try {
            ServerMessage message = Messages.decodeServer(bytes, 0, bytes.length);
            switch (message) {
                case EntityStates states -> {
                    statesThisTick += states.entities().size();
                    replica.apply(states);
                }
                case EntityUpdate update -> {
                    replica.apply(update);
                    told(update.tick());
                }
                default -> throw new AssertionError(message);
            }
        } catch (MalformedMessage e) {
            throw new AssertionError(this + " in tick " + lab.tick, e);
        }
    }

    private void told(int tick) {
        for (int index = 0; index < Protocol.MAX_INDEXES; index++) {
            EntityState state = replica.state(index);
            if (state != null
                    && (replica.tick(index) & 0xffff) == tick
                    && replica.tick(index) >= 0) {
                toldThisTick.add(state.entity());
                lab.assertTrue(this, index);
            }
        }
    }

    @Nullable EntityState find(long id) {
        int index = replica.indexOf(id);
        return index == Replica.NONE ? null : replica.state(index);
    }

    boolean sees(int other) {
        return find(lab.entities.id(other)) != null;
    }

    @Override
    public String toString() {
        return "viewer of slot " + slot;
    }
}
