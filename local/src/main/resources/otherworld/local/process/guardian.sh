# Ends what is left of a JVM's children after the JVM: see Guardian.java. Works in bash 3.2.
# stdin: "add GROUP", "remove GROUP", "folder PATH"; its end means that the JVM is gone.
trap '' INT TERM HUP
groups=" "
folders=()
while IFS=' ' read -r word value; do
    case $word in
        add) groups="$groups$value " ;;
        remove) groups=${groups/ $value / } ;;
        folder) folders+=("$value") ;;
    esac
done
alive() {
    for group in $groups; do kill -0 -- "-$group" && return 0; done
    return 1
}
for group in $groups; do
    kill -TERM -- "-$group"
    kill -CONT -- "-$group"
done
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    alive || break
    sleep 0.1
done
for group in $groups; do kill -KILL -- "-$group"; done
[ ${#folders[@]} -eq 0 ] || for _ in 1 2 3 4 5; do rm -rf "${folders[@]}" && break; sleep 0.2; done
