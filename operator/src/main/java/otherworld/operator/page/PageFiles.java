package otherworld.operator.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** The files of the page, by path, out of the operator's own jar. */
final class PageFiles {
    private static final String FOLDER = "/otherworld/operator/page/";

    private static final Map<String, String> TYPES =
            Map.of(
                    "index.html", "text/html; charset=utf-8",
                    "page.css", "text/css; charset=utf-8",
                    "icon.svg", "image/svg+xml",
                    "main.js", "text/javascript; charset=utf-8",
                    "dom.js", "text/javascript; charset=utf-8",
                    "poll.js", "text/javascript; charset=utf-8",
                    "grid.js", "text/javascript; charset=utf-8",
                    "plots.js", "text/javascript; charset=utf-8",
                    "lists.js", "text/javascript; charset=utf-8");

    private PageFiles() {}

    static Map<String, Body> load() {
        Map<String, Body> files = new TreeMap<>();
        TYPES.forEach((name, type) ->
                files.put(name.equals("index.html") ? "/" : "/" + name, Body.of(type, read(name))));
        return Map.copyOf(files);
    }

    private static byte[] read(String name) {
        try (InputStream file = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing from the operator's jar");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
