# Sourced: says on stderr how far a long step is. On a terminal that is one line, drawn anew; elsewhere a line of its own
# every 30 s, and no escape codes. What it is given is ASCII. POSIX sh; works in bash 3.2.
#
#   progress_begin LABEL    starts the clock
#   progress_show TEXT      call it once a second, with what is done of what
#   progress_end [TEXT]     takes the drawn line away, and says TEXT with the time it took

progress_every=30

progress_begin() {
    progress_label=$1
    progress_started=$(date +%s)
    progress_next=$progress_every
    progress_drawn=
    progress_terminal=
    if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then progress_terminal=yes; fi
}

# 83 as "1 min 23 s".
progress_time() {
    if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

progress_elapsed() { echo $(($(date +%s) - progress_started)); }

progress_show() {
    progress_now=$(progress_elapsed)
    progress_line="$progress_label, $(progress_time "$progress_now"): $1"
    if [ -n "$progress_terminal" ]; then
        progress_columns=$(stty size <&2 2> /dev/null | cut -d' ' -f2)
        case $progress_columns in '' | 0 | *[!0-9]*) progress_columns=80 ;; esac
        # A line as wide as the terminal would wrap, and could not be drawn over.
        printf '\r\033[K%s' "$(printf '%s' "$progress_line" | cut -c "1-$((progress_columns - 1))")" >&2
        progress_drawn=yes
    elif [ "$progress_now" -ge "$progress_next" ]; then
        printf '%s\n' "$progress_line" >&2
        progress_next=$((progress_now + progress_every))
    fi
}

# Takes the drawn line away, so that something else can be said.
progress_clear() {
    [ -z "${progress_drawn:-}" ] || printf '\r\033[K' >&2
    progress_drawn=
}

progress_end() {
    progress_clear
    [ $# -eq 0 ] || printf '%s: %s, %s\n' "$progress_label" "$1" "$(progress_time "$(progress_elapsed)")" >&2
}
