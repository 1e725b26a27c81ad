package otherworld.webrtc.sctp;

import static otherworld.webrtc.sctp.AssociationState.CLOSED;
import static otherworld.webrtc.sctp.AssociationState.COOKIE_ECHOED;
import static otherworld.webrtc.sctp.AssociationState.COOKIE_WAIT;
import static otherworld.webrtc.sctp.AssociationState.ENDED;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_ACK_SENT;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_SENT;

import org.jspecify.annotations.Nullable;

/**
 * Takes a packet apart: who may send which chunk when (RFC 9260 sections 8.4, 8.5), what is
 * malformed, what is unknown (section 3.2), and which part of the association each chunk is for.
 */
final class ChunkReader {
    private final SctpAssociation association;
    private byte[] buf = new byte[0];
    private int packetTag;
    private long nowNs;

    ChunkReader(SctpAssociation association) {
        this.association = association;
    }

    /** Reads the chunks of an intact packet, as far as they are well formed and allowed. */
    void read(byte[] packet, int off, int len, long timeNs) {
        buf = packet;
        nowNs = timeNs;
        packetTag = Wire.i32(packet, off + 4);
        int end = off + len;
        int begin = off + Protocol.COMMON_HEADER_BYTES;
        for (int at = begin; at + Protocol.CHUNK_HEADER_BYTES <= end; ) {
            int length = Wire.u16(packet, at + 2);
            int next = at + Wire.padded(length);
            if (length < Protocol.CHUNK_HEADER_BYTES || at + length > end) {
                return;
            }
            int type = Wire.u8(packet, at);
            if (!admitted(type, Wire.u8(packet, at + 1), at == begin, next >= end)) {
                refuse(type, at, length, at == begin);
                return;
            }
            if (!take(type, Wire.u8(packet, at + 1), at, length)) {
                return;
            }
            at = next;
        }
    }

    /** Whether the packet's tag allows this chunk here (section 8.5.1). */
    private boolean admitted(int type, int flags, boolean first, boolean last) {
        AssociationState state = association.state();
        int localTag = association.handshake().localTag();
        boolean ours = packetTag == localTag && localTag != 0;
        return switch (type) {
            case Protocol.INIT -> state != ENDED && packetTag == 0 && first && last;
            case Protocol.COOKIE_ECHO -> state != ENDED && first;
            case Protocol.ABORT, Protocol.SHUTDOWN_COMPLETE -> {
                boolean reflected = (flags & Protocol.FLAG_REFLECTED) != 0;
                int peerTag = association.peerTag();
                yield state != ENDED && (reflected ? packetTag == peerTag && peerTag != 0 : ours);
            }
            case Protocol.SHUTDOWN_ACK ->
                    ours && state != ENDED && state != COOKIE_WAIT && state != COOKIE_ECHOED;
            default -> ours && state != ENDED;
        };
    }

    /**
     * A chunk that belongs to no association of ours (section 8.4), or to ours with a wrong tag:
     * silence then.
     */
    private void refuse(int type, int at, int length, boolean first) {
        association.counters().packetsRefused++;
        AssociationState state = association.state();
        boolean nothingHere = state == CLOSED || state == ENDED;
        boolean strayEnd =
                type == Protocol.SHUTDOWN_ACK
                        && (nothingHere || state == COOKIE_WAIT || state == COOKIE_ECHOED);
        if (!first || !(nothingHere || strayEnd)) {
            return;
        }
        switch (type) {
            case Protocol.ABORT,
                    Protocol.SHUTDOWN_COMPLETE,
                    Protocol.COOKIE_ACK,
                    Protocol.COOKIE_ECHO,
                    Protocol.ERROR -> {}
            case Protocol.SHUTDOWN_ACK -> reflect(Protocol.SHUTDOWN_COMPLETE);
            case Protocol.INIT -> {
                int itsTag = length >= Protocol.INIT_BYTES ? Wire.i32(buf, at + 4) : 0;
                if (itsTag != 0) {
                    abortStranger(itsTag, Protocol.CAUSE_OUT_OF_RESOURCE, "over");
                }
            }
            default -> reflect(Protocol.ABORT);
        }
    }

    private void reflect(int type) {
        if (association.budget().take(nowNs)) {
            Causes.reflected(association.writer(), packetTag, type);
        }
    }

    private void abortStranger(int itsTag, int cause, String text) {
        if (association.budget().take(nowNs)) {
            Causes.abort(association.writer(), itsTag, cause, text);
        }
    }

