package otherworld.instance.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import otherworld.instance.metrics.InstanceCatalogue;
import otherworld.webrtc.peer.CloseReason;

/** Labels that the catalogue types, since it knows no transport, are those that transports give. */
class CatalogueLabelsTest {
    @Test
    void transportsAndTheirReasons() {
        assertThat(InstanceCatalogue.TRANSPORT.values())
                .containsExactlyElementsOf(
                        Arrays.stream(SessionOrigin.Transport.values())
                                .map(SessionOrigin.Transport::label)
                                .toList());
        assertThat(InstanceCatalogue.ORIGIN.values())
                .containsExactlyElementsOf(
                        Arrays.stream(SessionOrigin.Reason.values())
                                .map(SessionOrigin.Reason::label)
                                .toList());
    }

    /** One for each kind of CloseReason, and of a timeout one for each phase. */
    @Test
    void waysInWhichPeersGo() {
        assertThat(InstanceCatalogue.PEER_END.values())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(
                                        Arrays.stream(CloseReason.Phase.values())
                                                .map(CloseReason.ConnectTimeout::new)
                                                .map(PortFigures::label),
                                        List.of(
                                                PortFigures.label(new CloseReason.ClosedHere()),
                                                PortFigures.label(new CloseReason.ClosedByPeer()),
                                                "consent_lost",
                                                PortFigures.label(new CloseReason.DtlsFailed("")),
                                                "sctp_ended",
                                                PortFigures.label(new CloseReason.Internal("")))
                                                .stream())
                                .map(label -> label.toLowerCase(Locale.ROOT))
                                .toList());
        assertThat(CloseReason.class.getPermittedSubclasses()).hasSize(7);
    }
}
