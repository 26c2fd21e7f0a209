package vitrine.present.display;

import static org.lwjgl.glfw.GLFW.*;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.PointerBuffer;
import org.lwjgl.glfw.GLFWErrorCallback;
import org.lwjgl.glfw.GLFWVulkan;
import org.lwjgl.system.MemoryUtil;
import vitrine.present.PresentException;

/**
 * GLFW, started and ended. It is one library with one state for the process, so only one of these is open at a time;
 * all of it on one thread.
 */
final class Glfw implements AutoCloseable {

    private final GLFWErrorCallback errors;
    private @Nullable String error;

    private Glfw() {
        errors = GLFWErrorCallback.create((code, description) -> error = MemoryUtil.memUTF8(description));
    }

    /**
     * Connects to the display server.
     *
     * @throws PresentException when there is none to connect to; in one line without the target's name
     */
    static Glfw open() {
        String wayland = System.getenv("WAYLAND_DISPLAY");
        String x11 = System.getenv("DISPLAY");
        if (isBlank(wayland) && isBlank(x11)) {
            throw new PresentException("no display server: neither WAYLAND_DISPLAY nor DISPLAY is set");
        }
        Glfw glfw = null;
        try {
            glfw = new Glfw();
            glfwSetErrorCallback(glfw.errors);
            // Else GLFW falls back to its null platform, on which a window opens that nobody sees.
            glfwInitHint(GLFW_PLATFORM, isBlank(wayland) ? GLFW_PLATFORM_X11 : GLFW_ANY_PLATFORM);
            boolean started = glfwInit();
            if (started && glfwGetPlatform() == GLFW_PLATFORM_NULL) {
                glfwTerminate();
                started = false;
            }
            if (!started) {
                throw new PresentException("no display server answers on "
                        + (isBlank(wayland) ? "DISPLAY=" + x11 : "WAYLAND_DISPLAY=" + wayland)
                        + glfw.because());
            }
            if (!GLFWVulkan.glfwVulkanSupported()) {
                String because = glfw.because();
                glfwTerminate();
                throw new PresentException("no Vulkan driver here can draw into a window" + because);
            }
            Glfw opened = glfw;
            glfw = null;
            return opened;
        } catch (UnsatisfiedLinkError e) {
            throw new PresentException("GLFW does not load: " + e.getMessage(), e);
        } finally {
            if (glfw != null) {
                glfwSetErrorCallback(null);
                glfw.errors.free();
            }
        }
    }

    private static boolean isBlank(@Nullable String value) {
        return value == null || value.isBlank();
    }

    /** Instance extensions that a window's surface needs. */
    List<String> instanceExtensions() {
        PointerBuffer names = GLFWVulkan.glfwGetRequiredInstanceExtensions();
        if (names == null) {
            throw new PresentException("no Vulkan driver here can draw into a window" + because());
        }
        List<String> list = new ArrayList<>();
        for (int i = 0; i < names.remaining(); i++) {
            list.add(MemoryUtil.memUTF8(names.get(i)));
        }
        return List.copyOf(list);
    }

    /** GLFW's last complaint in brackets, or nothing. */
    String because() {
        return error == null ? "" : " (" + error + ")";
    }

    @Override
    public void close() {
        glfwTerminate();
        glfwSetErrorCallback(null);
        errors.free();
    }
}
