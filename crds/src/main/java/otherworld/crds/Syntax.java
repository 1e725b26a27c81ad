package otherworld.crds;

/**
 * What Kubernetes, registries and URLs take, as regular expressions that RE2 (the API server) and
 * Java read alike. Each is whole, from {@code ^} to {@code $}, and holds no single quote, so that
 * it can stand inside a CEL string.
 */
final class Syntax {
    /** Names of Secrets, ConfigMaps, PriorityClasses, ServiceAccounts (RFC 1123 subdomain). */
    static final String OBJECT_NAME =
            "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    /** A key inside a Secret or ConfigMap: a file name that is not {@code .} or {@code ..}. */
    static final String DATA_KEY = "^([-_a-zA-Z0-9]|[.][-_a-zA-Z0-9])[-._a-zA-Z0-9]*$";

    /** Keys of labels, annotations and taints: an optional DNS prefix, a slash, a name. */
    static final String QUALIFIED_NAME =
            "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

    static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$";

    /** Not negative, and not so large or small that a part of Kubernetes rounds it to nothing. */
    static final String QUANTITY =
            "^[0-9]{1,15}([.][0-9]{1,9})?([eE][0-9]|[numkMGTPE]|[KMGTPE]i)?$";

    /** An image reference: registry, path, tag, digest (the grammar of distribution/reference). */
    static final String IMAGE =
            "^(([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|[[][0-9A-Fa-f:]+[]])(:[0-9]{1,5})?/)?"
                    + "[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*)*"
                    + "(:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,128})?$";

    private static final String HOST =
            "([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?([.][A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*[.]?|[[][0-9A-Fa-f.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*[]])";

    /** 1 to 65535. */
    private static final String PORT =
            "(:0{0,4}([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))";

    /** RFC 3986, without user and password; what is none of its characters is percent-encoded. */
    static final String HTTP_URL =
            "^https?://"
                    + HOST
                    + PORT
                    + "?(/([-A-Za-z0-9._~!$&()*+,;=:@/]|%[0-9A-Fa-f]{2})*)?"
                    + "([?]([-A-Za-z0-9._~!$&()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?"
                    + "(#([-A-Za-z0-9._~!$&()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?$";

    /** RFC 7064 (which has no transport) and RFC 7065. */
    static final String TURN_URL =
            "^(stuns?:" + HOST + PORT + "?|turns?:" + HOST + PORT + "?([?]transport=(udp|tcp))?)$";

    private Syntax() {}
}
