/** Timeline semaphore, release queue, frame ring and barriers. */
@NullMarked
package vitrine.engine.command;

import org.jspecify.annotations.NullMarked;
