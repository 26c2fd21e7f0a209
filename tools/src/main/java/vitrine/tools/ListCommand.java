package vitrine.tools;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vitrine.capture.v4l2.CameraNode;
import vitrine.capture.v4l2.Cameras;
import vitrine.engine.device.GpuInfo;
import vitrine.engine.device.InstanceOptions;
import vitrine.engine.device.PhysicalDevices;
import vitrine.engine.device.VulkanInstance;
import vitrine.engine.linux.DeviceCalls;
import vitrine.present.kms.DrmNode;
import vitrine.present.kms.KmsCard;
import vitrine.present.kms.KmsDevices;
import vitrine.tools.kiosk.Presentation;

/** {@code vitrine list gpus|displays|cameras}: what this machine has, as a person wants to read it. */
@Command(name = "list", description = "List gpus, displays or cameras.")
final class ListCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    private CommandSpec spec() {
        if (spec == null) {
            throw new AssertionError("picocli fills this in");
        }
        return spec;
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    @Override
    public void run() {
        throw new ParameterException(spec().commandLine(), "list what? gpus, displays or cameras");
    }

    @Command(name = "gpus", description = "Vulkan devices, the one that would be taken first.")
    int gpus() {
        try (VulkanInstance instance = VulkanInstance.create(InstanceOptions.headless(false))) {
            List<GpuInfo> gpus = PhysicalDevices.list(instance);
            if (gpus.isEmpty()) {
                out().println("no Vulkan device; a software driver: sudo apt-get install mesa-vulkan-drivers");
            }
            for (GpuInfo gpu : gpus) {
                out().println(gpu.name());
                out().println("  type      " + gpu.type().words());
                out().println("  Vulkan    " + gpu.apiVersion());
                out().println("  driver    " + gpu.driver());
                out().println("  dma-buf   " + (gpu.dmaBufImport() ? "imports" : "no import: frames are copied"));
                out().println("  usable    "
                        + (gpu.usable() ? "yes" : "no, lacks " + String.join(", ", gpu.missing())));
            }
            out().flush();
            return 0;
        }
    }

    @Command(name = "displays", description = "Screens, who has them, and where else pictures can be shown.")
    int displays(@Option(names = "--json", description = "As JSON; the keys are in the README.") boolean json) {
        List<KmsCard> cards = KmsDevices.ofThisMachine().cards();
        if (json) {
            DisplayListingJson listing = new DisplayListingJson();
            cards.forEach(card -> listing.add(card, DrmNode.probe(card.node())));
            out().print(listing.end());
        } else {
            cards.forEach(card -> out().print(DisplayListing.of(card, DrmNode.probe(card.node()))));
            if (cards.isEmpty()) {
                out().println("no screen: no graphics card here has connectors\n");
            }
            Presentation.reachable().forEach(out()::println);
        }
        out().flush();
        return 0;
    }

    @Command(name = "cameras", description = "Cameras, what each offers, and why other video nodes are none.")
    int cameras(@Option(names = "--json", description = "As JSON; the keys are in the README.") boolean json) {
        List<CameraNode> nodes = Cameras.list(DeviceCalls.kernel());
        out().print(json ? CameraListingJson.of(nodes) : CameraListing.of(nodes));
        out().flush();
        return 0;
    }
}
