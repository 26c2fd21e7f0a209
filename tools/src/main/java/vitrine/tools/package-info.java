/** The vitrine command line and its frame loop. */
@NullMarked
package vitrine.tools;

import org.jspecify.annotations.NullMarked;
