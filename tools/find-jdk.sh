# Sets and exports JAVA_HOME to a JDK 25, or says in one line what to install and returns 1.
# Where none is installed, and $root names the checkout, the pinned one is fetched into the cache (tools/jdk/fetch-jdk).
# Sourced by mvnw and otherworld, so that both run on the same JDK whatever `java` is on PATH.
# Looks, in this order, at JAVA_HOME, the java on PATH, the folders where package managers, IDEs and
# SDKMAN put JDKs, and macOS' java_home. Reads the JDK's `release` file instead of starting it.
# POSIX sh; works in bash 3.2.

ow_jdk_feature=25

# Java reads file names by the locale: under C it could not enter a folder named in any other letters than ASCII.
case $(locale charmap 2> /dev/null || true) in
    UTF-8 | utf8 | '') ;;
    *) export LC_ALL=C.UTF-8 ;;
esac

# True if $1 is the home of a full JDK of the wanted feature release.
ow_is_jdk() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r ow_line; do
        case $ow_line in
            "JAVA_VERSION=\"$ow_jdk_feature\"" | "JAVA_VERSION=\"$ow_jdk_feature."* | \
            "JAVA_VERSION=\"$ow_jdk_feature-"* | "JAVA_VERSION=\"$ow_jdk_feature+"*) return 0 ;;
        esac
    done < "$1/release"
    return 1
}

# The home of the java on PATH, links resolved.
ow_java_on_path() {
    ow_java=$(command -v java) || return 1
    while [ -L "$ow_java" ]; do
        ow_target=$(readlink "$ow_java") || return 1
        case $ow_target in
            /*) ow_java=$ow_target ;;
            *) ow_java=$(dirname "$ow_java")/$ow_target ;;
        esac
    done
    (cd "$(dirname "$ow_java")/.." 2>/dev/null && pwd -P)
}

ow_find_jdk() {
    for ow_home in \
        "${JAVA_HOME:-}" "$(ow_java_on_path)" \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /opt/* /opt/java/* \
        "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* \
        "$HOME"/.asdf/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
    do
        if [ -n "$ow_home" ] && ow_is_jdk "$ow_home"; then
            JAVA_HOME=$ow_home
            export JAVA_HOME
            return 0
        fi
    done
    if [ -x /usr/libexec/java_home ]; then
        ow_home=$(/usr/libexec/java_home -v "$ow_jdk_feature" 2>/dev/null)
        if [ -n "$ow_home" ] && ow_is_jdk "$ow_home"; then
            JAVA_HOME=$ow_home
            export JAVA_HOME
            return 0
        fi
    fi
    if [ -x "${root:-}/tools/jdk/fetch-jdk" ]; then
        # It says itself what went wrong, if it was to fetch at all.
        if ow_home=$("$root/tools/jdk/fetch-jdk") && ow_is_jdk "$ow_home"; then
            JAVA_HOME=$ow_home
            export JAVA_HOME
            return 0
        fi
        [ "${OTHERWORLD_JDK_FETCH:-}" = never ] || return 1
    fi
    echo "otherworld: no JDK $ow_jdk_feature found: install one (for example 'sdk install java $ow_jdk_feature-tem', 'apt install temurin-$ow_jdk_feature-jdk' or 'brew install openjdk@$ow_jdk_feature'), or set JAVA_HOME to its folder" >&2
    return 1
}

ow_find_jdk
