package otherworld.matchmaker.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import otherworld.base.PlayerId;
import otherworld.base.TraceContext;
import otherworld.base.WorldId;
import otherworld.http.Request;
import otherworld.tickets.SigningKeys;
import otherworld.tracing.Tracing;

/**
 * Which requests for a seat are recorded, and under which trace. A request is made again until it
 * is answered, perhaps of another matchmaker: all of that is one trace, and nothing is kept for it.
 * So the trace, its first span and the dice come from the request itself, by a keyed hash, which
 * strangers cannot foresee.
 *
 * <p>Players may bring a {@code traceparent}. They are strangers: its trace id becomes ours, so
 * that theirs and ours are one; whether it is recorded is decided here, by our own dice, or by
 * theirs while few ask for it and the sampler is one that regards parents. Thread-safe.
 */
final class SeatTraces {
    private static final String HEADER = "traceparent";
    private static final String ALGORITHM = "HmacSHA256";

    private final Tracing tracing;
    private final SecretKeySpec key;

    SeatTraces(Tracing tracing, SigningKeys keys) {
        this.tracing = tracing;
        key = new SecretKeySpec(keys.derive("seat traces"), ALGORITHM);
    }

    /** Empty if it is not recorded. */
    Optional<SeatTrace> begin(
            Request request, WorldId world, String requestId, PlayerId player, long startNs) {
        if (!tracing.isOn()) {
            return Optional.empty();
        }
        Optional<TraceContext> brought =
                request.count(HEADER) == 1
                        ? request.header(HEADER).flatMap(TraceContext::parse)
                        : Optional.empty();
        return choose(world, requestId, player, brought)
                .map(chosen ->
                        new SeatTrace(
                                tracing,
                                chosen.root(),
                                chosen.parent(),
                                request,
                                world,
                                requestId,
                                player,
                                startNs));
    }

    /**
     * The whole request's span.
     *
     * @param parent the player's own; 0: they have said none
     */
    record Chosen(TraceContext root, long parent) {}

    /** Empty if it is not recorded. */
    Optional<Chosen> choose(
            WorldId world, String requestId, PlayerId player, Optional<TraceContext> brought) {
        ByteBuffer hash = hash(world + "\n" + player + "\n" + requestId);
        boolean asks = brought.map(TraceContext::sampled).orElse(false);
        if (!tracing.samples(hash.getLong()) && !(asks && tracing.samplesAsked())) {
            return Optional.empty();
        }
        // Zeros are no ids, and 1 bit less in 64 is no loss.
        long high = hash.getLong() | 1;
        long low = hash.getLong();
        long span = hash.getLong() | 1;
        return Optional.of(
                new Chosen(
                        new TraceContext(
                                brought.map(TraceContext::traceHigh).orElse(high),
                                brought.map(TraceContext::traceLow).orElse(low),
                                span,
                                true),
                        brought.map(TraceContext::span).orElse(0L)));
    }

    private ByteBuffer hash(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return ByteBuffer.wrap(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
        }
    }
}
