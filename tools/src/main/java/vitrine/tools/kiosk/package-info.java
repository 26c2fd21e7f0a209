/** The one place that joins capture, inference and present: settings, the frame loop and the inference worker. */
@NullMarked
package vitrine.tools.kiosk;

import org.jspecify.annotations.NullMarked;
