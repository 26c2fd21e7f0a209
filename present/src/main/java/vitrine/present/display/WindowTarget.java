package vitrine.present.display;

import static org.lwjgl.glfw.GLFW.*;
import static org.lwjgl.vulkan.KHRSurface.vkDestroySurfaceKHR;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.glfw.Callbacks;
import org.lwjgl.glfw.GLFWVidMode;
import org.lwjgl.glfw.GLFWVulkan;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.present.PresentException;

/**
 * {@code window:} on X11 or Wayland. The close button and Esc end the run, F11 turns full screen on and off, other keys
 * go to whoever listens; the picture follows the window's pixels, whatever its scale. One window at a time; the thread that made it is the frame thread.
 */
public final class WindowTarget implements FrameTarget {

    /** Until the source's size is known. */
    private static final PresentUri.Size FIRST_SIZE = new PresentUri.Size(1280, 720);

    /** Longest wait for an image: a hidden window gets none, and its events still want an answer. */
    private static final long TIMEOUT_NANOS = 100_000_000;

    private final VulkanDevice device;
    private final PresentUri.Window uri;
    private final PresentUri.Size opened;
    private final Glfw glfw;
    private final long window;
    private final long surface;
    private final Swapchain swapchain;
    private final ScanOut scanOut;
    private final Consumer<KeyStroke> keys;
    private final int[] width = new int[1];
    private final int[] height = new int[1];
    private final int[] windowed = new int[4];
    private boolean fullscreen;
    private boolean uncovered;
    private boolean card;
    private long presented;
    private boolean closed;

    /**
     * Whether a window can be opened.
     *
     * @param reason why not, in one line, or null
     * @param instanceExtensions what the Vulkan instance must enable for it; empty where it cannot
     */
    public record Probe(@Nullable String reason, List<String> instanceExtensions) {
        public Probe {
            instanceExtensions = List.copyOf(instanceExtensions);
        }

        public boolean available() {
            return reason == null;
        }
    }

    private WindowTarget(
            VulkanDevice device,
            PresentUri.Window uri,
            PresentUri.Size opened,
            Glfw glfw,
            long window,
            long surface,
            Swapchain swapchain,
            ScanOut scanOut,
            Consumer<KeyStroke> keys) {
        this.uri = uri;
        this.opened = opened;
        this.device = device;
        this.glfw = glfw;
        this.window = window;
        this.surface = surface;
        this.swapchain = swapchain;
        this.scanOut = scanOut;
        this.keys = keys;
    }

    /** Asks the display server; to be called before the instance is made and on the frame thread. */
    public static Probe probe() {
        try (Glfw glfw = Glfw.open()) {
            return new Probe(null, glfw.instanceExtensions());
        } catch (PresentException e) {
            return new Probe(String.valueOf(e.getMessage()), List.of());
        }
    }

    /** As the other {@code create}, for a window with no other keys than its own. */
    public static WindowTarget create(
            VulkanDevice device, Timeline timeline, ReleaseQueue releases, PresentUri.Window uri) {
        return create(device, timeline, releases, uri, stroke -> {});
    }

