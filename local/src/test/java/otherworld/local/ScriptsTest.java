package otherworld.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.local.files.ProjectRoot;

/** Every shell script runs on bash 3.2, the one that macOS has. */
class ScriptsTest {
    private static final Set<String> NOT_OURS =
            Set.of(".git", "target", "node_modules", ".godot", "testdata");
    private static final int MAX_BYTES = 256 * 1024;
    private static final Pattern TRAP_EXIT = Pattern.compile("(?m)^\\s*trap [^-].* EXIT\\b");
    private static final Pattern SHELL = Pattern.compile("\\A#!.*\\b(ba)?sh\\b");

    /** What came with bash 4 and later. */
    private static final Map<String, Pattern> NEWER =
            new TreeMap<>(
                    Map.ofEntries(
                            rule("associative arrays", "\\b(declare|local|typeset)\\s+-\\w*A"),
                            rule("name references", "\\b(declare|local|typeset)\\s+-\\w*n"),
                            rule(
                                    "changes of case",
                                    "\\$\\{\\w+(\\[[^]]*\\])?(,,?|\\^\\^?)[^}]*\\}"),
                            rule("${x@Q} and the like", "\\$\\{\\w+@[A-Za-z]\\}"),
                            rule("mapfile, readarray", "\\b(mapfile|readarray)\\b"),
                            rule("&>>", "&>>"),
                            rule("|&", "\\|&"),
                            rule("coproc", "^\\s*coproc\\b"),
                            rule(";& and ;;&", ";;?&"),
                            rule("wait -n", "\\bwait\\s+-n\\b"),
                            rule("[[ -v", "(\\[\\[|\\btest)\\s+-v\\b"),
                            rule("printf '%(…)T'", "printf\\s+(-v\\s+\\w+\\s+)?['\"]?%\\("),
                            rule("negative indices", "\\$\\{\\w+\\[-\\d"),
                            rule(
                                    "BASHPID, EPOCHSECONDS",
                                    "\\$\\{?(BASHPID|EPOCH(REAL)?SECONDS)\\b"),
                            rule("{fd}> redirections", "\\bexec\\s+\\{\\w+\\}[<>]"),
                            rule("globstar", "\\bshopt\\s+-s\\s+.*globstar")));

    private static Map.Entry<String, Pattern> rule(String name, String pattern) {
        return Map.entry(name, Pattern.compile(pattern, Pattern.MULTILINE));
    }

    @Test
    void noScriptUsesWhatBash32DoesNotHave() throws Exception {
        List<Path> scripts = scripts(ProjectRoot.find());
        assertThat(scripts)
                .extracting(script -> script.getFileName().toString())
                .contains("otherworld", "mvnw", "kube-assets", "find-jdk.sh", "guardian.sh", "run");
        for (Path script : scripts) {
            assertThat(findings(Files.readString(script))).as("%s", script).isEmpty();
            Process syntax =
                    new ProcessBuilder("bash", "-n", script.toString())
                            .redirectErrorStream(true)
                            .start();
            String errors =
                    new String(syntax.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(syntax.waitFor()).as("bash -n %s: %s", script, errors).isZero();
        }
    }

    /**
     * What a script made goes with it: bash runs a trap on EXIT when a signal ends it, dash does
     * not.
     */
    @Test
    void whatRunsInShCleansUpAfterEverySignal() throws Exception {
        int cleaning = 0;
        for (Path script : scripts(ProjectRoot.find())) {
            String text = Files.readString(script);
            if (text.startsWith("#!/bin/sh") && TRAP_EXIT.matcher(text).find()) {
                cleaning++;
                assertThat(text)
                        .as("%s", script)
                        .containsPattern("(?m)^\\s*trap [^-].* INT\\b")
                        .containsPattern("(?m)^\\s*trap [^-].* TERM HUP\\b")
                        .containsPattern("(?m)^\\s*trap [^-].* PIPE\\b");
            }
        }
        assertThat(cleaning).as("mvnw and fetch-jdk").isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "declare -A map",
                "local -n ref=$1",
                "echo ${name,,}",
                "echo ${name^}",
                "echo ${x@Q}",
                "mapfile -t lines < file",
                "cmd &>> log",
                "a |& b",
                "wait -n",
                "[[ -v x ]]",
                "printf '%(%F)T' -1",
                "echo ${list[-1]}",
                "exec {fd}> file"
            })
    void findsWhatIsNewer(String line) {
        assertThat(findings("#!/bin/bash\n" + line + "\n")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "declare -a list",
                "local name=$1",
                "echo ${name:-x,y}",
                "cmd >> log 2>&1",
                "a || b & wait",
                "case $x in a) b ;; esac",
                "echo ${name//,/ }",
                "# ${name,,} needs bash 4"
            })
    void letsPassWhatIsOld(String line) {
        assertThat(findings("#!/bin/bash\n" + line + "\n")).isEmpty();
    }

    private static List<String> findings(String script) {
        List<String> found = new ArrayList<>();
        for (String line : script.lines().toList()) {
            if (line.stripLeading().startsWith("#")) {
                continue;
            }
            NEWER.forEach((name, pattern) -> {
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    found.add(name + ": " + line.strip());
                }
            });
        }
        return found;
    }

    private static List<Path> scripts(Path root) throws IOException {
        List<Path> scripts = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        return NOT_OURS.contains(folder.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile()
                                && attributes.size() < MAX_BYTES
                                && isShell(file)) {
                            scripts.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return scripts;
    }

    private static boolean isShell(Path file) throws IOException {
        if (file.toString().endsWith(".sh")) {
            return true; // read by another script, or given to a shell
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return SHELL.matcher(text).find();
    }
}
