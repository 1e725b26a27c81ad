package otherworld.webrtc.sctp;

import static otherworld.webrtc.sctp.AssociationState.CLOSED;
import static otherworld.webrtc.sctp.AssociationState.COOKIE_ECHOED;
import static otherworld.webrtc.sctp.AssociationState.COOKIE_WAIT;
import static otherworld.webrtc.sctp.AssociationState.ENDED;
import static otherworld.webrtc.sctp.AssociationState.ESTABLISHED;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_ACK_SENT;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_PENDING;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_RECEIVED;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_SENT;

import java.util.random.RandomGenerator;

/**
 * One SCTP association (RFC 9260, with RFC 3758 and RFC 6525), as WebRTC uses it: one path, over
 * DTLS. It does no I/O and has no clock: its owner hands in packets and the time and is called
 * back.
 *
 * <p>One thread owns it. Times are nanoseconds of any monotonic clock, always the same one.
 */
public final class SctpAssociation {
    private final SctpSettings settings;
    private final SctpEvents events;
    private final Counters counters = new Counters();
    private final PacketWriter writer;
    private final ReplyBudget budget;
    private final Handshake handshake;
    private final RetransmissionTimeout timeout;
    private final Sender sender;
    private final Receiver receiver;
    private final StreamReset reset;
    private final PathMonitor path;
    private final Teardown teardown;
    private final ChunkReader chunks = new ChunkReader(this);
    private AssociationState state = CLOSED;
    private int peerTag;
    private int staleCookies;

    /**
     * Waits for the peer to begin, until {@link #connect}.
     *
     * @param random for tags, TSNs and the cookie's key: a {@link java.security.SecureRandom}
     *     outside of tests
     */
    public SctpAssociation(
            SctpSettings settings,
            PacketOut out,
            SctpEvents events,
            RandomGenerator random,
            long nowNs) {
        this.settings = settings;
        this.events = events;
        writer = new PacketWriter(settings, out, counters);
        budget = new ReplyBudget(counters, nowNs);
        handshake = new Handshake(settings, random, writer);
        timeout = new RetransmissionTimeout(settings);
        sender = new Sender(settings, counters, timeout);
        receiver = new Receiver(settings, counters, this::deliver);
        reset = new StreamReset(new ResetStreams(), timeout, settings);
        path = new PathMonitor(settings, random, timeout);
        teardown = new Teardown(settings, timeout);
    }

    public AssociationState state() {
        return state;
    }

    public SctpStatistics statistics() {
        return counters.snapshot();
    }

    /** Begins the handshake. Both sides may; nothing happens when it has begun. */
    public void connect(long nowNs) {
        if (state == CLOSED) {
            state = COOKIE_WAIT;
            handshake.begin(nowNs);
        }
    }

    /**
     * Takes a packet and sends what follows from it. The array is the caller's again afterwards.
     */
    public void receive(byte[] buf, int off, int len, long nowNs) {
        if (!writer.intact(buf, off, len)) {
            counters.packetsRefused++;
            return;
        }
        counters.packetsIn++;
        counters.bytesIn += len;
        chunks.read(buf, off, len, nowNs);
        receiver.packetDone(nowNs);
        settle(nowNs);
    }

    /**
     * When {@link #advance} must be called next; {@link Long#MAX_VALUE} for not before something
     * else happens.
     */
    public long nextTimerNs() {
        if (state == ENDED) {
            return Protocol.NEVER_NS;
        }
        long soonest = Math.min(handshake.nextTimerNs(), sender.nextTimerNs());
        soonest = Math.min(soonest, Math.min(receiver.nextTimerNs(), reset.nextTimerNs()));
        return Math.min(soonest, Math.min(path.nextTimerNs(), teardown.nextTimerNs()));
    }

    /** Does what is due by now. Calling it early does no harm. */
    public void advance(long nowNs) {
        if (state == ENDED || nowNs < nextTimerNs()) {
            return;
        }
        if (!handshake.advance(state, nowNs)) {
            end(new EndReason.TimedOut("an answer to the handshake"));
        } else if (!teardown.advance(nowNs)) {
            end(new EndReason.TimedOut("an answer to the shutdown"));
        } else if (teardown.overdue(nowNs)) {
            abort("the shutdown took too long", nowNs);
        } else if (sender.advance(nowNs) && path.failed()) {
            giveUpPath();
        } else if (reset.advance(nowNs) && path.failed()) {
            giveUpPath();
        } else if (path.advance(sender.anyOutstanding(), nowNs) && path.failed()) {
            giveUpPath();
        }
        settle(nowNs);
    }

