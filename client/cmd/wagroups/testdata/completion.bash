# Completes command lines as bash would for somebody who presses Tab. Each group of arguments that ends with -- is the
# text of a line and the words that bash takes it apart into, which depends on COMP_WORDBREAKS.
shopt -s extglob
COLUMNS=72

# From the package bash-completion, which a fresh machine does not have, comes what the script calls. This is as much of
# it as the script needs: the words of the line up to the cursor, put together again where no blank is between two.
_get_comp_words_by_ref() {
    local word next rest=$COMP_LINE
    words=()
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        next=${rest##+( )}
        if [[ ${#words[@]} -gt 0 && $rest == "$next" ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        rest=${next#"$word"}
    done
    cword=$((${#words[@]} - 1))
    cur=${words[cword]}
    prev=${words[cword - 1]}
}

# Folders, and files whose names end with one of the extensions; none has a blank in its name here.
_filedir() {
    COMPREPLY=($(compgen -d -- "$cur" | sort) $(compgen -f -X "!*.@($1)" -- "$cur" | sort))
}

source <(wagroups completion bash)
complete -p wagroups

while (($#)); do
    COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_WORDS=() COMPREPLY=()
    shift
    while [[ $1 != -- ]]; do
        COMP_WORDS+=("$1")
        shift
    done
    shift
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    __start_wagroups 2>/dev/null # compopt wants to be called by bash's own completion
    printf '%s:' "$COMP_LINE"
    ((${#COMPREPLY[@]})) && printf ' [%s]' "${COMPREPLY[@]}"
    printf '\n'
done
