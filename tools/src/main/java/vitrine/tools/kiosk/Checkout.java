package vitrine.tools.kiosk;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The source tree that this program was built in, where it still runs from there. */
final class Checkout {

    private static final Logger LOG = LoggerFactory.getLogger(Checkout.class);

    private static final String GLSL = "shaders/src/main/glsl";

    private Checkout() {}

    /** The shaders' sources: beside a folder above the program's own jar or classes. */
    static Optional<Path> glslFolder() {
        CodeSource own = Checkout.class.getProtectionDomain().getCodeSource();
        if (own == null) {
            return Optional.empty();
        }
        try {
            for (Path folder = Path.of(own.getLocation().toURI()); folder != null; folder = folder.getParent()) {
                Path glsl = folder.resolve(GLSL);
                if (Files.isDirectory(glsl)) {
                    return Optional.of(glsl);
                }
            }
        } catch (URISyntaxException e) {
            LOG.debug("the program has no place in the file system", e);
        }
        return Optional.empty();
    }
}
