package otherworld.ops.tls;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whom a connection may be with.
 *
 * @param namespace of instances; empty: of any
 */
public record Expected(String domain, Set<Role> roles, String namespace) {
    public Expected {
        roles = Set.copyOf(roles);
    }

    public static Expected of(String domain, Role... roles) {
        return new Expected(domain, Set.copyOf(Arrays.asList(roles)), "");
    }

    public static Expected instance(String domain, String namespace) {
        return new Expected(domain, Set.of(Role.INSTANCE), namespace);
    }

    boolean anyOf(List<PeerId> ids) {
        return ids.stream()
                .anyMatch(id ->
                        id.domain().equals(domain)
                                && roles.contains(id.role())
                                && (namespace.isEmpty() || id.namespace().equals(namespace)));
    }

    @Override
    public String toString() {
        return roles.stream()
                .sorted()
                .map(role ->
                        role == Role.INSTANCE
                                ? "spiffe://%s/instance/%s"
                                        .formatted(
                                                domain,
                                                namespace.isEmpty() ? "NAMESPACE" : namespace)
                                : PeerId.of(domain, role).uri())
                .collect(Collectors.joining(" or "));
    }
}
