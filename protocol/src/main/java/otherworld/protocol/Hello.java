// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * The first message of a connection.
 *
 * @param newest the newest version that the client speaks
 * @param oldest the oldest one
 * @param features bits of what the client could do beyond its version; none has a meaning yet
 * @param token a ticket, or a session token to resume
 * @param client name and version of the client program, for logs
 */
public record Hello(int newest, int oldest, long features, String token, String client)
        implements ClientMessage {
    public static final int TYPE = 1;
    public static final int MAX_BYTES = 4096;

    static Hello read(Reader in) throws MalformedMessage {
        int newest = in.u16();
        if (newest < Protocol.OLDEST) { // the rest was laid out in another way
            in.skipRest();
            return new Hello(newest, 0, 0, "", "");
        }
        Hello read =
                new Hello(
                        newest,
                        in.u16(),
                        in.varuint64(),
                        in.string(Protocol.MAX_TOKEN_BYTES),
                        in.string(Protocol.MAX_CLIENT_NAME_BYTES));
        in.skipRest(); // what a later version says behind its fields
        return read;
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.u16(newest);
        out.u16(oldest);
        out.varuint64(features);
        out.string(token, Protocol.MAX_TOKEN_BYTES);
        out.string(client, Protocol.MAX_CLIENT_NAME_BYTES);
    }
}
