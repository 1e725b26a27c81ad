package otherworld.webrtc.dtls;

import java.security.SecureRandom;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * What all handshakes of a port share. Thread-safe.
 *
 * @param handshakeTimeoutMs after so long without success a handshake fails
 */
public record DtlsContext(DtlsIdentity identity, BcTlsCrypto crypto, int handshakeTimeoutMs) {

    public DtlsContext(DtlsIdentity identity, SecureRandom random, int handshakeTimeoutMs) {
        this(identity, new RecordCrypto(random), handshakeTimeoutMs);
    }
}
