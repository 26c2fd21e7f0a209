/** Development runs: edited shaders, tunable constants. */
@NullMarked
package vitrine.tools.workbench;

import org.jspecify.annotations.NullMarked;
