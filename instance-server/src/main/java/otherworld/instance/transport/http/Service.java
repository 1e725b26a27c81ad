package otherworld.instance.transport.http;

import io.netty.channel.ChannelHandler;
import java.util.function.Supplier;

/** What is served. Thread-safe. */
public interface Service {
    /** What becomes of a request. Event loop: must not block. */
    Outcome begin(Request request);

    sealed interface Outcome {
        record Answered(Response response) implements Outcome {}

        /**
         * {@code work} may block: a virtual thread does it. What it throws is answered with 500.
         */
        record Later(Supplier<Response> work) implements Outcome {}

        /** After this answer the connection is {@code next}'s, which gets what comes. */
        record Upgraded(Response switching, ChannelHandler next) implements Outcome {}
    }
}
