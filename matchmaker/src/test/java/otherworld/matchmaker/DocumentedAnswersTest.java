package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import otherworld.matchmaker.DocumentedAnswers.Said;

/** What every answer of the integration tests is held to does refuse what is not documented. */
class DocumentedAnswersTest {
    private static final String SEAT = "/v1/worlds/a.b/seats/" + new UUID(1, 2);
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";
    private static final String WAITING =
            "{'retryAfterMs':500,'position':1,'reason':'full','rejected':[{'instance':0,'reason':'full'}]}";
    private static final String REFUSED =
            "{'type':'urn:otherworld:problem:x','title':'t','status':503,'detail':'d','action':'a'}";

    private final DocumentedAnswers documented = new DocumentedAnswers();

    @Test
    void takesWhatIsDocumented() {
        documented.check("PUT", SEAT, said(202, JSON, "", WAITING));
        documented.check("PUT", SEAT, said(503, PROBLEM, "1", REFUSED));
        documented.check("DELETE", SEAT, said(204, "", "", "null"));
        documented.check("GET", "/v1/nothing", said(404, PROBLEM, "", REFUSED));
        documented.check("GET", "/metrics", said(200, "text/plain", "", "null"));
    }

    @Test
    void refusesAWrongBody() {
        refuses("PUT", said(202, JSON, "", WAITING.replace("'position':1,", "")));
        refuses("PUT", said(202, JSON, "", WAITING.replace("'position':1", "'position':'1'")));
        refuses("PUT", said(202, JSON, "", WAITING.replace("{'retry", "{'other':1,'retry")));
        refuses("PUT", said(202, JSON, "", WAITING.replace("'instance':0,", "")));
        refuses("PUT", said(503, PROBLEM, "1", REFUSED.replace("urn:otherworld:problem:x", "a b")));
    }

    @Test
    void refusesAWrongStatusTypeOrHeader() {
        refuses("PUT", said(200, JSON, "", WAITING));
        refuses("PUT", said(201, JSON, "", WAITING));
        refuses("PUT", said(202, PROBLEM, "", WAITING));
        refuses("PUT", said(503, PROBLEM, "", REFUSED));
        refuses("DELETE", said(204, JSON, "", WAITING));
        refuses("GET", said(200, JSON, "", WAITING));
    }

    private void refuses(String method, Said said) {
        assertThatThrownBy(() -> documented.check(method, SEAT, said))
                .as("%s %s", method, said)
                .isInstanceOf(AssertionError.class);
    }

    private static Said said(int status, String type, String retryAfter, String body) {
        try {
            JsonNode json = new ObjectMapper().readTree(body.replace('\'', '"'));
            return new Said(status, type, retryAfter, json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
