package vitrine.present.display;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.present.display.DisplayProbe.State;
import vitrine.present.kms.FakeSysfs;

class DisplayProbeTest {

    @TempDir
    Path root;

    private static PresentUri.Display uri(String text) {
        return (PresentUri.Display) PresentUri.parse(text);
    }

    private static DisplayProbe probe(FakeSysfs sysfs, String text) {
        return DisplayProbe.of(sysfs.devices(), uri(text));
    }

    private static DisplayProbe locate(FakeSysfs sysfs, String text) {
        return DisplayProbe.locate(sysfs.devices(), uri(text));
    }

    private static String place(DisplayProbe probe) {
        assertThat(probe.state()).as(probe.message()).isEqualTo(State.READY);
        return requireNonNull(probe.card()).name() + " "
                + requireNonNull(probe.connector()).name();
    }

    @Test
    void takesTheFirstConnectorWithAMonitor() throws Exception {
        FakeSysfs pi = FakeSysfs.pi5(root);
        assertThat(place(locate(pi, "display:"))).isEqualTo("card1 HDMI-A-2");
        assertThat(place(locate(pi, "display:HDMI-A-2"))).isEqualTo("card1 HDMI-A-2");
        assertThat(place(locate(pi, "display:?card=" + pi.node(1)))).isEqualTo("card1 HDMI-A-2");
        pi.set(1, "HDMI-A-1", "connected", "800x600");
        assertThat(place(locate(pi, "display:"))).isEqualTo("card1 HDMI-A-1");
    }

    @Test
    void aPlainFileOfANodeIsNobodysMastersDomain() throws Exception {
        // A file answers the ioctl with ENOTTY, which is not "you are not master".
        FakeSysfs pi = FakeSysfs.pi5(root);
        DisplayProbe probe = probe(pi, "display:");
        assertThat(probe.state()).isEqualTo(State.READY);
        assertThat(probe.message()).isEqualTo("HDMI-A-2 of " + pi.node(1) + " (vc4)");
    }

    @Test
    void anUnknownStatusIsTakenOnlyWhereNothingBetterIs() throws Exception {
        FakeSysfs sysfs = new FakeSysfs(root);
        sysfs.card(0, "panel");
        sysfs.connector(0, "DPI-1", 30, "unknown", "800x480");
        sysfs.card(1, "vc4");
        sysfs.connector(1, "HDMI-A-1", 33, "disconnected");
        assertThat(place(locate(sysfs, "display:"))).isEqualTo("card0 DPI-1");
        sysfs.set(1, "HDMI-A-1", "connected", "1920x1080");
        assertThat(place(locate(sysfs, "display:"))).isEqualTo("card1 HDMI-A-1");
        assertThat(place(locate(sysfs, "display:?card=" + sysfs.node(0)))).isEqualTo("card0 DPI-1");
    }

    @Test
    void noMonitorCanBeWaitedFor() throws Exception {
        FakeSysfs pi = FakeSysfs.pi5(root);
        DisplayProbe named = probe(pi, "display:HDMI-A-1");
        assertThat(named.state()).isEqualTo(State.NO_MONITOR);
        assertThat(named.state().mayComeTrue()).isTrue();
        assertThat(named.message())
                .isEqualTo("display: no monitor is connected to HDMI-A-1; plug one in and switch it on");
        pi.set(1, "HDMI-A-2", "disconnected");
        DisplayProbe any = probe(pi, "display:");
        assertThat(any.state()).isEqualTo(State.NO_MONITOR);
        assertThat(any.message())
                .isEqualTo("display: no monitor is connected (HDMI-A-1, HDMI-A-2); plug one in and switch it on");
    }

    @Test
    void whatDoesNotExistIsSaidWithWhatDoes() throws Exception {
        FakeSysfs pi = FakeSysfs.pi5(root);
        DisplayProbe connector = probe(pi, "display:HDMI-1");
        assertThat(connector.state()).isEqualTo(State.NO_SUCH_CONNECTOR);
        assertThat(connector.state().mayComeTrue()).isFalse();
        assertThat(connector.message()).isEqualTo("display: there is no connector HDMI-1; there is HDMI-A-1, HDMI-A-2");
        DisplayProbe card = probe(pi, "display:?card=/dev/dri/card9");
        assertThat(card.state()).isEqualTo(State.NO_SUCH_CONNECTOR);
        assertThat(card.message()).contains("/dev/dri/card9 is no card with connectors; there is " + pi.node(1));
        // v3d draws but has no connectors
        assertThat(probe(pi, "display:?card=" + pi.node(0)).state()).isEqualTo(State.NO_SUCH_CONNECTOR);
    }

    @Test
    void noCardAtAll() throws Exception {
        FakeSysfs sysfs = new FakeSysfs(root);
        sysfs.card(0, "vgem");
        DisplayProbe probe = probe(sysfs, "display:");
        assertThat(probe.state()).isEqualTo(State.NO_CARD);
        assertThat(probe.message()).contains("has connectors").contains("dtoverlay=vc4-kms-v3d");
        assertThat(probe.message().lines()).hasSize(1);
    }

    @Test
    void aNodeThatIsNotThere() throws Exception {
        FakeSysfs pi = FakeSysfs.pi5(root);
        Files.delete(pi.node(1));
        DisplayProbe probe = probe(pi, "display:");
        assertThat(probe.state()).isEqualTo(State.NO_ACCESS);
        assertThat(probe.message())
                .contains("No such file or directory (ENOENT)")
                .contains("container");
    }

    @Test
    void knownTroublesGoByMesasVersion() {
        assertThat(KnownTroubles.of("V3DV Mesa 25.0.7-2+rpt3")).isEmpty();
        assertThat(KnownTroubles.of("V3DV Mesa 26.0.1"))
                .contains("supported modifier")
                .contains("libretro/Lakka-LibreELEC#2217")
                .doesNotContain("RetroArch#19379");
        assertThat(KnownTroubles.of("V3DV Mesa 26.2.6-1")).contains("libretro/RetroArch#19379");
        assertThat(KnownTroubles.of("NVIDIA 580.65")).isEmpty();
        assertThat(KnownTroubles.of("llvmpipe Mesa 26.2.6")).isEmpty();
    }
}
