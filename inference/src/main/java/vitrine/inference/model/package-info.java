/**
 * Model files and the TOML descriptors that say how to feed them and read their outputs. A descriptor {@code NAME.toml}
 * lies beside {@code NAME.onnx} or {@code NAME.tflite}:
 *
 * <pre>{@code
 * name = "YOLOX-Nano 416"        # for people; else the file's name
 * file = "yolox_nano_416.onnx"   # in the descriptor's folder or below; else NAME.onnx or NAME.tflite beside it
 * sha256 = "d39bee73..."         # checked where given
 * licence = "Apache-2.0"         # of the weights
 * head = "yolox"                 # yolox, yolov8 or ssd-mobilenet-v2                            required
 * labels = "coco_80.names"       # a file with one label a line, or a list                     required
 *
 * [input]
 * width = 416                    # of the tensor, in pixels                                    required
 * height = 416                   #                                                             required
 * channels = "bgr"               # rgb or bgr                                                  required
 * letterbox = "top-left"         # center, top-left or stretch                                 required
 * pad = 114                      # 0..255 where there is no picture; 114 if not given
 * scale = 1                      # (v - mean) * scale, v in 0..255; or std: (v - mean) / std   one required
 * mean = 0                       # 0 if not given; mean, scale and std: one number, or three in tensor order
 * type = "u8"                    # u8, f16 or f32; u8 if not given, where one scale serves all channels
 * layout = "nchw"                # nchw or nhwc
 *
 * [thresholds]
 * score = 0.35                   # least score of a detection; 0.35 if not given
 * iou = 0.45                     # largest overlap of two detections of a class; 0.45 if not given
 * }</pre>
 */
@NullMarked
package vitrine.inference.model;

import org.jspecify.annotations.NullMarked;
