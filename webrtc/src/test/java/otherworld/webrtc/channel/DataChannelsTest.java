package otherworld.webrtc.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.sctp.AssociationState;
import otherworld.webrtc.sctp.Delivery;
import otherworld.webrtc.sctp.EndReason;
import otherworld.webrtc.sctp.SctpAssociation;
import otherworld.webrtc.sctp.SctpEvents;
import otherworld.webrtc.sctp.SctpSettings;
import otherworld.webrtc.sctp.SendOutcome;
import otherworld.webrtc.sctp.SimulatedNetwork;
import otherworld.webrtc.sctp.SimulatedNetwork.Faults;

/** Data channels over a simulated network (RFC 8831, RFC 8832). */
public class DataChannelsTest {
    private static final long MS_NS = 1_000_000;
    private static final long SECOND_NS = 1_000 * MS_NS;

    private final SimulatedNetwork network = new SimulatedNetwork(new Random(1));
    private Peer client = new Peer(DtlsRole.CLIENT, 0, 1);
    private final Peer server = new Peer(DtlsRole.SERVER, 1, 2);

    /** One end and what it was told. */
    private final class Peer implements ChannelEvents, SimulatedNetwork.End {
        final DataChannels channels;
        final List<DataChannel> opened = new ArrayList<>();
        final List<DataChannel> closed = new ArrayList<>();
        final List<String> messages = new ArrayList<>();
        int ups;
        boolean echo;
        @Nullable EndReason ended;

        Peer(DtlsRole role, int index, long seed) {
            channels =
                    new DataChannels(
                            SctpSettings.DEFAULT,
                            role,
                            network.out(index),
                            this,
                            new Random(seed),
                            network.nowNs());
            network.connect(index, this);
        }

        DataChannel open(ChannelSpec spec) {
            OpenOutcome outcome = channels.open(spec, network.nowNs());
            assertThat(outcome).isInstanceOf(OpenOutcome.Opened.class);
            return ((OpenOutcome.Opened) outcome).channel();
        }

        SendOutcome send(DataChannel channel, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return channels.send(
                    channel, MessageKind.TEXT, bytes, 0, bytes.length, network.nowNs());
        }

        @Override
        public void associationUp() {
            ups++;
        }

        @Override
        public void opened(DataChannel channel) {
            opened.add(channel);
        }

        @Override
        public void message(DataChannel channel, MessageKind kind, byte[] buf, int off, int len) {
            messages.add(
                    channel.spec().label()
                            + "/"
                            + kind
                            + "/"
                            + new String(buf, off, len, StandardCharsets.UTF_8));
            if (echo) {
                channels.send(channel, kind, buf, off, len, network.nowNs());
            }
        }

        @Override
        public void closed(DataChannel channel) {
            assertThat(channel.state()).isEqualTo(DataChannel.State.CLOSED);
            closed.add(channel);
        }

        @Override
        public void associationEnded(EndReason reason) {
            ended = reason;
        }

        @Override
        public void receive(byte[] buf, int off, int len, long nowNs) {
            channels.receive(buf, off, len, nowNs);
        }

        @Override
        public void advance(long nowNs) {
            channels.advance(nowNs);
        }

        @Override
        public void flush(long nowNs) {
            channels.flush(nowNs);
        }

        @Override
        public long nextTimerNs() {
            return channels.nextTimerNs();
        }
    }

    private void up() {
        client.channels.connect(network.nowNs());
        server.channels.connect(network.nowNs());
        settle();
        assertThat(client.channels.state()).isEqualTo(AssociationState.ESTABLISHED);
        assertThat(server.channels.state()).isEqualTo(AssociationState.ESTABLISHED);
    }

    private void settle() {
        client.flush(network.nowNs());
        server.flush(network.nowNs());
        network.runFor(2 * SECOND_NS);
    }

    @Test
    void allSixKindsOfChannelArriveAsTheyWereOpened() {
        up();
        List<ChannelSpec> specs = new ArrayList<>();
        for (boolean ordered : new boolean[] {true, false}) {
            specs.add(new ChannelSpec("a", "p", ordered, new Reliability.Reliable(), 256));
            specs.add(new ChannelSpec("ä€", "", ordered, new Reliability.MaxRetransmits(3), 128));
            specs.add(new ChannelSpec("", "q", ordered, new Reliability.MaxLifetime(5_000), 512));
        }
        specs.forEach(client::open);
        settle();
        assertThat(server.opened.stream().map(DataChannel::spec)).isEqualTo(specs);
        assertThat(client.opened.stream().map(DataChannel::spec)).isEqualTo(specs);
        assertThat(server.opened).allMatch(DataChannel::openedByPeer);
        assertThat(client.opened).noneMatch(DataChannel::openedByPeer);
    }

