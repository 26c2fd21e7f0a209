package vitrine.tools.passes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitrine.present.pass.PassSpec;

/**
 * What a pass's GLSL text declares.
 *
 * @param stateWidth cells; 0 without state
 * @param stateHeight cells; 0 without state
 * @param constants its specialisation constants: types by name, in the order of the text
 */
record PassText(int stateWidth, int stateHeight, Map<String, String> constants) {

    private static final Pattern STATE = Pattern.compile("^\\s*//!\\s*state\\b\\s*(.*?)\\s*$", Pattern.MULTILINE);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})\\s*x\\s*(\\d{1,5})");
    private static final Pattern CONSTANT = Pattern.compile(
            "^\\s*layout\\s*\\(\\s*constant_id\\s*=\\s*\\d+\\s*\\)\\s*const\\s+(\\w+)\\s+(\\w+)\\s*=",
            Pattern.MULTILINE);

    /**
     * Reads a text.
     *
     * @param file for messages
     */
    static PassText parse(String file, String text) {
        int width = 0;
        int height = 0;
        Matcher state = STATE.matcher(text);
        if (state.find()) {
            Matcher size = SIZE.matcher(state.group(1));
            if (size.matches()) {
                width = Integer.parseInt(size.group(1));
                height = Integer.parseInt(size.group(2));
            }
            if (width < 1 || height < 1 || width > PassSpec.MAX_STATE || height > PassSpec.MAX_STATE) {
                long line = 1
                        + text.substring(0, state.start(1))
                                .chars()
                                .filter(c -> c == '\n')
                                .count();
                throw new PassException(file + ":" + line + ": '//! state " + state.group(1)
                        + "' must be columns x rows, each from 1 to " + PassSpec.MAX_STATE
                        + ", such as '//! state 160x90'");
            }
        }
        Map<String, String> constants = new LinkedHashMap<>();
        Matcher constant = CONSTANT.matcher(text);
        while (constant.find()) {
            constants.put(constant.group(2), constant.group(1));
        }
        return new PassText(width, height, constants);
    }

    boolean hasState() {
        return stateWidth > 0;
    }
}
