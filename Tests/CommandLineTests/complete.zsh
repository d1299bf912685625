# Prints, for each further argument, the words of the command line that zsh completes from `saslauthd ARGUMENT` and the
# Tab key, joined by "|". $1: the folder with the completion script _saslauthd.
zmodload zsh/zpty
folder=$1; shift
zpty z zsh -f -i
say() { zpty -w z "$1" }
say "PS1= RPS1= ; fpath=($folder \$fpath); autoload -U compinit && compinit -u -D; unsetopt zle_bracketed_paste; bindkey '^I' complete-word; setopt no_list_beep; saslauthd() { print -r -- \"<\${(j:|:)@}>\" }; print r''eady"
zpty -r -m z line '*ready*'
for word in "$@"; do
  zpty -w -n z "saslauthd $word"$'\t\n'
  zpty -r -m z line '*<*>*'
  print -r -- "${${line##*<}%%>*}"
done
zpty -d z
