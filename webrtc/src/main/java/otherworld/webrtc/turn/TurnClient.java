package otherworld.webrtc.turn;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.stun.StunKey;
import otherworld.webrtc.stun.TurnAnswer;
import otherworld.webrtc.stun.TurnMethod;
import otherworld.webrtc.stun.TurnReader;
import otherworld.webrtc.stun.TurnWriter;

/**
 * One address at a TURN server (RFC 8656), and channels from it to peers: allocates, keeps both
 * alive, gives them back. Data goes over channels alone, which cost four bytes a datagram. Not
 * thread-safe but for {@link #wrapped}; time and randomness are passed in.
 */
public final class TurnClient {
    /** Peers that can be talked to: as many as candidates are tried. */
    public static final int MAX_CHANNELS = 16;

    private static final int FIRST_CHANNEL = 0x4000;
    private static final int HEADER_BYTES = 4;

    private static final long SECOND_NS = 1_000_000_000L;

    /** Sooner than RFC 8489's 500 ms: a player waits. */
    private static final long FIRST_RETRY_NS = 200_000_000L;

    private static final int MOST_TRIES = 7;

    /** Times that realm or nonce are taken over and asked again, for one request. */
    private static final int MOST_CHALLENGES = 3;

    private static final int ALLOCATION_SECONDS = 600;

    /** A channel lasts ten minutes, the permission that comes with it five. */
    private static final long BIND_AGAIN_NS = 240 * SECOND_NS;

    private static final int UNAUTHORIZED = 401;
    private static final int STALE_NONCE = 438;

    /** Where datagrams to the server go. */
    @FunctionalInterface
    public interface Out {
        void send(byte[] datagram);
    }

    /** What a datagram of the server's meant. */
    public sealed interface Event {
        record Nothing() implements Event {}

        /** Peers can be reached by {@link #bind} from now on, and see {@code relayed}. */
        record Allocated(InetSocketAddress relayed) implements Event {}

        /** Data for this peer goes through, in both directions. */
        record Bound(InetSocketAddress peer, int channel) implements Event {}

        /** What a peer sent: bytes of the array that was passed in. */
        record Data(InetSocketAddress peer, int offset, int length) implements Event {}
    }

    private static final Event NOTHING = new Event.Nothing();

    /** A request that is to be answered. */
    private static final class Asked {
        final TurnMethod method;
        final int channel;
        byte[] id = {};
        byte[] message = {};
        long dueNs;
        long retryNs = FIRST_RETRY_NS;
        int tries;
        int challenges;

        Asked(TurnMethod method, int channel, long dueNs) {
            this.method = method;
            this.channel = channel;
            this.dueNs = dueNs;
        }
    }

    private final TurnServer server;
    private final RandomGenerator random;
    private final List<Asked> asked = new ArrayList<>();
    private final List<InetSocketAddress> peers = new ArrayList<>();
    private final Map<Integer, Long> bindNs = new HashMap<>();
    private String realm = "";
    private byte[] nonce = {};
    private @Nullable StunKey key;
    private boolean allocated;
    private long refreshNs = Long.MAX_VALUE;
    private Optional<String> failure = Optional.empty();

    public TurnClient(TurnServer server, RandomGenerator random, long nowNs) {
        this.server = server;
        this.random = random;
        asked.add(new Asked(TurnMethod.ALLOCATE, 0, nowNs));
    }

    public TurnServer server() {
        return server;
    }

    /** Why there is no address at the server, or none any more; empty while there may be one. */
    public Optional<String> failure() {
        return failure;
    }

    /** Asks for a channel to a peer; beyond {@link #MAX_CHANNELS} nothing happens. */
    public void bind(InetSocketAddress peer, long nowNs) {
        if (allocated && peers.size() < MAX_CHANNELS && !peers.contains(peer)) {
            peers.add(peer);
            asked.add(new Asked(TurnMethod.CHANNEL_BIND, FIRST_CHANNEL + peers.size() - 1, nowNs));
        }
    }

    /** A datagram for the server that it passes on to the channel's peer. Any thread. */
    public static byte[] wrapped(int channel, byte[] datagram, int offset, int length) {
        byte[] data = new byte[HEADER_BYTES + length];
        data[0] = (byte) (channel >> 8);
        data[1] = (byte) channel;
        data[2] = (byte) (length >> 8);
        data[3] = (byte) length;
        System.arraycopy(datagram, offset, data, HEADER_BYTES, length);
        return data;
    }

    /** Sends what is due. */
    public void advance(long nowNs, Out out) {
        if (failure.isPresent()) {
            return;
        }
        if (nowNs >= refreshNs) {
            refreshNs = Long.MAX_VALUE;
            asked.add(new Asked(TurnMethod.REFRESH, 0, nowNs));
        }
        bindNs.forEach((channel, dueNs) -> {
            if (nowNs >= dueNs) {
                asked.add(new Asked(TurnMethod.CHANNEL_BIND, channel, nowNs));
            }
        });
        bindNs.values().removeIf(dueNs -> nowNs >= dueNs);
        for (Asked each : List.copyOf(asked)) {
            if (nowNs >= each.dueNs) {
                send(each, nowNs, out);
            }
        }
    }

