package vitrine.capture;

import vitrine.engine.frame.FrameFormat;

/**
 * What a source is.
 *
 * @param uri as the user wrote it, a password replaced by stars
 * @param description for a log line
 * @param format of the frames
 * @param framesPerSecond nominal rate, 0 where unknown or unpaced
 * @param still every frame counts and none is dropped: photos and folders
 * @param live frames come at their own time; those not taken in time are dropped
 */
public record SourceInfo(
        String uri, String description, FrameFormat format, double framesPerSecond, boolean still, boolean live) {

    SourceInfo withFormat(FrameFormat newFormat) {
        return new SourceInfo(uri, description, newFormat, framesPerSecond, still, live);
    }
}
