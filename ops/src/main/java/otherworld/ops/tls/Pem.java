package otherworld.ops.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as text (RFC 7468). */
public final class Pem {
    private static final int LINE = 64;
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    /** AlgorithmIdentifier of rsaEncryption (RFC 8017, A.1). */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    /** OID id-ecPublicKey (RFC 5480). */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final byte[] VERSION_0 = {2, 1, 0};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private Pem() {}

    public static String encode(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der),
                        label);
    }

    public static String encode(X509Certificate certificate) {
        try {
            return encode("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    /**
     * One or more.
     *
     * @param name of the file, for the error
     */
    public static List<X509Certificate> certificates(byte[] pem, String name) throws Unusable {
        try {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem));
            if (!all.isEmpty()) {
                return all.stream().map(X509Certificate.class::cast).toList();
            }
            throw new CertificateException("it is empty");
        } catch (CertificateException e) {
            throw new Unusable(
                    "%s holds no certificates in PEM: %s".formatted(name, e.getMessage()), e);
        }
    }

    /**
     * PKCS #8, PKCS #1 or SEC 1, without a password: openssl and cert-manager write any of them.
     *
     * @param name of the file, for the error
     */
    public static PrivateKey key(byte[] pem, String name) throws Unusable {
        Matcher key = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!key.find()) {
            throw new Unusable(
                    "%s holds no private key in PEM, without a password: no PRIVATE KEY in it"
                            .formatted(name),
                    null);
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(key.group(2));
            byte[] pkcs8 =
                    switch (key.group(1)) {
                        case "RSA PRIVATE KEY" -> wrap(RSA, der);
                        case "EC PRIVATE KEY" -> wrap(curve(der), der);
                        default -> der;
                    };
            return privateKey(pkcs8);
        } catch (GeneralSecurityException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            throw new Unusable(
                    "%s holds no private key in PEM, without a password: %s"
                            .formatted(name, e.getMessage()),
                    e);
        }
    }

    private static PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
        InvalidKeySpecException none = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) { // of another kind
                none = e;
            }
        }
        throw new InvalidKeySpecException("it is none of " + String.join(", ", ALGORITHMS), none);
    }

    /** PrivateKeyInfo (RFC 5208) around what a kind of key has of its own. */
    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, VERSION_0, algorithm, der(OCTETS, key));
    }

    /**
     * The AlgorithmIdentifier that an ECPrivateKey (RFC 5915) names its curve by: sequence,
     * version, octets, [0] parameters.
     */
    private static byte[] curve(byte[] key) throws InvalidKeySpecException {
        int at = content(key, 0);
        at = end(key, at); // version
        at = end(key, at); // the key itself
        if ((key[at] & 0xff) != PARAMETERS) {
            throw new InvalidKeySpecException("the EC key does not name its curve: give PKCS #8");
        }
        return der(SEQUENCE, EC, Arrays.copyOfRange(key, content(key, at), end(key, at)));
    }

    private static int content(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        return at + 2 + (length < 0x80 ? 0 : length & 0x7f);
    }

    private static int end(byte[] der, int at) {
        int content = content(der, at);
        int length = der[at + 1] & 0xff;
        if (length >= 0x80) {
            length = 0;
            for (int i = at + 2; i < content; i++) {
                length = (length << 8) | (der[i] & 0xff);
            }
        }
        return content + length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