    @Test
    void theClientOpensEvenStreamsTheServerOddOnes() {
        up();
        assertThat(client.open(ChannelSpec.reliable("a")).streamId()).isZero();
        assertThat(client.open(ChannelSpec.reliable("b")).streamId()).isEqualTo(2);
        assertThat(server.open(ChannelSpec.reliable("c")).streamId()).isEqualTo(1);
        assertThat(server.open(ChannelSpec.reliable("d")).streamId()).isEqualTo(3);
        settle();
        assertThat(client.opened).hasSize(4);
        assertThat(server.opened).hasSize(4);
    }

    @Test
    void messagesMayBeSentAtOnceEvenBeforeTheAssociationIsUp() {
        DataChannel channel = client.open(ChannelSpec.unreliable("early"));
        assertThat(client.send(channel, "hello")).isEqualTo(SendOutcome.QUEUED);
        up();
        assertThat(server.messages).containsExactly("early/TEXT/hello");
    }

    @Test
    void anEmptyMessageArrivesEmptyAndOfItsKind() {
        up();
        DataChannel channel = client.open(ChannelSpec.reliable("c"));
        client.channels.send(channel, MessageKind.TEXT, new byte[0], 0, 0, network.nowNs());
        client.channels.send(channel, MessageKind.BINARY, new byte[0], 0, 0, network.nowNs());
        client.channels.send(channel, MessageKind.BINARY, new byte[] {65}, 0, 1, network.nowNs());
        settle();
        assertThat(server.messages).containsExactly("c/TEXT/", "c/BINARY/", "c/BINARY/A");
    }

    @Test
    void untilItIsConfirmedAnUnorderedChannelSendsInOrderBehindItsOpen() {
        up();
        network.faults(new Faults(0, 0, 0, 1, MS_NS, 200 * MS_NS));
        DataChannel channel = client.open(ChannelSpec.unreliable("u"));
        for (int i = 0; i < 20; i++) {
            client.send(channel, "m" + i);
            client.flush(network.nowNs());
        }
        settle();
        assertThat(server.messages).hasSizeGreaterThanOrEqualTo(1);
        assertThat(server.opened).hasSize(1);
        assertThat(server.messages.getFirst()).isEqualTo("u/TEXT/m0");
    }

    @Test
    void aChannelClosedBeforeItWasOpenTellsNoMessages() {
        up();
        server.echo = true;
        DataChannel channel = client.open(ChannelSpec.reliable("c"));
        client.send(channel, "hello");
        client.channels.closeChannel(channel.streamId(), network.nowNs());
        settle();
        assertThat(server.messages).containsExactly("c/TEXT/hello");
        assertThat(client.opened).isEmpty();
        assertThat(client.messages).isEmpty();
        assertThat(client.closed).containsExactly(channel);
    }

    @Test
    void whatIsQueuedArrivesBeforeAChannelCloses() {
        up();
        DataChannel channel = client.open(ChannelSpec.reliable("c"));
        settle();
        for (int i = 0; i < 100; i++) {
            client.send(channel, "x".repeat(1_000));
        }
        client.channels.closeChannel(channel.streamId(), network.nowNs());
        assertThat(client.send(channel, "late")).isEqualTo(SendOutcome.CLOSED);
        settle();
        assertThat(server.messages).hasSize(100);
        assertThat(client.closed).containsExactly(channel);
        assertThat(server.closed).containsExactlyElementsOf(server.opened);
    }

    @Test
    void aStreamIsUsedAgainAfterItsChannelClosedOnBothSides() {
        up();
        for (int round = 0; round < 5; round++) {
            DataChannel channel = client.open(ChannelSpec.reliable("r" + round));
            assertThat(channel.streamId()).isZero();
            client.send(channel, "hi");
            settle();
            (round % 2 == 0 ? client : server).channels.closeChannel(0, network.nowNs());
            settle();
            assertThat(client.closed).hasSize(round + 1);
            assertThat(server.closed).hasSize(round + 1);
        }
        assertThat(server.messages).hasSize(5);
    }

