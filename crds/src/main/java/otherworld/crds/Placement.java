package otherworld.crds;

/** Which instance a seat request fills first. */
public enum Placement {
    Packed,
    Spread
}
