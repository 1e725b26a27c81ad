package otherworld.webrtc.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.AttributeFactory;
import org.ice4j.attribute.ErrorCodeAttribute;
import org.ice4j.attribute.FingerprintAttribute;
import org.ice4j.attribute.IceControlAttribute;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.attribute.PriorityAttribute;
import org.ice4j.attribute.UsernameAttribute;
import org.ice4j.attribute.XorMappedAddressAttribute;
import org.ice4j.message.Message;
import org.ice4j.message.MessageFactory;
import org.junit.jupiter.api.Test;

/** Another implementation reads what we write, and we read what it writes. */
class Ice4jOracleTest {
    private static final StunKey KEY = new StunKey("passwordOf22OrMoreLetters");
    private static final byte[] ID = new byte[12];

    static {
        new Random(3).nextBytes(ID);
    }

    @Test
    void ice4jReadsOurChecks() throws Exception {
        Message check = decoded(StunWriter.check(ID, "abcd:efghi", 1_845_501_695L, 42, true, KEY));
        assertThat(check.getMessageType()).isEqualTo(Message.BINDING_REQUEST);
        assertThat(check.getTransactionID()).isEqualTo(ID);
        assertThat(((UsernameAttribute) check.getAttribute(Attribute.USERNAME)).getUsername())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("abcd:efghi");
        assertThat(((PriorityAttribute) check.getAttribute(Attribute.PRIORITY)).getPriority())
                .isEqualTo(1_845_501_695L);
        assertThat(
                        ((IceControlAttribute) check.getAttribute(Attribute.ICE_CONTROLLING))
                                .getTieBreaker())
                .isEqualTo(42);
        assertThat(check.containsAttribute(Attribute.USE_CANDIDATE)).isTrue();
    }

    @Test
    void ice4jReadsOurAnswers() throws Exception {
        for (String literal : new String[] {"192.0.2.7", "2001:db8::7"}) {
            var sender = new InetSocketAddress(InetAddress.ofLiteral(literal), 54_321);
            Message answer = decoded(StunWriter.success(ID, sender, KEY));
            var mapped =
                    ((XorMappedAddressAttribute) answer.getAttribute(Attribute.XOR_MAPPED_ADDRESS))
                            .getAddress(ID);
            assertThat(answer.getMessageType()).isEqualTo(Message.BINDING_SUCCESS_RESPONSE);
            assertThat(mapped.getAddress()).isEqualTo(sender.getAddress());
            assertThat(mapped.getPort()).isEqualTo(54_321);
        }
        assertThat(code(StunWriter.roleConflict(ID, KEY))).isEqualTo((char) 487);
        assertThat(code(StunWriter.unknownAttribute(ID, 0x7777, KEY))).isEqualTo((char) 420);
    }

    @Test
    void weReadWhatIce4jWrites() throws Exception {
        var request = MessageFactory.createBindingRequest(100, false, -7);
        request.setTransactionID(ID);
        request.putAttribute(
                AttributeFactory.createUsernameAttribute(
                        "abcd:efg".getBytes(StandardCharsets.UTF_8)));
        var check = (StunInput.Check) read(sealed(request.encode(null)));
        assertThat(check.username()).isEqualTo("abcd:efg");
        assertThat(check.role()).isEqualTo(StunInput.ClaimedRole.CONTROLLED);
        assertThat(check.tieBreaker()).isEqualTo(-7);
        assertThat(check.unknownRequired()).isZero();
        assertThat(check.signature().by(KEY)).isTrue();

        for (String literal : new String[] {"192.0.2.7", "2001:db8::7"}) {
            var address =
                    new TransportAddress(InetAddress.ofLiteral(literal), 54_321, Transport.UDP);
            var response = MessageFactory.createBindingResponse(request, address);
            response.setTransactionID(ID);
            var success = (StunInput.Success) read(sealed(response.encode(null)));
            assertThat(success.transactionId()).isEqualTo(ID);
            assertThat(success.mapped().getAddress()).isEqualTo(address.getAddress());
            assertThat(success.mapped().getPort()).isEqualTo(54_321);
        }
        var error = MessageFactory.createBindingErrorResponse((char) 487, "Role Conflict");
        error.setTransactionID(ID);
        assertThat(((StunInput.Failure) read(sealed(error.encode(null)))).code()).isEqualTo(487);
    }

