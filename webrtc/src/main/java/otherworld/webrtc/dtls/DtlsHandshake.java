package otherworld.webrtc.dtls;

import java.io.IOException;
import java.util.function.Consumer;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;

/**
 * One DTLS 1.2 handshake. Bouncy Castle's blocks, so it has a virtual thread, fed by the owner
 * thread through a bounded queue. The peer must show the certificate of the fingerprint.
 */
public final class DtlsHandshake {

    /** Which side sends the ClientHello (SDP: active). */
    public enum Role {
        CLIENT,
        SERVER
    }

    /** How it ended. */
    public sealed interface Outcome {
        /** {@code records} belongs to the owner thread from here on. */
        record Done(DtlsRecords records) implements Outcome {}

        record Failed(String why) implements Outcome {}
    }

    private final DatagramPipe pipe;

    private DtlsHandshake(DatagramPipe pipe) {
        this.pipe = pipe;
    }

    /**
     * Begins.
     *
     * @param out called from the handshake's thread, and by {@link DtlsRecords} from the owner's
     * @param ended called once, on the handshake's thread; must only pass the outcome on
     */
    public static DtlsHandshake start(
            DtlsContext context,
            Role role,
            Fingerprint expected,
            DatagramOut out,
            Consumer<Outcome> ended) {
        var pipe = new DatagramPipe(out);
        Thread.ofVirtual()
                .name("dtls-handshake")
                .start(() -> ended.accept(run(context, role, expected, pipe)));
        return new DtlsHandshake(pipe);
    }

    private static Outcome run(
            DtlsContext context, Role role, Fingerprint expected, DatagramPipe pipe) {
        var crypto = new RecordCrypto(context.random());
        try {
            shakeHands(context, role, expected, crypto, pipe);
            return new Outcome.Done(new DtlsRecords(crypto, pipe, role));
        } catch (IOException | RuntimeException e) {
            // Runtime exceptions too: what a stranger sends must not leave a peer without an end.
            return new Outcome.Failed(message(e));
        }
    }

    private static void shakeHands(
            DtlsContext context,
            Role role,
            Fingerprint expected,
            RecordCrypto crypto,
            DatagramPipe pipe)
            throws IOException {
        try {
            // What they return could go on with the records, too; DtlsRecords does.
            switch (role) {
                case CLIENT ->
                        new DTLSClientProtocol()
                                .connect(new ClientRole(context, crypto, expected), pipe);
                case SERVER ->
                        new DTLSServerProtocol()
                                .accept(new ServerRole(context, crypto, expected), pipe);
            }
        } finally {
            pipe.sendFlight(); // the last one, or the alert that says why
        }
    }

    private static String message(Exception e) {
        String own = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return e.getCause() == null ? own : own + ": " + e.getCause().getMessage();
    }

    /** Owner thread: a datagram from the peer's verified address. Copied; dropped if 16 wait. */
    public void receive(byte[] datagram, int offset, int length) {
        byte[] kept = DtlsRecords.wellFormed(datagram, offset, length);
        if (kept.length > 0) {
            pipe.enqueue(kept);
        }
    }

    /** Owner thread: gives up; the outcome will be Failed unless it is Done already. */
    public void abort() {
        pipe.abort();
    }
}
