package vitrine.inference.preprocess;

/** How source samples become one tensor pixel; {@link PreprocessReference} is the definition. */
public enum Filter {
    /** Linear between the four nearest samples: reads little, aliases where the picture shrinks by more than two. */
    BILINEAR,
    /** The exact mean of the source area under the tensor pixel; bilinear on an axis that is magnified. */
    AREA
}
