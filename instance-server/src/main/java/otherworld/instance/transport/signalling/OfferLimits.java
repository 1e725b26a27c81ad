package otherworld.instance.transport.signalling;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import otherworld.http.AddressBlock;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.TokenBucket;

/**
 * How many offers are looked at: so many a second from one address (of IPv6 its /64, since that is
 * what one client has), and in all. Keeps the latest {@link Limits#OFFER_ADDRESSES} addresses; one
 * that was forgotten begins with a full bucket. Thread-safe.
 */
final class OfferLimits {
    private final LongSupplier nanoClock;
    private final TokenBucket all;
    private final Map<AddressBlock, TokenBucket> addresses =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<AddressBlock, TokenBucket> eldest) {
                    return size() > Limits.OFFER_ADDRESSES;
                }
            };

    OfferLimits(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.all =
                new TokenBucket(
                        Limits.OFFERS_PER_SECOND, Limits.OFFERS_BURST, nanoClock.getAsLong());
    }

    /** Why an offer of this address is not looked at; empty if it is, and counts. */
    synchronized Optional<String> exceeded(InetAddress address) {
        long nowNs = nanoClock.getAsLong();
        TokenBucket own =
                addresses.computeIfAbsent(
                        AddressBlock.of(address),
                        _ ->
                                new TokenBucket(
                                        Limits.OFFERS_PER_SECOND_PER_ADDRESS,
                                        Limits.OFFERS_BURST_PER_ADDRESS,
                                        nowNs));
        if (!own.take(nowNs)) {
            return Optional.of(
                    "more than %d offers a second from your address"
                            .formatted(Limits.OFFERS_PER_SECOND_PER_ADDRESS));
        }
        return all.take(nowNs)
                ? Optional.empty()
                : Optional.of(
                        "more than %d offers a second to this instance"
                                .formatted(Limits.OFFERS_PER_SECOND));
    }

    synchronized int addresses() {
        return addresses.size();
    }
}
