package otherworld.webrtc.dtls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Records of DTLS 1.2 under AES-GCM (RFC 6347 section 4.1, RFC 5288 section 3): one direction of
 * one connection, after the handshake. One thread.
 */
final class RecordCipher {
    static final int HEADER_BYTES = 13;
    static final int DTLS_1_2 = 0xFEFD;

    /** The epoch of the first keys; there is no renegotiation, thus no other. */
    static final int EPOCH = 1;

    /** Epoch and sequence number share 64 bits. */
    static final long MAX_SEQUENCE = (1L << 48) - 1;

    private static final VarHandle I64 =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int SALT_BYTES = 4;
    private static final int EXPLICIT_NONCE_BYTES = 8;
    private static final int TAG_BYTES = 16;

    /** Bytes that a record adds to a plaintext. */
    static final int OVERHEAD_BYTES = HEADER_BYTES + EXPLICIT_NONCE_BYTES + TAG_BYTES;

    private final Cipher cipher;
    private final SecretKeySpec key;
    private final byte[] nonce = new byte[SALT_BYTES + EXPLICIT_NONCE_BYTES];
    private final byte[] additional = new byte[HEADER_BYTES];

    /**
     * @param cipher its own, of AES/GCM
     * @param firstNonce any nonce of this direction: begins with the salt
     */
    RecordCipher(Cipher cipher, SecretKeySpec key, byte[] firstNonce) {
        this.cipher = cipher;
        this.key = key;
        System.arraycopy(firstNonce, 0, nonce, 0, SALT_BYTES);
    }

    /**
     * A whole record.
     *
     * @param sequence never used before with this key: it is the nonce, too
     */
    byte[] seal(int type, long sequence, byte[] plain, int offset, int length) {
        byte[] record = new byte[OVERHEAD_BYTES + length];
        record[0] = (byte) type;
        record[1] = (byte) (DTLS_1_2 >> 8);
        record[2] = (byte) DTLS_1_2;
        I64.set(record, 3, (long) EPOCH << 48 | sequence);
        int fragmentBytes = record.length - HEADER_BYTES;
        record[11] = (byte) (fragmentBytes >> 8);
        record[12] = (byte) fragmentBytes;
        System.arraycopy(record, 3, record, HEADER_BYTES, EXPLICIT_NONCE_BYTES);
        try {
            begin(Cipher.ENCRYPT_MODE, record, 0, length);
            cipher.doFinal(plain, offset, length, record, HEADER_BYTES + EXPLICIT_NONCE_BYTES);
            return record;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not encrypt", e);
        }
    }

    /**
     * The plaintext of a record that is longer than {@link #OVERHEAD_BYTES}.
     *
     * @param plain as long as the record, at least
     * @return the plaintext's length; −1 if the record is not authentic
     */
    int open(byte[] datagram, int at, int recordBytes, byte[] plain) {
        int length = recordBytes - OVERHEAD_BYTES;
        try {
            begin(Cipher.DECRYPT_MODE, datagram, at, length);
            return cipher.doFinal(
                    datagram,
                    at + HEADER_BYTES + EXPLICIT_NONCE_BYTES,
                    length + TAG_BYTES,
                    plain,
                    0);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not decrypt", e);
        }
    }

    private void begin(int mode, byte[] record, int at, int length)
            throws GeneralSecurityException {
        System.arraycopy(record, at + HEADER_BYTES, nonce, SALT_BYTES, EXPLICIT_NONCE_BYTES);
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        // Epoch, sequence number, type, version, length of the plaintext (RFC 5246, 6.2.3.3).
        System.arraycopy(record, at + 3, additional, 0, 8);
        System.arraycopy(record, at, additional, 8, 3);
        additional[11] = (byte) (length >> 8);
        additional[12] = (byte) length;
        cipher.updateAAD(additional);
    }

    /** Of the eight bytes that a record's epoch and sequence number share. */
    static long sequence(byte[] bytes, int at) {
        return (long) I64.get(bytes, at) & MAX_SEQUENCE;
    }
}
