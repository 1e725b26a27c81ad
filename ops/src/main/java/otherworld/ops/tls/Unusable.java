package otherworld.ops.tls;

import org.jspecify.annotations.Nullable;

/** What should be a certificate, its key or authorities is none; says where and what should be. */
public final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    public Unusable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
