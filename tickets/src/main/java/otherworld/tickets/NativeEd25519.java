package otherworld.tickets;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Queue;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Ed25519 signatures by AWS-LC, through the Amazon Corretto Crypto Provider: a third of Bouncy
 * Castle's time (docs/decisions/0010-ed25519.md). The library is native, so it may be missing or
 * not load. Thread-safe.
 */
final class NativeEd25519 {
    private static final String PROVIDER =
            "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    /** RFC 8410, section 7: version 0, id-Ed25519, an octet string of an octet string of 32. */
    private static final byte[] PKCS8_HEAD =
            HexFormat.of().parseHex("302e020100300506032b657004220420");

    private final Provider provider;
    private final PrivateKey key;

    /**
     * Initialised with the key, which costs more than a signature. Signing does not block, so there
     * are no more of them than processors, or few.
     */
    private final Queue<Signature> idle = new ConcurrentLinkedQueue<>();

    /** Whether the library is of use here. */
    sealed interface Loading {
        record Loaded(NativeEd25519 signer) implements Loading {}

        record Absent(String reason) implements Loading {}
    }

    private NativeEd25519(Provider provider, PrivateKey key) {
        this.provider = provider;
        this.key = key;
    }

    /**
     * @param secret a private key, 32 bytes
     * @param message and {@code signature}: what the library must make of it to be trusted, since
     *     Ed25519 gives a message one signature (RFC 8032)
     */
    static Loading load(byte[] secret, byte[] message, byte[] signature) {
        try {
            Provider provider =
                    ServiceLoader.load(Provider.class, NativeEd25519.class.getClassLoader())
                            .stream()
                            .filter(found -> found.type().getName().equals(PROVIDER))
                            .findFirst()
                            .map(ServiceLoader.Provider::get)
                            .orElse(null);
            if (provider == null) {
                return new Loading.Absent("the Amazon Corretto Crypto Provider is not here");
            }
            byte[] pkcs8 = Arrays.copyOf(PKCS8_HEAD, PKCS8_HEAD.length + secret.length);
            System.arraycopy(secret, 0, pkcs8, PKCS8_HEAD.length, secret.length);
            PrivateKey key =
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            NativeEd25519 signer = new NativeEd25519(provider, key);
            signer.idle.add(signer.signature());
            return Arrays.equals(signer.sign(message), signature)
                    ? new Loading.Loaded(signer)
                    : new Loading.Absent(provider.getName() + " signs something else");
        } catch (GeneralSecurityException | ServiceConfigurationError | LinkageError e) {
            return new Loading.Absent(String.valueOf(e.getMessage()));
        }
    }

    /** The 64 bytes. */
    byte[] sign(byte[] message) {
        try {
            Signature reused = idle.poll();
            Signature signature = reused == null ? signature() : reused;
            signature.update(message);
            byte[] bytes = signature.sign();
            idle.add(signature); // ready for the next message; one that failed is not used again
            return bytes;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 by " + provider.getName() + " failed", e);
        }
    }

    private Signature signature() throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519", provider);
        signature.initSign(key);
        return signature;
    }
}
