package vitrine.engine.device;

/** A pipeline that a development run may make anew while it is in use. Its whole is {@code vitrine.engine.pipeline}'s. */
public interface Remakeable {

    /** As in messages. */
    String name();
}
