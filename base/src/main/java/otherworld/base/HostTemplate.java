package otherworld.base;

import java.util.regex.Pattern;

/**
 * The host that players are told of an instance: a name or address, or a name made of the node's.
 *
 * @param text in which {@code {node}} stands for the node's name and {@code {ip}} for its address,
 *     both with dashes for dots and colons, so that each is one label and a wildcard certificate
 *     covers it
 */
public record HostTemplate(String text) {
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
    private static final Pattern NAME =
            Pattern.compile(
                    "([A-Za-z0-9_-]|\\{node}|\\{ip})+(\\.([A-Za-z0-9_-]|\\{node}|\\{ip})+)*");
    private static final int MAX_LENGTH = 253;

    public HostTemplate {
        boolean known = ADDRESS.matcher(text).matches() || NAME.matcher(text).matches();
        if (!known || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "'%s' is no host name or address, nor a name with {node} or {ip} in it"
                            .formatted(text));
        }
    }

    /** Whether it is a name, for which a certificate can be had. */
    public boolean isName() {
        return !ADDRESS.matcher(text).matches();
    }

    /** Whether it needs to know the node. */
    public boolean isOfNode() {
        return text.contains("{node}") || text.contains("{ip}");
    }

    /** For an instance on this node. */
    public String of(String node, String ip) {
        return text.replace("{node}", label(node)).replace("{ip}", label(ip));
    }

    private static String label(String text) {
        return text.replace('.', '-').replace(':', '-');
    }

    @Override
    public String toString() {
        return text;
    }
}
