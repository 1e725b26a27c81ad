package otherworld.world;

import java.util.Arrays;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.Object2IntHashMap;

/**
 * Strings that many entities share, each kept once and for as long as anything refers to it: what
 * players may choose freely must not stay for ever.
 */
final class StringTable {
    private static final int NONE = -1;

    private final Object2IntHashMap<String> numbers = new Object2IntHashMap<>(NONE);
    private final IntArrayList free = new IntArrayList();
    private String[] strings = new String[64];
    private int[] references = new int[64];
    private int next;

    /** The number of a string, which counts one more reference to it. */
    int acquire(String string) {
        int number = numbers.getValue(string);
        if (number == NONE) {
            number = free.isEmpty() ? next++ : free.removeAt(free.size() - 1);
            if (number == strings.length) {
                strings = Arrays.copyOf(strings, number * 2);
                references = Arrays.copyOf(references, number * 2);
            }
            strings[number] = string;
            numbers.put(string, number);
        }
        references[number]++;
        return number;
    }

    void release(int number) {
        if (--references[number] == 0) {
            numbers.removeKey(strings[number]);
            strings[number] = "";
            free.addInt(number);
        }
    }

    String get(int number) {
        return strings[number];
    }

    /** How many different strings are kept. */
    int size() {
        return numbers.size();
    }
}
