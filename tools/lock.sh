# Sourced: of several runs at once, one does what takes long and the others wait for it. POSIX sh; works in bash 3.2; no flock or /proc.
#
#   lock_take FILE WHAT    waits until FILE is held by this run, or until lock_needless is true; 1 if there can be no FILE
#   lock_release           lets go of it, if it is held; for what a script does at its end
#
# The script defines `say`, and `lock_needless`: whether another run has done by now what FILE is held for.
# FILE is a link to the number of the process that holds it, and so made with its content or not at all. One whose process died is
# broken.

lock_file=

lock_take() {
    lock_told=
    lock_refused=0
    lock_file=$1
    until ln -s "$$" "$lock_file" 2> /dev/null && [ -L "$lock_file" ]; do
        lock_owner=$(readlink "$lock_file")
        if [ -n "$lock_owner" ] && kill -0 "$lock_owner" 2> /dev/null; then
            if lock_needless; then
                lock_file=
                return 0
            fi
            [ -n "$lock_told" ] || say "waiting for another run (process $lock_owner) that is $2; if there is none, remove $lock_file"
            lock_told=yes
            lock_refused=0
            sleep 0.3 2> /dev/null || sleep 1 # POSIX knows no parts of seconds
        elif [ -n "$lock_owner" ]; then
            lock_break
        elif [ -d "$lock_file" ]; then
            rm -rf "$lock_file" # what an older checkout left, whose locks were folders
        else
            # Released in the meantime, or refused for good.
            lock_refused=$((lock_refused + 1))
            if [ "$lock_refused" -gt 20 ]; then
                lock_file=
                return 1
            fi
        fi
    done
}

# Of two that find it dead at once, the slower may have taken away what the quicker holds by now: that goes back.
lock_break() {
    lock_broken=$(mktemp -d "$lock_file.XXXXXX") || return 0
    if mv "$lock_file" "$lock_broken/held" 2> /dev/null; then
        lock_moved=$(readlink "$lock_broken/held")
        [ "$lock_moved" = "$lock_owner" ] || ln -s "$lock_moved" "$lock_file" 2> /dev/null
    fi
    rm -rf "$lock_broken"
}

lock_release() {
    if [ -n "$lock_file" ] && [ "$(readlink "$lock_file")" = "$$" ]; then rm -f "$lock_file"; fi
    lock_file=
}
