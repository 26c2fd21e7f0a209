/** Frame targets, the video pass and the overlay pass. */
@NullMarked
package vitrine.present;

import org.jspecify.annotations.NullMarked;
