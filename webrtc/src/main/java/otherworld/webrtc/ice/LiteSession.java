package otherworld.webrtc.ice;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.stun.StunInput;
import otherworld.webrtc.stun.StunKey;
import otherworld.webrtc.stun.StunWriter;

/**
 * One peer seen from an ICE-lite agent (RFC 8445 section 2.5): it answers checks and never sends
 * any, and is always the controlled side. Knows which of the peer's addresses are verified, which
 * one is used, and when the peer was last heard. Not thread-safe; time is passed in.
 */
public final class LiteSession {
    /** Verified addresses kept per peer; beyond, the one heard longest ago is forgotten. */
    public static final int MAX_PATHS = 8;

    /** What became of a check. */
    public sealed interface Outcome {
        /**
         * Valid: {@code response} goes back the way the check came, which is a verified path now.
         *
         * @param moved whether the peer's traffic goes over that path from now on and did not
         *     before
         * @param forgotten a path that had to make room
         */
        record Valid(byte[] response, boolean moved, Optional<Path> forgotten) implements Outcome {}

        /** Signed, yet refused: {@code response} is an error, the address stays unverified. */
        record Refused(byte[] response) implements Outcome {}

        /** Nothing is sent. */
        record Discarded(Reason reason) implements Outcome {}
    }

    /** Why a check got no answer. */
    public enum Reason {
        NOT_AUTHENTIC,
        ANSWER_LONGER_THAN_REQUEST
    }

    private final String userName;
    private final StunKey key;
    private final long rebindAfterNs;
    private final List<Verified> verified = new ArrayList<>(1);
    private @Nullable Verified selected;
    private long lastHeardNs;

    /** A path that a valid check came from. */
    private static final class Verified {
        final Path path;
        long heardNs;

        Verified(Path path) {
            this.path = path;
        }
    }

    /**
     * @param remoteUfrag of the offer; the USERNAME of a check must name both sides
     * @param rebindAfterNs a used path that was silent for so long gives way to a check from
     *     another address even if that check nominates nothing: a NAT has given the peer a new one
     * @param nowNs where silence begins to count
     */
    public LiteSession(IceCredentials local, String remoteUfrag, long rebindAfterNs, long nowNs) {
        this.userName = local.ufrag() + ":" + remoteUfrag;
        this.key = local.key();
        this.rebindAfterNs = rebindAfterNs;
        this.lastHeardNs = nowNs;
    }

    /** Checks, and answers, a connectivity check (RFC 8445 section 7.3). */
    public Outcome check(StunInput.Check check, Path from, long nowNs) {
        if (!check.username().equals(userName) || !check.signature().by(key)) {
            return new Outcome.Discarded(Reason.NOT_AUTHENTIC);
        }
        if (check.unknownRequired() != 0) {
            return refuse(
                    check,
                    StunWriter.unknownAttribute(
                            check.transactionId(), check.unknownRequired(), key));
        }
        if (check.role() == StunInput.ClaimedRole.CONTROLLED) {
            return refuse(check, StunWriter.roleConflict(check.transactionId(), key));
        }
        byte[] response = StunWriter.success(check.transactionId(), from.remote(), key);
        if (response.length > check.bytes()) {
            return new Outcome.Discarded(Reason.ANSWER_LONGER_THAN_REQUEST);
        }
        Verified known = find(from);
        Verified path = known == null ? new Verified(from) : known;
        boolean moved = select(path, check.useCandidate(), nowNs);
        path.heardNs = nowNs;
        lastHeardNs = nowNs;
        return new Outcome.Valid(
                response, moved, known == null ? remember(path) : Optional.empty());
    }

    private static Outcome refuse(StunInput.Check check, byte[] response) {
        return response.length > check.bytes()
                ? new Outcome.Discarded(Reason.ANSWER_LONGER_THAN_REQUEST)
                : new Outcome.Refused(response);
    }

    /**
     * The first valid check makes its path usable (a lite agent has no other sign); after that the
     * controlling side decides by nominating, and the latest nomination holds.
     */
    private boolean select(Verified from, boolean nominated, long nowNs) {
        Verified current = selected;
        boolean take =
                current == null
                        || (current != from
                                && (nominated || nowNs - current.heardNs >= rebindAfterNs));
        if (take) {
            selected = from;
        }
        return take;
    }

    private @Nullable Verified find(Path path) {
        for (Verified each : verified) {
            if (each.path.equals(path)) {
                return each;
            }
        }
        return null;
    }

    /** Adds a path; gives the one that had to make room: heard longest ago, and not in use. */
    private Optional<Path> remember(Verified path) {
        Optional<Path> forgotten = Optional.empty();
        if (verified.size() == MAX_PATHS) {
            Verified oldest = null;
            for (Verified each : verified) {
                if (each != selected && (oldest == null || each.heardNs < oldest.heardNs)) {
                    oldest = each;
                }
            }
            verified.remove(oldest);
            forgotten = Optional.ofNullable(oldest).map(each -> each.path);
        }
        verified.add(path);
        return forgotten;
    }

    /** A datagram on a verified path that proved authentic (a DTLS record that decrypted). */
    public void heard(Path from, long nowNs) {
        Verified current = selected;
        Verified path = current != null && current.path.equals(from) ? current : find(from);
        if (path != null) {
            path.heardNs = nowNs;
            lastHeardNs = nowNs;
        }
    }

    /** Another peer has proved to be at this address now. */
    public void forget(Path path) {
        Verified known = find(path);
        verified.remove(known);
        if (selected == known) {
            selected = null;
        }
    }

    /** Where to send; empty before the first valid check. */
    public Optional<Path> selected() {
        return Optional.ofNullable(selected).map(used -> used.path);
    }

    /** All verified paths. */
    public List<Path> paths() {
        return verified.stream().map(each -> each.path).toList();
    }

    /** When the last authentic datagram came (RFC 7675 counts silence from there). */
    public long lastHeardNs() {
        return lastHeardNs;
    }
}
