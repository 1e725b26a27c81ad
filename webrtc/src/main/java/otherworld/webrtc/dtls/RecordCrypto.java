package otherworld.webrtc.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** Bouncy Castle's cryptography for handshakes, the JDK's for records. Thread-safe. */
final class RecordCrypto extends BcTlsCrypto {
    RecordCrypto(SecureRandom random) {
        super(random);
    }

    @Override
    protected TlsAEADCipher createCipher_AES_GCM(
            TlsCryptoParameters parameters, int keyBytes, int macBytes) throws IOException {
        return new TlsAEADCipher(
                parameters,
                new AesGcm(Cipher.ENCRYPT_MODE),
                new AesGcm(Cipher.DECRYPT_MODE),
                keyBytes,
                macBytes,
                TlsAEADCipher.AEAD_GCM,
                null); // nonces as RFC 5288 has them
    }
}