    /** Takes one chunk; false when the rest of the packet is not to be read. */
    private boolean take(int type, int flags, int at, int length) {
        switch (type) {
            case Protocol.DATA -> takeData(flags, at, length);
            case Protocol.INIT -> takeInit(at, length);
            case Protocol.INIT_ACK -> takeInitAck(at, length);
            case Protocol.SACK -> takeSack(at, length);
            case Protocol.HEARTBEAT -> takeHeartbeat(at, length);
            case Protocol.HEARTBEAT_ACK -> {
                if (association.state().running()) {
                    association.path().take(buf, at, length, nowNs);
                }
            }
            case Protocol.ABORT -> takeAbort(at, length);
            case Protocol.SHUTDOWN -> takeShutdown(at, length);
            case Protocol.SHUTDOWN_ACK -> takeShutdownAck();
            case Protocol.ERROR -> takeError(at, length);
            case Protocol.COOKIE_ECHO -> {
                return takeCookieEcho(at, length);
            }
            case Protocol.COOKIE_ACK -> takeCookieAck();
            case Protocol.SHUTDOWN_COMPLETE -> takeShutdownComplete();
            case Protocol.RE_CONFIG -> takeReconfig(at, length);
            case Protocol.FORWARD_TSN -> takeForwardTsn(at, length);
            default -> {
                return takeUnknown(type, at, length);
            }
        }
        return association.state() != ENDED;
    }

    private void takeData(int flags, int at, int length) {
        if (!association.state().takesData()) {
            return;
        }
        if (length <= Protocol.DATA_HEADER_BYTES) {
            String what = "DATA without user data";
            EndReason reason = new EndReason.ProtocolViolation(what);
            association.fail(Protocol.CAUSE_NO_USER_DATA, what, reason);
            return;
        }
        if (association.state() == SHUTDOWN_SENT) {
            association.receiver().acknowledgeNow();
            association.teardown().ask();
        }
        try {
            if (!association.receiver().take(buf, at, length, flags)
                    && association.budget().take(nowNs)) {
                Causes.invalidStream(association.writer(), Wire.u16(buf, at + 8));
            }
        } catch (Reassembly.Violation e) {
            association.violated(String.valueOf(e.getMessage()));
        }
    }

    private void takeInit(int at, int length) {
        if (length < Protocol.INIT_BYTES) {
            return;
        }
        InitChunk init = InitChunk.read(buf, at, length);
        if (init.tag() == 0) {
            return;
        }
        if (association.state() == SHUTDOWN_ACK_SENT) {
            association.teardown().ask();
            return;
        }
        if (init.hostName()) {
            abortStranger(init.tag(), Protocol.CAUSE_UNRESOLVABLE_ADDRESS, "");
        } else if (!init.valid()) {
            abortStranger(init.tag(), Protocol.CAUSE_INVALID_PARAMETER, "");
        } else if (association.budget().take(nowNs)) {
            association.handshake().answerInit(init, association.state(), nowNs);
        }
    }

    private void takeInitAck(int at, int length) {
        if (association.state() != COOKIE_WAIT || length < Protocol.INIT_BYTES) {
            return;
        }
        InitChunk ack = InitChunk.read(buf, at, length);
        byte[] cookie = ack.cookie();
        String wrong = wrongInInitAck(ack, cookie);
        if (wrong != null || cookie == null) {
            String what = String.valueOf(wrong);
            if (ack.tag() != 0) {
                int cause =
                        cookie == null
                                ? Protocol.CAUSE_MISSING_PARAMETER
                                : Protocol.CAUSE_INVALID_PARAMETER;
                Causes.abort(association.writer(), ack.tag(), cause, "");
            }
            association.end(new EndReason.ProtocolViolation(what));
            return;
        }
        association.handshake().takeInitAck(ack, cookie, nowNs);
        association.cookieEchoed(ack.tag());
    }

    private @Nullable String wrongInInitAck(InitChunk ack, byte @Nullable [] cookie) {
        if (!ack.valid()) {
            return "INIT ACK with tag, streams or window out of range";
        }
        if (ack.hostName()) {
            return "INIT ACK with a host name";
        }
        if (cookie == null) {
            return "INIT ACK without a cookie";
        }
        // It has to fit into one packet.
        return Protocol.CHUNK_HEADER_BYTES + cookie.length > mostChunkBytes()
                ? "INIT ACK with a cookie of " + cookie.length + " bytes"
                : null;
    }

    private void takeSack(int at, int length) {
        if (!association.state().sendsData() || length < 16) {
            return;
        }
        int blocks = Wire.u16(buf, at + 12);
        if (16 + 4 * blocks > length) {
            return;
        }
        int cumulative = Wire.i32(buf, at + 4);
        long window = Wire.u32(buf, at + 8);
        if (association.sender().acknowledged(cumulative, window, buf, at + 16, blocks, nowNs)) {
            association.path().answered(nowNs);
        }
    }