    private void giveUpPath() {
        fail(Protocol.CAUSE_USER_ABORT, "no answer", new EndReason.TimedOut("acknowledgements"));
    }

    /**
     * Queues a copy of a message; it goes out with {@link #flush} or whatever sends next. Before
     * the handshake is done it waits for that.
     *
     * @param len at least 1
     */
    public SendOutcome send(
            int streamId, int ppid, Delivery delivery, byte[] data, int off, int len, long nowNs) {
        if (len < 1) {
            throw new IllegalArgumentException("SCTP has no empty messages");
        }
        if (state.compareTo(ESTABLISHED) > 0) {
            return SendOutcome.CLOSED;
        }
        return sender.send(streamId, ppid, delivery, data, off, len, nowNs);
    }

    /** Sends what is queued, as congestion and flow control allow. */
    public void flush(long nowNs) {
        settle(nowNs);
    }

    /** Bytes of a stream's messages that were not sent once. */
    public int bufferedBytes(int streamId) {
        return sender.queuedBytes(streamId);
    }

    /**
     * Bytes that this association holds for sending and for reassembly, their overhead included.
     */
    public long heldBytes() {
        return sender.heldBytes() + receiver.heldBytes();
    }

    /** Bytes that this association holds for sending, their overhead included. */
    public long heldForSendingBytes() {
        return sender.heldBytes();
    }

    /** Streams this side may send on: fewer than the settings say when the peer takes fewer. */
    public int outStreams() {
        return sender.outStreams();
    }

    /** The share of a stream that competes with others: 1 to 65,535, 256 is normal. */
    public void prioritize(int streamId, int priority) {
        sender.stream(streamId).priority = Math.max(1, priority);
    }

    /**
     * Closes this side's direction of a stream after what is queued on it; {@link
     * SctpEvents#outgoingReset} follows.
     */
    public void resetStream(int streamId) {
        if (state != ENDED) {
            sender.stream(streamId).closing = true;
            reset.request(streamId);
        }
    }

    /**
     * The peer uses a stream anew after it reset its own direction: it performed our reset of that
     * stream too, whatever became of its answer. {@link SctpEvents#outgoingReset} follows if one is
     * awaited.
     */
    public void confirmReset(int streamId) {
        if (state.running()) {
            reset.confirmed(streamId);
        }
    }

    /**
     * Ends gracefully, after everything queued was acknowledged; before the handshake is done, at
     * once.
     */
    public void shutdown(long nowNs) {
        switch (state) {
            case CLOSED, COOKIE_WAIT, COOKIE_ECHOED -> abort("closed before it was open", nowNs);
            case ESTABLISHED -> {
                state = SHUTDOWN_PENDING;
                teardown.guard(nowNs);
            }
            case SHUTDOWN_PENDING, SHUTDOWN_SENT, SHUTDOWN_RECEIVED, SHUTDOWN_ACK_SENT, ENDED -> {}
        }
    }

    /** Ends at once and tells the peer, with the reason as text in ASCII. */
    public void abort(String reason, long nowNs) {
        if (state != ENDED) {
            fail(Protocol.CAUSE_USER_ABORT, reason, new EndReason.AbortedHere(reason));
        }
    }

    // What the chunk reader asks and does; it checked tags and lengths.

    SctpSettings settings() {
        return settings;
    }

    Counters counters() {
        return counters;
    }

    PacketWriter writer() {
        return writer;
    }

    ReplyBudget budget() {
        return budget;
    }

    Handshake handshake() {
        return handshake;
    }

    Sender sender() {
        return sender;
    }

    Receiver receiver() {
        return receiver;
    }

    StreamReset streamReset() {
        return reset;
    }

    PathMonitor path() {
        return path;
    }

    Teardown teardown() {
        return teardown;
    }

    /** The tag of packets to the peer, 0 before it is known. */
    int peerTag() {
        return peerTag;
    }

