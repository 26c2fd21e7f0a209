package vitrine.engine.linux;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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

    private final List<Source> sources = new ArrayList<>();
    private final List<String> rejections = new ArrayList<>();
    private @Nullable Source current;
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

    /** One candidate: a heap, udmabuf or memfd; {@code device} is null for a memfd. */
    private record Source(Rung rung, @Nullable Fd device, String label) {}

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
     */
    public static FdMemoryAllocator open(List<Rung> allowed, Devices devices) {
        Set<Rung> wanted = EnumSet.noneOf(Rung.class);
        wanted.addAll(allowed);
        FdMemoryAllocator a = new FdMemoryAllocator();
        try {
            for (Rung rung : Rung.values()) {
                if (!wanted.contains(rung)) {
                    if (rung != Rung.STAGING_COPY) {
                        a.rejections.add(rung.label() + ": not allowed here");
                    }
                    continue;
                }
                switch (rung) {
                    case DMA_HEAP -> devices.heaps().forEach(path -> a.openDevice(rung, path));
                    case UDMABUF -> a.openDevice(rung, devices.udmabuf());
                    case MEMFD, STAGING_COPY -> a.sources.add(new Source(rung, null, rung.label()));
                }
            }
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
        while (!sources.isEmpty()) {
            Source source = sources.getFirst();
            try {
                FdMemory memory = allocate(source, fileName(name), size);
                current = source;
                return memory;
            } catch (LinuxException e) {
                if (sources.size() == 1) {
                    throw e;
                }
                rejections.add(source.rung.label() + ": " + e.getMessage());
                drop(source);
            }
        }
        throw new LinuxException(
                "open", name, Errno.ENODEV, "no rung of the ladder works here: " + String.join("; ", rejections));
    }

    /** The rung that the last buffer came from. */
    public synchronized Rung rung() {
        return source().rung();
    }

    /** The rung with its device, for a log line: {@code dma-heap /dev/dma_heap/system} or {@code memfd}. */
    public synchronized String description() {
        Source s = source();
        return s.device == null ? s.label : s.rung.label() + " " + s.label;
    }

    /**
     * Why each better rung was not taken, in the order tried: {@code dma-heap: /dev/dma_heap/system: open: ENOENT (No
     * such file or directory)}.
     */
    public synchronized List<String> rejections() {
        return List.copyOf(rejections);
    }

    /** Closes the devices. Buffers already allocated stay valid. */
    @Override
    public synchronized void close() {
        closed = true;
        for (Source s : sources) {
            if (s.device != null) {
                s.device.close();
            }
        }
        sources.clear();
    }

    private Source source() {
        if (current == null) {
            throw new AssertionError("open() allocates once");
        }
        return current;
    }

    private void drop(Source source) {
        sources.remove(source);
        if (source.device != null) {
            source.device.close();
        }
    }

    private void openDevice(Rung rung, String path) {
        int fd = Libc.open(path, Libc.O_RDWR | Libc.O_CLOEXEC);
        if (fd >= 0) {
            sources.add(new Source(rung, Fd.own(fd, path), path));
            return;
        }
        int errno = -fd;
        String hint = errno == Errno.EACCES || errno == Errno.EPERM
                ? "give this user the group video: sudo usermod -aG video $USER, then log in again"
                : "";
        rejections.add(rung.label() + ": " + new LinuxException("open", path, errno, hint).getMessage());
    }

    private static FdMemory allocate(Source source, String name, long size) {
        return switch (source.rung) {
            case DMA_HEAP -> {
                Fd heap = device(source);
                int fd = LinuxException.check(
                        DmaBuf.allocate(heap.number(), size), "ioctl(DMA_HEAP_IOCTL_ALLOC)", source.label);
                yield FdMemory.create(Fd.own(fd, name), size, source.rung, name);
            }
            case UDMABUF -> {
                // The dma-buf holds the pages; the memfd is not needed after it.
                try (Fd memfd = memfd(name, size)) {
                    LinuxException.check(
                            Libc.fcntl(memfd.number(), Libc.F_ADD_SEALS, Libc.F_SEAL_SHRINK),
                            "fcntl(F_ADD_SEALS)",
                            name);
                    int fd = LinuxException.check(
                            DmaBuf.fromMemfd(device(source).number(), memfd.number(), size),
                            "ioctl(UDMABUF_CREATE)",
                            source.label);
                    yield FdMemory.create(Fd.own(fd, name), size, source.rung, name);
                }
            }
            case MEMFD, STAGING_COPY -> FdMemory.create(memfd(name, size), size, source.rung, name);
        };
    }

    private static Fd device(Source source) {
        if (source.device == null) {
            throw new AssertionError(source);
        }
        return source.device;
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

    private static String fileName(String name) {
        String n = NAME_PREFIX + name.replaceAll("[^A-Za-z0-9._-]", "_");
        return n.substring(0, Math.min(n.length(), MAX_NAME));
    }
}
