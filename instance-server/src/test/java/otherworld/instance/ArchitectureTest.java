package otherworld.instance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The simulation and what it is made of know no transport, no database driver, no Redis client. */
@AnalyzeClasses(
        packages = "otherworld.instance",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule theSimulationKnowsNoTransportAndNoStorage =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "otherworld.instance.loop..", "otherworld.instance.session..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.netty..",
                            "io.lettuce..",
                            "java.sql..",
                            "com.zaxxer..",
                            "otherworld.instance.transport..",
                            "otherworld.instance.hosting..");

    @ArchTest
    static final ArchRule onlyTheTransportKnowsNetty =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("otherworld.instance.transport..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");
}
