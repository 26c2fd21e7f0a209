/** Frame sources. */
@NullMarked
package vitrine.capture;

import org.jspecify.annotations.NullMarked;
