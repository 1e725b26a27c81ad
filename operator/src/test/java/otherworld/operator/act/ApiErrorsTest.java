package otherworld.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import otherworld.operator.act.Refusal.Change;

class ApiErrorsTest {
    private static final String QUOTA =
            "pods \"plaza-0-0\" is forbidden: exceeded quota: small, requested: pods=1";

    private static KubernetesClientException answer(int code, String message) {
        return new KubernetesClientException(
                "Failure executing: POST at: https://…",
                code,
                new StatusBuilder().withCode(code).withMessage(message).build());
    }

    @Test
    void theApiServersWordsAreFoundHoweverDeepTheLibraryHidesThem() {
        KubernetesClientException wrapped =
                new KubernetesClientException(
                        "An error has occurred.", new RuntimeException(answer(403, QUOTA)));
        assertThat(ApiErrors.message(wrapped)).isEqualTo(QUOTA);
        assertThat(ApiErrors.code(wrapped)).isEqualTo(403);
        Refusal refusal = ApiErrors.refusal(Change.CREATE, "Starting instance 0", wrapped);
        assertThat(refusal.reason()).isEqualTo("QuotaExceeded");
        assertThat(refusal.message()).contains("Starting instance 0", QUOTA);
        assertThat(refusal.passing()).isFalse();
    }

    @Test
    void withoutAnAnswerTheInnermostCauseIsNamed() {
        KubernetesClientException lost =
                new KubernetesClientException(
                        "An error has occurred.", new ConnectException("Connection refused"));
        assertThat(ApiErrors.message(lost)).isEqualTo("ConnectException: Connection refused");
        Refusal refusal = ApiErrors.refusal(Change.REMOVE, "Removing instance 0", lost);
        assertThat(refusal.reason()).isEqualTo("ApiServerUnavailable");
        assertThat(refusal.passing()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "400, Invalid, false",
        "403, Refused, false",
        "405, Refused, false",
        "408, ApiServerUnavailable, true",
        "422, Invalid, false",
        "429, ApiServerUnavailable, true",
        "500, ApiServerUnavailable, true",
        "503, ApiServerUnavailable, true"
    })
    void whoMustDoSomethingIsToldByTheCode(int code, String reason, boolean passing) {
        Refusal refusal = ApiErrors.refusal(Change.CREATE, "Starting", answer(code, "no"));
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.passing()).isEqualTo(passing);
    }
}
