/**
 * The models Vitrine knows by name: where they come from, what they weigh, how they are checked. A model is in the cache
 * folder whole and with the right SHA-256, or it is not there.
 */
@NullMarked
package vitrine.tools.models;

import org.jspecify.annotations.NullMarked;
