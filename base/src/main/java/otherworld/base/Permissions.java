package otherworld.base;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Who may build in a World, as its spec says. Members are the players that it names, and all whose
 * issuer says that they are of a group that it names.
 *
 * @param build who may place things, and move and remove their own
 * @param changeOthers who of those may move and remove what others placed
 * @param groups at most {@value #MAX_GROUPS}, each of {@value #GROUP}
 * @param players at most {@value #MAX_PLAYERS}
 */
public record Permissions(Who build, Who changeOthers, Set<String> groups, Set<PlayerId> players) {
    /** Few, since a ticket names those of them that its player is of. */
    public static final int MAX_GROUPS = 8;

    public static final int MAX_PLAYERS = 32;

    /** Nothing that JSON escapes: the longest names still fit into a ticket. */
    public static final String GROUP = "^[-A-Za-z0-9_.:/@+=~]{1,64}$";

    private static final Pattern GROUP_PATTERN = Pattern.compile(GROUP);

    /** What a World says that says nothing: everybody may build and change everything. */
    public static final Permissions OPEN =
            new Permissions(Who.EVERYONE, Who.EVERYONE, Set.of(), Set.of());

    /** Nobody may change anything: what is taken where a World's word is lost. */
    public static final Permissions CLOSED =
            new Permissions(Who.NOBODY, Who.NOBODY, Set.of(), Set.of());

    /** Of whom something is true. */
    public enum Who {
        EVERYONE,
        MEMBERS,
        NOBODY
    }

    public Permissions {
        groups = Set.copyOf(groups);
        players = Set.copyOf(players);
        if (groups.size() > MAX_GROUPS || players.size() > MAX_PLAYERS) {
            throw new IllegalArgumentException(
                    "Members are of at most %d groups and %d players, not %d and %d"
                            .formatted(MAX_GROUPS, MAX_PLAYERS, groups.size(), players.size()));
        }
        groups.forEach(group -> {
            if (!isGroup(group)) {
                throw new IllegalArgumentException(
                        "Group '%s' must be 1 to 64 letters, digits and -_.:/@+=~"
                                .formatted(group.substring(0, Math.min(group.length(), 64))));
            }
        });
    }

    /** Whether a group can have this name. */
    public static boolean isGroup(String name) {
        return GROUP_PATTERN.matcher(name).matches();
    }

    /**
     * @param of groups of the player, as the issuer says
     */
    public boolean mayBuild(PlayerId player, Collection<String> of) {
        return allows(build, player, of);
    }

    /** Whether the player may move and remove what others placed. */
    public boolean mayChangeOthers(PlayerId player, Collection<String> of) {
        return mayBuild(player, of) && allows(changeOthers, player, of);
    }

    private boolean allows(Who who, PlayerId player, Collection<String> of) {
        return switch (who) {
            case EVERYONE -> true;
            case MEMBERS -> players.contains(player) || of.stream().anyMatch(groups::contains);
            case NOBODY -> false;
        };
    }

    /** Those of a player's groups that count here, in order. */
    public List<String> among(Collection<String> of) {
        if (groups.isEmpty() || of.isEmpty()) { // as for nearly everybody
            return List.of();
        }
        return of.stream().filter(groups::contains).distinct().sorted().toList();
    }

    /**
     * One line: who builds, who changes what others built, then each group behind a g and each
     * player behind a p, parted by spaces, which none of them has.
     */
    public String encode() {
        StringBuilder text = new StringBuilder(build + " " + changeOthers);
        new TreeSet<>(groups).forEach(group -> text.append(" g").append(group));
        new TreeSet<>(players).forEach(player -> text.append(" p").append(player));
        return text.toString();
    }

    /**
     * @throws IllegalArgumentException if it is not what {@link #encode} writes
     */
    public static Permissions parse(String text) {
        String[] words = text.split(" ", -1);
        if (words.length < 2) {
            throw new IllegalArgumentException(
                    "Permissions '%s' must say who builds and who changes what others built, such as 'MEMBERS NOBODY gbuilders'"
                            .formatted(text));
        }
        Set<String> groups = new TreeSet<>();
        Set<PlayerId> players = new TreeSet<>();
        for (int i = 2; i < words.length; i++) {
            if (words[i].startsWith("g")) {
                groups.add(words[i].substring(1));
            } else if (words[i].startsWith("p")) {
                players.add(new PlayerId(words[i].substring(1)));
            } else {
                throw new IllegalArgumentException(
                        "'%s' is neither a group behind a g nor a player behind a p"
                                .formatted(words[i]));
            }
        }
        return new Permissions(who(words[0]), who(words[1]), groups, players);
    }

    private static Who who(String text) {
        try {
            return Who.valueOf(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'%s' must be EVERYONE, MEMBERS or NOBODY".formatted(text), e);
        }
    }
}
