package otherworld.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GzipTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip                | true",
                "GZip                | true",
                "x-gzip              | true",
                "deflate, gzip       | true",
                "gzip;q=1.0          | true",
                "gzip ; q=0.001      | true",
                "*                   | true",
                "br, *;q=0.1         | true",
                "gzip;q=0            | false",
                "gzip;q=0.0, *       | false",
                "*, gzip;q=0         | false",
                "*;q=0               | false",
                "gzip;q=             | false",
                "gzip;q=x            | false",
                "gzipped             | false",
                "identity            | false",
                "br                  | false",
                "''                  | false",
                "',;,'               | false"
            })
    void readsWhatIsAccepted(String header, boolean accepted) {
        assertThat(Gzip.isAccepted(headers(List.of(header)))).isEqualTo(accepted);
    }

    @Test
    void noHeaderIsNoAndTwoAreOne() {
        assertThat(Gzip.isAccepted(new Headers())).isFalse();
        assertThat(Gzip.isAccepted(headers(List.of("br", "gzip")))).isTrue();
        assertThat(Gzip.isAccepted(headers(List.of("*", "gzip;q=0")))).isFalse();
    }

    private static Headers headers(List<String> values) {
        Headers headers = new Headers();
        values.forEach(value -> headers.add("Accept-Encoding", value));
        return headers;
    }
}
