package otherworld.webrtc.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** The hash of a certificate that an SDP names (RFC 8122 section 5). Immutable. */
public final class Fingerprint {
    /** The hash that this implementation offers, as all WebRTC stacks do. */
    public static final String OFFERED = "sha-256";

    private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

    private final String algorithm;
    private final byte[] hash;

    private Fingerprint(String algorithm, byte[] hash) {
        this.algorithm = algorithm;
        this.hash = hash;
    }

    /** Of a certificate's DER encoding. */
    public static Fingerprint of(byte[] certificate) {
        return new Fingerprint(OFFERED, hash(OFFERED, certificate).orElseThrow());
    }

    /** Reads {@code sha-256 AB:CD:…}; empty if malformed or of a hash weaker than SHA-256. */
    public static Optional<Fingerprint> parse(String value) {
        String[] parts = value.trim().split(" +", 3);
        if (parts.length != 2) {
            return Optional.empty();
        }
        String algorithm = parts[0].toLowerCase(Locale.ROOT);
        Optional<byte[]> sample = hash(algorithm, new byte[0]);
        try {
            byte[] hash = HEX.parseHex(parts[1]);
            return sample.isPresent() && sample.get().length == hash.length
                    ? Optional.of(new Fingerprint(algorithm, hash))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> hash(String algorithm, byte[] certificate) {
        return switch (algorithm) {
            case "sha-256", "sha-384", "sha-512" -> {
                try {
                    var digest = MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT));
                    yield Optional.of(digest.digest(certificate));
                } catch (NoSuchAlgorithmException e) {
                    throw new IllegalStateException("every Java platform has " + algorithm, e);
                }
            }
            default -> Optional.empty();
        };
    }

    /** Whether it is this certificate's (in constant time). */
    public boolean matches(byte[] certificate) {
        return MessageDigest.isEqual(hash, hash(algorithm, certificate).orElseThrow());
    }

    /** The value of an {@code a=fingerprint:} line. */
    @Override
    public String toString() {
        return algorithm + " " + HEX.formatHex(hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that
                && algorithm.equals(that.algorithm)
                && Arrays.equals(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }
}
