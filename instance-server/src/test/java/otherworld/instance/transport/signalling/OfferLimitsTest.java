package otherworld.instance.transport.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;

class OfferLimitsTest {
    private final AtomicLong clock = new AtomicLong();
    private final OfferLimits limits = new OfferLimits(clock::get);

    @Test
    void anAddressMayBurstAndThenHasItsRate() throws UnknownHostException {
        InetAddress one = InetAddress.getByName("10.0.0.1");
        take(one, Limits.OFFERS_BURST_PER_ADDRESS);
        assertThat(limits.exceeded(one))
                .hasValueSatisfying(why -> assertThat(why).contains("from your address"));
        assertThat(limits.exceeded(InetAddress.getByName("10.0.0.2"))).isEmpty();
        clock.addAndGet(1_000_000_000);
        take(one, Limits.OFFERS_PER_SECOND_PER_ADDRESS);
        assertThat(limits.exceeded(one)).isPresent();
    }

    @Test
    void aNetworkOfSixtyFourBitsIsOneAddress() throws UnknownHostException {
        for (int i = 0; i < Limits.OFFERS_BURST_PER_ADDRESS; i++) {
            assertThat(limits.exceeded(InetAddress.getByName("2001:db8::%x".formatted(i + 1))))
                    .isEmpty();
        }
        assertThat(limits.exceeded(InetAddress.getByName("2001:db8::ffff"))).isPresent();
        assertThat(limits.exceeded(InetAddress.getByName("2001:db8:0:1::1"))).isEmpty();
    }

    @Test
    void allTogetherHaveTheirLimitAndTheMapIsBounded() throws UnknownHostException {
        for (int i = 0; i < Limits.OFFERS_BURST; i++) {
            assertThat(limits.exceeded(address(i))).isEmpty();
        }
        assertThat(limits.exceeded(address(Limits.OFFERS_BURST)))
                .hasValueSatisfying(why -> assertThat(why).contains("to this instance"));
        for (int i = 0; i <= Limits.OFFER_ADDRESSES; i++) {
            limits.exceeded(address(i));
        }
        assertThat(limits.addresses()).isEqualTo(Limits.OFFER_ADDRESSES);
    }

    private void take(InetAddress address, int offers) {
        for (int i = 0; i < offers; i++) {
            assertThat(limits.exceeded(address)).isEmpty();
        }
    }

    private static InetAddress address(int i) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 1, (byte) (i >> 8), (byte) i});
    }
}
