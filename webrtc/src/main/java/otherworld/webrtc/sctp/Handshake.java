package otherworld.webrtc.sctp;

import static otherworld.webrtc.sctp.Protocol.NEVER_NS;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The four-way handshake (RFC 9260 section 5): what is sent to begin, what answers to it mean, and
 * what an INIT or COOKIE ECHO means while an association exists (section 5.2).
 */
final class Handshake {
    private static final byte[] NOTHING = new byte[0];
    private static final int KEY_BYTES = 32;

    /** What a COOKIE ECHO asks for. */
    sealed interface CookieVerdict {
        /**
         * Begin with these terms: there was no association, or both sides began at once (actions B
         * and D).
         */
        record Begin(Terms terms) implements CookieVerdict {}

        /** The peer lost its association and begins anew (action A). */
        record Restart(Terms terms) implements CookieVerdict {}

        /** The association that exists is meant: its COOKIE ACK was lost (action D). */
        record Confirm() implements CookieVerdict {}

        /** Genuine but too old, by this much (section 5.2.6). */
        record Stale(int peerTag, long microsecondsLate) implements CookieVerdict {}

        /** Forged, or of an attempt that is over (action C). */
        record Ignore() implements CookieVerdict {}
    }

    private final SctpSettings settings;
    private final RandomGenerator random;
    private final PacketWriter writer;
    private final byte[] key = new byte[KEY_BYTES];

    private int localTag;
    private int localInitialTsn;
    private @Nullable Terms terms;
    private byte[] cookie = NOTHING;
    private byte[] unrecognized = NOTHING;
    private long t1AtNs = NEVER_NS;
    private int attempts;

    Handshake(SctpSettings settings, RandomGenerator random, PacketWriter writer) {
        this.settings = settings;
        this.random = random;
        this.writer = writer;
        random.nextBytes(key);
    }

    /** The tag that packets to this side bear, 0 before one is chosen. */
    int localTag() {
        return localTag;
    }

    /** What was agreed with the peer, once its INIT ACK or COOKIE ECHO has come. */
    @Nullable Terms terms() {
        return terms;
    }

    long nextTimerNs() {
        return t1AtNs;
    }

    /** Begins, or begins again after a stale cookie: INIT goes out. */
    void begin(long nowNs) {
        if (localTag == 0) {
            localTag = newTag();
            localInitialTsn = random.nextInt();
        }
        terms = null;
        sendInit();
        startT1(nowNs);
    }

    /** The handshake is over; its timer stops. */
    void done(Terms agreed) {
        localTag = agreed.localTag();
        localInitialTsn = agreed.localInitialTsn();
        terms = agreed;
        cookie = NOTHING;
        unrecognized = NOTHING;
        stop();
    }

    void stop() {
        t1AtNs = NEVER_NS;
    }

    /**
     * Answers an INIT (sections 5.1, 5.2.1, 5.2.2) and remembers nothing of it.
     *
     * @param state the association's, one in which INIT is answered with INIT ACK
     */
    void answerInit(InitChunk init, AssociationState state, long nowNs) {
        // While both begin at once the tag stays what this side's own INIT said; otherwise a new
        // one.
        boolean beginning =
                state == AssociationState.COOKIE_WAIT || state == AssociationState.COOKIE_ECHOED;
        int tag = beginning ? localTag : newTag();
        int tsn = beginning ? localInitialTsn : random.nextInt();
        Terms existing = terms;
        StateCookie answer =
                new StateCookie(
                        agreed(tag, tsn, init),
                        existing == null ? 0 : existing.localTag(),
                        existing == null ? 0 : existing.peerTag(),
                        nowNs);
        byte[] signed = answer.sign(key);
        byte[] report = init.unrecognized();
        int length = InitChunk.length(signed.length, report.length);
        int at = writer.chunkAlone(init.tag(), Protocol.INIT_ACK, 0, length);
        InitChunk.write(writer.buffer(), at, settings, tag, tsn, signed, report);
        writer.flush();
    }

