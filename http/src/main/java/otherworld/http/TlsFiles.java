package otherworld.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.ops.audit.AuditEvent;
import otherworld.ops.audit.AuditLog;
import otherworld.ops.tls.Credentials;
import otherworld.ops.tls.Unusable;
import otherworld.ops.tls.WatchedFiles;

/**
 * A server's certificate and its key, as files that somebody renews. Who is connected keeps the
 * certificate they were shown. Thread-safe.
 */
public final class TlsFiles implements ServerTls, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

    private final WatchedFiles<Served> files;

    private record Served(SslContext context, Instant notAfter) {}

    private TlsFiles(WatchedFiles<Served> files) {
        this.files = files;
    }

    /**
     * @throws Unusable with the file, what is wrong, and what should be there
     */
    public static TlsFiles of(Path certificate, Path key) throws Unusable {
        return new TlsFiles(
                WatchedFiles.of(
                        List.of(certificate, key),
                        contents ->
                                served(
                                        Credentials.of(
                                                contents.get(0),
                                                certificate.toString(),
                                                contents.get(1),
                                                key.toString())),
                        renewed -> {
                            log.info("A renewed certificate, good until {}", renewed.notAfter());
                            AuditLog.current()
                                    .record(
                                            AuditEvent.certificateReplaced(
                                                    certificate.toString(), renewed.notAfter()));
                        }));
    }

    private static Served served(Credentials read) throws Unusable {
        try {
            return new Served(
                    SslContextBuilder.forServer(read.key(), read.chain())
                            .sslProvider(SslProvider.JDK)
                            .protocols("TLSv1.3", "TLSv1.2")
                            .build(),
                    read.notAfter());
        } catch (SSLException e) {
            throw new Unusable("%s cannot be used: %s".formatted(read, e.getMessage()), e);
        }
    }

    /** Looks for renewed files from now on. */
    public void watch() {
        files.watch();
    }

    @Override
    public ChannelHandler handler(ByteBufAllocator allocator, Duration handshake) {
        SslHandler handler = files.get().context().newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshake.toMillis());
        return handler;
    }

    public Instant notAfter() {
        return files.get().notAfter();
    }

    /** What is wrong with the files now; empty if nothing is. */
    public String trouble() {
        return files.trouble();
    }

    @Override
    public void close() {
        files.close();
    }
}
