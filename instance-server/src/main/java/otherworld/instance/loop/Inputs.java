package otherworld.instance.loop;

/** What brings the inbox what clients send. */
public interface Inputs {
    /**
     * Returns when what had come by now is in the inbox; a little later it returns even so. The
     * simulation's thread.
     */
    void gather();
}
