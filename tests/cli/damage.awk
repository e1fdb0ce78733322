# damage.awk - ten damaged tokens for each: cut short at either end, or with a
# letter that is another one, gone, there twice, exchanged with its neighbour,
# of the wrong case or of no alphabet, or with the tail of the next token, or
# with a piece cut out.
# SPDX-License-Identifier: BSD-2-Clause
function below(n) {
	state = (state * 69069 + 12345) % 4294967296
	return (int(state / 65536) % n)
}
function letter() {
	return (substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	    "0123456789-_.", 1 + below(65), 1))
}
function other_case(c) {
	return (c == toupper(c) ? tolower(c) : toupper(c))
}
BEGIN { state = 1 }
{ tokens[NR] = $1 }
END {
	for (i = 1; i <= NR; i++)
		for (how = 0; how < 10; how++) {
			token = tokens[i]
			other = tokens[i % NR + 1]
			n = length(token)
			do {
				at = 1 + below(n)
				head = substr(token, 1, at - 1)
				c = substr(token, at, 1)
				tail = substr(token, at + 1)
				if (how == 0) bad = head
				else if (how == 1) bad = c tail
				else if (how == 2) bad = head letter() tail
				else if (how == 3) bad = head tail
				else if (how == 4) bad = head c c tail
				else if (how == 5)
					bad = head substr(tail, 1, 1) c \
					    substr(tail, 2)
				else if (how == 6)
					bad = head other_case(c) tail
				else if (how == 7) bad = head "\303\274" tail
				else if (how == 8)
					bad = head substr(other, at)
				else
					bad = head substr(tail,
					    1 + below(length(tail) + 1))
			} while (bad == token || bad == other)
			print bad
		}
}
