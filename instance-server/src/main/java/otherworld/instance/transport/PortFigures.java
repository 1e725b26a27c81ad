package otherworld.instance.transport;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import otherworld.instance.metrics.WebRtcMetrics;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.port.PortEvent;
import otherworld.webrtc.port.WebRtcPort;

/** The UDP port's own counts and reasons as metrics. */
final class PortFigures {
    private PortFigures() {}

    static void show(WebRtcPort port, WebRtcMetrics metrics) {
        metrics.port(
                () -> port.peers() - port.halfOpenPeers(), port::halfOpenPeers, () -> events(port));
    }

    private static Map<String, Long> events(WebRtcPort port) {
        Map<String, Long> events = new LinkedHashMap<>();
        for (PortEvent event : PortEvent.values()) {
            events.put(event.name().toLowerCase(Locale.ROOT), port.counters().get(event));
        }
        return events;
    }

    /** Why a peer is gone, in a few words without its particulars. */
    static String label(CloseReason reason) {
        return switch (reason) {
            case CloseReason.ClosedHere() -> "closed_here";
            case CloseReason.ClosedByPeer() -> "closed_by_peer";
            case CloseReason.ConsentLost _ -> "consent_lost";
            case CloseReason.ConnectTimeout(CloseReason.Phase reached) ->
                    "timeout_" + reached.name().toLowerCase(Locale.ROOT);
            case CloseReason.DtlsFailed _ -> "dtls_failed";
            case CloseReason.SctpEnded _ -> "sctp_ended";
            case CloseReason.Internal _ -> "internal";
        };
    }
}