    /**
     * Opens the window.
     *
     * @param device made with a swapchain, from an instance with {@link Probe#instanceExtensions}
     * @param keys hears of keys pressed, on the frame thread, inside {@link #acquire} and {@link #poll}
     * @throws PresentException when there is no display server or the device cannot present to it
     */
    public static WindowTarget create(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            PresentUri.Window uri,
            Consumer<KeyStroke> keys) {
        Glfw glfw;
        try {
            glfw = Glfw.open();
        } catch (PresentException e) {
            throw new PresentException(
                    "--present window: " + e.getMessage() + "; take offscreen:DIR, or start from a desktop session", e);
        }
        long window = 0;
        long surface = 0;
        ScanOut scanOut = null;
        try {
            PresentUri.Size size =
                    uri.size().isSource() ? fitScreen(FIRST_SIZE.width(), FIRST_SIZE.height()) : uri.size();
            glfwDefaultWindowHints();
            glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
            window = glfwCreateWindow(size.width(), size.height(), "Vitrine", 0, 0);
            if (window == 0) {
                throw new PresentException("--present window: the window does not open" + glfw.because());
            }
            long[] p = new long[1];
            VkCheck.check(
                    GLFWVulkan.glfwCreateWindowSurface(device.instance().handle(), window, null, p),
                    "glfwCreateWindowSurface",
                    "the window");
            surface = p[0];
            // Under a compositor nobody says when, and how often, the screen is refreshed.
            ScanOut measuring = ScanOut.start(device, timeline, 0);
            scanOut = measuring;
            Swapchain swapchain = Swapchain.create(device, timeline, releases, surface, uri.transform(), measuring);
            WindowTarget target =
                    new WindowTarget(device, uri, size, glfw, window, surface, swapchain, measuring, keys);
            glfwSetKeyCallback(window, (w, key, scancode, action, mods) -> target.key(key, scancode, action, mods));
            glfwSetWindowRefreshCallback(window, w -> target.uncovered = true);
            if (uri.fullscreen()) {
                target.toggleFullscreen();
            }
            return target;
        } catch (RuntimeException e) {
            if (scanOut != null) {
                scanOut.close();
            }
            if (surface != 0) {
                vkDestroySurfaceKHR(device.instance().handle(), surface, null);
            }
            if (window != 0) {
                glfwDestroyWindow(window);
            }
            glfw.close();
            throw e;
        }
    }

    /** The source's size, or as much of it with the same shape as the screen has room for. */
    private static PresentUri.Size fitScreen(int sourceWidth, int sourceHeight) {
        long monitor = glfwGetPrimaryMonitor();
        if (monitor == 0) {
            return new PresentUri.Size(sourceWidth, sourceHeight);
        }
        int[] w = new int[1];
        int[] h = new int[1];
        glfwGetMonitorWorkarea(monitor, null, null, w, h);
        double scale = Math.min(1, 0.9 * Math.min((double) w[0] / sourceWidth, (double) h[0] / sourceHeight));
        return new PresentUri.Size((int) Math.max(1, Math.round(sourceWidth * scale)), (int)
                Math.max(1, Math.round(sourceHeight * scale)));
    }

    @Override
    public void sourceSize(int uprightWidth, int uprightHeight) {
        glfwGetWindowSize(window, width, height);
        boolean untouched = width[0] == opened.width() && height[0] == opened.height();
        if (!uri.size().isSource() || fullscreen || !untouched) {
            return;
        }
        boolean sideways = uri.transform().orientation().isSideways();
        PresentUri.Size size =
                fitScreen(sideways ? uprightHeight : uprightWidth, sideways ? uprightWidth : uprightHeight);
        glfwSetWindowSize(window, size.width(), size.height());
    }

    /** What the keyboard does. */
    void key(int key, int scancode, int action, int mods) {
        if (action == GLFW_RELEASE) {
            return;
        }
        if (key == GLFW_KEY_ESCAPE || key == GLFW_KEY_F11) {
            if (action == GLFW_PRESS && key == GLFW_KEY_F11) {
                toggleFullscreen();
            } else if (action == GLFW_PRESS) {
                glfwSetWindowShouldClose(window, true);
            }
            return;
        }
        KeyStroke.@Nullable Key named = named(key, scancode);
        if (named != null) {
            keys.accept(new KeyStroke(named, (mods & GLFW_MOD_SHIFT) != 0, (mods & GLFW_MOD_CONTROL) != 0));
        }
    }

    private static KeyStroke.@Nullable Key named(int key, int scancode) {
        return switch (key) {
            case GLFW_KEY_TAB -> KeyStroke.Key.TAB;
            case GLFW_KEY_UP -> KeyStroke.Key.UP;
            case GLFW_KEY_DOWN -> KeyStroke.Key.DOWN;
            case GLFW_KEY_LEFT -> KeyStroke.Key.LEFT;
            case GLFW_KEY_RIGHT -> KeyStroke.Key.RIGHT;
            case GLFW_KEY_BACKSPACE -> KeyStroke.Key.BACKSPACE;
            case GLFW_KEY_DELETE -> KeyStroke.Key.DELETE;
            case GLFW_KEY_F2 -> KeyStroke.Key.F2;
            // GLFW names letters by their place on a US keyboard; this is the letter that the layout has there.
            default -> "s".equals(glfwGetKeyName(key, scancode)) ? KeyStroke.Key.S : null;
        };
    }

