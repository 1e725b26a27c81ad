package otherworld.webrtc.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.logging.LogManager;
import org.awaitility.Awaitility;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.ice.Agent;
import org.ice4j.ice.Component;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.RemoteCandidate;
import org.ice4j.ice.harvest.AbstractUdpListener;
import org.ice4j.ice.harvest.SinglePortUdpHarvester;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.ice.IceCredentials;
import otherworld.webrtc.ice.LiteSession;
import otherworld.webrtc.ice.Path;
import otherworld.webrtc.stun.StunInput;
import otherworld.webrtc.stun.StunReader;

/**
 * What a connected peer costs in threads, descriptors and heap: ice4j's agents with a socket each,
 * its agents on one port, and ours. No test: run by name, {@code -Dtest=PeerCostMeasurement}; the
 * figures are in docs/decisions/0006-one-udp-port.md.
 */
class PeerCostMeasurement {
    private static final int PEERS = 200;
    private static int nextPort = 21_000;

    static {
        LogManager.getLogManager().reset();
        // Neither looks for a cloud's metadata nor pairs every address with every other.
        System.setProperty("ice4j.harvest.mapping.aws.enabled", "false");
        System.setProperty("ice4j.harvest.use-ipv6", "false");
    }

    /** What the process has. */
    private record Use(long threads, long descriptors, long heapBytes) {
        static Use now() {
            long heap = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                System.gc();
                heap =
                        Math.min(
                                heap,
                                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            }
            return new Use(
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                            .getOpenFileDescriptorCount(),
                    heap);
        }

        Use minus(Use other) {
            return new Use(
                    threads - other.threads,
                    descriptors - other.descriptors,
                    heapBytes - other.heapBytes);
        }

        void print(String what) {
            System.out.printf(
                    "%-40s threads %.2f, descriptors %.2f, heap %.1f kB a peer%n",
                    what,
                    threads / (double) PEERS,
                    descriptors / (double) PEERS,
                    heapBytes / 1024.0 / PEERS);
        }
    }

    /** Two agents that talk to each other. */
    private record Pair(Agent server, Agent client) {
        static Pair connect(Agent server, Agent client) {
            client.setControlling(true);
            server.setControlling(false);
            tell(server, client);
            tell(client, server);
            server.startConnectivityEstablishment();
            client.startConnectivityEstablishment();
            return new Pair(server, client);
        }

        private static void tell(Agent of, Agent to) {
            IceMediaStream stream = to.getStream("data");
            stream.setRemoteUfrag(of.getLocalUfrag());
            stream.setRemotePassword(of.getLocalPassword());
            Component component = stream.getComponent(Component.RTP);
            for (LocalCandidate candidate :
                    of.getStream("data").getComponent(Component.RTP).getLocalCandidates()) {
                component.addRemoteCandidate(
                        new RemoteCandidate(
                                candidate.getTransportAddress(),
                                component,
                                candidate.getType(),
                                candidate.getFoundation(),
                                candidate.getPriority(),
                                null));
            }
        }

        boolean isOver() {
            return server.getState() == IceProcessingState.TERMINATED
                    && client.getState() == IceProcessingState.TERMINATED;
        }

        void free() {
            server.free();
            client.free();
        }
    }

    private static Agent ownSocket() throws Exception {
        var agent = new Agent();
        int preferred = nextPort++; // it gives up after fifty that are taken
        agent.createComponent(
                agent.createMediaStream("data"),
                preferred,
                21_000,
                40_000,
                KeepAliveStrategy.SELECTED_ONLY);
        return agent;
    }

    private static Agent onePort(SinglePortUdpHarvester port) throws Exception {
        var agent = new Agent();
        agent.setUseDynamicPorts(false);
        agent.addCandidateHarvester(port);
        agent.createComponent(
                agent.createMediaStream("data"), KeepAliveStrategy.SELECTED_ONLY, true);
        return agent;
    }

    private static void await(BooleanSupplier done) {
        Awaitility.await().atMost(java.time.Duration.ofMinutes(3)).until(done::getAsBoolean);
    }

    @Test
    void ice4jAgents() throws Exception {
        connected(ownSocket(), ownSocket()).free(); // classes, shared threads
        Use before = Use.now();
        var pairs = new ArrayList<Pair>();
        for (int i = 0; i < PEERS / 2; i++) {
            pairs.add(Pair.connect(ownSocket(), ownSocket()));
        }
        await(() -> pairs.stream().allMatch(Pair::isOver));
        Use own = Use.now().minus(before);
        own.print("ice4j, a socket each");
        pairs.forEach(Pair::free);
        pairs.clear();
        Thread.sleep(5_000);

        AbstractUdpListener.USE_PUSH_API = false;
        single("ice4j, one port", own);
        AbstractUdpListener.USE_PUSH_API = true;
        single("ice4j, one port, push", own);
    }

