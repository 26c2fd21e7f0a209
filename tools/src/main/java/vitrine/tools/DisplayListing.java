package vitrine.tools;

import java.util.stream.Collectors;
import vitrine.engine.linux.Errno;
import vitrine.present.kms.Connector;
import vitrine.present.kms.Connector.ModeSize;
import vitrine.present.kms.DrmNode;
import vitrine.present.kms.KmsCard;

/** {@code vitrine list displays} for a person: each connector with what to paste, and who has its card. */
final class DisplayListing {
    private static final int LINE = 110;
    private static final int TEXT = 12;

    private final StringBuilder out = new StringBuilder();

    private DisplayListing() {}

    /** The text for a card's connectors. */
    static String of(KmsCard card, DrmNode.Access access) {
        DisplayListing listing = new DisplayListing();
        for (Connector connector : card.connectors()) {
            listing.connector(card, connector, access);
        }
        return listing.out.toString();
    }

    private void connector(KmsCard card, Connector connector, DrmNode.Access access) {
        out.append(connector.name()).append('\n');
        row(
                "monitor",
                switch (connector.status()) {
                    case CONNECTED -> "yes";
                    case DISCONNECTED -> "no";
                    case UNKNOWN -> "not known before it is tried";
                });
        if (connector.mayBeLit()) {
            row("present", "--present display:" + connector.name());
        }
        if (!connector.modes().isEmpty()) {
            row("modes", connector.modes().stream().map(ModeSize::toString).collect(Collectors.joining(", ")));
        }
        row("card", card.describe());
        switch (access) {
            case DrmNode.Access.Free free -> {}
            case DrmNode.Access.Held held ->
                row("in use by", held.holders().isEmpty() ? "another program" : String.join(" or ", held.holders()));
            case DrmNode.Access.Denied denied -> row("obstacle", obstacle(denied));
        }
        out.append('\n');
    }

    private static String obstacle(DrmNode.Access.Denied denied) {
        return "the card does not open, " + Errno.name(denied.errno())
                + (denied.group().isEmpty() || denied.group().equals("root")
                        ? ""
                        : ": this user lacks the group " + denied.group() + "; sudo usermod -aG " + denied.group()
                                + " $USER, then log in again");
    }

    /** Breaks at blanks; further lines begin below the first one's text. */
    private void row(String title, String text) {
        out.append(String.format("  %-" + (TEXT - 2) + "s", title));
        int column = TEXT;
        boolean begun = false;
        for (String word : text.split(" ", -1)) {
            if (begun && column + 1 + word.length() > LINE) {
                out.append('\n').repeat(' ', TEXT);
                column = TEXT;
            } else if (begun) {
                out.append(' ');
                column++;
            }
            out.append(word);
            column += word.length();
            begun = true;
        }
        out.append('\n');
    }
}