    private void toggleFullscreen() {
        long monitor = glfwGetPrimaryMonitor();
        @Nullable GLFWVidMode mode = monitor == 0 ? null : glfwGetVideoMode(monitor);
        if (!fullscreen && mode != null) {
            if (glfwGetPlatform() != GLFW_PLATFORM_WAYLAND) { // which keeps positions to itself
                int[] y = new int[1];
                glfwGetWindowPos(window, width, y);
                windowed[0] = width[0];
                windowed[1] = y[0];
            }
            glfwGetWindowSize(window, width, height);
            windowed[2] = width[0];
            windowed[3] = height[0];
            glfwSetWindowMonitor(window, monitor, 0, 0, mode.width(), mode.height(), mode.refreshRate());
            glfwSetInputMode(window, GLFW_CURSOR, GLFW_CURSOR_HIDDEN);
            fullscreen = true;
        } else if (fullscreen) {
            glfwSetWindowMonitor(window, 0, windowed[0], windowed[1], windowed[2], windowed[3], GLFW_DONT_CARE);
            glfwSetInputMode(window, GLFW_CURSOR, GLFW_CURSOR_NORMAL);
            fullscreen = false;
        }
    }

    @Override
    public AcquireResult poll() {
        glfwPollEvents();
        return glfwWindowShouldClose(window) ? AcquireResult.CLOSED : AcquireResult.NOT_READY;
    }

    @Override
    public boolean isDamaged() {
        glfwGetFramebufferSize(window, width, height);
        return uncovered || !swapchain.fits(width[0], height[0]);
    }

    @Override
    public AcquireResult acquire(long frame) {
        card = false;
        return acquire();
    }

    @Override
    public AcquireResult acquireCard(long frame) {
        card = true;
        return acquire();
    }

    private AcquireResult acquire() {
        if (poll() == AcquireResult.CLOSED) {
            return AcquireResult.CLOSED;
        }
        glfwGetFramebufferSize(window, width, height);
        return switch (swapchain.acquire(width[0], height[0], TIMEOUT_NANOS)) {
            case READY -> AcquireResult.READY;
            case NOT_READY -> AcquireResult.NOT_READY;
            case LOST -> throw lost();
        };
    }

    private PresentException lost() {
        return new PresentException("the window's surface is lost (" + VkCheck.name(swapchain.lastResult())
                + "): has the display server ended?");
    }

    @Override
    public ScanOut scanOut() {
        return scanOut;
    }

    @Override
    public RenderImage image() {
        return swapchain.image();
    }

    @Override
    public void begin(VkCommandBuffer cmd) {
        swapchain.begin(cmd);
    }

    @Override
    public void end(VkCommandBuffer cmd) {
        swapchain.end(cmd);
    }

    @Override
    public long waitSemaphore() {
        return swapchain.acquireSemaphore();
    }

    @Override
    public long waitStage() {
        return Swapchain.WAIT_STAGE;
    }

    @Override
    public long signalSemaphore() {
        return swapchain.presentSemaphore();
    }

    @Override
    public void present(long value, long captureNanos) {
        if (!swapchain.present(value, captureNanos)) {
            throw lost();
        }
        uncovered = false;
        presented += card ? 0 : 1;
    }

    @Override
    public long presented() {
        return presented;
    }

    @Override
    public String describe() {
        glfwGetFramebufferSize(window, width, height);
        return String.format(
                Locale.ROOT,
                "window: of %dx%d pixels on %s",
                width[0],
                height[0],
                glfwGetPlatform() == GLFW_PLATFORM_WAYLAND ? "Wayland" : "X11");
    }

    /** Swapchains made so far; one more a resize. */
    int swapchains() {
        return swapchain.rebuilds();
    }

    /** GLFWwindow, for tests. */
    long window() {
        return window;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            device.waitIdle();
            swapchain.close();
        } finally { // also of a lost device: a thread that still waits must not outlive it
            scanOut.close();
        }
        vkDestroySurfaceKHR(device.instance().handle(), surface, null);
        Callbacks.glfwFreeCallbacks(window);
        glfwDestroyWindow(window);
        glfw.close();
    }
}
