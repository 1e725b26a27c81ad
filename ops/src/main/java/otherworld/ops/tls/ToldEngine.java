package otherworld.ops.tls;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * An engine that tells, once, why its handshake failed, whichever library drives it; and that
 * speaks TLS 1.3 and asks for the client's certificate, whatever that library sets.
 */
final class ToldEngine extends SSLEngine {
    private static final String[] VERSIONS = {"TLSv1.3"};

    private final SSLEngine engine;
    private final BiConsumer<Refusal, Throwable> refused;
    private boolean told;
    private boolean heard;
    private boolean finished;

    ToldEngine(SSLEngine engine, BiConsumer<Refusal, Throwable> refused) {
        super(engine.getPeerHost(), engine.getPeerPort());
        this.engine = engine;
        this.refused = refused;
        engine.setEnabledProtocols(VERSIONS);
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to)
            throws SSLException {
        try {
            return followed(engine.wrap(from, offset, length, to));
        } catch (SSLException e) {
            throw failed(e);
        }
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length)
            throws SSLException {
        heard |= from.hasRemaining();
        try {
            return followed(engine.unwrap(from, to, offset, length));
        } catch (SSLException e) {
            throw failed(e);
        }
    }

    /**
     * A client is through before the server has looked at its certificate: what it is refused with
     * comes as an alert afterwards. A server that is through has nothing more to refuse.
     */
    private SSLEngineResult followed(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            finished = true;
            told |= !engine.getUseClientMode();
        }
        return result;
    }

    private SSLException failed(SSLException e) {
        tell(Refusal.of(e), e);
        return e;
    }

    private void tell(Refusal why, Throwable cause) {
        if (!told) {
            told = true;
            refused.accept(why, cause);
        }
    }

    private void closing() {
        if (!finished && !engine.getUseClientMode()) {
            Refusal why = heard ? Refusal.UNFINISHED : Refusal.NOT_TLS;
            tell(why, new SSLException(why.label()));
        }
        told = true;
    }

    @Override
    public void closeInbound() throws SSLException {
        closing();
        engine.closeInbound();
    }

    @Override
    public void closeOutbound() {
        closing();
        engine.closeOutbound();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        engine.setEnabledProtocols(VERSIONS);
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        parameters.setProtocols(VERSIONS);
        parameters.setEndpointIdentificationAlgorithm(null); // IdentityTrust says who it is
        if (!engine.getUseClientMode()) {
            parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
    }

    @Override
    public void setUseClientMode(boolean client) {
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(VERSIONS);
        if (!client) {
            engine.setNeedClientAuth(true);
        }
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        engine.setNeedClientAuth(true);
    }

    @Override
    public void setWantClientAuth(boolean want) {
        engine.setNeedClientAuth(true);
    }

    // ---- as it is

    @Override
    public Runnable getDelegatedTask() {
        return engine.getDelegatedTask();
    }

    @Override
    public boolean isInboundDone() {
        return engine.isInboundDone();
    }

    @Override
    public boolean isOutboundDone() {
        return engine.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return engine.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return engine.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        engine.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return engine.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return engine.getEnabledProtocols();
    }

    @Override
    public SSLSession getSession() {
        return engine.getSession();
    }

    @Override
    public SSLSession getHandshakeSession() {
        return engine.getHandshakeSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
        engine.beginHandshake();
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return engine.getHandshakeStatus();
    }

    @Override
    public boolean getUseClientMode() {
        return engine.getUseClientMode();
    }

    @Override
    public boolean getNeedClientAuth() {
        return engine.getNeedClientAuth();
    }

    @Override
    public boolean getWantClientAuth() {
        return engine.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean on) {
        engine.setEnableSessionCreation(on);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return engine.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return engine.getSSLParameters();
    }

    @Override
    public String getApplicationProtocol() {
        return engine.getApplicationProtocol();
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        return engine.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(
            BiFunction<SSLEngine, List<String>, String> selector) {
        engine.setHandshakeApplicationProtocolSelector(
                selector == null ? null : (_, protocols) -> selector.apply(this, protocols));
    }

    @Override
    public BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return engine.getHandshakeApplicationProtocolSelector();
    }
}
