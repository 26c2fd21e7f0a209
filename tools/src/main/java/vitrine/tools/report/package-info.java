/** What a run writes about itself: detections, the report, the leak audit. */
@NullMarked
package vitrine.tools.report;

import org.jspecify.annotations.NullMarked;
