package otherworld.bots;

import java.net.http.HttpResponse;

/** How long a server asks to wait (RFC 9110, section 10.2.3), in seconds; dates are not read. */
final class RetryAfter {
    private static final long MOST_SECONDS = 3_600;

    private RetryAfter() {}

    static long ms(HttpResponse<?> answer, long otherwiseMs) {
        return answer.headers()
                .firstValue("Retry-After")
                .map(String::strip)
                .filter(text -> text.matches("\\d{1,9}"))
                .map(seconds -> Math.min(Long.parseLong(seconds), MOST_SECONDS) * 1_000)
                .orElse(otherwiseMs);
    }
}
