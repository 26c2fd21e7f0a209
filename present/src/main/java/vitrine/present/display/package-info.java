/** Where pictures go: files, a window, nowhere; later the kiosk's screen. */
@NullMarked
package vitrine.present.display;

import org.jspecify.annotations.NullMarked;
