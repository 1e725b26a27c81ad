package otherworld.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.NullMarked;

/** The arrows between modules and packages, as docs/decisions/0001-modules.md draws them. */
@AnalyzeClasses(packages = "otherworld", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule nothingInProductionKnowsTheLocalCluster =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "otherworld.local..",
                            "otherworld.training..",
                            "otherworld.benchmarks..",
                            "otherworld.e2e..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("otherworld.local..");

    /** So that whatever is registered is declared. */
    @ArchTest
    static final ArchRule metricsAreMadeByTheirCataloguesAlone =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("otherworld.ops.metric")
                    .should()
                    .callMethodWhere(
                            JavaCall.Predicates.target(HasName.Predicates.name("builder"))
                                    .and(
                                            JavaCall.Predicates.target(
                                                    HasOwner.Predicates.With.owner(
                                                            JavaClass.Predicates.resideInAPackage(
                                                                    "io.prometheus.metrics.core..")))));

    @ArchTest
    static final ArchRule instancesStandAlone =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("otherworld.instance..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("otherworld.instance..");

    @ArchTest
    static final ArchRule theMatchmakerStandsAlone =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("otherworld.matchmaker..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("otherworld.matchmaker..");

    @ArchTest
    static final ArchRule theGatewayStandsAlone =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("otherworld.gateway..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("otherworld.gateway..");

    /** It has no means to change anything: neither seats nor what is built. */
    @ArchTest
    static final ArchRule theGatewayReadsWhereInstancesAreAndNothingElse =
            noClasses()
                    .that()
                    .resideInAPackage("otherworld.gateway..")
                    .should()
                    .dependOnClassesThat(
                            JavaClass.Predicates.resideInAnyPackage(
                                            "otherworld.persistence..",
                                            "java.sql..",
                                            "io.lettuce..")
                                    .or(
                                            JavaClass.Predicates.assignableTo(
                                                    "otherworld.ledger.SeatLedger"))
                                    .or(
                                            JavaClass.Predicates.assignableTo(
                                                    "otherworld.ledger.InstanceLedger")));

    @ArchTest
    static final ArchRule theOperatorStandsAlone =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("otherworld.operator..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("otherworld.operator..");

    @ArchTest
    static final ArchRule theOperatorTalksToTheApiServerAndTheMatchmakerOnly =
            noClasses()
                    .that()
                    .resideInAPackage("otherworld.operator..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.lettuce..",
                            "java.sql..",
                            "otherworld.ledger..",
                            "otherworld.persistence..");

    @ArchTest
    static final ArchRule planningIsPure =
            noClasses()
                    .that()
                    .resideInAPackage("otherworld.operator.plan..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.fabric8..",
                            "io.javaoperatorsdk..",
                            "io.grpc..",
                            "otherworld.fleet..",
                            "java.net..");

    @ArchTest
    static final ArchRule simulationKnowsNoNetworkAndNoDatabase =
            noClasses()
                    .that()
                    .resideInAPackage("otherworld.instance.loop..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.helidon..",
                            "io.netty..",
                            "io.lettuce..",
                            "java.sql..",
                            "java.net..",
                            "com.zaxxer..");

    @ArchTest
    static final ArchRule worldsKnowTheirRulesAlone =
            noClasses()
                    .that()
                    .resideInAPackage("otherworld.world..")
                    .should()
                    .dependOnClassesThat(
                            JavaClass.Predicates.resideOutsideOfPackages(
                                    "java.lang..",
                                    "java.util..",
                                    "org.agrona.collections..",
                                    "org.jspecify.annotations..",
                                    "otherworld.world..",
                                    "otherworld.base..",
                                    "otherworld.protocol.."));

    @ArchTest
    static final ArchRule replicationKnowsWorldsAndNoConnection =
            noClasses()
                    .that()
                    .resideInAPackage("otherworld.replication..")
                    .should()
                    .dependOnClassesThat(
                            JavaClass.Predicates.resideOutsideOfPackages(
                                    "java.lang..",
                                    "java.util..",
                                    "java.nio",
                                    "org.agrona..",
                                    "org.jspecify.annotations..",
                                    "otherworld.replication..",
                                    "otherworld.world..",
                                    "otherworld.base..",
                                    "otherworld.protocol.."))
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule protocolIsForClientsToo =
            noClasses()
                    .that()
                    .resideInAPackage("otherworld.protocol..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.helidon..",
                            "io.netty..",
                            "io.lettuce..",
                            "java.sql..",
                            "otherworld.base..",
                            "otherworld.ledger..");

    /** Whoever is asked by strangers has the same server, and it knows none of them. */
    @ArchTest
    static final ArchRule httpKnowsNoGame =
            noClasses()
                    .that()
                    .resideInAPackage("otherworld.http..")
                    .should()
                    .dependOnClassesThat(
                            JavaClass.Predicates.resideInAPackage("otherworld..")
                                    .and(
                                            JavaClass.Predicates.resideOutsideOfPackages(
                                                    "otherworld.http..", "otherworld.ops..")));

    @ArchTest
    static final ArchRule onlyOneServesStrangersHttp =
            noClasses()
                    .that()
                    .resideInAnyPackage("otherworld.matchmaker..", "otherworld.instance..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.netty.bootstrap..",
                            "io.netty.handler.codec.http..",
                            "io.helidon.webserver..",
                            "com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule pureCoresDoNotReadClocksOrTheEnvironment =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "otherworld.operator.plan..",
                            "otherworld.instance.loop..",
                            "otherworld.world..",
                            "otherworld.replication..",
                            "otherworld.protocol..")
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "getenv")
                    .orShould()
                    .callMethod(System.class, "getenv", String.class)
                    .orShould()
                    .callMethod(Math.class, "random");

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses all) {
        TreeSet<String> unmarked = new TreeSet<>();
        collect(all.getPackage("otherworld"), unmarked);
        Assertions.assertThat(unmarked).isEmpty();
    }

    private static void collect(JavaPackage place, Set<String> unmarked) {
        boolean generated = place.getName().startsWith("otherworld.fleet");
        boolean hasClasses =
                place.getClasses().stream()
                        .anyMatch(c -> !c.getSimpleName().equals("package-info"));
        if (hasClasses && !generated && !place.isAnnotatedWith(NullMarked.class)) {
            unmarked.add(place.getName());
        }
        place.getSubpackages().forEach(sub -> collect(sub, unmarked));
    }

    /** What a process is told and nobody looks at misleads whoever sets it. */
    @ArchTest
    static void everySettingIsRead(JavaClasses classes) {
        Set<String> unread = new TreeSet<>();
        for (JavaClass settings : classes) {
            if (!settings.isRecord() || !isOfSettings(settings)) {
                continue;
            }
            for (JavaField field : settings.getFields()) {
                if (!field.getModifiers().contains(JavaModifier.STATIC) && !isRead(field)) {
                    unread.add(settings.getSimpleName() + "." + field.getName());
                }
            }
        }
        Assertions.assertThat(unread).as("settings that nothing reads").isEmpty();
    }

    private static boolean isOfSettings(JavaClass type) {
        return type.getPackageName().matches("otherworld\\.(instance|operator)\\.config")
                || type.getName().startsWith("otherworld.matchmaker.MatchmakerSettings")
                || type.getName().startsWith("otherworld.gateway.GatewaySettings")
                || type.getName().startsWith("otherworld.ops.ManagementSettings")
                || type.getName().matches("otherworld\\.crds\\.\\w*Spec(\\$\\w+)?");
    }

    /** By its accessor, or in the record itself but for what every record has. */
    private static boolean isRead(JavaField field) {
        JavaClass owner = field.getOwner();
        boolean inside =
                field.getAccessesToSelf().stream()
                        .map(access -> access.getOrigin().getName())
                        .anyMatch(from ->
                                !from.equals(field.getName())
                                        && !Set.of("<init>", "toString", "hashCode", "equals")
                                                .contains(from));
        return inside
                || owner.tryGetMethod(field.getName())
                        .filter(accessor -> !accessor.getAccessesToSelf().isEmpty())
                        .isPresent();
    }
}