    private static Pair connected(Agent server, Agent client) {
        Pair pair = Pair.connect(server, client);
        await(pair::isOver);
        return pair;
    }

    /** The clients have sockets of their own, whose cost is known. */
    private static void single(String what, Use clients) throws Exception {
        var address =
                ownSocket()
                        .getStream("data")
                        .getComponent(Component.RTP)
                        .getLocalCandidates()
                        .getFirst()
                        .getTransportAddress()
                        .getHostAddress();
        var port = new SinglePortUdpHarvester(new TransportAddress(address, 41_000, Transport.UDP));
        try {
            connected(onePort(port), ownSocket()).free();
            Use before = Use.now();
            var pairs = new ArrayList<Pair>();
            for (int i = 0; i < PEERS; i++) {
                pairs.add(Pair.connect(onePort(port), ownSocket()));
            }
            await(() -> pairs.stream().allMatch(Pair::isOver));
            Use.now().minus(before).minus(clients).print(what);
            pairs.forEach(Pair::free);
            pairs.clear();
        } finally {
            port.close();
        }
        Thread.sleep(5_000);
    }

    @Test
    void ourPort() throws Exception {
        try (var net = new Net()) {
            net.connect(ChannelSpec.reliable("warm")).peer.close();
            await(() -> net.port.peers() == 0);
            iceAlone(net);
        }
        try (var net = new Net()) {
            net.connect(ChannelSpec.reliable("warm")).peer.close();
            await(() -> net.port.peers() == 0);
            Use before = Use.now();
            var clients = new ArrayList<Net.Client>();
            for (int i = 0; i < PEERS; i++) {
                clients.add(net.connect(ChannelSpec.reliable("a"), ChannelSpec.unreliable("b")));
            }
            Use both = Use.now().minus(before);
            both.print("ours with DTLS, SCTP and its client");
            assertThat(clients).hasSize(PEERS);
        }
    }

    /** Checked and answered, as far as ice4j's agents go. */
    private static void iceAlone(Net net) throws Exception {
        var strangers = new ArrayList<Stranger>();
        var offers = new ArrayList<String>();
        try {
            for (int i = 0; i < PEERS; i++) {
                strangers.add(new Stranger(net.address()));
                offers.add(otherOffer(net, i));
            }
            Use before = Use.now();
            for (int i = 0; i < PEERS; i++) {
                var accepted = (Acceptance.Accepted) net.port.accept(offers.get(i));
                IceCredentials server = Stranger.read(accepted.answer()).credentials();
                strangers.get(i).send(Stranger.check(server, accepted.ufrag(), true));
            }
            await(() -> net.port.verifiedPaths() == PEERS);
            Use.now().minus(before).print("ours");
            costOfAnswers(net);
        } finally {
            for (Stranger stranger : strangers) {
                stranger.close();
            }
        }
    }

    private static String otherOffer(Net net, int i) throws Exception {
        var client = new Net.Client();
        client.peer = net.clients.peer(List.of(), client);
        String offer = client.peer.offer();
        client.peer.close();
        return offer.replace("a=sctp-port:5000", "a=sctp-port:" + (5_000 + i));
    }

    /** What reading, verifying and answering one check takes. */
    private static void costOfAnswers(Net net) {
        var own = new IceCredentials("ownUfrag", "ownPasswordOf22OrMoreChars");
        var session = new LiteSession(own, "peer", 1_000_000_000, 0);
        var path = new Path(0, net.address());
        byte[] check = Stranger.check("ownUfrag:peer", own.key(), true);
        int rounds = 100_000;
        long bestNs = Long.MAX_VALUE;
        for (int repeat = 0; repeat < 5; repeat++) {
            long beganNs = System.nanoTime();
            for (int i = 0; i < rounds; i++) {
                var read = (StunInput.Check) StunReader.read(check, 0, check.length);
                assertThat(session.check(read, path, i) instanceof LiteSession.Outcome.Valid)
                        .isTrue();
            }
            bestNs = Math.min(bestNs, (System.nanoTime() - beganNs) / rounds);
        }
        System.out.printf("a check read, verified and answered: %.1f µs%n", bestNs / 1e3);
    }
}
