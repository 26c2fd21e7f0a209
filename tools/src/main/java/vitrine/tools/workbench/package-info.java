/**
 * Development runs: edited shaders are compiled, tried and swapped while the picture goes on; tunable constants. Never part
 * of a kiosk's run.
 */
@NullMarked
package vitrine.tools.workbench;

import org.jspecify.annotations.NullMarked;
