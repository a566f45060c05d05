# How the scripts speak: plain sentences, colour only on a terminal. Sourced by setup, serve and test.
# shellcheck shell=sh

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
    quiet_colour=$(printf '\033[2m')
    loud_colour=$(printf '\033[1;31m')
    no_colour=$(printf '\033[0m')
else
    quiet_colour='' loud_colour='' no_colour=''
fi

say() { printf '%s%s%s\n' "$quiet_colour" "$*" "$no_colour" >&2; }

give_up() {
    printf '%s%s%s\n' "$loud_colour" "$*" "$no_colour" >&2
    exit 1
}

# Runs a command without its chatter; on failure shows the end of what it said, then the sentence.
# quietly SENTENCE COMMAND...
quietly() {
    sentence=$1
    shift
    chatter=$(mktemp)
    if "$@" >"$chatter" 2>&1 </dev/null; then
        rm -f "$chatter"
    else
        tail -n 25 "$chatter" >&2
        rm -f "$chatter"
        give_up "$sentence"
    fi
}
