/** Network outputs to boxes: head decoders and non-maximum suppression, plain Java. */
@NullMarked
package vitrine.inference.decode;

import org.jspecify.annotations.NullMarked;