    private void send(Asked each, long nowNs, Out out) {
        if (each.tries == MOST_TRIES) {
            asked.remove(each);
            failed(each, "does not answer");
            return;
        }
        if (each.tries == 0) {
            each.id = new byte[12];
            random.nextBytes(each.id);
            each.message = message(each);
        }
        each.tries++;
        each.dueNs = nowNs + each.retryNs;
        each.retryNs *= 2;
        out.send(each.message);
    }

    private byte[] message(Asked each) {
        TurnWriter message = new TurnWriter(each.method, each.id);
        switch (each.method) {
            case ALLOCATE -> message.requestedTransport().lifetime(ALLOCATION_SECONDS);
            case REFRESH -> message.lifetime(ALLOCATION_SECONDS);
            case CHANNEL_BIND -> message.channel(each.channel, peer(each.channel));
        }
        StunKey own = key;
        return own == null
                ? message.unsigned()
                : message.signed(server.username(), realm, nonce, own);
    }

    private InetSocketAddress peer(int channel) {
        return peers.get(channel - FIRST_CHANNEL);
    }

    /** Takes a datagram of the server's. */
    public Event received(byte[] buffer, int length, long nowNs) {
        if (length >= HEADER_BYTES && (buffer[0] & 0xC0) == 0x40) {
            int channel = uint16(buffer, 0);
            int bytes = uint16(buffer, 2);
            return channel - FIRST_CHANNEL < peers.size() && HEADER_BYTES + bytes <= length
                    ? new Event.Data(peer(channel), HEADER_BYTES, bytes)
                    : NOTHING;
        }
        Optional<TurnAnswer> answer = TurnReader.read(buffer, 0, length);
        return answer.isEmpty() ? NOTHING : answered(answer.get(), nowNs);
    }

    private static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    private Event answered(TurnAnswer answer, long nowNs) {
        for (Asked each : asked) {
            if (each.method == answer.method() && Arrays.equals(each.id, answer.transactionId())) {
                return switch (answer) {
                    case TurnAnswer.Granted granted -> granted(each, granted, nowNs);
                    case TurnAnswer.Refused refused -> refused(each, refused, nowNs);
                };
            }
        }
        return NOTHING; // to a request that was given up, or sent twice
    }

    private Event granted(Asked each, TurnAnswer.Granted granted, long nowNs) {
        StunKey own = key;
        if (own == null || !granted.signature().by(own)) {
            return NOTHING; // somebody else says so
        }
        asked.remove(each);
        return switch (each.method) {
            case ALLOCATE -> {
                if (granted.relayed().isEmpty()) {
                    failed(each, "granted an address and did not say which");
                    yield NOTHING;
                }
                allocated = true;
                refreshLater(granted.lifetimeSeconds(), nowNs);
                yield new Event.Allocated(granted.relayed().get());
            }
            case REFRESH -> {
                refreshLater(granted.lifetimeSeconds(), nowNs);
                yield NOTHING;
            }
            case CHANNEL_BIND -> {
                bindNs.put(each.channel, nowNs + BIND_AGAIN_NS);
                yield new Event.Bound(peer(each.channel), each.channel);
            }
        };
    }

    private void refreshLater(int seconds, long nowNs) {
        refreshNs = nowNs + Math.max(1, Math.min(seconds - 60, seconds / 2)) * SECOND_NS;
    }

    private Event refused(Asked each, TurnAnswer.Refused refused, long nowNs) {
        boolean first = refused.code() == UNAUTHORIZED && key == null;
        boolean stale = refused.code() == STALE_NONCE && key != null;
        if ((first || stale) && refused.nonce().length > 0 && each.challenges < MOST_CHALLENGES) {
            if (first) {
                realm = refused.realm();
                key = StunKey.longTerm(server.username(), realm, server.credential());
            }
            nonce = refused.nonce();
            each.id = new byte[0]; // a request that was sent twice is refused twice
            each.challenges++;
            each.tries = 0;
            each.retryNs = FIRST_RETRY_NS;
            each.dueNs = nowNs;
            return NOTHING;
        }
        asked.remove(each);
        failed(each, "answered " + refused.code());
        return NOTHING;
    }

    /** Without an address nothing goes; without one channel, or its renewal, others do. */
    private void failed(Asked each, String why) {
        if (each.method != TurnMethod.CHANNEL_BIND) {
            failure = Optional.of("%s %s to %s".formatted(server.address(), why, each.method));
            asked.clear();
            bindNs.clear();
        }
    }

    /** Gives the address back, if the server hears it; nothing is answered any more. */
    public void close(Out out) {
        StunKey own = key;
        if (allocated && failure.isEmpty() && own != null) {
            byte[] id = new byte[12];
            random.nextBytes(id);
            out.send(
                    new TurnWriter(TurnMethod.REFRESH, id)
                            .lifetime(0)
                            .signed(server.username(), realm, nonce, own));
        }
        failure = failure.or(() -> Optional.of("closed here"));
        asked.clear();
        bindNs.clear();
    }

    /** When {@link #advance} has work again. */
    public long nextTimerNs() {
        if (failure.isPresent()) {
            return Long.MAX_VALUE;
        }
        long next = refreshNs;
        for (Asked each : asked) {
            next = Math.min(next, each.dueNs);
        }
        for (long dueNs : bindNs.values()) {
            next = Math.min(next, dueNs);
        }
        return next;
    }
}
