package vitrine.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import vitrine.engine.device.VulkanDevice;

/** The rules of the house that a machine can check. */
final class ArchitectureTest {

    private static JavaClasses vitrine;

    /** The owner that another class makes is the one that names. */
    private static final Set<String> NAMED_ELSEWHERE = Set.of(
            "vitrine.engine.device.VulkanInstance", // before there is a device to name anything with
            "vitrine.engine.pipeline.ComputePipeline", // by Pipeline
            "vitrine.engine.pipeline.GraphicsPipeline", // by Pipeline
            "vitrine.present.display.Swapchain"); // by SwapchainImages

    @BeforeAll
    static void readClasses() {
        vitrine = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                // Maven's package phase puts the modules' test classes on the class path as jars.
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("vitrine");
    }

    @Test
    void modulesDependInOneDirection() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("vitrine..")
                .layer("shaders")
                .definedBy("vitrine.shaders..")
                .layer("engine")
                .definedBy("vitrine.engine..")
                .layer("capture")
                .definedBy("vitrine.capture..")
                .layer("inference")
                .definedBy("vitrine.inference..")
                .layer("present")
                .definedBy("vitrine.present..")
                .layer("tools")
                .definedBy("vitrine.tools..")
                .whereLayer("tools")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("capture")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("inference")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("present")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("capture", "inference", "present", "tools")
                .check(vitrine);
    }

    @Test
    void captureKnowsNoVulkan() {
        noClasses()
                .that()
                .resideInAPackage("vitrine.capture..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.lwjgl..", "vitrine.engine.device..", "vitrine.engine.command..")
                .check(vitrine);
    }

    @Test
    void presentKnowsNoOpenCv() {
        noClasses()
                .that()
                .resideInAPackage("vitrine.present..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(vitrine);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("vitrine.(**)").should().beFreeOfCycles().check(vitrine);
    }

    @Test
    void noLwjglStructCrossesAPackageBorder() {
        methods().that(areVisibleOutsideTheirPackage()).should(useNoStruct()).check(vitrine);
    }

    /** For validation's messages and RenderDoc's captures. */
    @Test
    void whatMakesVulkanObjectsNamesThem() {
        classes()
                .that(DescribedPredicate.describe(
                        "make Vulkan objects from a device",
                        c -> c.getMethodCallsFromSelf().stream().anyMatch(ArchitectureTest::makesAnObject)))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "a call of VulkanDevice.created or named",
                        (JavaMethodCall call) -> call.getTargetOwner().getName().equals(VulkanDevice.class.getName())
                                && (call.getName().equals("created")
                                        || call.getName().equals("named"))))
                .orShould(beOneOf(NAMED_ELSEWHERE))
                .check(vitrine);
    }

    private static ArchCondition<JavaClass> beOneOf(Set<String> names) {
        return ArchCondition.from(
                DescribedPredicate.describe("be one of " + names, (JavaClass c) -> names.contains(c.getName())));
    }

    private static boolean makesAnObject(JavaMethodCall call) {
        return call.getTargetOwner().getName().startsWith("org.lwjgl.")
                && call.getName().matches("vk(Create|Allocate|GetSwapchainImages)\\w+|vmaCreate\\w+");
    }

    @Test
    void namesSayWhatAThingIs() {
        classes()
                .should()
                .haveSimpleNameNotEndingWith("Manager")
                .andShould()
                .haveSimpleNameNotEndingWith("Helper")
                .andShould()
                .haveSimpleNameNotEndingWith("Utils")
                .andShould()
                .haveSimpleNameNotEndingWith("Util")
                .andShould()
                .haveSimpleNameNotContaining("Common")
                .check(vitrine);
    }

    private static DescribedPredicate<JavaMethod> areVisibleOutsideTheirPackage() {
        return DescribedPredicate.describe(
                "are visible outside their package",
                m -> isVisible(m)
                        && m.getOwner().getModifiers().contains(JavaModifier.PUBLIC)
                        && !m.getModifiers().contains(JavaModifier.SYNTHETIC));
    }

    private static boolean isVisible(JavaMember m) {
        return m.getModifiers().contains(JavaModifier.PUBLIC)
                || m.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static ArchCondition<JavaMethod> useNoStruct() {
        return new ArchCondition<>("have no LWJGL struct in their signature") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                Stream.concat(method.getRawParameterTypes().stream(), Stream.of(method.getRawReturnType()))
                        .filter(ArchitectureTest::isStruct)
                        .forEach(t -> events.add(SimpleConditionEvent.violated(
                                method, method.getFullName() + " shows the struct " + t.getName())));
            }
        };
    }

    private static boolean isStruct(JavaClass type) {
        return type.isAssignableTo("org.lwjgl.system.Struct") || type.isAssignableTo("org.lwjgl.system.StructBuffer");
    }
}
