package vitrine.present;

public final class StaleInstanceException extends RuntimeException {}