    /** Behind the signature anybody could have put it. */
    @Test
    void whatIsNotSignedDoesNotCount() {
        byte[] signed = StunWriter.check(ID, "abcd:efgh", 100, 1, false, KEY);
        byte[] body = Arrays.copyOf(signed, signed.length - StunFormat.FINGERPRINT_BYTES);
        var more = ByteBuffer.allocate(body.length + 8).put(body);
        more.putShort((short) StunFormat.USE_CANDIDATE).putShort((short) 0); // nominates
        more.putShort((short) 0x7777).putShort((short) 0); // would have to be understood
        var check = (StunInput.Check) read(fingerprinted(more.array()));
        assertThat(check.signature().by(KEY)).isTrue();
        assertThat(check.useCandidate()).isFalse();
        assertThat(check.unknownRequired()).isZero();
    }

    @Test
    void ofTwoOfATypeTheFirstCounts() {
        byte[] signed = StunWriter.check(ID, "abcd:efgh", 100, 1, false, KEY);
        byte[] body =
                Arrays.copyOf(
                        signed,
                        signed.length - StunFormat.FINGERPRINT_BYTES - StunFormat.INTEGRITY_BYTES);
        var more = ByteBuffer.allocate(body.length + 12).put(body);
        more.putShort((short) StunFormat.USERNAME).putShort((short) 8).putLong(0);
        var check = (StunInput.Check) read(sealed(more.array()));
        assertThat(check.username()).isEqualTo("abcd:efgh");
    }

    private static char code(byte[] message) throws Exception {
        return ((ErrorCodeAttribute) decoded(message).getAttribute(Attribute.ERROR_CODE))
                .getErrorCode();
    }

    private static StunInput read(byte[] message) {
        return StunReader.read(message, 0, message.length);
    }

    /** Its decoder compares FINGERPRINT; the signature is compared here. */
    private static Message decoded(byte[] message) throws Exception {
        Message decoded = Message.decode(message, 0, message.length);
        var integrity =
                (MessageIntegrityAttribute) decoded.getAttribute(Attribute.MESSAGE_INTEGRITY);
        byte[] covered = Arrays.copyOf(message, integrity.getLocationInMessage());
        StunFormat.putLength(covered, covered.length + StunFormat.INTEGRITY_BYTES);
        assertThat(integrity.getHmacSha1Content())
                .isEqualTo(
                        MessageIntegrityAttribute.calculateHmacSha1(
                                covered, 0, covered.length, KEY.bytes()));
        assertThat(decoded.getAttribute(Attribute.FINGERPRINT)).isNotNull();
        return decoded;
    }

    private static byte[] sealed(byte[] body) {
        byte[] message = Arrays.copyOf(body, body.length + StunFormat.INTEGRITY_BYTES);
        StunFormat.putLength(message, message.length);
        byte[] hmac =
                MessageIntegrityAttribute.calculateHmacSha1(message, 0, body.length, KEY.bytes());
        ByteBuffer.wrap(message, body.length, StunFormat.INTEGRITY_BYTES)
                .putShort((short) StunFormat.MESSAGE_INTEGRITY)
                .putShort((short) hmac.length)
                .put(hmac);
        return fingerprinted(message);
    }

    private static byte[] fingerprinted(byte[] body) {
        byte[] message = Arrays.copyOf(body, body.length + StunFormat.FINGERPRINT_BYTES);
        StunFormat.putLength(message, message.length);
        ByteBuffer.wrap(message, body.length, StunFormat.FINGERPRINT_BYTES)
                .putShort((short) StunFormat.FINGERPRINT)
                .putShort((short) 4)
                .put(FingerprintAttribute.calculateXorCRC32(message, 0, body.length));
        return message;
    }
}
