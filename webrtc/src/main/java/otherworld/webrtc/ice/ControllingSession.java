package otherworld.webrtc.ice;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import otherworld.webrtc.stun.StunInput;
import otherworld.webrtc.stun.StunKey;
import otherworld.webrtc.stun.StunWriter;

/**
 * The controlling agent towards an ICE-lite peer (RFC 8445): sends checks to the peer's candidates,
 * nominates the first pair that works, and keeps consent (RFC 7675). The peer being lite, no checks
 * come from it. Not thread-safe; time and randomness are passed in.
 */
public final class ControllingSession {
    /** Least time between two checks (RFC 8445 section 14.2). */
    private static final long PACE_NS = 50_000_000L;

    private static final long FIRST_RETRY_NS = 100_000_000L;
    private static final long LONGEST_RETRY_NS = 1_600_000_000L;
    private static final int MAX_CANDIDATES = 16;
    private static final int MAX_TRANSACTIONS = 64;

    /** Where checks go; called within {@link #advance}. */
    @FunctionalInterface
    public interface CheckOut {
        void send(Route to, byte[] check);
    }

    /**
     * A way to the peer.
     *
     * @param channel of the relay that it leads through; 0: straight
     */
    public record Route(IceCandidate candidate, int channel) {
        public boolean isRelayed() {
            return channel != 0;
        }
    }

    private static final class Attempt {
        final Route route;
        final long priority;
        long dueNs;
        long retryNs = FIRST_RETRY_NS;

        Attempt(Route route, int rank, long dueNs) {
            this.route = route;
            this.priority = IceCandidate.peerReflexivePriority(rank);
            this.dueNs = dueNs;
        }
    }

    private final String userName;
    private final StunKey key;
    private final long tieBreaker;
    private final long consentIntervalNs;
    private final RandomGenerator random;
    private final List<Attempt> attempts = new ArrayList<>();

    /** A check that was sent and has no answer yet. */
    private record Sent(Attempt attempt, boolean nominates) {}

    private final Map<ByteBuffer, Sent> transactions =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Sent> eldest) {
                    return size() > MAX_TRANSACTIONS;
                }
            };
    private Optional<Attempt> selected = Optional.empty();
    private boolean nominated;
    private long paceNs;
    private long lastConsentNs;

    /** Candidates beyond the sixteen of highest priority are left out. */
    public ControllingSession(
            IceCredentials local,
            IceCredentials remote,
            List<IceCandidate> candidates,
            long consentIntervalNs,
            RandomGenerator random,
            long nowNs) {
        this.userName = remote.ufrag() + ":" + local.ufrag();
        this.key = remote.key();
        this.tieBreaker = random.nextLong();
        this.consentIntervalNs = consentIntervalNs;
        this.random = random;
        this.paceNs = nowNs;
        this.lastConsentNs = nowNs;
        List<IceCandidate> sorted =
                candidates.stream()
                        .sorted(Comparator.comparingLong(IceCandidate::priority).reversed())
                        .limit(MAX_CANDIDATES)
                        .toList();
        for (int rank = 0; rank < sorted.size(); rank++) {
            attempts.add(new Attempt(new Route(sorted.get(rank), 0), rank, nowNs));
        }
    }

    /** Tries a candidate through a relay as well, if nothing else has worked yet. */
    public void addRelayed(IceCandidate candidate, int channel, long nowNs) {
        if (selected.isEmpty() && attempts.size() < 2 * MAX_CANDIDATES) {
            attempts.add(new Attempt(new Route(candidate, channel), attempts.size(), nowNs));
        }
    }

    /** Sends what is due. */
    public void advance(long nowNs, CheckOut out) {
        if (selected.isPresent()) {
            Attempt attempt = selected.get();
            if (nowNs - attempt.dueNs >= 0) {
                send(attempt, true, out);
                attempt.dueNs = nowNs + (nominated ? consentDelayNs() : backOff(attempt));
            }
            return;
        }
        for (Attempt attempt : attempts) {
            if (nowNs - attempt.dueNs >= 0 && nowNs - paceNs >= 0) {
                send(attempt, false, out);
                attempt.dueNs = nowNs + backOff(attempt);
                paceNs = nowNs + PACE_NS;
            }
        }
    }

    private void send(Attempt attempt, boolean nominate, CheckOut out) {
        byte[] id = new byte[12];
        random.nextBytes(id);
        transactions.put(ByteBuffer.wrap(id), new Sent(attempt, nominate));
        out.send(
                attempt.route,
                StunWriter.check(id, userName, attempt.priority, tieBreaker, nominate, key));
    }

    private static long backOff(Attempt attempt) {
        long delayNs = attempt.retryNs;
        attempt.retryNs = Math.min(delayNs * 2, LONGEST_RETRY_NS);
        return delayNs;
    }

    /** 80 to 120 % of the interval, so that peers do not fall into step (RFC 7675 section 5.1). */
    private long consentDelayNs() {
        return (long) (consentIntervalNs * (0.8 + 0.4 * random.nextDouble()));
    }

    /**
     * Takes the answer to a check.
     *
     * @return whether a path has become usable by it that was not before
     */
    public boolean success(StunInput.Success success, long nowNs) {
        ByteBuffer id = ByteBuffer.wrap(success.transactionId());
        Sent sent = transactions.get(id);
        if (sent == null || !success.signature().by(key)) {
            return false;
        }
        transactions.remove(id);
        lastConsentNs = nowNs;
        if (selected.isEmpty()) {
            Attempt attempt = sent.attempt();
            selected = Optional.of(attempt);
            attempt.dueNs = nowNs; // nominate at once
            attempt.retryNs = FIRST_RETRY_NS;
            return true;
        }
        if (!nominated && sent.nominates()) { // an earlier check's late answer says nothing of that
            nominated = true;
            sent.attempt().dueNs = nowNs + consentDelayNs();
        }
        return false;
    }

    /** Where to send; empty before the first answer. */
    public Optional<Route> selected() {
        return selected.map(attempt -> attempt.route);
    }

    /** When the peer last consented to be sent to. */
    public long lastConsentNs() {
        return lastConsentNs;
    }

    /** When {@link #advance} has work again. */
    public long nextTimerNs() {
        if (selected.isPresent()) {
            return selected.get().dueNs;
        }
        long next = Long.MAX_VALUE;
        for (Attempt attempt : attempts) {
            next = Math.min(next, Math.max(attempt.dueNs, paceNs));
        }
        return next;
    }
}
