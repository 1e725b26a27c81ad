package otherworld.operator.plan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PlanKnowsNoClientTest {
    private static final JavaClasses OPERATOR =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("otherworld.operator");

    @Test
    void planKnowsNoKubernetesClientNoGrpcAndNoOtherPartOfTheOperator() {
        noClasses()
                .that()
                .resideInAPackage("otherworld.operator.plan")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.fabric8..",
                        "io.javaoperatorsdk..",
                        "io.grpc..",
                        "otherworld.fleet..",
                        "otherworld.crds..",
                        "otherworld.operator",
                        "otherworld.operator.act..",
                        "otherworld.operator.demand..",
                        "otherworld.operator.observe..",
                        "otherworld.operator.status..")
                .check(OPERATOR);
    }

    @Test
    void planDoesNotReadTheClock() {
        noClasses()
                .that()
                .resideInAPackage("otherworld.operator.plan")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(OPERATOR);
    }
}