    @Test
    void aStreamOpenedAnewBeforeTheAnswerToItsResetCameIsANewChannel() {
        up();
        DataChannel channel = client.open(ChannelSpec.reliable("first"));
        settle();
        server.channels.closeChannel(0, network.nowNs());
        server.flush(network.nowNs());
        // The client answers and resets its own direction; what it sends that is an answer alone is
        // lost.
        network.lose(packet -> packet[12] == (byte) 130 && packet[17] == 16);
        network.runUntil(() -> channel.state() == DataChannel.State.CLOSED, SECOND_NS);
        client.send(client.open(ChannelSpec.reliable("second")), "hi");
        client.flush(network.nowNs());
        network.runFor(100 * MS_NS);
        network.lose(packet -> false);
        settle();
        assertThat(server.opened).extracting(c -> c.spec().label()).contains("first", "second");
        assertThat(server.messages).containsExactly("second/TEXT/hi");
        assertThat(server.closed).hasSize(1);
        assertThat(client.opened).hasSize(2);
        assertThat(client.closed).hasSize(1);
    }

    @Test
    void channelsCloseAndOpenOverABadNetwork() {
        up();
        network.faults(new Faults(0.15, 0.05, 0.02, 0.3, 10 * MS_NS, 30 * MS_NS));
        for (int round = 0; round < 30; round++) {
            DataChannel channel = client.open(ChannelSpec.reliable("r" + round));
            client.send(channel, "hi");
            client.flush(network.nowNs());
            network.runFor(20 * MS_NS);
            (round % 2 == 0 ? client : server)
                    .channels.closeChannel(channel.streamId(), network.nowNs());
            settle();
        }
        network.faults(Faults.NONE);
        network.runFor(30 * SECOND_NS);
        // Those that the server did not know of yet when it was to close them are still open.
        for (DataChannel left : List.copyOf(server.opened)) {
            server.channels.closeChannel(left.streamId(), network.nowNs());
        }
        settle();
        assertThat(client.closed).hasSize(30);
        assertThat(server.closed).hasSize(30);
        assertThat(server.messages).hasSize(30);
    }

    /** werift and aiortc do so; the number is left out when this side chooses its own. */
    @Test
    void aChannelOnAFreeStreamOfTheOtherParityIsTaken() {
        up();
        Peer wrong = client;
        client = new Peer(DtlsRole.SERVER, 0, 9);
        client.channels.connect(network.nowNs());
        settle();
        DataChannel channel = client.open(ChannelSpec.reliable("odd"));
        assertThat(channel.streamId()).isEqualTo(1);
        settle();
        assertThat(server.opened).extracting(DataChannel::streamId).containsExactly(1);
        assertThat(server.open(ChannelSpec.reliable("own")).streamId()).isEqualTo(3);
        settle();
        assertThat(client.opened).hasSize(2);
        assertThat(wrong.ended).isNull();
    }

    @Test
    void aSecondOpenOnAStreamCostsThePeerTheChannel() {
        SctpAssociation raw = rawClient();
        raw.connect(network.nowNs());
        settle();
        byte[] open = Dcep.open(ChannelSpec.reliable("r"));
        for (int i = 0; i < 2; i++) {
            raw.send(0, Dcep.PPID, Delivery.RELIABLE, open, 0, open.length, network.nowNs());
            raw.flush(network.nowNs());
            settle();
        }
        assertThat(server.opened).hasSize(1);
        DataChannel channel = server.opened.getFirst();
        assertThat(channel.state()).isEqualTo(DataChannel.State.CLOSING);
        assertThat(server.send(channel, "x")).isEqualTo(SendOutcome.CLOSED);
        raw.resetStream(0);
        raw.flush(network.nowNs());
        settle();
        assertThat(server.closed).containsExactly(channel);
    }

    /** An association in the client's place that says what it likes. */
    private SctpAssociation rawClient() {
        SctpEvents silent =
                new SctpEvents() {
                    @Override
                    public void up() {}

                    @Override
                    public void restarted() {}

                    @Override
                    public void message(int id, int ppid, byte[] buf, int off, int len) {}

                    @Override
                    public void incomingReset(int streamId) {}

                    @Override
                    public void outgoingReset(int streamId, boolean reusable) {}

                    @Override
                    public void writable() {}

                    @Override
                    public void ended(EndReason reason) {}
                };
        SctpAssociation raw =
                new SctpAssociation(
                        SctpSettings.DEFAULT,
                        network.out(0),
                        silent,
                        new Random(5),
                        network.nowNs());
        network.connect(
                0,
                new SimulatedNetwork.End() {
                    @Override
                    public void receive(byte[] buf, int off, int len, long nowNs) {
                        raw.receive(buf, off, len, nowNs);
                    }

                    @Override
                    public void advance(long nowNs) {
                        raw.advance(nowNs);
                    }

                    @Override
                    public void flush(long nowNs) {
                        raw.flush(nowNs);
                    }

                    @Override
                    public long nextTimerNs() {
                        return raw.nextTimerNs();
                    }
                });
        return raw;
    }

