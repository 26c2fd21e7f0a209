/** Model files and the descriptors that say how to feed them and read their outputs. */
@NullMarked
package vitrine.inference.model;

import org.jspecify.annotations.NullMarked;
