package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;

/** Who may build, and who may change what others built. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value =
                "(!has(self.build) || self.build != 'Members') && (!has(self.changeOthers) || self.changeOthers != 'Members') || has(self.members) && (has(self.members.groups) && size(self.members.groups) > 0 || has(self.members.players) && size(self.members.players) > 0)",
        message =
                "permissions.members must name a group or a player where permissions.build or permissions.changeOthers is Members, such as members: {groups: [builders]}; for nobody write Nobody")
public record Permissions(
        @JsonPropertyDescription(
                        "Who may place things, and move and remove their own: Everyone, Members or Nobody. Applies live; what stands stays.")
                @Default("Everyone")
                Who build,
        @JsonPropertyDescription(
                        "Who of those who may build may also move and remove what others placed: Everyone, Members or Nobody. Applies live.")
                @Default("Everyone")
                Who changeOthers,
        @JsonPropertyDescription(
                        "Who the members are: players of any of these groups, and these players. Applies live.")
                @Nullable Members members) {

    /** Of whom something is true. */
    public enum Who {
        Everyone,
        Members,
        Nobody
    }

    /** Who the members of a World are. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value =
                    "!has(self.groups) || self.groups.all(group, group.matches('"
                            + otherworld.base.Permissions.GROUP
                            + "'))",
            message =
                    "permissions.members.groups must be names of 1 to 64 letters, digits and -_.:/@+=~, such as builders or /staff/builders")
    @ValidationRule(
            value =
                    "!has(self.players) || self.players.all(player, player.matches('^[!-~]{1,128}$'))",
            message =
                    "permissions.members.players must be ids of players as the issuer has them in sub: 1 to 128 printable ASCII characters without spaces")
    public record Members(
            @JsonPropertyDescription(
                            "Groups of the players' issuer, at most 8: a player whose token names one of them in its claim groups (or as the release says in oidc.groupsClaim) is a member.")
                    @Size(max = otherworld.base.Permissions.MAX_GROUPS)
                    @Nullable List<@Size(max = 64) String> groups,
            @JsonPropertyDescription("Ids of players, the sub of their tokens, at most 32.")
                    @Size(max = otherworld.base.Permissions.MAX_PLAYERS)
                    @Nullable List<@Size(max = PlayerId.MAX_LENGTH) String> players) {
        public Members {
            if (groups != null) {
                groups.forEach(group -> Bounds.given("permissions.members.groups", group));
            }
            if (players != null) {
                players.forEach(player -> Bounds.given("permissions.members.players", player));
            }
        }
    }

    // Absent in JSON is null here; everywhere else the components are set, except members. What the
    // schema bounds is bounded here too: a World may have been stored under another one.
    public Permissions(@Nullable Who build, @Nullable Who changeOthers, @Nullable Members members) {
        this.build = requireNonNullElse(build, Who.Everyone);
        this.changeOthers = requireNonNullElse(changeOthers, Who.Everyone);
        this.members = members;
        try {
            var _ = policy();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("permissions.members: " + e.getMessage(), e);
        }
    }

    /** The same for those who hold to it. */
    public otherworld.base.Permissions policy() {
        List<String> groups = members == null ? null : members.groups();
        List<String> players = members == null ? null : members.players();
        Set<PlayerId> ids = new TreeSet<>();
        requireNonNullElse(players, List.<String>of()).forEach(id -> ids.add(new PlayerId(id)));
        return new otherworld.base.Permissions(
                policy(build),
                policy(changeOthers),
                Set.copyOf(requireNonNullElse(groups, List.<String>of())),
                ids);
    }

    private static otherworld.base.Permissions.Who policy(Who who) {
        return switch (who) {
            case Everyone -> otherworld.base.Permissions.Who.EVERYONE;
            case Members -> otherworld.base.Permissions.Who.MEMBERS;
            case Nobody -> otherworld.base.Permissions.Who.NOBODY;
        };
    }
}