    @Test
    void channelsAreBounded() {
        up();
        for (int i = 0; i < DataChannels.MOST_CHANNELS; i++) {
            client.open(ChannelSpec.reliable("c" + i));
        }
        assertThat(client.channels.open(ChannelSpec.reliable("x"), network.nowNs()))
                .isInstanceOf(OpenOutcome.Refused.class);
        settle();
        assertThat(server.opened).hasSize(DataChannels.MOST_CHANNELS);
        assertThat(server.channels.open(ChannelSpec.reliable("y"), network.nowNs()))
                .isInstanceOf(OpenOutcome.Refused.class);
    }

    @Test
    void malformedOpensAreRefused() {
        byte[] open = Dcep.open(new ChannelSpec("ab", "c", true, new Reliability.Reliable(), 7));
        assertThat(Dcep.readOpen(open, 0, open.length)).isNotNull();
        assertThat(Dcep.readOpen(open, 0, open.length - 1)).as("too short").isNull();
        byte[] longer = Arrays.copyOf(open, open.length + 1);
        assertThat(Dcep.readOpen(longer, 0, longer.length)).as("too long").isNull();
        byte[] kind = open.clone();
        kind[1] = 3;
        assertThat(Dcep.readOpen(kind, 0, kind.length)).as("unknown type").isNull();
        byte[] text = open.clone();
        text[12] = (byte) 0xff;
        assertThat(Dcep.readOpen(text, 0, text.length)).as("not UTF-8").isNull();
        byte[] name = Arrays.copyOf(open, 12 + 257 + 1);
        name[8] = 1;
        name[9] = 1;
        assertThat(Dcep.readOpen(name, 0, name.length)).as("label of 257 bytes").isNull();
    }

    @Test
    void whatAPeerRestartsClosesItsChannels() {
        up();
        DataChannel channel = client.open(ChannelSpec.reliable("c"));
        settle();
        client = new Peer(DtlsRole.CLIENT, 0, 77);
        client.channels.connect(network.nowNs());
        settle();
        assertThat(server.closed).hasSize(1);
        assertThat(server.ups).isEqualTo(2);
        DataChannel again = client.open(ChannelSpec.reliable("again"));
        assertThat(again.streamId()).isEqualTo(channel.streamId());
        client.send(again, "x");
        settle();
        assertThat(server.messages).containsExactly("again/TEXT/x");
    }

    @Test
    void theEndClosesEveryChannelOnBothSidesFirst() {
        up();
        client.open(ChannelSpec.reliable("a"));
        server.open(ChannelSpec.reliable("b"));
        settle();
        DataChannel channel = server.opened.getFirst();
        server.send(channel, "last words");
        server.channels.shutdown(network.nowNs());
        settle();
        assertThat(client.messages).hasSize(1);
        assertThat(client.closed).hasSize(2);
        assertThat(server.closed).hasSize(2);
        assertThat(client.ended).isEqualTo(new EndReason.ShutDown());
        assertThat(server.ended).isEqualTo(new EndReason.ShutDown());
        assertThat(server.send(channel, "x")).isEqualTo(SendOutcome.CLOSED);
    }

    @Test
    void aHandlerMayAnswerFromWithinACall() {
        up();
        server.echo = true;
        DataChannel channel = client.open(ChannelSpec.reliable("e"));
        client.send(channel, "ping");
        client.flush(network.nowNs());
        network.runFor(11 * MS_NS);
        assertThat(client.messages).as("in the same turn").containsExactly("e/TEXT/ping");
    }

    @Test
    void amongUnreliableMessagesALostOneHoldsNothingBack() {
        up();
        DataChannel channel = client.open(ChannelSpec.unreliable("u"));
        settle();
        int[] number = {0};
        network.lose(packet -> packet[12] == 0 && number[0]++ % 10 == 3);
        for (int i = 0; i < 100; i++) {
            client.send(channel, "m" + i);
            client.flush(network.nowNs());
            int before = server.messages.size();
            boolean lost = (number[0] - 1) % 10 == 3;
            network.runFor(15 * MS_NS);
            assertThat(server.messages.size() - before).as("message %d", i).isEqualTo(lost ? 0 : 1);
        }
    }
}
