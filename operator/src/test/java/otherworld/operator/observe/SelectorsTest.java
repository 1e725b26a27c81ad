package otherworld.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorsTest {
    private static final Map<String, String> LABELS = Map.of("app", "world", "team", "blue");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {}                                                                  | true
                    matchLabels: {app: world}                                           | true
                    matchLabels: {app: world, team: red}                                | false
                    matchLabels: {other: x}                                             | false
                    matchExpressions: [{key: app, operator: In, values: [shop, world]}] | true
                    matchExpressions: [{key: app, operator: In, values: [shop]}]        | false
                    matchExpressions: [{key: x, operator: In, values: [shop]}]          | false
                    matchExpressions: [{key: app, operator: NotIn, values: [world]}]    | false
                    matchExpressions: [{key: x, operator: NotIn, values: [world]}]      | true
                    matchExpressions: [{key: app, operator: Exists}]                    | true
                    matchExpressions: [{key: x, operator: Exists}]                      | false
                    matchExpressions: [{key: app, operator: DoesNotExist}]              | false
                    matchExpressions: [{key: x, operator: DoesNotExist}]                | true
                    """)
    void aSelectorMeansWhatItMeansToTheApiServer(String yaml, boolean matches) {
        LabelSelector selector = Serialization.unmarshal(yaml, LabelSelector.class);
        assertThat(Selectors.matches(selector, LABELS)).isEqualTo(matches);
    }

    @Test
    void noSelectorMatchesNothing() {
        assertThat(Selectors.matches(null, LABELS)).isFalse();
        assertThat(Selectors.matches(new LabelSelector(), null)).isTrue();
    }
}
