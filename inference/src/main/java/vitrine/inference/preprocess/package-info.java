/** The compute pass that turns a camera frame into the network's input tensor. */
@NullMarked
package vitrine.inference.preprocess;

import org.jspecify.annotations.NullMarked;
