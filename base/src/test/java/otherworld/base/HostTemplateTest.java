package otherworld.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostTemplateTest {
    @Test
    void aNodesNameAndAddressAreOneLabelEach() {
        HostTemplate template = new HostTemplate("{node}.play.example.org");
        assertThat(template.of("ip-10-0-0-7.eu.compute.internal", "10.0.0.7"))
                .isEqualTo("ip-10-0-0-7-eu-compute-internal.play.example.org");
        assertThat(new HostTemplate("n-{ip}.example.org").of("n", "10.0.0.7"))
                .isEqualTo("n-10-0-0-7.example.org");
        assertThat(new HostTemplate("{ip}.example.org").of("n", "fd00::7"))
                .isEqualTo("fd00--7.example.org");
        assertThat(template.isOfNode()).isTrue();
        assertThat(template.isName()).isTrue();
    }

    @Test
    void whatHasNoPlaceholderStaysAsItIs() {
        for (String text : new String[] {"play.example.org", "192.0.2.1", "2001:db8::1"}) {
            HostTemplate template = new HostTemplate(text);
            assertThat(template.of("node", "10.0.0.7")).isEqualTo(text);
            assertThat(template.isOfNode()).isFalse();
            assertThat(template.isName()).isEqualTo(text.startsWith("play"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{pod}.example.org", "https://a", "a b", "a/b", "a..b", "{node", "a:80"})
    void whatIsNoHostIsRefused(String text) {
        assertThatThrownBy(() -> new HostTemplate(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'%s'".formatted(text));
    }
}
