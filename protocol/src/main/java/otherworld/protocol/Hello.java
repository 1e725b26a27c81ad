// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * The first message of a connection. Of another version than {@link Protocol#VERSION} only the
 * version is read, so that the server can answer {@code VERSION_UNSUPPORTED}.
 *
 * @param version {@link Protocol#VERSION}
 * @param token a ticket, or a session token to resume
 * @param client name and version of the client program, for logs
 */
public record Hello(int version, String token, String client) implements ClientMessage {
    public static final int TYPE = 1;
    public static final int MAX_BYTES = 2118;

    static Hello read(Reader in) throws MalformedMessage {
        int version = in.u16();
        if (version != Protocol.VERSION) { // the rest is in a layout this build does not know
            in.skipRest();
            return new Hello(version, "", "");
        }
        return new Hello(
                version,
                in.string(Protocol.MAX_TOKEN_BYTES),
                in.string(Protocol.MAX_CLIENT_NAME_BYTES));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.u16(version);
        out.string(token, Protocol.MAX_TOKEN_BYTES);
        out.string(client, Protocol.MAX_CLIENT_NAME_BYTES);
    }
}
