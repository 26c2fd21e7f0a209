package vitrine.present.kms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.present.kms.Connector.ModeSize;

class KmsDevicesTest {

    @TempDir
    Path root;

    @Test
    void cardsWithoutConnectorsAndWritebacksAreNoScreens() throws Exception {
        List<KmsCard> cards = FakeSysfs.pi5(root).devices().cards();
        assertThat(cards).extracting(KmsCard::name).containsExactly("card1");
        KmsCard vc4 = cards.getFirst();
        assertThat(vc4.driver()).isEqualTo("vc4");
        assertThat(vc4.describe()).endsWith("/dev/dri/card1 (vc4)");
        assertThat(vc4.connectors()).extracting(Connector::name).containsExactly("HDMI-A-1", "HDMI-A-2");
        assertThat(vc4.connectors()).extracting(Connector::id).containsExactly(33, 43);
        Connector second = vc4.connector("HDMI-A-2").orElseThrow();
        assertThat(second.status()).isEqualTo(Connector.Status.CONNECTED);
        assertThat(second.enabled()).isFalse();
        assertThat(second.modes()).containsExactly(new ModeSize(1920, 1080), new ModeSize(1280, 720));
        assertThat(vc4.connector("HDMI-A-1").orElseThrow().mayBeLit()).isFalse();
        assertThat(vc4.connector("DP-1")).isEmpty();
    }

    @Test
    void cardsComeByNumberAndConnectorsById() throws Exception {
        FakeSysfs sysfs = new FakeSysfs(root);
        sysfs.card(10, "drm-rp1-dsi");
        sysfs.connector(10, "DSI-2", 33, "unknown", "800x480");
        sysfs.card(2, "vc4");
        sysfs.connector(2, "HDMI-A-1", 50, "connected", "1024x768");
        sysfs.connector(2, "Composite-1", 40, "whatever");
        List<KmsCard> cards = sysfs.devices().cards();
        assertThat(cards).extracting(KmsCard::name).containsExactly("card2", "card10");
        assertThat(cards.getFirst().connectors())
                .extracting(Connector::name)
                .containsExactly("Composite-1", "HDMI-A-1");
        assertThat(cards.getFirst().connectors().getFirst().status()).isEqualTo(Connector.Status.UNKNOWN);
    }

    @Test
    void aVirtualCardHasADeviceInsteadOfADriver() throws Exception {
        FakeSysfs sysfs = new FakeSysfs(root);
        Path device = Files.createDirectories(root.resolve("sys/devices/vkms"));
        Files.createSymbolicLink(
                Files.createDirectories(root.resolve("sys/class/drm/card0")).resolve("device"), device);
        sysfs.connector(0, "Virtual-1", 40, "connected", "1024x768");
        assertThat(sysfs.devices().cards().getFirst().driver()).isEqualTo("vkms");
    }

    @Test
    void aMachineWithoutDrmHasNone() {
        assertThat(new KmsDevices(root.resolve("nothing"), root).cards()).isEmpty();
    }

    @Test
    void aNumberThatTheKernelDoesNotTellIsZero() throws Exception {
        FakeSysfs sysfs = FakeSysfs.pi5(root);
        Files.delete(root.resolve("sys/class/drm/card1-HDMI-A-2/connector_id"));
        assertThat(sysfs.devices()
                        .cards()
                        .getFirst()
                        .connector("HDMI-A-2")
                        .orElseThrow()
                        .id())
                .isZero();
    }

    @Test
    void theWatchSeesComingAndGoing() throws Exception {
        FakeSysfs sysfs = FakeSysfs.pi5(root);
        Connector connector =
                sysfs.devices().cards().getFirst().connector("HDMI-A-2").orElseThrow();
        try (ConnectorWatch watch = ConnectorWatch.start(connector)) {
            assertThat(watch.connected()).isTrue();
            assertThat(watch.changes()).isZero();
            sysfs.set(1, "HDMI-A-2", "disconnected");
            await(watch, 1);
            assertThat(watch.connected()).isFalse();
            sysfs.set(1, "HDMI-A-2", "connected", "800x600");
            await(watch, 2);
            assertThat(watch.connected()).isTrue();
            assertThat(KmsDevices.reread(connector).modes()).containsExactly(new ModeSize(800, 600));
            int before = watch.changes();
            Files.delete(connector.directory().resolve("status"));
            await(watch, before + 1);
            assertThat(watch.connected()).isFalse();
        }
    }

    private static void await(ConnectorWatch watch, int changes) throws InterruptedException {
        for (int i = 0; i < 500 && watch.changes() < changes; i++) {
            Thread.sleep(10);
        }
        assertThat(watch.changes()).isGreaterThanOrEqualTo(changes);
        Thread.sleep(300); // a file written in two steps is seen in two
    }
}
