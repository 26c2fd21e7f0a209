package vitrine.present.kms;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A /sys/class/drm and a /dev/dri of files, for tests. */
public final class FakeSysfs {

    private final Path drmClass;
    private final Path nodes;
    private final Path drivers;

    public FakeSysfs(Path root) throws IOException {
        drmClass = Files.createDirectories(root.resolve("sys/class/drm"));
        nodes = Files.createDirectories(root.resolve("dev/dri"));
        drivers = Files.createDirectories(root.resolve("sys/drivers"));
        Files.writeString(drmClass.resolve("version"), "drm 1.1.0 20060810\n");
    }

    public KmsDevices devices() {
        return new KmsDevices(drmClass, nodes);
    }

    /** A card, its render node and its primary node. */
    public void card(int number, String driver) throws IOException {
        Path device = Files.createDirectories(drmClass.resolve("card" + number + "/device"));
        Files.createSymbolicLink(device.resolve("driver"), Files.createDirectories(drivers.resolve(driver)));
        Files.createDirectories(drmClass.resolve("renderD" + (128 + number)));
        Files.writeString(node(number), "");
    }

    public Path node(int number) {
        return nodes.resolve("card" + number);
    }

    /** A connector, as the kernel shows it. */
    public void connector(int card, String name, int id, String status, String... modes) throws IOException {
        Path directory = Files.createDirectories(drmClass.resolve("card" + card + "-" + name));
        Files.writeString(directory.resolve("connector_id"), id + "\n");
        Files.writeString(directory.resolve("enabled"), "disabled\n");
        set(card, name, status, modes);
    }

    /** What the kernel says of it now. */
    public void set(int card, String name, String status, String... modes) throws IOException {
        Path directory = drmClass.resolve("card" + card + "-" + name);
        Files.write(directory.resolve("modes"), List.of(modes));
        Files.writeString(directory.resolve("status"), status + "\n");
    }

    /** A Pi 5 with one monitor: v3d without connectors, vc4 with two and a writeback. */
    public static FakeSysfs pi5(Path root) throws IOException {
        FakeSysfs pi = new FakeSysfs(root);
        pi.card(0, "v3d");
        pi.card(1, "vc4");
        pi.connector(1, "HDMI-A-1", 33, "disconnected");
        pi.connector(1, "HDMI-A-2", 43, "connected", "1920x1080", "1920x1080", "1920x1080i", "1280x720");
        pi.connector(1, "Writeback-1", 53, "unknown", "640x480");
        return pi;
    }
}
