package otherworld.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.junit.jupiter.api.Test;

class AesGcmTest {
    /** Test case 4 of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B. */
    private static final byte[] KEY = hex("feffe9928665731c6d6a8f9467308308");

    private static final byte[] NONCE = hex("cafebabefacedbaddecaf888");
    private static final byte[] ADDITIONAL = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    private static final byte[] PLAIN =
            hex(
                    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    private static final byte[] SEALED =
            hex(
                    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                            + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                            + "5bc94fbc3221a5db94fae95ae7121a47");

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] run(int mode, byte[] input) throws IOException {
        AesGcm gcm = new AesGcm(mode);
        gcm.setKey(KEY, 0, KEY.length);
        gcm.init(NONCE, 16);
        byte[] output = new byte[gcm.getOutputSize(input.length)];
        assertThat(gcm.doFinal(ADDITIONAL, input, 0, input.length, output, 0))
                .isEqualTo(output.length);
        return output;
    }

    @Test
    void sealsAndOpensAsPublished() throws IOException {
        assertThat(run(Cipher.ENCRYPT_MODE, PLAIN)).isEqualTo(SEALED);
        assertThat(run(Cipher.DECRYPT_MODE, SEALED)).isEqualTo(PLAIN);
    }

    @Test
    void opensInPlaceAndTakesTheNextRecordAfterAForgedOne() throws IOException {
        AesGcm gcm = new AesGcm(Cipher.DECRYPT_MODE);
        gcm.setKey(KEY, 0, KEY.length);
        byte[] forged = SEALED.clone();
        forged[3] ^= 1;
        gcm.init(NONCE, 16);
        assertThatExceptionOfType(TlsFatalAlert.class)
                .isThrownBy(() -> gcm.doFinal(ADDITIONAL, forged, 0, forged.length, forged, 0))
                .satisfies(alert ->
                        assertThat(alert.getAlertDescription())
                                .isEqualTo(AlertDescription.bad_record_mac));
        byte[] buffer = SEALED.clone();
        gcm.init(NONCE, 16);
        int length = gcm.doFinal(ADDITIONAL, buffer, 0, buffer.length, buffer, 0);
        assertThat(Arrays.copyOf(buffer, length)).isEqualTo(PLAIN);
    }
}
