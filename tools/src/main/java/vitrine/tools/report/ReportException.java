package vitrine.tools.report;

/** A file that a run shall write cannot be written; the message names the option, the file and the cause. */
public final class ReportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ReportException(String message) {
        super(message);
    }
}
