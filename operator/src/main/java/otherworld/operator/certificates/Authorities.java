package otherworld.operator.certificates;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import otherworld.ops.tls.Authority;

/**
 * Who vouches for our processes, and who will or did. One authority takes another's place in three
 * steps, so that nobody who is right is refused meanwhile: all learn to trust the next one; after a
 * time in which they have, certificates are its; the former is trusted until it ends.
 *
 * @param issuing makes certificates; empty: it was lost, or has ended
 * @param coming takes its place once all trust it
 * @param comingSince from when on it is among those that are trusted
 * @param retired still trusted, since certificates of theirs may be about
 */
record Authorities(
        Optional<Authority> issuing,
        Optional<Authority> coming,
        Instant comingSince,
        List<X509Certificate> retired) {
    /** Nothing is there yet. */
    static final Authorities NONE =
            new Authorities(Optional.empty(), Optional.empty(), Instant.EPOCH, List.of());

    Authorities {
        retired = List.copyOf(retired);
    }

    /**
     * How long all that lasts.
     *
     * @param authority of one
     * @param authorityRenewed so long before its end another begins to take its place
     * @param settle until everybody trusts a new one: a kubelet takes up to two minutes
     * @param certificate of one
     * @param certificateRenewed so long before its end
     */
    record Lives(
            Duration authority,
            Duration authorityRenewed,
            Duration settle,
            Duration certificate,
            Duration certificateRenewed) {
        static final Lives DEFAULT =
                new Lives(
                        Duration.ofDays(365),
                        Duration.ofDays(90),
                        Duration.ofHours(1),
                        Duration.ofDays(30),
                        Duration.ofDays(10));
    }

    /** All that lost theirs: what others still show must be trusted while a new one comes. */
    static Authorities lost(List<X509Certificate> trustedBefore) {
        return new Authorities(Optional.empty(), Optional.empty(), Instant.EPOCH, trustedBefore);
    }

    /** What should be by now; the same if nothing is to change. */
    Authorities at(Instant now, Lives lives, String name) {
        List<X509Certificate> past = new ArrayList<>(retired);
        Optional<Authority> current = issuing;
        Optional<Authority> next = coming;
        Instant since = comingSince;
        past.removeIf(each -> hasEnded(each, now));
        if (current.isPresent() && hasEnded(current.get().certificate(), now)) {
            current = Optional.empty();
        }
        if (next.isPresent() && !now.isBefore(since.plus(lives.settle()))) {
            current.ifPresent(each -> past.add(each.certificate()));
            current = next;
            next = Optional.empty();
        }
        if (current.isEmpty() && next.isEmpty() && past.isEmpty()) {
            current = Optional.of(create(name, now, lives));
        }
        boolean ends =
                current.isEmpty()
                        || current.get()
                                .self()
                                .notAfter()
                                .isBefore(now.plus(lives.authorityRenewed()));
        if (ends && next.isEmpty()) {
            next = Optional.of(create(name, now, lives));
            since = now;
        }
        return new Authorities(current, next, since, past);
    }

    private static Authority create(String name, Instant now, Lives lives) {
        return Authority.create(
                "%s %s".formatted(name, now.toString().substring(0, 10)),
                now.minus(Authority.BACKDATED),
                now.plus(lives.authority()));
    }

    private static boolean hasEnded(X509Certificate certificate, Instant now) {
        return certificate.getNotAfter().toInstant().isBefore(now);
    }

    /** Who makes a certificate now. */
    Authority issuer() {
        return issuing.or(() -> coming).orElseThrow();
    }

    /** Whom to trust, each once. */
    List<X509Certificate> trusted() {
        Set<X509Certificate> all = new LinkedHashSet<>();
        issuing.ifPresent(each -> all.add(each.certificate()));
        coming.ifPresent(each -> all.add(each.certificate()));
        all.addAll(retired);
        return List.copyOf(all);
    }

    /**
     * Whether a certificate is to stay. While no authority issues, one of a retired authority does:
     * not everybody knows the coming one yet.
     */
    boolean keeps(X509Certificate certificate, Instant now, Lives lives) {
        boolean fresh =
                certificate.getNotAfter().toInstant().isAfter(now.plus(lives.certificateRenewed()));
        List<X509Certificate> good =
                issuing.map(each -> List.of(each.certificate())).orElseGet(this::trusted);
        return fresh && good.stream().anyMatch(authority -> isOf(certificate, authority));
    }

    private static boolean isOf(X509Certificate certificate, X509Certificate authority) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
