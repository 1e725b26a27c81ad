package otherworld.webrtc.sctp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One end of a simulated network: an association and everything it told. */
final class TestPeer implements SimulatedNetwork.End, SctpEvents {
    record Message(int streamId, int ppid, byte[] data) {}

    final SctpAssociation association;
    final List<Message> messages = new ArrayList<>();
    final List<Integer> incomingResets = new ArrayList<>();
    final List<Integer> outgoingResets = new ArrayList<>();
    int ups;
    int restarts;
    int writables;
    @Nullable EndReason ended;
    long mostHeldBytes;

    TestPeer(SctpSettings settings, SimulatedNetwork network, int index, long seed) {
        this(settings, network, index, new Random(seed));
    }

    TestPeer(SctpSettings settings, SimulatedNetwork network, int index, RandomGenerator random) {
        association =
                new SctpAssociation(settings, network.out(index), this, random, network.nowNs());
        network.connect(index, this);
    }

    AssociationState state() {
        return association.state();
    }

    SendOutcome send(int streamId, Delivery delivery, byte[] data, long nowNs) {
        return association.send(streamId, 53, delivery, data, 0, data.length, nowNs);
    }

    @Override
    public void receive(byte[] buf, int off, int len, long nowNs) {
        association.receive(buf, off, len, nowNs);
        mostHeldBytes = Math.max(mostHeldBytes, association.heldBytes());
    }

    @Override
    public void advance(long nowNs) {
        long before = association.nextTimerNs();
        association.advance(nowNs);
        if (association.nextTimerNs() == before && before <= nowNs) {
            throw new AssertionError("a timer that stays due: the owner would spin");
        }
    }

    @Override
    public void flush(long nowNs) {
        association.flush(nowNs);
    }

    @Override
    public long nextTimerNs() {
        return association.nextTimerNs();
    }

    @Override
    public void up() {
        ups++;
    }

    @Override
    public void restarted() {
        restarts++;
        messages.clear();
    }

    @Override
    public void message(int streamId, int ppid, byte[] buf, int off, int len) {
        messages.add(new Message(streamId, ppid, Arrays.copyOfRange(buf, off, off + len)));
    }

    @Override
    public void incomingReset(int streamId) {
        incomingResets.add(streamId);
    }

    @Override
    public void outgoingReset(int streamId, boolean reusable) {
        outgoingResets.add(reusable ? streamId : -1 - streamId);
    }

    @Override
    public void writable() {
        writables++;
    }

    @Override
    public void ended(EndReason reason) {
        if (ended != null) {
            throw new AssertionError("ended twice: " + ended + ", then " + reason);
        }
        ended = reason;
    }
}
