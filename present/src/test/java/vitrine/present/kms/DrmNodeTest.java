package vitrine.present.kms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.linux.Errno;

class DrmNodeTest {

    @TempDir
    Path root;

    @Test
    void aMissingNodeIsDeniedWithItsReason() {
        assertThat(DrmNode.probe(root.resolve("card7"))).isEqualTo(new DrmNode.Access.Denied(Errno.ENOENT, ""));
    }

    @Test
    void aDenialNamesTheGroupThatIsMissing() {
        Path node = Path.of("/dev/dri/card1");
        assertThat(new DrmNode.Access.Denied(Errno.EACCES, "video").describe(node))
                .isEqualTo("/dev/dri/card1 is not open to this user, who lacks the group video: sudo usermod -aG video"
                        + " $USER, then log in again");
        assertThat(new DrmNode.Access.Denied(Errno.EACCES, "root").describe(node))
                .contains("check its permissions");
        assertThat(new DrmNode.Access.Denied(Errno.ENOENT, "").describe(node))
                .startsWith("/dev/dri/card1 does not open: ")
                .contains("(ENOENT)");
    }

    @Test
    @Tag("arm64")
    void theRequestIsTheHeaders() {
        assertThat(DrmNode.DRM_IOCTL_AUTH_MAGIC).isEqualTo(0x40046411L);
    }
}
