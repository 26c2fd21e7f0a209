package vitrine.tools;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGINT and SIGTERM for as long as a run lasts, instead of the JVM's own answer. That would begin the shutdown at once,
 * beside the run: LWJGL's shutdown hook takes its native memory's tracking away, and a debug run that closes then crashes.
 *
 * <p>By {@code sun.misc.Signal} of the module jdk.unsupported (JEP 260), reached by reflection since javac takes no import
 * of it without a warning.
 */
final class TerminationSignals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TerminationSignals.class);

    private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15);

    /** What was there before, by signal. */
    private final Map<Object, Object> before = new LinkedHashMap<>();

    private TerminationSignals() {}

    /**
     * Takes the signals over.
     *
     * @param handler gets the signal's number, on a thread of the JVM's, each time one comes
     */
    static TerminationSignals handle(IntConsumer handler) {
        TerminationSignals signals = new TerminationSignals();
        NUMBERS.forEach((name, number) -> {
            try {
                Object signal = type().getConstructor(String.class).newInstance(name);
                Object proxy = Proxy.newProxyInstance(
                        handlerType().getClassLoader(),
                        new Class<?>[] {handlerType()},
                        (self, method, args) -> switch (method.getName()) {
                            case "handle" -> {
                                handler.accept(number);
                                yield null;
                            }
                            case "equals" -> System.identityHashCode(self) == System.identityHashCode(args[0]);
                            case "hashCode" -> System.identityHashCode(self);
                            default -> "Vitrine's handler";
                        });
                signals.before.put(signal, set(signal, proxy));
            } catch (ReflectiveOperationException e) {
                // A JVM started with -Xrs leaves its signals to the system, which ends the process at once.
                LOG.warn("SIG{} will not end a run in order: {}", name, reason(e));
            }
        });
        return signals;
    }

    private static Object set(Object signal, Object handler) throws ReflectiveOperationException {
        Method handle = type().getMethod("handle", type(), handlerType());
        return handle.invoke(null, signal, handler);
    }

    private static Class<?> type() throws ClassNotFoundException {
        return Class.forName("sun.misc.Signal");
    }

    private static Class<?> handlerType() throws ClassNotFoundException {
        return Class.forName("sun.misc.SignalHandler");
    }

    private static Throwable reason(ReflectiveOperationException e) {
        return e instanceof InvocationTargetException target ? target.getTargetException() : e;
    }

    /** Gives them back. */
    @Override
    public void close() {
        before.forEach((signal, handler) -> {
            try {
                Object _ = set(signal, handler);
            } catch (ReflectiveOperationException e) {
                LOG.debug("a signal keeps its handler", e);
            }
        });
    }
}
