/** Where pictures go: a screen of their own, a window, files, nowhere. */
@NullMarked
package vitrine.present.display;

import org.jspecify.annotations.NullMarked;
