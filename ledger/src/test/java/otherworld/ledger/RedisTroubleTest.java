package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisTroubleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    NOAUTH Authentication required.                                              | CREDENTIALS
                    WRONGPASS invalid username-password pair or user is disabled.                | CREDENTIALS
                    ERR AUTH <password> called without any password configured for the default user | CREDENTIALS
                    ERR invalid password                                                         | CREDENTIALS
                    NOPERM this user has no permissions to run the 'evalsha' command             | PERMISSION
                    NOPERM this user has no permissions to access one of the channels used as arguments | PERMISSION
                    READONLY You can't write against a read only replica.                        | READ_ONLY
                    NOREPLICAS Not enough good replicas to write.                                | TOO_FEW_REPLICAS
                    OOM command not allowed when used memory > 'maxmemory'.                      | OUT_OF_MEMORY
                    MISCONF Redis is configured to save RDB snapshots, but it's currently unable | CANNOT_PERSIST
                    LOADING Redis is loading the dataset in memory                               | LOADING
                    BUSY Redis is busy running a script.                                         | BUSY
                    CLUSTERDOWN Hash slot not served                                             | CLUSTER_DOWN
                    MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'. | PRIMARY_DOWN
                    TRYAGAIN Multiple keys request during rehashing of slot                      | SLOT_MOVES
                    MOVED 3999 127.0.0.1:6381                                                    | IS_CLUSTER
                    ERR max number of clients reached                                            | TOO_MANY_CLIENTS
                    ERR unknown command 'EVALSHA'                                                | OTHER
                    WHATEVER comes next                                                          | OTHER
                    no code at all                                                               | OTHER
                    ERR Error running script (call to f_1a): @user_script:12: @user_script: 12: -READONLY You can't write against a read only replica. | READ_ONLY
                    ERR Error running script (call to f_1a): @user_script:12: @user_script: 12: -OOM command not allowed when used memory > 'maxmemory'. | OUT_OF_MEMORY
                    ERR Error running script (call to f_1a): @user_script:12: The user executing the script can't publish to the channel mentioned in the command | PERMISSION
                    ERR The user executing the script can't run this command or subcommand script: 1a, on @user_script:12. | PERMISSION
                    NOPERM User executing the script can't access at least one of the keys script: 1a, on @user_script:12. | PERMISSION
                    NOREPLICAS Not enough good replicas to write. script: 1a, on @user_script:12. | TOO_FEW_REPLICAS
                    ERR Error running script (call to f_1a): @user_script:12: user_script:12: attempt to index a nil value | SCRIPT
                    ERR user_script:12: attempt to compare number with nil script: 1a, on @user_script:12. | SCRIPT
                    ERR Error compiling script (new function): user_script:1: '=' expected      | SCRIPT
                    WRONGTYPE Operation against a key holding the wrong kind of value script: 1a, on @user_script:12. | SCRIPT
                    """)
    void aReplyHasItsKind(String reply, RedisTrouble kind) {
        assertThat(RedisTrouble.ofReply(reply)).isEqualTo(kind);
        LedgerUnavailable failure =
                LedgerUnavailable.of(
                        "h:1",
                        new RedisConnectionException(
                                "Unable to connect to h:1",
                                new RedisCommandExecutionException(reply)));
        assertThat(failure.trouble()).isEqualTo(kind);
        assertThat(failure)
                .hasMessageContaining("h:1")
                .hasMessageContaining(reply)
                .hasMessageContaining(kind.hint());
    }

    @Test
    void aConnectionThatFailsSaysWhyAndNotUnableTo() {
        check(new ConnectException("Connection refused: /h:1"), RedisTrouble.UNREACHABLE);
        check(new UnknownHostException("redis.nowhere"), RedisTrouble.UNREACHABLE);
        check(new RedisCommandTimeoutException("timed out after 1 s"), RedisTrouble.NO_ANSWER);
        SSLHandshakeException handshake = new SSLHandshakeException("handshake");
        handshake.initCause(new CertificateException("no trusted certificate found"));
        check(handshake, RedisTrouble.TLS);
        check(new javax.net.ssl.SSLException("Received fatal alert"), RedisTrouble.TLS);
    }

    private static void check(Throwable cause, RedisTrouble kind) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        LedgerUnavailable failure =
                LedgerUnavailable.of(
                        "h:1", new RedisConnectionException("Unable to connect to h:1", cause));
        assertThat(failure.trouble()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(root.getMessage());
        assertThat(failure.getMessage()).doesNotContain("Unable to connect");
    }
}
