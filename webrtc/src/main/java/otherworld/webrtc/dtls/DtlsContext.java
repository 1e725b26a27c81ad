package otherworld.webrtc.dtls;

import java.security.SecureRandom;

/**
 * What all handshakes of a port share. Thread-safe.
 *
 * @param handshakeTimeoutMs after so long without success a handshake fails
 */
public record DtlsContext(DtlsIdentity identity, SecureRandom random, int handshakeTimeoutMs) {}
