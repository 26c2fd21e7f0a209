package vitrine.tests;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * What a user, or a window manager, does to another program's window: Xlib, on a display named here. Sizes, keys and the
 * close button. One thread.
 */
final class XClient implements AutoCloseable {

    /** X11/keysym.h */
    static final long ESCAPE = 0xff1b;

    static final long F11 = 0xffc8;
    static final long TAB = 0xff09;
    static final long LEFT = 0xff51;
    static final long RIGHT = 0xff53;
    static final long DOWN = 0xff54;
    static final long BACKSPACE = 0xff08;
    static final long S = 's';

    /** X11/X.h */
    static final int SHIFT = 1;

    static final int CONTROL = 4;

    private static final int KEY_PRESS = 2;
    private static final int KEY_RELEASE = 3;
    private static final int CLIENT_MESSAGE = 33;
    private static final long KEY_PRESS_MASK = 1;
    private static final long KEY_RELEASE_MASK = 2;

    /** sizeof(XEvent) is 24 longs. */
    private static final long EVENT_BYTES = 24 * 8;

    private final Arena arena = Arena.ofConfined();
    private final SymbolLookup library = SymbolLookup.libraryLookup("libX11.so.6", arena);
    private final MemorySegment display;
    private final long root;

    XClient(String name) throws Throwable {
        // Xlib ends the process on an error by itself, and a window that is gone when asked about is one.
        MemorySegment ignore = Linker.nativeLinker()
                .upcallStub(
                        MethodHandles.dropArguments(
                                MethodHandles.constant(int.class, 0), 0, MemorySegment.class, MemorySegment.class),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS),
                        Arena.global());
        MemorySegment _ =
                (MemorySegment) handle("XSetErrorHandler", ADDRESS, ADDRESS).invokeExact(ignore);
        MethodHandle open = handle("XOpenDisplay", ADDRESS, ADDRESS);
        display = (MemorySegment) open.invokeExact(arena.allocateFrom(name));
        if (display.equals(MemorySegment.NULL)) {
            throw new AssertionError("no X server at " + name);
        }
        root = (long) handle("XDefaultRootWindow", JAVA_LONG, ADDRESS).invokeExact(display);
    }

    private MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(library.find(name).orElseThrow(), FunctionDescriptor.of(result, arguments));
    }

    /** The window with that title, 0 while there is none. */
    long window(String title) throws Throwable {
        MemorySegment out = arena.allocate(8 * 4);
        int _ = (int) handle("XQueryTree", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS)
                .invokeExact(display, root, out, out.asSlice(8), out.asSlice(16), out.asSlice(24));
        int count = out.get(JAVA_INT, 24);
        MemorySegment children = out.get(ADDRESS, 16).reinterpret(8L * count);
        for (int i = 0; i < count; i++) {
            long child = children.getAtIndex(JAVA_LONG, i);
            if (title.equals(title(child))) {
                return child;
            }
        }
        return 0;
    }

    private @Nullable String title(long window) throws Throwable {
        MemorySegment out = arena.allocate(8);
        int found = (int)
                handle("XFetchName", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS).invokeExact(display, window, out);
        return found == 0 ? null : out.get(ADDRESS, 0).reinterpret(200).getString(0);
    }

    void moveAndResize(long window, int x, int y, int width, int height) throws Throwable {
        int _ = (int) handle("XMoveResizeWindow", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)
                .invokeExact(display, window, x, y, width, height);
        flush();
    }

    /** A key pressed and released while the window has the focus. */
    void press(long window, long keysym) throws Throwable {
        hold(window, keysym, 0, 1);
    }

    /** A key that is held down until it has come {@code times} times, with modifiers. */
    void hold(long window, long keysym, int modifiers, int times) throws Throwable {
        byte code =
                (byte) handle("XKeysymToKeycode", JAVA_BYTE, ADDRESS, JAVA_LONG).invokeExact(display, keysym);
        for (int i = 0; i < times; i++) {
            send(window, KEY_PRESS_MASK, key(KEY_PRESS, window, code, modifiers));
        }
        send(window, KEY_RELEASE_MASK, key(KEY_RELEASE, window, code, modifiers));
    }

    private MemorySegment key(int type, long window, byte code, int modifiers) {
        MemorySegment event = arena.allocate(EVENT_BYTES, 8);
        event.set(JAVA_INT, 0, type);
        event.set(ADDRESS, 24, display);
        event.set(JAVA_LONG, 32, window);
        event.set(JAVA_LONG, 40, root);
        event.set(JAVA_INT, 80, modifiers);
        event.set(JAVA_INT, 84, code & 0xff);
        event.set(JAVA_INT, 88, 1); // same_screen
        return event;
    }

    /** What a window manager sends when its close button is clicked: WM_DELETE_WINDOW, ICCCM 4.2.8.1. */
    void clickClose(long window) throws Throwable {
        MemorySegment event = arena.allocate(EVENT_BYTES, 8);
        event.set(JAVA_INT, 0, CLIENT_MESSAGE);
        event.set(ADDRESS, 24, display);
        event.set(JAVA_LONG, 32, window);
        event.set(JAVA_LONG, 40, atom("WM_PROTOCOLS"));
        event.set(JAVA_INT, 48, 32);
        event.set(JAVA_LONG, 56, atom("WM_DELETE_WINDOW"));
        send(window, 0, event);
    }

    private long atom(String name) throws Throwable {
        return (long) handle("XInternAtom", JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT)
                .invokeExact(display, arena.allocateFrom(name), 0);
    }

    private void send(long window, long mask, MemorySegment event) throws Throwable {
        int _ = (int) handle("XSendEvent", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS)
                .invokeExact(display, window, 0, mask, event);
        flush();
    }

    private void flush() throws Throwable {
        int _ = (int) handle("XSync", JAVA_INT, ADDRESS, JAVA_INT).invokeExact(display, 0);
    }

    @Override
    public void close() {
        try {
            int _ = (int) handle("XCloseDisplay", JAVA_INT, ADDRESS).invokeExact(display);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        arena.close();
    }
}
