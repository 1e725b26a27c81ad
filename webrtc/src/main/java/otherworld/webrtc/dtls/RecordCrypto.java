package otherworld.webrtc.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Objects;
import javax.crypto.Cipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's cryptography for one handshake, the JDK's for its records, and what goes on with
 * them when it is done. One thread.
 */
final class RecordCrypto extends BcTlsCrypto {
    private @Nullable AesGcm sealing;
    private @Nullable AesGcm opening;

    RecordCrypto(SecureRandom random) {
        super(random);
    }

    @Override
    protected TlsAEADCipher createCipher_AES_GCM(
            TlsCryptoParameters parameters, int keyBytes, int macBytes) throws IOException {
        var seals = new AesGcm(Cipher.ENCRYPT_MODE);
        var opens = new AesGcm(Cipher.DECRYPT_MODE);
        sealing = seals;
        opening = opens;
        return new TlsAEADCipher(
                parameters,
                seals,
                opens,
                keyBytes,
                macBytes,
                TlsAEADCipher.AEAD_GCM,
                null); // nonces as RFC 5288 has them
    }

    /** Ours, after a successful handshake: has sealed the Finished at least. */
    AesGcm sealing() {
        return Objects.requireNonNull(sealing);
    }

    /** The peer's, after a successful handshake: has opened its Finished. */
    AesGcm opening() {
        return Objects.requireNonNull(opening);
    }
}
