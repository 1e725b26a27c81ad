package otherworld.webrtc.dtls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;

/**
 * AES-GCM of the JDK for Bouncy Castle's records of a handshake, in one direction. The JDK's uses
 * the processor's instructions, Bouncy Castle's own is pure Java. Remembers what is needed to go on
 * without Bouncy Castle. One thread.
 */
final class AesGcm implements TlsAEADCipherImpl {
    private final int mode;
    private final Cipher cipher;
    private SecretKeySpec key = new SecretKeySpec(new byte[16], "AES");
    private byte[] nonce = new byte[0];
    private int tagBytes;
    private long lastSequence;

    /**
     * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
     */
    AesGcm(int mode) throws IOException {
        this.mode = mode;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
    }

    @Override
    public void setKey(byte[] bytes, int offset, int length) {
        key = new SecretKeySpec(bytes, offset, length, "AES");
    }

    @Override
    public void init(byte[] nonce, int macSize) throws IOException {
        tagBytes = macSize;
        this.nonce = nonce.clone();
        try {
            cipher.init(mode, key, new GCMParameterSpec(8 * macSize, nonce));
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
    }

    @Override
    public int getOutputSize(int inputLength) {
        return mode == Cipher.ENCRYPT_MODE
                ? inputLength + tagBytes
                : Math.max(0, inputLength - tagBytes);
    }

    @Override
    public int doFinal(
            byte[] additionalData,
            byte[] input,
            int inputOffset,
            int inputLength,
            byte[] output,
            int outputOffset)
            throws IOException {
        try {
            if (additionalData != null && additionalData.length > 0) {
                cipher.updateAAD(additionalData);
            }
            int bytes = cipher.doFinal(input, inputOffset, inputLength, output, outputOffset);
            if (additionalData != null && additionalData.length >= Long.BYTES) {
                lastSequence = RecordCipher.sequence(additionalData, 0);
            }
            return bytes;
        } catch (AEADBadTagException e) {
            throw new TlsFatalAlert(AlertDescription.bad_record_mac, e);
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
    }

    /** The number of the last authentic record: DTLS's additional data begin with it. */
    long lastSequence() {
        return lastSequence;
    }

    /** Goes on with the records behind {@link #lastSequence}; this must not be used any more. */
    RecordCipher goOn() {
        return new RecordCipher(cipher, key, nonce);
    }
}
