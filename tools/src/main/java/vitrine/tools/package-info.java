/** The vitrine command line. Commands are thin; the work is in the packages below. */
@NullMarked
package vitrine.tools;

import org.jspecify.annotations.NullMarked;
