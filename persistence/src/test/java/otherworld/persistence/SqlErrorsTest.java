package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class SqlErrorsTest {
    @Test
    void aReasonIsOneLineWithItsCauseAndTheWayOut() {
        SQLException refused =
                new SQLException("Cannot connect.\nMore", "08001", new ConnectException("refused"));
        assertThat(SqlErrors.reason(refused))
                .isEqualTo("Cannot connect. (refused) [SQLSTATE 08001]");
        assertThat(SqlErrors.reason(new SQLException("no relation", "42P01")))
                .isEqualTo(
                        "no relation [SQLSTATE 42P01]: the schema is missing, run otherworld.persistence.Migrate");
        assertThat(SqlErrors.reason(new SQLException())).isEqualTo("no message [SQLSTATE null]");
    }

    @Test
    void aFailedBatchDoesNotFillTheLogWithItsText() {
        BatchUpdateException batch =
                new BatchUpdateException("Batch entry 0 " + "x".repeat(10_000), "40001", 0, null);
        batch.setNextException(new SQLException("could not serialize", "40001"));
        assertThat(SqlErrors.isConflict(batch)).isTrue();
        assertThat(SqlErrors.reason(batch)).isEqualTo("could not serialize [SQLSTATE 40001]");
        assertThat(SqlErrors.reason(new SQLException("y".repeat(10_000)))).hasSizeLessThan(400);
    }
}
