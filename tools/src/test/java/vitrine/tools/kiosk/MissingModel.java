package vitrine.tools.kiosk;

import java.nio.file.Path;
import java.util.List;
import vitrine.inference.decode.Head;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.preprocess.TensorSpec;

/** A model whose file is not there: a worker that loads it fails, and counts nothing. */
final class MissingModel {

    static final ModelSpec SPEC = new ModelSpec(
            "none",
            Path.of("none.onnx"),
            ModelSpec.Format.ONNX,
            "",
            new TensorSpec(
                    32,
                    32,
                    TensorSpec.Type.F32,
                    TensorSpec.Layout.NCHW,
                    TensorSpec.Channels.RGB,
                    TensorSpec.Fit.CENTER,
                    0,
                    TensorSpec.ZEROS,
                    TensorSpec.ONES),
            ModelSpec.Feed.AS_IS,
            Head.Kind.YOLOX,
            List.of("thing"),
            0.5f,
            0.5f);

    private MissingModel() {}
}
