package vitrine.tools;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import vitrine.engine.linux.Errno;
import vitrine.present.kms.Connector;
import vitrine.present.kms.Connector.ModeSize;
import vitrine.present.kms.DrmNode;
import vitrine.present.kms.KmsCard;

final class DisplayListingTest {

    private static final KmsCard CARD = new KmsCard(
            "card1",
            Path.of("/dev/dri/card1"),
            "vc4",
            List.of(
                    new Connector(
                            "HDMI-A-1",
                            33,
                            Connector.Status.CONNECTED,
                            true,
                            List.of(new ModeSize(1920, 1080), new ModeSize(1280, 720)),
                            Path.of("/sys/class/drm/card1-HDMI-A-1")),
                    new Connector(
                            "HDMI-A-2",
                            43,
                            Connector.Status.DISCONNECTED,
                            false,
                            List.of(),
                            Path.of("/sys/class/drm/card1-HDMI-A-2"))));

    @Test
    void aFreeCard() {
        assertThat(DisplayListing.of(CARD, new DrmNode.Access.Free())).isEqualTo("""
                HDMI-A-1
                  monitor   yes
                  present   --present display:HDMI-A-1
                  modes     1920x1080, 1280x720
                  card      /dev/dri/card1 (vc4)

                HDMI-A-2
                  monitor   no
                  card      /dev/dri/card1 (vc4)

                """);
    }

    @Test
    void whoHasIt() {
        assertThat(DisplayListing.of(CARD, new DrmNode.Access.Held(List.of("labwc (process 812)"))))
                .contains("  in use by labwc (process 812)\n");
        assertThat(DisplayListing.of(CARD, new DrmNode.Access.Held(List.of())))
                .contains("  in use by another program\n");
        assertThat(DisplayListing.of(CARD, new DrmNode.Access.Denied(Errno.EACCES, "video"))
                        .replaceAll("\\s+", " "))
                .contains(" obstacle the card does not open, EACCES: this user lacks the group video; sudo usermod -aG"
                        + " video $USER, then log in again ");
    }

    @Test
    void longListsOfModesAreBroken() {
        KmsCard many = new KmsCard(
                "card0",
                Path.of("/dev/dri/card0"),
                "",
                List.of(new Connector(
                        "Virtual-1",
                        1,
                        Connector.Status.UNKNOWN,
                        false,
                        IntStream.range(1, 40)
                                .mapToObj(i -> new ModeSize(100 * i, 99))
                                .toList(),
                        Path.of("/sys"))));
        String text = DisplayListing.of(many, new DrmNode.Access.Free());
        assertThat(text.lines()).allMatch(line -> line.length() <= 110).hasSizeGreaterThan(7);
        assertThat(text).contains("\n            ").contains("3900x99").contains("  card      /dev/dri/card0\n");
    }

    @Test
    void json() {
        DisplayListingJson listing = new DisplayListingJson();
        listing.add(CARD, new DrmNode.Access.Held(List.of("a \"b\" (process 1)")));
        List<?> displays = displays(listing);
        assertThat(displays).hasSize(2);
        Map<?, ?> first = (Map<?, ?>) displays.getFirst();
        assertThat(first.get("name")).isEqualTo("HDMI-A-1");
        assertThat(first.get("present")).isEqualTo("display:HDMI-A-1");
        assertThat(first.get("access")).isEqualTo("held");
        assertThat(first.get("openIn")).isEqualTo(List.of("a \"b\" (process 1)"));
        assertThat(first.get("enabled")).isEqualTo(true);
        assertThat((List<?>) first.get("modes")).hasSize(2);
        assertThat(((Map<?, ?>) displays.get(1)).get("status")).isEqualTo("disconnected");
        assertThat(displays(new DisplayListingJson())).isEmpty();
    }

    private static List<?> displays(DisplayListingJson listing) {
        Map<?, ?> root = requireNonNull((Map<?, ?>) JsonReader.read(listing.end()));
        return requireNonNull((List<?>) root.get("displays"));
    }
}
