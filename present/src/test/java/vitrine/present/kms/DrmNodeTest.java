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
    @Tag("arm64")
    void theRequestIsTheHeaders() {
        assertThat(DrmNode.DRM_IOCTL_AUTH_MAGIC).isEqualTo(0x40046411L);
    }
}
