package vitrine.engine.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Allocates {@link FdMemory} from the best rung of the ladder that this machine offers: dma-heap, udmabuf, memfd.
 *
 * <p>The rung is found when the allocator is opened, by allocating a page. Where a later, larger allocation fails (a
 * small CMA heap, udmabuf's size limit) the allocator steps down for good and says so in {@link #rejections}. All
 * methods may be called from any thread.
 */
public final class FdMemoryAllocator implements AutoCloseable {
    private static final String NAME_PREFIX = "vitrine-";
    private static final int MAX_NAME = 200;

    /** Steps not yet given up, best first; the first one is in use. */
    private final ArrayDeque<Step> steps = new ArrayDeque<>();

    private final List<String> rejections = new ArrayList<>();
    private boolean closed;

    /**
     * Where the devices are.
     *
     * @param heaps dma-heap devices in the order of trial
     * @param udmabuf the udmabuf device
     */
    public record Devices(List<String> heaps, String udmabuf) {
        /**
         * As Linux names them. {@code vidbuf_cached} is Raspberry Pi OS's link to the heap meant for video; CMA is
         * called {@code reserved} where its size is on the kernel's command line.
         */
        public static final Devices SYSTEM = new Devices(
                List.of(
                        "/dev/dma_heap/vidbuf_cached",
                        "/dev/dma_heap/system",
                        "/dev/dma_heap/linux,cma",
                        "/dev/dma_heap/cma",
                        "/dev/dma_heap/reserved"),
                "/dev/udmabuf");

        public Devices {
            heaps = List.copyOf(heaps);
        }
    }

    /** A way to allocate: a heap, udmabuf or memfd. Its device is opened when it is tried. */
    private static final class Step implements AutoCloseable {
        private final Rung rung;
        private final @Nullable String path;
        private @Nullable Fd device;

        Step(Rung rung, @Nullable String path) {
            this.rung = rung;
            this.path = path;
        }

        Fd device() {
            if (path == null) {
                throw new AssertionError(rung);
            }
            Fd d = device;
            if (d == null) {
                int fd = Libc.open(path, Libc.O_RDWR | Libc.O_CLOEXEC);
                if (fd < 0) {
                    throw new LinuxException("open", path, -fd, hint(-fd));
                }
                d = Fd.own(fd, path);
                device = d;
            }
            return d;
        }

        private static String hint(int errno) {
            return errno == Errno.EACCES || errno == Errno.EPERM
                    ? "give this user the group video: sudo usermod -aG video $USER, then log in again"
                    : "";
        }

        @Override
        public void close() {
            if (device != null) {
                device.close();
            }
        }
    }

    private FdMemoryAllocator() {}

    /** As {@link #open(List, Devices)} with the system's devices. */
    public static FdMemoryAllocator open(List<Rung> allowed) {
        return open(allowed, Devices.SYSTEM);
    }

    /**
     * Finds the first rung of {@code allowed} that works, in the ladder's own order.
     *
     * @param allowed rungs that the consumer can import, or STAGING_COPY where it copies; not empty
     * @throws LinuxException when none works; the message tells why for each
     * @throws IllegalArgumentException for {@link Rung#EXPORTED}, which only a driver gives
     */
    public static FdMemoryAllocator open(List<Rung> allowed, Devices devices) {
        FdMemoryAllocator a = new FdMemoryAllocator();
        for (Rung rung : Rung.values()) {
            if (allowed.contains(rung)) {
                switch (rung) {
                    case DMA_HEAP -> a.addHeaps(devices.heaps());
                    case UDMABUF -> a.steps.add(new Step(rung, devices.udmabuf()));
                    case MEMFD, STAGING_COPY -> a.steps.add(new Step(rung, null));
                    case EXPORTED -> throw new IllegalArgumentException("only a driver exports its buffers");
                }
            }
        }
        try {
            a.allocate("probe", 1).close();
            return a;
        } catch (RuntimeException e) {
            a.close();
            throw e;
        }
    }

    /**
     * A buffer of at least {@code need} bytes and one page, zeroed, owned by the caller.
     *
     * @param name for messages and, behind {@code vitrine-}, for /proc/self/maps
     */
    public synchronized FdMemory allocate(String name, long need) {
        if (closed) {
            throw new IllegalStateException("the allocator is closed");
        }
        if (need < 1) {
            throw new IllegalArgumentException(name + ": " + need + " bytes asked for");
        }
        long size = Libc.roundUpToPage(need) + Libc.pageSize();
        while (true) {
            Step step = steps.peek();
            if (step == null) {
                throw new LinuxException(
                        "allocate",
                        name,
                        Errno.ENODEV,
                        "no rung of the ladder works here: " + String.join("; ", rejections));
            }
            try {
                return allocate(step, fileName(name), size);
            } catch (LinuxException e) {
                if (step.path == null) {
                    // There is nothing below a memfd; a smaller buffer may still fit.
                    throw e;
                }
                reject(step, String.valueOf(e.getMessage()));
            }
        }
    }

    /** The rung that buffers come from. */
    public synchronized Rung rung() {
        return step().rung;
    }

    /** The rung with its device, for a log line: {@code dma-heap /dev/dma_heap/system} or {@code memfd}. */
    public synchronized String description() {
        Step s = step();
        return s.rung.label() + (s.path == null ? "" : " " + s.path);
    }

    /**
     * Why each better rung that is allowed was not taken, in the order tried: {@code udmabuf: /dev/udmabuf: open: ENOENT
     * (No such file or directory)}.
     */
    public synchronized List<String> rejections() {
        return List.copyOf(rejections);
    }

    /** Closes the devices. Buffers already allocated stay valid. */
    @Override
    public synchronized void close() {
        closed = true;
        steps.forEach(Step::close);
    }

    private Step step() {
        Step s = steps.peek();
        if (s == null) {
            throw new AssertionError("open() allocates once");
        }
        return s;
    }

    /** Most machines have no heaps at all, or one: a heap that is not there is worth a word only if none is. */
    private void addHeaps(List<String> paths) {
        List<String> present =
                paths.stream().filter(p -> Files.exists(Path.of(p))).toList();
        present.forEach(p -> steps.add(new Step(Rung.DMA_HEAP, p)));
        if (present.isEmpty()) {
            rejections.add(Rung.DMA_HEAP.label() + ": no such device: " + String.join(", ", paths));
        }
    }

    private void reject(Step step, String reason) {
        rejections.add(step.rung.label() + ": " + reason);
        steps.remove();
        step.close();
    }

    private static FdMemory allocate(Step step, String name, long size) {
        return switch (step.rung) {
            case DMA_HEAP -> {
                Fd heap = step.device();
                int fd = LinuxException.check(
                        DmaBuf.allocate(heap.number(), size), "ioctl(DMA_HEAP_IOCTL_ALLOC)", String.valueOf(step.path));
                yield FdMemory.create(Fd.own(fd, name), size, step.rung, name);
            }
            case UDMABUF -> {
                Fd device = step.device();
                // The dma-buf holds the pages; the memfd is not needed after it.
                try (Fd memfd = memfd(name, size)) {
                    LinuxException.check(
                            Libc.fcntl(memfd.number(), Libc.F_ADD_SEALS, Libc.F_SEAL_SHRINK),
                            "fcntl(F_ADD_SEALS)",
                            name);
                    int fd = LinuxException.check(
                            DmaBuf.fromMemfd(device.number(), memfd.number(), size),
                            "ioctl(UDMABUF_CREATE)",
                            String.valueOf(step.path));
                    yield FdMemory.create(Fd.own(fd, name), size, step.rung, name);
                }
            }
            case MEMFD, STAGING_COPY -> FdMemory.create(memfd(name, size), size, step.rung, name);
            case EXPORTED -> throw new AssertionError(step.rung);
        };
    }

    private static Fd memfd(String name, long size) {
        Fd fd = Fd.own(
                LinuxException.check(
                        Libc.memfd_create(name, Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING), "memfd_create", name),
                name);
        int r = Libc.ftruncate(fd.number(), size);
        if (r < 0) {
            fd.close();
            throw new LinuxException("ftruncate to " + size + " bytes", name, -r, "");
        }
        return fd;
    }

    static String fileName(String name) {
        String n = NAME_PREFIX + name.replaceAll("[^A-Za-z0-9._-]", "_");
        return n.substring(0, Math.min(n.length(), MAX_NAME));
    }
}