    /** Takes an INIT ACK while waiting for it: COOKIE ECHO goes out. */
    void takeInitAck(InitChunk ack, byte[] peerCookie, long nowNs) {
        terms = agreed(localTag, localInitialTsn, ack);
        cookie = peerCookie;
        unrecognized = ack.unrecognized();
        writer.tag(ack.tag());
        sendCookie();
        attempts = 0;
        startT1(nowNs);
    }

    /** What a COOKIE ECHO means (section 5.1.5 and, while an association exists, section 5.2.4). */
    CookieVerdict judge(
            byte[] buf, int at, int bytes, int packetTag, AssociationState state, long nowNs) {
        StateCookie given = StateCookie.verify(key, buf, at, bytes);
        if (given == null || given.terms().localTag() != packetTag) {
            return new CookieVerdict.Ignore();
        }
        Terms its = given.terms();
        boolean ours = its.localTag() == localTag;
        boolean theirs = terms != null && its.peerTag() == terms.peerTag();
        if (ours && theirs) {
            return state == AssociationState.COOKIE_ECHOED
                    ? new CookieVerdict.Begin(its)
                    : new CookieVerdict.Confirm();
        }
        long lateNs = nowNs - given.madeNs() - settings.cookieLife().toNanos();
        if (lateNs > 0) {
            return new CookieVerdict.Stale(its.peerTag(), lateNs / 1_000);
        }
        return switch (state) {
            case CLOSED -> new CookieVerdict.Begin(its);
            case COOKIE_WAIT, COOKIE_ECHOED ->
                    ours ? new CookieVerdict.Begin(its) : new CookieVerdict.Ignore();
            case ESTABLISHED,
                    SHUTDOWN_PENDING,
                    SHUTDOWN_SENT,
                    SHUTDOWN_RECEIVED,
                    SHUTDOWN_ACK_SENT ->
                    ours || tied(given)
                            ? new CookieVerdict.Restart(its)
                            : new CookieVerdict.Ignore();
            case ENDED -> new CookieVerdict.Ignore();
        };
    }

    /** Sends again what was not answered; false when that was done often enough. */
    boolean advance(AssociationState state, long nowNs) {
        if (nowNs < t1AtNs) {
            return true;
        }
        if (attempts >= settings.maxInitRetransmits()) {
            stop();
            return false;
        }
        attempts++;
        if (state == AssociationState.COOKIE_WAIT) {
            sendInit();
        } else {
            sendCookie();
        }
        startT1(nowNs);
        return true;
    }

    private boolean tied(StateCookie given) {
        return terms != null
                && given.localTieTag() == terms.localTag()
                && given.peerTieTag() == terms.peerTag();
    }

    private Terms agreed(int tag, int tsn, InitChunk peer) {
        return new Terms(
                tag,
                tsn,
                peer.tag(),
                peer.initialTsn(),
                peer.windowBytes(),
                Math.min(settings.maxStreams(), peer.inStreams()),
                peer.forwardTsn(),
                peer.reconfig());
    }

    private void sendInit() {
        int at = writer.chunkAlone(0, Protocol.INIT, 0, InitChunk.length(0, 0));
        InitChunk.write(writer.buffer(), at, settings, localTag, localInitialTsn, NOTHING, NOTHING);
        writer.flush();
    }

    private void sendCookie() {
        int at = writer.chunk(Protocol.COOKIE_ECHO, 0, 4 + cookie.length);
        System.arraycopy(cookie, 0, writer.buffer(), at + 4, cookie.length);
        if (unrecognized.length > 0 && writer.fits(8 + unrecognized.length)) {
            Causes.unrecognizedParameters(writer, unrecognized);
        }
        writer.flush();
    }

    private void startT1(long nowNs) {
        long waitNs = settings.t1Initial().toNanos() << Math.min(attempts, 20);
        t1AtNs = nowNs + Math.min(waitNs, settings.t1Max().toNanos());
    }

    private int newTag() {
        int tag = random.nextInt();
        return tag == 0 ? 1 : tag;
    }
}
