# gusim.bash - what may follow on a command line of gusim?
#
# Verbs and options are asked of the program itself, so that this file need
# not change with them.
#
# SPDX-License-Identifier: BSD-2-Clause
_gusim() {
	local word=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD-1]}
	local program=${COMP_WORDS[0]} verb=${COMP_WORDS[1]} offers=

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ] || [ "$verb:$COMP_CWORD" = help:2 ]; then
		offers=$("$program" help 2>/dev/null |
		    sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')
	elif [[ $word == -* ]]; then
		offers=$("$program" "$verb" --help 2>/dev/null |
		    sed -n 's/^  .*\(--[a-z-]*\).*/\1/p')
	elif [ "$before" = --set ] || [ "$before" = -s ]; then
		compopt -o nospace 2>/dev/null
		offers=$("$program" list knobs 2>/dev/null |
		    sed -n 's/^\([a-z_]*\.[a-z_.]*\).*/\1=/p')
	elif [ "$verb" = list ]; then
		offers=$("$program" list --help 2>/dev/null |
		    sed -n '1s/.*\] //p' | tr '|' ' ')
	fi
	if [ -n "$offers" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$offers" -- "$word")
	else
		compopt -o default 2>/dev/null	# names of files
	fi
}
complete -F _gusim gusim
