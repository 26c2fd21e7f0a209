package vitrine.tools.workbench;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.shaders.ShaderSources;

/**
 * Watches folders with all that is in them, and tells which files have another content than before, whichever way an
 * editor writes: in place, to a temporary file and renamed, deleted and made again. Tells when nothing has happened for
 * {@value #SETTLE_MILLIS} ms, and nothing of saves without a change. A thread of its own; the creator closes it.
 */
final class SourceWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceWatch.class);

    /** An editor's several steps lie closer together. */
    static final int SETTLE_MILLIS = 8;

    /** How long a file that has vanished, or is empty now, is given to come back. */
    private static final long MISSING_NANOS = 60_000_000;

    /** Larger files are no shaders. */
    private static final long MAX_BYTES = 1 << 20;

    /** Hears of changes, on the watch's thread. */
    interface Listener {
        /**
         * Some files changed.
         *
         * @param files below their folders, with / between names
         * @param firstNanos the first event of the change
         * @param settledNanos when it was taken to be over
         */
        void changed(Set<String> files, long firstNanos, long settledNanos);
    }

    private final ShaderSources sources;
    private final List<Path> roots;
    private final Listener listener;
    private final WatchService service;
    private final Map<WatchKey, Path> folders = new HashMap<>();
    private final Map<Path, byte[]> contents = new HashMap<>();
    private final Thread thread;

    // Of the change under way.
    private final Set<Path> touched = new HashSet<>();
    private boolean lookAtAll;

    private SourceWatch(ShaderSources sources, Listener listener, WatchService service) {
        this.sources = sources;
        roots = sources.folders();
        this.listener = listener;
        this.service = service;
        thread = Thread.ofPlatform().daemon().name("shader watch").unstarted(this::watch);
    }

    /**
     * Reads what is there and starts to watch.
     *
     * @param sources whose folders are watched; each is there, and the files of all share one space of names
     * @throws IOException if a folder cannot be watched
     */
    static SourceWatch start(ShaderSources sources, Listener listener) throws IOException {
        List<Path> folders = sources.folders();
        WatchService service = folders.getFirst().getFileSystem().newWatchService();
        SourceWatch watch = new SourceWatch(sources, listener, service);
        try {
            for (Path folder : folders) {
                watch.add(folder);
            }
        } catch (IOException e) {
            service.close();
            throw e;
        }
        watch.lookAtAll(); // what is there is known
        watch.thread.start();
        return watch;
    }

    private void add(Path folder) throws IOException {
        Files.walkFileTree(
                folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
                            throws IOException {
                        folders.put(dir.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE), dir);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE; // gone meanwhile, or nobody's to read
                    }
                });
    }

    private void watch() {
        try {
            while (true) {
                WatchKey key = service.take();
                long first = System.nanoTime();
                for (WatchKey next = key; next != null; next = next(first)) {
                    note(next);
                }
                Set<String> changed = lookAtAll ? lookAtAll() : look(touched);
                touched.clear();
                lookAtAll = false;
                if (!changed.isEmpty()) {
                    listener.changed(changed, first, System.nanoTime());
                }
            }
        } catch (ClosedWatchServiceException e) {
            LOG.trace("the watch has ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next event of this change; null where it is over. */
    private @Nullable WatchKey next(long firstNanos) throws InterruptedException {
        WatchKey next = service.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null && touched.stream().anyMatch(this::isMissing)) {
            next = service.poll(firstNanos + MISSING_NANOS - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return next;
    }

    private boolean isMissing(Path path) {
        byte[] before = contents.get(path);
        return before != null && before.length > 0 && path.toFile().length() == 0;
    }

    private void note(WatchKey key) {
        Path folder = folders.get(key);
        for (WatchEvent<?> event : key.pollEvents()) {
            if (folder == null || event.kind().equals(OVERFLOW) || !(event.context() instanceof Path name)) {
                lookAtAll = true;
                continue;
            }
            Path path = folder.resolve(name);
            touched.add(path);
            if (event.kind().equals(ENTRY_CREATE) && Files.isDirectory(path)) {
                lookAtAll = true; // files may have come with it, before it was watched
                try {
                    add(path);
                } catch (IOException e) {
                    LOG.warn("{} cannot be watched: {}", path, e.getMessage());
                }
            }
        }
        if (!key.reset()) {
            folders.remove(key);
            lookAtAll = true;
            if (roots.contains(folder)) {
                LOG.warn("{} is gone and no longer watched", folder);
            }
        }
    }

    private Set<String> look(Set<Path> paths) {
        Set<String> changed = new TreeSet<>();
        for (Path path : paths) {
            byte[] now = read(path);
            byte[] before = now == null ? contents.remove(path) : contents.put(path, now);
            if (!Arrays.equals(now, before)) {
                changed.add(sources.name(path));
            }
        }
        return changed;
    }

    /** Of all files there are, and those that were. */
    private Set<String> lookAtAll() {
        Set<Path> all = new HashSet<>(contents.keySet());
        for (Path root : roots) {
            try (var walk = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
                walk.filter(Files::isRegularFile).forEach(all::add);
            } catch (IOException | UncheckedIOException e) {
                LOG.debug("{} cannot be looked through", root, e);
            }
        }
        return look(all);
    }

    private static byte @Nullable [] read(Path path) {
        try {
            return Files.isRegularFile(path) && Files.size(path) <= MAX_BYTES ? Files.readAllBytes(path) : null;
        } catch (IOException e) {
            return null; // deleted between the question and the answer
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.debug("the watch did not close", e);
        }
    }
}
