package otherworld.webrtc.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import otherworld.webrtc.channel.Reliability;

/** A WebRTC stack of others. */
enum Stack {
    /** Says in its offer that it takes 256 KiB, and refuses to send more. */
    CHROMIUM(256 << 10),
    LIBDATACHANNEL(1 << 20),
    WERIFT(1 << 20),
    PION(1 << 20),
    /** Says in its offer that it takes 64 KiB; sends no more either. */
    AIORTC(64 << 10),
    /** Takes nothing to send while more than 128 KiB wait. */
    STR0M(64 << 10);

    private final int mostMessageBytes;

    Stack(int mostMessageBytes) {
        this.mostMessageBytes = mostMessageBytes;
    }

    /** The longest message that is tried each way. */
    int mostMessageBytes() {
        return mostMessageBytes;
    }

    /**
     * What it asks for on the wire if it is told to open this channel. werift 0.23 forgets a limit
     * of 0 retransmissions, and that a channel with any other limit is unordered.
     */
    Channel onTheWire(Channel channel) {
        if (this != WERIFT) {
            return channel;
        }
        return switch (channel.reliability()) {
            case Reliability.Reliable() -> channel;
            case Reliability.MaxRetransmits(int times) when times == 0 ->
                    Channel.reliable(channel.label(), channel.ordered());
            case Reliability.MaxRetransmits(var _), Reliability.MaxLifetime(var _) ->
                    new Channel(channel.label(), true, channel.reliability(), channel.protocol());
        };
    }

    /** A label of several bytes a character; werift 0.23 and aiortc 1.16 count characters. */
    String foreignLabel() {
        return this == WERIFT || this == AIORTC ? "spat" : "späť ✓";
    }

    /**
     * werift 0.23 uses up a sequence number for an empty message, and sends none; nor str0m 0.25.
     */
    boolean sendsEmptyMessages() {
        return this != WERIFT && this != STR0M;
    }

    /** werift 0.23 closes its socket and says nothing. */
    boolean saysGoodbye() {
        return this != WERIFT;
    }

    /** werift 0.23 stops delivering in order after a FORWARD TSN, on every stream. */
    boolean takesAbandonedMessages() {
        return this != WERIFT;
    }

    /**
     * werift 0.23 numbers the records of a flight that it sends again like the first time, and then
     * its data too, which whoever looks out for replays (RFC 6347 section 4.1.2.6) must drop.
     */
    boolean handshakesUnderLoss() {
        return this != WERIFT;
    }

    /**
     * werift 0.23 hands over what it held back behind a lost ordered message only as further ones
     * come, so that the last may stay.
     */
    int lossyAttempts() {
        return this == WERIFT ? 8 : 1;
    }

    /**
     * pion under 10 % loss stops for time-outs of 1 s and more, which few messages with a lifetime
     * of 100 ms outlive: 13 of 150 were seen to come, and none need. str0m 0.25's SCTP is made
     * after pion's: 69 were seen.
     */
    boolean sendsOnWithinLifetimes() {
        return this != PION && this != STR0M;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Starts it as a scripted peer. */
    ScriptedPeer start() {
        List<String> command = new ArrayList<>();
        switch (this) {
            case PION -> command.addAll(List.of(InteropAssets.find("pion"), "peer"));
            case STR0M -> command.add(InteropAssets.find("str0m"));
            case AIORTC -> {
                command.add(InteropAssets.find("aiortc"));
                command.add(InteropAssets.FOLDER.resolve("peers/aiortc_peer.py").toString());
            }
            case CHROMIUM, LIBDATACHANNEL, WERIFT -> {
                command.add("node");
                command.add(InteropAssets.FOLDER.resolve("peers/" + label() + ".mjs").toString());
            }
        }
        return ScriptedPeer.start(label(), command, environment());
    }

    private Map<String, String> environment() {
        return switch (this) {
            case PION, AIORTC, STR0M -> Map.of();
            case LIBDATACHANNEL, WERIFT ->
                    Map.of("OTHERWORLD_INTEROP_NODE", InteropAssets.find("node"));
            case CHROMIUM ->
                    Map.of(
                            "OTHERWORLD_INTEROP_NODE",
                            InteropAssets.find("node"),
                            "OTHERWORLD_INTEROP_CHROMIUM",
                            InteropAssets.find("chromium"));
        };
    }
}