    void cookieEchoed(int itsTag) {
        peerTag = itsTag;
        state = COOKIE_ECHOED;
    }

    /** The peer found our cookie too old: begin again, a few times (section 5.2.6). */
    void cookieWasStale(long nowNs) {
        if (++staleCookies > settings.maxInitRetransmits()) {
            end(new EndReason.TimedOut("a cookie that is accepted"));
            return;
        }
        state = COOKIE_WAIT;
        peerTag = 0;
        handshake.begin(nowNs);
    }

    /** The handshake is done, or the peer restarted and it is done again. */
    void establish(Terms terms, long nowNs) {
        boolean again = state.running();
        if (again) {
            sender.clear();
            reset.clear();
            teardown.stop();
        }
        handshake.done(terms);
        peerTag = terms.peerTag();
        writer.tag(peerTag);
        state = ESTABLISHED;
        sender.start(terms, nowNs);
        receiver.start(terms.peerInitialTsn());
        reset.start(terms);
        path.start(nowNs);
        if (again) {
            events.restarted();
        }
        events.up();
    }

    void shutdownReceived(long nowNs) {
        if (state == SHUTDOWN_SENT) {
            state = SHUTDOWN_ACK_SENT;
            teardown.ask();
        } else if (state == ESTABLISHED || state == SHUTDOWN_PENDING) {
            state = SHUTDOWN_RECEIVED;
            teardown.guard(nowNs);
        }
    }

    /** Sends ABORT where there is somebody to tell, and ends. */
    void fail(int cause, String text, EndReason reason) {
        if (peerTag != 0) {
            Causes.abort(writer, peerTag, cause, text);
        }
        end(reason);
    }

    void violated(String what) {
        fail(Protocol.CAUSE_PROTOCOL_VIOLATION, what, new EndReason.ProtocolViolation(what));
    }

    void end(EndReason reason) {
        if (state == ENDED) {
            return;
        }
        state = ENDED;
        handshake.stop();
        path.stop();
        teardown.stop();
        sender.clear();
        reset.clear();
        receiver.start(0);
        events.ended(reason);
    }

    private void deliver(int streamId, int ppid, byte[] buf, int off, int len) {
        if (state != ENDED) {
            counters.messagesIn++;
            events.message(streamId, ppid, buf, off, len);
        }
    }

    /**
     * What follows from a packet, a timer or a call: events due, then everything that can be sent,
     * bundled.
     */
    private void settle(long nowNs) {
        if (state.running()) {
            reset.performDeferred();
            transmit(nowNs);
            if (sender.becameWritable()) {
                events.writable();
                transmit(nowNs);
            }
        }
        writer.flush();
    }

    private void transmit(long nowNs) {
        if (!state.running()) {
            return;
        }
        boolean withData = state.sendsData() && sender.hasDataToSend();
        receiver.acknowledge(writer, withData, nowNs);
        if (state.sendsData()) {
            sender.pump(writer, nowNs);
            reset.pump(writer, nowNs);
        }
        path.pump(writer, nowNs);
        if (state == SHUTDOWN_PENDING && sender.isEmpty()) {
            state = SHUTDOWN_SENT;
            teardown.ask();
        } else if (state == SHUTDOWN_RECEIVED && sender.isEmpty()) {
            state = SHUTDOWN_ACK_SENT;
            teardown.ask();
        }
        teardown.pump(state, receiver.cumulativeTsn(), writer, nowNs);
    }

    /** What stream resets mean for the rest of the association. */
    private final class ResetStreams implements StreamReset.Streams {
        @Override
        public boolean drained(int streamId) {
            return sender.drained(streamId);
        }

        @Override
        public int lastAssignedTsn() {
            return sender.lastAssignedTsn();
        }

        @Override
        public int cumulativeTsn() {
            return receiver.cumulativeTsn();
        }

        @Override
        public void incoming(int streamId) {
            receiver.reset(streamId);
            if (state != ENDED) {
                events.incomingReset(streamId);
            }
        }

        @Override
        public void outgoing(int streamId, boolean reusable) {
            sender.forget(streamId);
            if (state != ENDED) {
                events.outgoingReset(streamId, reusable);
            }
        }
    }
}
