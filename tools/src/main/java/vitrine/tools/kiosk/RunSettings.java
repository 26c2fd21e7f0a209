package vitrine.tools.kiosk;

import java.nio.file.Path;
import java.util.Optional;
import vitrine.engine.debug.DebugLevels;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.Orientation;
import vitrine.inference.preprocess.Filter;
import vitrine.tools.passes.PassSettings;

/**
 * Everything a run can be told, complete and checked. {@link RunOptions} gathers it from the command line and a file.
 *
 * @param source where frames come from
 * @param model name or path; {@code default} for the one that set-up fetched
 * @param present where pictures go
 * @param frames captured frames to stop after; 0 for no end
 * @param detections JSON lines file
 * @param report JSON file written at the end
 * @param debug what the validation layers check; with any, the leak audit too
 * @param captureFrame number of the frame that RenderDoc shall capture, or of the first after it
 * @param gpu part of the device's name
 * @param orientation how the camera's picture must be turned to stand upright
 * @param filter of the tensor pass
 * @param tensorSiting where chroma is taken to sit for the tensor
 * @param pictureSiting where chroma is taken to sit for the picture
 * @param threads of the network; 0 for OpenCV's own choice
 * @param everyFrame wait for the detector on every frame, as for stills, instead of taking the newest
 * @param score least score of a detection, overriding the model's
 * @param iou largest overlap of two boxes of a class, overriding the model's
 * @param font another font file for labels
 * @param hud figures of the run in a corner of the picture
 * @param passes the users' shaders between video and overlay, and tuned constants
 * @param dev shaders are reloaded when they are edited; never from a file, so never in a kiosk
 */
public record RunSettings(
        String source,
        String model,
        String present,
        long frames,
        Optional<Path> detections,
        Optional<Path> report,
        DebugLevels debug,
        Optional<Long> captureFrame,
        Optional<String> gpu,
        Orientation orientation,
        Filter filter,
        ChromaSiting tensorSiting,
        ChromaSiting pictureSiting,
        int threads,
        boolean everyFrame,
        Optional<Float> score,
        Optional<Float> iou,
        Optional<Path> font,
        boolean hud,
        PassSettings passes,
        Optional<DevelopmentSettings> dev) {}
