package vitrine.present.kms;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import vitrine.engine.linux.DeviceHolders;
import vitrine.engine.linux.Errno;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.Ioctl;
import vitrine.engine.linux.Libc;

/**
 * A card's primary node, open. Whoever opens it while nobody is DRM master becomes master by that ({@code
 * drm_master_open} in {@code drivers/gpu/drm/drm_auth.c}) and stays it until the last descriptor is closed; no root is
 * needed for it. Closed by whoever opened it; any thread.
 */
public final class DrmNode implements AutoCloseable {

    /** {@code DRM_IOCTL_AUTH_MAGIC} of {@code drm/drm.h}: {@code struct drm_auth} is one unsigned int. */
    static final long DRM_IOCTL_AUTH_MAGIC = Ioctl.iow('d', 0x11, 4);

    private final Fd fd;

    /** What came of trying to become master. */
    public sealed interface Access {

        /** Nobody is master. */
        record Free() implements Access {}

        /**
         * Another program is.
         *
         * @param holders what has the node open, as {@code Xorg (process 812)}; one of them is master. Empty where this
         *     user may not see whose it is
         */
        record Held(List<String> holders) implements Access {}

        /**
         * The node does not open.
         *
         * @param errno the reason
         * @param group the node's group where that is missing, else empty
         */
        record Denied(int errno, String group) implements Access {

            /** In one line with the mend. */
            public String describe(Path node) {
                if (group.isEmpty()) {
                    return node + " does not open: " + Errno.description(errno) + " (" + Errno.name(errno)
                            + "); is this a container without /dev/dri?";
                }
                return group.equals("root")
                        ? node + " is not open to this user; check its permissions: ls -l " + node
                        : node + " is not open to this user, who lacks the group " + group + ": sudo usermod -aG "
                                + group + " $USER, then log in again";
            }
        }
    }

    private DrmNode(Fd fd) {
        this.fd = fd;
    }

    /**
     * Opens the node, to become master where nobody is.
     *
     * @throws vitrine.engine.linux.LinuxException when it does not open
     */
    public static DrmNode openForMaster(Path node) {
        return new DrmNode(Fd.open(node.toString(), Libc.O_RDWR));
    }

    /**
     * Whether this process could become master now: opens the node, looks and closes it at once, so that nothing is
     * kept. To be called before a Vulkan instance of this process has the node.
     */
    public static Access probe(Path node) {
        int number = Libc.open(node.toString(), Libc.O_RDWR | Libc.O_CLOEXEC);
        if (number < 0) {
            return new Access.Denied(-number, -number == Errno.EACCES || -number == Errno.EPERM ? group(node) : "");
        }
        try (Fd fd = Fd.own(number, node.toString())) {
            return isMaster(fd) ? new Access.Free() : new Access.Held(DeviceHolders.of(node.toString(), 1));
        }
    }

    /** The descriptor's number, valid until {@link #close}. */
    public int number() {
        return fd.number();
    }

    /** A second descriptor of the same open file: master as long as either is open. */
    public Fd dup() {
        return fd.dup();
    }

    /** Whether this open file is the card's master now. */
    public boolean isMaster() {
        return isMaster(fd);
    }

    /**
     * As libdrm's drmIsMaster: only a master may authenticate, and the kernel checks that before it looks for the token,
     * of which 0 is none.
     */
    private static boolean isMaster(Fd fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment auth = arena.allocate(JAVA_INT);
            return Libc.ioctl(fd.number(), DRM_IOCTL_AUTH_MAGIC, auth) != -Errno.EACCES;
        }
    }

    /** The group that a node belongs to. */
    static String group(Path node) {
        try {
            return Files.readAttributes(node, PosixFileAttributes.class).group().getName();
        } catch (IOException e) {
            return "video";
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
