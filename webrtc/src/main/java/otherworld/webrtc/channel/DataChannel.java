package otherworld.webrtc.channel;

import otherworld.webrtc.sctp.Delivery;

/**
 * One data channel: both directions of a stream. Its identity is the object; a stream may carry
 * several in turn.
 */
public final class DataChannel {
    /** Where a channel stands. */
    public enum State {
        /** Opened here, not confirmed; messages may be sent already. */
        OPENING,
        OPEN,
        /** One side closed it; what was sent before still arrives. */
        CLOSING,
        CLOSED
    }

    private final int streamId;
    private final ChannelSpec spec;
    private final boolean openedByPeer;
    private final Delivery delivery;
    State state;
    boolean outgoingReset;
    boolean incomingReset;

    /** Whether {@link ChannelEvents#opened} was told of it. */
    boolean told;

    DataChannel(int streamId, ChannelSpec spec, boolean openedByPeer) {
        this.streamId = streamId;
        this.spec = spec;
        this.openedByPeer = openedByPeer;
        this.state = openedByPeer ? State.OPEN : State.OPENING;
        this.delivery =
                switch (spec.reliability()) {
                    case Reliability.Reliable() ->
                            new Delivery(spec.ordered(), Delivery.UNLIMITED, Delivery.UNLIMITED);
                    case Reliability.MaxRetransmits(int times) ->
                            new Delivery(spec.ordered(), times, Delivery.UNLIMITED);
                    case Reliability.MaxLifetime(long milliseconds) ->
                            new Delivery(spec.ordered(), Delivery.UNLIMITED, milliseconds);
                };
    }

    /** The SCTP stream, 0 to 65,534. */
    public int streamId() {
        return streamId;
    }

    public ChannelSpec spec() {
        return spec;
    }

    public boolean openedByPeer() {
        return openedByPeer;
    }

    public State state() {
        return state;
    }

    /** Until the peer confirmed it, messages stay behind the OPEN message (RFC 8832 section 6). */
    Delivery delivery() {
        return state == State.OPENING
                ? new Delivery(true, delivery.maxRetransmits(), delivery.lifetimeMs())
                : delivery;
    }

    @Override
    public String toString() {
        return "channel " + streamId + " \"" + spec.label() + "\" " + state;
    }
}