    private void takeHeartbeat(int at, int length) {
        boolean fits = length <= mostChunkBytes();
        if (!association.state().running() || !fits || !association.budget().take(nowNs)) {
            return;
        }
        PacketWriter writer = association.writer();
        int to = writer.chunk(Protocol.HEARTBEAT_ACK, 0, length);
        System.arraycopy(buf, at + 4, writer.buffer(), to + 4, length - 4);
    }

    private int mostChunkBytes() {
        return association.settings().packetBytes() - Protocol.COMMON_HEADER_BYTES;
    }

    private void takeAbort(int at, int length) {
        association.end(new EndReason.AbortedByPeer(Causes.describe(buf, at, length)));
    }

    private void takeShutdown(int at, int length) {
        if (!association.state().running() || length < 8) {
            return;
        }
        if (association.state().sendsData()
                && association.sender().acknowledged(Wire.i32(buf, at + 4), nowNs)) {
            association.path().answered(nowNs);
        }
        association.shutdownReceived(nowNs);
    }

    private void takeShutdownAck() {
        AssociationState state = association.state();
        if (state == SHUTDOWN_SENT || state == SHUTDOWN_ACK_SENT) {
            association
                    .writer()
                    .chunkAlone(association.peerTag(), Protocol.SHUTDOWN_COMPLETE, 0, 4);
            association.writer().flush();
            association.end(new EndReason.ShutDown());
        }
    }

    private void takeShutdownComplete() {
        if (association.state() == SHUTDOWN_ACK_SENT) {
            association.end(new EndReason.ShutDown());
        }
    }

    private void takeError(int at, int length) {
        boolean stale = Causes.first(buf, at, length) == Protocol.CAUSE_STALE_COOKIE;
        if (stale && association.state() == COOKIE_ECHOED) {
            association.cookieWasStale(nowNs);
        }
    }

    private boolean takeCookieEcho(int at, int length) {
        Handshake.CookieVerdict verdict =
                association
                        .handshake()
                        .judge(buf, at + 4, length - 4, packetTag, association.state(), nowNs);
        return switch (verdict) {
            case Handshake.CookieVerdict.Begin(Terms terms) -> establish(terms);
            case Handshake.CookieVerdict.Restart(Terms terms) -> {
                if (association.state() != SHUTDOWN_ACK_SENT) {
                    yield establish(terms);
                }
                byte[] none = new byte[0];
                int cause = Protocol.CAUSE_COOKIE_WHILE_SHUTTING_DOWN;
                association.teardown().ask();
                Causes.error(association.writer(), cause, none, 0, 0);
                yield false;
            }
            case Handshake.CookieVerdict.Confirm() -> {
                association.writer().chunk(Protocol.COOKIE_ACK, 0, 4);
                yield true;
            }
            case Handshake.CookieVerdict.Stale(int peerTag, long late) -> {
                if (association.budget().take(nowNs)) {
                    Causes.staleCookie(association.writer(), peerTag, late);
                }
                yield false;
            }
            case Handshake.CookieVerdict.Ignore() -> {
                association.counters().packetsRefused++;
                yield false;
            }
        };
    }

    private boolean establish(Terms terms) {
        association.writer().tag(terms.peerTag());
        association.writer().chunk(Protocol.COOKIE_ACK, 0, 4);
        association.writer().flush();
        association.establish(terms, nowNs);
        return association.state() != ENDED;
    }

    private void takeCookieAck() {
        Terms terms = association.handshake().terms();
        if (association.state() == COOKIE_ECHOED && terms != null) {
            association.establish(terms, nowNs);
        }
    }

    private void takeReconfig(int at, int length) {
        if (association.state().sendsData()) {
            association.streamReset().take(buf, at, length, association.writer());
            association.path().answered(nowNs);
        }
    }

    private void takeForwardTsn(int at, int length) {
        if (association.state().takesData() && length >= 8) {
            association.receiver().forward(buf, at, length);
        }
    }

    /** The upper two bits of a type say what to do about it when it is unknown (section 3.2). */
    private boolean takeUnknown(int type, int at, int length) {
        boolean goOn = (type & 0x80) != 0;
        boolean report = (type & 0x40) != 0;
        if (report && association.state().running() && association.budget().take(nowNs)) {
            Causes.error(association.writer(), Protocol.CAUSE_UNRECOGNIZED_CHUNK, buf, at, length);
        }
        return goOn;
    }
}
