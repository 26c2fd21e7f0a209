package vitrine.shaders;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitrine.shaders.Spirv.ConstantType;

/**
 * A specialisation constant that its shader offers to be changed while it runs. The GLSL says so on the line that declares
 * it; what follows the range and the step is free text:
 *
 * <pre>
 * layout(constant_id = 100) const float STRENGTH = 1.0; //! tunable 0..4 step 0.1 how strong the effect is
 * layout(constant_id = 101) const int CELL = 16;        //! tunable 4..64
 * layout(constant_id = 102) const bool SOFT = true;     //! tunable round the edges
 * </pre>
 *
 * Without a step it is 1 for int and uint and a fiftieth of the range for float. A bool has no range: it is 0 or 1.
 *
 * @param name in the GLSL
 * @param type as declared
 * @param preset value in the GLSL; within the range
 * @param least smallest value
 * @param most largest value
 * @param step between values, counted from the least; the most is one of them in any case
 * @param description may be empty
 * @param line of the declaration, from 1
 */
public record TunableConstant(
        String name,
        ConstantType type,
        double preset,
        double least,
        double most,
        double step,
        String description,
        int line) {

    private static final String NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?";

    /** Also what may be meant, so that it does not go unheard. */
    private static final Pattern ANNOTATION = Pattern.compile("//!\\s*(tune?able)\\b(.*)$", Pattern.CASE_INSENSITIVE);

    private static final Pattern DECLARATION = Pattern.compile(
            "^\\s*layout\\s*\\(\\s*constant_id\\s*=\\s*\\d+\\s*\\)\\s*const\\s+(\\w+)\\s+(\\w+)\\s*=\\s*([^;]*?)\\s*;\\s*$");

    private static final Pattern INCLUDE =
            Pattern.compile("^[ \\t]*#[ \\t]*include[ \\t]+\"([^\"]+)\"", Pattern.MULTILINE);

    private static final Pattern RANGE = Pattern.compile("^(" + NUMBER + ")\\s*\\.\\.\\s*(" + NUMBER
            + ")(?![\\w.])(?:\\s+step\\b\\s*(" + NUMBER + ")?(?![\\w.]))?(.*)$");

    /** float of the shader has 24 bits, which are 7 to 9 digits. */
    private static final MathContext DIGITS = new MathContext(9);

    /**
     * The tunable constants of a shader, of the files it includes too, in the order of the text. All variants of a file have
     * the same ones; a variant may use none of them.
     *
     * @param variant name of a compiled shader, {@link Spirv#name}
     * @throws ShaderCompileException as {@link #parse} does; for a file that cannot be read, with line 0
     */
    public static List<TunableConstant> of(String variant, ShaderSources sources) {
        List<TunableConstant> constants = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        read(Spirv.fileOf(variant), passOf(variant).orElse("PASS"), sources, seen, constants);
        return List.copyOf(constants);
    }

    /** The user's pass that a variant is of, {@code present/pass.frag+PASS=privacy}; empty of other shaders. */
    public static Optional<String> passOf(String variant) {
        return Arrays.stream(variant.split("\\+"))
                .filter(macro -> macro.startsWith("PASS="))
                .map(macro -> macro.substring("PASS=".length()))
                .findFirst();
    }

    private static void read(
            String file, String pass, ShaderSources sources, Set<String> seen, List<TunableConstant> constants) {
        if (!seen.add(file)) {
            return;
        }
        String glsl;
        try {
            glsl = sources.read(file);
        } catch (IOException e) {
            throw new ShaderCompileException(file, 0, file + ": cannot be read: " + e);
        }
        Matcher include = INCLUDE.matcher(withoutBlockComments(glsl));
        while (include.find()) {
            read(include.group(1).replace("PASS", pass), pass, sources, seen, constants);
        }
        constants.addAll(parse(file, glsl));
    }

    /**
     * The tunable constants of one file's text, in its order; not those of the files it includes.
     *
     * @param file named in errors, as {@code present/video.frag}
     * @throws ShaderCompileException with file and line, where an annotation cannot be meant as it stands
     */
    public static List<TunableConstant> parse(String file, String glsl) {
        List<TunableConstant> constants = new ArrayList<>();
        String[] lines = withoutBlockComments(glsl).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            Matcher annotation = ANNOTATION.matcher(lines[i]);
            if (annotation.find() && lines[i].indexOf("//") == annotation.start()) {
                String code = lines[i].substring(0, annotation.start());
                constants.add(new Reader(file, i + 1).read(code, annotation));
            }
        }
        return List.copyOf(constants);
    }

    /** Blanks instead of them, so that lines keep their numbers; a line comment may hold what looks like one. */
    private static String withoutBlockComments(String glsl) {
        StringBuilder text = new StringBuilder(glsl);
        boolean block = false;
        boolean line = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : '\n';
            if (c == '\r') {
                text.setCharAt(i, ' ');
            } else if (c == '\n') {
                line = false;
            } else if (block) {
                block = c != '*' || next != '/';
                text.setCharAt(i, ' ');
                if (!block) {
                    text.setCharAt(i + 1, ' ');
                }
            } else if (!line && c == '/' && next == '/') {
                line = true;
            } else if (!line && c == '/' && next == '*') {
                block = true;
                text.setCharAt(i, ' ');
                text.setCharAt(++i, ' ');
            }
        }
        return text.toString();
    }

    /** The nearest value that it may have. */
    public double snap(double value) {
        if (value <= least) {
            return least;
        }
        if (value >= most) {
            return most;
        }
        double steps = Math.rint((value - least) / step);
        return Math.min(most, rounded(least + steps * step));
    }

    /** Within the range, whole where it must be, but on no step: for values that somebody wrote down. */
    public double clamp(double value) {
        double inside = Math.clamp(value, least, most);
        return type == ConstantType.FLOAT ? inside : Math.rint(inside);
    }

    /** The value some steps further. */
    public double nudged(double value, int steps) {
        double moved = snap(value + steps * step);
        // Off the steps, half of one may lead back.
        return moved == value && steps != 0 ? snap(value + Math.signum(steps) * 1.5 * step) : moved;
    }

    /** Place of a value in the range, 0..1. */
    public double place(double value) {
        return (value - least) / (most - least);
    }

    /** For people: "1.5", "24", "on". */
    public String text(double value) {
        return switch (type) {
            case BOOL -> value == 0 ? "off" : "on";
            case INT, UINT -> String.valueOf(Math.round(value));
            case FLOAT -> plain(value);
        };
    }

    /** As TOML, and JSON, have it: "1.5", "2.0", "24", "true". */
    public String literal(double value) {
        return switch (type) {
            case BOOL -> value == 0 ? "false" : "true";
            case INT, UINT -> String.valueOf(Math.round(value));
            case FLOAT -> {
                String text = plain(value);
                yield text.indexOf('.') < 0 ? text + ".0" : text;
            }
        };
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(rounded(value)).stripTrailingZeros().toPlainString();
    }

    private static double rounded(double value) {
        return new BigDecimal(value).round(DIGITS).doubleValue();
    }

    /** Of one line. */
    private record Reader(String file, int line) {

        TunableConstant read(String code, Matcher annotation) {
            if (!"tunable".equals(annotation.group(1))) {
                throw bad("the annotation is written //! tunable, not " + annotation.group(1));
            }
            Matcher declaration = DECLARATION.matcher(code);
            if (!declaration.matches()) {
                throw bad("//! tunable belongs on a line that declares one specialisation constant, such as"
                        + " layout(constant_id = 100) const float STRENGTH = 1.0;");
            }
            ConstantType type = switch (declaration.group(1)) {
                case "bool" -> ConstantType.BOOL;
                case "int" -> ConstantType.INT;
                case "uint" -> ConstantType.UINT;
                case "float" -> ConstantType.FLOAT;
                default -> throw bad(declaration.group(1) + " cannot be tuned; only bool, int, uint and float can");
            };
            String name = declaration.group(2);
            double preset = preset(type, name, declaration.group(3));
            String rest = annotation.group(2).strip();
            Matcher range = RANGE.matcher(rest);
            boolean ranged = range.matches();
            if (type == ConstantType.BOOL) {
                if (ranged) {
                    throw bad(name + " is a bool, which has no range; write //! tunable alone");
                }
                return new TunableConstant(name, type, preset, 0, 1, 1, rest, line);
            }
            if (!ranged) {
                throw bad(name + " needs the range of its values; write //! tunable LEAST..MOST step STEP, such as"
                        + " //! tunable 0..4 step 0.1");
            }
            double least = number(type, "the least value", range.group(1));
            double most = number(type, "the most value", range.group(2));
            if (least >= most) {
                throw bad("the range " + range.group(1) + ".." + range.group(2) + " is empty; write the lesser first");
            }
            if (preset < least || preset > most) {
                throw bad(name + " = " + declaration.group(3) + " lies outside its range " + range.group(1) + ".."
                        + range.group(2) + "; widen the range or change the value");
            }
            return new TunableConstant(
                    name, type, preset, least, most, step(type, rest, range, most - least), text(range), line);
        }

        private static String text(Matcher range) {
            return range.group(4).strip();
        }

        private double step(ConstantType type, String rest, Matcher range, double width) {
            String written = range.group(3);
            if (written == null) {
                if (rest.substring(range.end(2)).strip().matches("step(\\W.*|$)")) {
                    throw bad("step is not followed by a number; write step 0.1, say");
                }
                return type == ConstantType.FLOAT ? rounded(width / 50) : 1;
            }
            double step = number(type, "the step", written);
            if (step <= 0 || step > width) {
                throw bad("a step of " + written + " does not fit the range " + range.group(1) + ".." + range.group(2)
                        + "; it must be more than 0 and at most the range's width");
            }
            return step;
        }

        private double preset(ConstantType type, String name, String text) {
            if (type == ConstantType.BOOL && (text.equals("true") || text.equals("false"))) {
                return text.equals("true") ? 1 : 0;
            }
            String digits = type == ConstantType.FLOAT
                    ? text.replaceFirst("(?<=[\\d.])(f|F)$", "")
                    : text.replaceFirst("(?<=[0-9a-fA-F])[uU]$", "");
            if (type != ConstantType.BOOL && digits.matches(NUMBER)) {
                return number(type, name, digits);
            }
            if ((type == ConstantType.INT || type == ConstantType.UINT) && digits.matches("0[xX][0-9a-fA-F]{1,8}")) {
                return Long.parseLong(digits.substring(2), 16);
            }
            throw bad(name + " = " + text + " is not a plain "
                    + (type == ConstantType.BOOL ? "true or false" : "number") + ", which //! tunable needs");
        }

        private double number(ConstantType type, String what, String text) {
            double value = Double.parseDouble(text);
            if (type == ConstantType.FLOAT) {
                if (Math.abs(value) > Float.MAX_VALUE) {
                    throw bad(what + ", " + text + ", is more than a float can hold");
                }
                return value;
            }
            if (value != Math.rint(value)) {
                throw bad(what + ", " + text + ", must be a whole number: the constant is of an integer type");
            }
            boolean signed = type == ConstantType.INT;
            if (value < (signed ? Integer.MIN_VALUE : 0) || value > (signed ? Integer.MAX_VALUE : 0xffff_ffffL)) {
                throw bad(what + ", " + text + ", is outside what " + (signed ? "an int" : "a uint") + " can hold");
            }
            return value;
        }

        private ShaderCompileException bad(String why) {
            return new ShaderCompileException(file, line, file + ":" + line + ": error: " + why);
        }
    }
}
